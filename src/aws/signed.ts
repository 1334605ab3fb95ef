import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { unusable } from './answers.ts';
import type { ClientConfig } from './aws.ts';

/** One call of a service whose client would be larger than all that is asked of it. */
export interface SignedCall {
  /** IAM's name of it, for what is wrong with its answer. */
  action: string;
  /** The signature's name of the service, and the Region that answers. */
  service: string;
  region: string;
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Signs it, sends it once, and reads the JSON of the answer; a refusal is thrown as the SDK's clients throw one. */
export async function sendSigned(
  config: ClientConfig,
  { action, service, region, method, path, headers, body }: SignedCall,
  abortSignal: AbortSignal,
): Promise<unknown> {
  const { credentials, requestHandler, endpoint, customUserAgent } = config;
  const url = new URL(endpoint ?? `https://${service}.${region}.amazonaws.com`);
  const request = new HttpRequest({
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port ? { port: Number(url.port) } : {}),
    method,
    path,
    headers: {
      host: url.host,
      accept: 'application/json',
      'user-agent': customUserAgent.map((words) => words.join('/')).join(' '),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const signer = new SignatureV4({ region, credentials, service, sha256: Sha256 });
  const signed = (await signer.sign(request)) as HttpRequest;
  const { response } = await requestHandler.handle(signed, { abortSignal });
  const chunks: Buffer[] = [];
  for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  if (response.statusCode === 200) return parsed(text, action);
  throw refusal(response.statusCode, response.headers['x-amzn-errortype'], text, action);
}

function parsed(text: string, action: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(action, error as Error);
  }
}

/** Its code stands in a header, or in the body: `com.amazon.coral.service#ThrottlingException`. */
function refusal(httpStatusCode: number, header: string | undefined, text: string, action: string): Error {
  const said = parsed(text, action) as Record<string, unknown> | null;
  const type = header ?? (typeof said?.__type === 'string' ? said.__type : '');
  const [name = ''] = (type.split('#').at(-1) ?? '').split(':');
  const message = [said?.message, said?.Message].find((value) => typeof value === 'string') ?? '';
  return Object.assign(new Error(String(message)), {
    name: name || 'Unknown',
    $metadata: { httpStatusCode },
  });
}
