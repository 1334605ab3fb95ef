import { toJson } from '../../wire/json.ts';
import { respond } from '../../wire/respond.ts';
import { ServiceError } from '../../wire/service-error.ts';
import { errorBody, type Protocol, queryErrorHeader } from './protocol.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** AWS JSON 1.0, which the JavaScript SDK and the AWS CLI speak. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const json: Protocol = {
  async read(request) {
    const operation = request.headers.get('x-amz-target')?.split('.').at(-1) ?? '';
    const body = await request.text();
    return { operation, input: () => parse(body) };
  },
  answer: (_, output) => respond(200, CONTENT_TYPE, toJson(output)),
  refuse: (request, error) =>
    respond(error.status, CONTENT_TYPE, toJson(errorBody(error)), queryErrorHeader(request, error)),
};

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
}
