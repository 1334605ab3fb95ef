import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { SECOND } from '../model/time.ts';
import { unusable } from './answers.ts';
import type { ClientConfig } from './aws.ts';
import { pause } from './pause.ts';

/** One call in JSON, and what it is signed for. */
export interface SignedCall {
  /** The IAM action, for errors. */
  action: string;
  /** SigV4 signing name; in AWS's own endpoints the host's, too. */
  service: string;
  /** Where a global service lives; the client's Region when absent. */
  region?: string;
  path: string;
  /** Sent by POST; without it, GET. */
  post?: { target: string; body: object };
}

const AGAIN = /Throttl|TooManyRequests/;

/** A service of which one call is needed, and a client would weigh more than the whole rest of it; or has none in the registry. */
export class SignedClient {
  readonly #config: ClientConfig;

  constructor(config: ClientConfig) {
    this.#config = config;
  }

  async call(call: SignedCall, abortSignal: AbortSignal): Promise<unknown> {
    const attempts = await this.#config.maxAttempts();
    for (let tried = 1; ; tried++) {
      const { status, headers, text } = await this.#exchange(call, abortSignal);
      if (status === 200) return parsed(text, call.action);
      const said = refusalIn(text);
      const name = errorName(headers['x-amzn-errortype'] ?? said.__type);
      if (tried < attempts && (status >= 500 || status === 429 || AGAIN.test(name))) {
        await pause(Math.random() * SECOND * tried, abortSignal);
        continue;
      }
      const message = said.message ?? said.Message;
      throw Object.assign(new Error(typeof message === 'string' ? message : ''), {
        name,
        $metadata: { httpStatusCode: status },
      });
    }
  }

  async #exchange({ service, path, post, ...call }: SignedCall, abortSignal: AbortSignal) {
    const { credentials, requestHandler, endpoint, customUserAgent } = this.#config;
    const region = call.region ?? this.#config.region;
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    const url = new URL(endpoint ?? `https://${service}.${region}.${suffix}`);
    const request = new HttpRequest({
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      method: post ? 'POST' : 'GET',
      path,
      headers: {
        host: url.host,
        accept: 'application/json',
        'user-agent': customUserAgent.map((words) => words.join('/')).join(' '),
        ...(post && { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': post.target }),
      },
      ...(post && { body: JSON.stringify(post.body) }),
    });
    const signer = new SignatureV4({ region, credentials, service, sha256: Sha256 });
    const signed = (await signer.sign(request)) as HttpRequest;
    const { response } = await requestHandler.handle(signed, { abortSignal });
    const chunks: Buffer[] = [];
    for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
    return {
      status: response.statusCode,
      headers: response.headers,
      text: Buffer.concat(chunks).toString('utf8'),
    };
  }
}

/** `AccessDeniedException` of `com.amazonaws.…#AccessDeniedException:http://…` */
function errorName(said: unknown): string {
  const [name = ''] = String(said ?? '').split(':');
  return name.split('#').at(-1) || 'Unknown';
}

/** What is no JSON comes from a gateway in between: then the status says all. */
function refusalIn(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

function parsed(text: string, action: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(action, error as Error);
  }
}
