import { randomUUID } from 'node:crypto';
import { respond } from './respond.ts';
import type { ServiceError } from './service-error.ts';
import { toXml, type XmlRecord } from './xml.ts';

/* Answers of the AWS query protocol. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */

export function queryAnswer(xmlns: string, operation: string, result: XmlRecord): Response {
  const requestId = randomUUID();
  const content = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return respond(200, 'text/xml', toXml(`${operation}Response`, xmlns, content, 'member'), {}, requestId);
}

export function queryRefusal(xmlns: string, error: ServiceError): Response {
  const requestId = randomUUID();
  const content = {
    Error: { Type: faultOf(error), Code: error.code, Message: error.message },
    RequestId: requestId,
  };
  return respond(error.status, 'text/xml', toXml('ErrorResponse', xmlns, content, 'member'), {}, requestId);
}

/** Whose fault a refusal is, in the query protocol's words. */
export function faultOf({ status }: ServiceError): 'Sender' | 'Receiver' {
  return status < 500 ? 'Sender' : 'Receiver';
}
