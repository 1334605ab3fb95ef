import { type JsonValue, parseJson, toJson } from '../wire/json.ts';
import {
  asServiceError,
  findOperation,
  type Operation,
  perform,
  respond,
  type Service,
} from '../wire/service.ts';
import { listAssociations } from './ssm/associations.ts';
import { getCommandInvocation, listCommandInvocations, listCommands, sendCommand } from './ssm/commands.ts';
import { describeInstanceInformation, getInventory, listInventoryEntries } from './ssm/inventory.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const operations: Record<string, Operation<unknown, JsonValue>> = {
  DescribeInstanceInformation: describeInstanceInformation,
  GetCommandInvocation: getCommandInvocation,
  GetInventory: getInventory,
  ListAssociations: listAssociations,
  ListCommandInvocations: listCommandInvocations,
  ListCommands: listCommands,
  ListInventoryEntries: listInventoryEntries,
  SendCommand: sendCommand,
};

/** Systems Manager, AWS JSON 1.1. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const ssm: Service = {
  name: 'ssm',
  async handle(request, context) {
    const name = request.headers.get('x-amz-target')?.split('.').at(-1) ?? '';
    const body = await request.text();
    try {
      const run = () => findOperation('Systems Manager', operations, name)(parseJson(body), context);
      return respond(200, CONTENT_TYPE, toJson(await perform(name, context, run)));
    } catch (error) {
      const { code, message, status } = asServiceError(error);
      return respond(status, CONTENT_TYPE, toJson({ __type: code, message }));
    }
  },
};
