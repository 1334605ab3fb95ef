import {
  asServiceError,
  findOperation,
  type Operation,
  perform,
  respond,
  type Service,
  ServiceError,
} from './service.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | JsonValue[]
  | { [name: string]: JsonValue };

/** JSON as AWS's JSON protocols write it: timestamps are seconds since the epoch. */
export function toJson(value: JsonValue): string {
  return JSON.stringify(withEpochSeconds(value));
}

function withEpochSeconds(value: JsonValue): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withEpochSeconds(member)]));
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/**
 * A service that speaks AWS JSON 1.1. `title`: its name in AWS's words; `messageMember`: where its refusals have their text.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonService(
  name: string,
  title: string,
  operations: Record<string, Operation<unknown, JsonValue>>,
  messageMember: 'message' | 'Message' = 'message',
): Service {
  return {
    name,
    async handle(request, context) {
      const operation = request.headers.get('x-amz-target')?.split('.').at(-1) ?? '';
      const body = await request.text();
      try {
        const run = () => findOperation(title, operations, operation)(parseJson(body), context);
        return respond(200, CONTENT_TYPE, toJson(await perform(operation, context, run)));
      } catch (error) {
        const { code, message, status } = asServiceError(error);
        return respond(status, CONTENT_TYPE, toJson({ __type: code, [messageMember]: message }));
      }
    },
  };
}
