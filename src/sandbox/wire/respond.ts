import { randomUUID } from 'node:crypto';

/** An answer with the request ID that every AWS service sends and every SDK shows in its errors. */
export function respond(
  status: number,
  contentType: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': randomUUID(), ...headers },
  });
}
