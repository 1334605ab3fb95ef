import { parseJson, toJson } from '../../wire/json.ts';
import { respond } from '../../wire/respond.ts';
import { errorBody, type Protocol, queryErrorHeader } from './protocol.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** AWS JSON 1.0, which the JavaScript SDK and the AWS CLI speak. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const json: Protocol = {
  async read(request) {
    const operation = request.headers.get('x-amz-target')?.split('.').at(-1) ?? '';
    const body = await request.text();
    return { operation, input: () => parseJson(body) };
  },
  answer: (_, output) => respond(200, CONTENT_TYPE, toJson(output)),
  refuse: (request, error) =>
    respond(error.status, CONTENT_TYPE, toJson(errorBody(error)), queryErrorHeader(request, error)),
};
