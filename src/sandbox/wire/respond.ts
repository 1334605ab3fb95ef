import { randomUUID } from 'node:crypto';

/**
 * An answer with the request ID that every AWS service sends and every SDK shows in its errors.
 * Protocols that repeat it in the body pass their own.
 */
export function respond(
  status: number,
  contentType: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  requestId: string = randomUUID(),
): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...headers },
  });
}
