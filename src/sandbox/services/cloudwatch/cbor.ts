import { fromCbor, toCbor } from '../../wire/cbor.ts';
import { respond } from '../../wire/respond.ts';
import { ServiceError } from '../../wire/service-error.ts';
import { errorBody, type Protocol, queryErrorHeader } from './protocol.ts';

const CONTENT_TYPE = 'application/cbor';
const PROTOCOL = { 'smithy-protocol': 'rpc-v2-cbor' };

/** Smithy RPC v2 CBOR, which the service's model puts first. AWS CLI 1.45 still prefers JSON. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const cbor: Protocol = {
  async read(request) {
    const operation = new URL(request.url).pathname.split('/').at(-1) ?? '';
    const body = new Uint8Array(await request.arrayBuffer());
    return { operation, input: () => parse(body) };
  },
  answer: (_, output) => respond(200, CONTENT_TYPE, toCbor(output), PROTOCOL),
  refuse: (request, error) =>
    respond(error.status, CONTENT_TYPE, toCbor(errorBody(error)), {
      ...PROTOCOL,
      ...queryErrorHeader(request, error),
    }),
};

function parse(body: Uint8Array): unknown {
  try {
    return body.length === 0 ? {} : fromCbor(body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not CBOR.');
  }
}
