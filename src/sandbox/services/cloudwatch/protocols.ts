import { decode, encode, Token, Type } from 'cborg';
import { parseJson, toJson } from '../../wire/json.ts';
import { faultOf, formTree, queryAnswer, queryRefusal, readForm } from '../../wire/query.ts';
import { respond, ServiceError } from '../../wire/service.ts';
import type { GetMetricDataOutput } from './get-metric-data.ts';
import type { ListMetricsOutput } from './list-metrics.ts';

/** RPC v2 CBOR writes timestamps as tag 1, seconds since the epoch. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
const EPOCH_SECONDS = 1;

function fromCbor(body: Uint8Array): unknown {
  return decode(body, { tags: { [EPOCH_SECONDS]: (inner) => new Date(Number(inner()) * 1000) } });
}

/** Every number is written as a double, as AWS does for `Values`: no answer of ours holds an integer member. */
function toCbor(value: unknown): Uint8Array<ArrayBuffer> {
  const encoded = encode(value, {
    float64: true,
    ignoreUndefinedProperties: true,
    typeEncoders: {
      number: (number: number) => new Token(Type.float, number),
      Date: (date: Date) => [
        new Token(Type.tag, EPOCH_SECONDS),
        new Token(Type.float, date.getTime() / 1000),
      ],
    },
  });
  return new Uint8Array(encoded);
}

export type Output = GetMetricDataOutput | ListMetricsOutput;

/** One of the three languages that CloudWatch is spoken to in. */
export interface Protocol {
  read(request: Request): Promise<{ operation: string; input: () => unknown }>;
  answer(operation: string, output: Output): Response;
  refuse(request: Request, error: ServiceError): Response;
}

/** The shape names of the errors whose query code differs (@aws-sdk/client-cloudwatch 3.1162, awsQueryError). */
const SHAPES: Record<string, string> = {
  InternalServiceError: 'InternalServiceFault',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
  ValidationError: 'ValidationException',
};

function errorBody({ code, message }: ServiceError): { __type: string; message: string } {
  return { __type: `com.amazonaws.cloudwatch#${SHAPES[code] ?? code}`, message };
}

/**
 * CloudWatch was a query service first, so the newer protocols also tell clients that ask for it the
 * code that the query protocol would have used. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
function queryErrorHeader(request: Request, error: ServiceError): Record<string, string> {
  return request.headers.get('x-amzn-query-mode') === 'true'
    ? { 'x-amzn-query-error': `${error.code};${faultOf(error)}` }
    : {};
}

const CBOR_TYPE = 'application/cbor';
const PROTOCOL = { 'smithy-protocol': 'rpc-v2-cbor' };

/** Smithy RPC v2 CBOR, which the service's model puts first. AWS CLI 1.45 still prefers JSON. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const cbor: Protocol = {
  async read(request) {
    const operation = new URL(request.url).pathname.split('/').at(-1) ?? '';
    const body = new Uint8Array(await request.arrayBuffer());
    return { operation, input: () => parse(body) };
  },
  answer: (_, output) => respond(200, CBOR_TYPE, toCbor(output), PROTOCOL),
  refuse: (request, error) =>
    respond(error.status, CBOR_TYPE, toCbor(errorBody(error)), {
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

const JSON_TYPE = 'application/x-amz-json-1.0';

/** AWS JSON 1.0, which the JavaScript SDK and the AWS CLI speak. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const json: Protocol = {
  async read(request) {
    const operation = request.headers.get('x-amz-target')?.split('.').at(-1) ?? '';
    const body = await request.text();
    return { operation, input: () => parseJson(body) };
  },
  answer: (_, output) => respond(200, JSON_TYPE, toJson(output)),
  refuse: (request, error) =>
    respond(error.status, JSON_TYPE, toJson(errorBody(error)), queryErrorHeader(request, error)),
};

const XMLNS = 'http://monitoring.amazonaws.com/doc/2010-08-01/';

/** AWS query, which clients older than 2025 speak. */
export const query: Protocol = {
  async read(request) {
    const parameters = await readForm(request);
    return { operation: parameters.get('Action') ?? '', input: () => formTree(parameters) };
  },
  answer: (operation, output) => queryAnswer(XMLNS, operation, output),
  refuse: (_, error) => queryRefusal(XMLNS, error),
};
