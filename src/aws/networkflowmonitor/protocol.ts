import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { collectBody } from '@smithy/core/protocols';
import type {
  HandlerExecutionContext,
  HttpResponse,
  MetadataBearer,
  OperationSchema,
  SerdeFunctions,
  StaticStructureSchema,
} from '@smithy/types';
import { UNUSABLE_ANSWER } from '../network.ts';

/**
 * The SDK reads an empty body, an array and a list that is null as answers without members: rows that were lost on the
 * way would look like none. AWS sends an object wherever the API has members.
 */
export class NetworkFlowMonitorProtocol extends AwsRestJsonProtocol {
  override async deserializeResponse<Output extends MetadataBearer>(
    operation: OperationSchema,
    context: HandlerExecutionContext & SerdeFunctions,
    response: HttpResponse,
  ): Promise<Output> {
    const lists = listsOf(operation.output as StaticStructureSchema);
    if (response.statusCode < 300 && lists.length > 0) {
      response.body = await collectBody(response.body, context);
      check(response.body, lists);
    }
    return super.deserializeResponse(operation, context, response);
  }
}

/** The members of a structure that are lists (`StaticStructureSchema`: names in the fifth place, schemas in the sixth). */
function listsOf([, , , , names, schemas]: StaticStructureSchema): string[] {
  return names.filter((_, i) => Array.isArray(schemas[i]) && schemas[i][0] === 1);
}

function check(body: Uint8Array, lists: readonly string[]): void {
  const text = Buffer.from(body).toString();
  // What is not JSON the SDK refuses by itself.
  const answer: unknown = text === '' ? null : JSON.parse(text);
  const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  if (isObject && lists.every((name) => !(name in answer) || Array.isArray(Reflect.get(answer, name))))
    return;
  throw Object.assign(new Error('its body has another form'), { name: UNUSABLE_ANSWER });
}
