import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Witnesses } from '../model/case.ts';
import { instant, SECOND } from '../model/time.ts';
import { structuresOf, unusable } from './answers.ts';
import { type Aws, ask, type ClientConfig } from './aws.ts';

type Autoshift = NonNullable<Witnesses['autoshifts']>[number];

const SERVICE = 'arc-zonal-shift';
const ACTION = 'arc-zonal-shift:ListAutoshifts';

/** Signs one GET: the registry has no client of this service. */
class ArcZonalShift {
  readonly #config: ClientConfig;

  constructor(config: ClientConfig) {
    this.#config = config;
  }

  async get(path: string, abortSignal: AbortSignal): Promise<unknown> {
    const { region, credentials, requestHandler, endpoint, customUserAgent } = this.#config;
    const url = new URL(endpoint ?? `https://${SERVICE}.${region}.amazonaws.com`);
    const request = new HttpRequest({
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      method: 'GET',
      path,
      headers: {
        host: url.host,
        accept: 'application/json',
        'user-agent': customUserAgent.map((words) => words.join('/')).join(' '),
      },
    });
    const signer = new SignatureV4({ region, credentials, service: SERVICE, sha256: Sha256 });
    const signed = (await signer.sign(request)) as HttpRequest;
    const { response } = await requestHandler.handle(signed, { abortSignal });
    const chunks: Buffer[] = [];
    for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString('utf8');
    if (response.statusCode === 200) return parsed(text);
    const [name = 'Unknown'] = (response.headers['x-amzn-errortype'] ?? '').split(':');
    const said = parsed(text) as { message?: unknown } | null;
    throw Object.assign(new Error(typeof said?.message === 'string' ? said.message : ''), {
      name,
      $metadata: { httpStatusCode: response.statusCode },
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(ACTION, error as Error);
  }
}

/** Zones that AWS moved traffic away from by itself, the latest first: one page is far more than there ever were. */
export async function autoshifts(aws: Aws): Promise<Autoshift[]> {
  const client = aws.client(ArcZonalShift, 'ARC Zonal Shift');
  const answer = await ask(aws, ACTION, ({ abortSignal }) => client.get('/autoshifts', abortSignal));
  const { items } = (answer ?? {}) as { items?: Record<string, unknown>[] };
  return structuresOf(items, ACTION, true).flatMap(({ awayFrom, status, startTime, endTime }) => {
    const start = toInstant(startTime);
    if (typeof awayFrom !== 'string' || typeof status !== 'string' || start === null) return [];
    return [{ azId: awayFrom, status, start, end: toInstant(endTime) }];
  });
}

/** Seconds, as REST with JSON writes times; or text. */
function toInstant(value: unknown): string | null {
  const millis =
    typeof value === 'number' ? value * SECOND : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(millis) || Math.abs(millis) > 8.64e15 ? null : instant(millis);
}
