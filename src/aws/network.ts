import { readFileSync } from 'node:fs';
import { pipeline, type Readable, Transform } from 'node:stream';
import { NoOpLogger } from '@smithy/core/client';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions } from '@smithy/types';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { ConfigurationError, NfmError, UnreachableError } from '../model/errors.ts';
import { keepSecret } from '../model/redact.ts';

/** The SDK ignores proxies and AWS_CA_BUNDLE; here they mean what they mean to the AWS CLI. */
export type Env = Readonly<Record<string, string | undefined>>;

const CONNECT_MILLIS = 5_000;
/** The SDK's own time limit ends nothing, and warns on the console; nor has it one for the body. */
const COMMON = { connectionTimeout: CONNECT_MILLIS, logger: new NoOpLogger() };
/** Longer than any of these calls takes; queries answer at once, and are asked for their status. */
const CALL_MILLIS = 30_000;
/** The name of the error that a call without an answer ends with; the SDK does not try it again. */
export const CALL_TIMEOUT = 'CallTimeout';
/** The name of the error that an answer which is none ends with. */
export const UNUSABLE_ANSWER = 'UnusableAnswer';
/** The name of the error that an answer ends with which sends us elsewhere. */
export const REDIRECTED = 'Redirected';
/** A proxy's own page, with its 403: AWS refuses in JSON or XML. */
export const INTERCEPTED = 'Intercepted';
const MIB = 1024 * 1024;
/** Far above any page of these APIs: 500 rows, or the 100,800 datapoints of GetMetricData, are some MiB. */
const LARGEST_ANSWER = 64 * MIB;
/** The SDK's own settings, which an agent that is given replaces. */
const AGENT = { keepAlive: true, maxSockets: 50 };

export interface Network {
  /** How long an exchange may take: connection, first byte and whole body together. */
  callMillis?: number | undefined;
  proxies: Proxies;
  /** Certificates instead of Node's own, as PEM. */
  ca?: string | undefined;
  /** Of a server that is its own authority; a proxy on the way to it is not. */
  serverCa?: string | undefined;
}

/** Sends what a proxy is set for through that proxy, the rest straight. One for all clients: they share connections. */
export class NetworkHandler extends NodeHttpHandler {
  readonly #network: Network;
  readonly #through = new Map<string, NodeHttpHandler>();

  constructor(network: Network) {
    super({ ...COMMON, ...(trusted(network) ? { httpsAgent: { ca: trusted(network) } } : {}) });
    this.#network = network;
  }

  /** The same ways to a server that is its own authority. */
  trusting(serverCa: string): NetworkHandler {
    return new NetworkHandler({ ...this.#network, serverCa });
  }

  override async handle(
    request: HttpRequest,
    options?: HttpHandlerOptions,
  ): Promise<{ response: HttpResponse }> {
    const proxy = proxyFor(request, this.#network.proxies);
    return inTime(this.#network.callMillis ?? CALL_MILLIS, options, async (limited) => {
      if (!proxy) return super.handle(request, limited);
      try {
        return await this.#handlerOf(proxy).handle(request, limited);
      } catch (error) {
        throw explainProxy(error, proxy);
      }
    });
  }

  #handlerOf(proxy: URL): NodeHttpHandler {
    const known = this.#through.get(proxy.href);
    if (known) return known;
    const ca = trusted(this.#network);
    const options = {
      ...AGENT,
      ...(ca === undefined ? {} : { ca }),
      proxy,
      // A tunnel that is never opened must not outlive the call that wanted it.
      timeout: CONNECT_MILLIS,
      proxyRequestOptions: this.#network.ca === undefined ? {} : { ca: [this.#network.ca] },
    };
    const made = new NodeHttpHandler({
      ...COMMON,
      httpAgent: new HttpProxyAgent(options),
      httpsAgent: new HttpsProxyAgent(options),
    });
    this.#through.set(proxy.href, made);
    return made;
  }
}

function trusted({ ca, serverCa }: Network): string[] | undefined {
  const all = [serverCa, ca].filter((pem) => pem !== undefined);
  return all.length > 0 ? all : undefined;
}

type Answer = { response: HttpResponse };

/** Ends an exchange that takes too long, in whatever phase it is. */
async function inTime(
  millis: number,
  options: HttpHandlerOptions = {},
  exchange: (options: HttpHandlerOptions) => Promise<Answer>,
): Promise<Answer> {
  const over = new AbortController();
  const outer = options.abortSignal as AbortSignal | undefined;
  const abort = () => over.abort(outer?.reason);
  outer?.addEventListener('abort', abort, { once: true });
  let late: Error | undefined;
  const timer = setTimeout(() => {
    late = named(CALL_TIMEOUT, `${millis / 1000} s`);
    over.abort(late);
  }, millis);
  const done = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  };
  try {
    if (outer?.aborted) abort();
    const answer = await exchange({ ...options, abortSignal: over.signal });
    const body = answer.response.body as Readable;
    refuseOthers(answer.response, body);
    over.signal.addEventListener('abort', () => body.destroy(late));
    // Either end's error is the other's; whoever reads is told of it.
    answer.response.body = pipeline(body, atMost(LARGEST_ANSWER), done);
    return answer;
  } catch (error) {
    done();
    throw late ?? error;
  }
}

/** What AWS did not say: no API in use answers with a redirection, nor with a web page, which read as XML would be an answer without members. */
function refuseOthers({ statusCode, headers }: HttpResponse, body: Readable): void {
  const why =
    statusCode >= 300 && statusCode < 400
      ? named(REDIRECTED, `something between this machine and AWS answered ${statusCode}${placeOf(headers)}`)
      : statusCode >= 400 && statusCode < 500 && /^text\/html/i.test(headers['content-type'] ?? '')
        ? named(INTERCEPTED, `something between this machine and AWS answered ${statusCode}, not AWS`)
        : statusCode < 300 && /^text\/html/i.test(headers['content-type'] ?? '')
          ? named(UNUSABLE_ANSWER, 'a web page came, as captive portals and proxies send it')
          : null;
  if (!why) return;
  body.destroy();
  throw why;
}

/** Its host alone: what comes after it may be anything. */
function placeOf({ location = '' }: HttpResponse['headers']): string {
  return URL.canParse(location) ? ` (to ${new URL(location).host})` : '';
}

/** Passes a body on while it is no longer than that: one without an end would fill the memory before its time is over. */
function atMost(bytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _, next) {
      passed += chunk.length;
      if (passed <= bytes) next(null, chunk);
      else next(named(UNUSABLE_ANSWER, `it is too large, more than ${bytes / MIB} MiB`));
    },
  });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

export interface Proxies {
  http: URL | null;
  https: URL | null;
  /** NO_PROXY: hosts, domains and their ports that are reached straight. */
  except: readonly string[];
}

/** Lower case first, as in curl and Python. */
export function readProxies(env: Env): Proxies {
  const named = (name: string) => env[name.toLowerCase()] || env[name];
  return {
    http: proxyUrl('HTTP_PROXY', named('HTTP_PROXY')),
    https: proxyUrl('HTTPS_PROXY', named('HTTPS_PROXY')),
    except: (named('NO_PROXY') ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  };
}

/** The value is never repeated: it may hold a password. */
function proxyUrl(variable: string, value: string | undefined): URL | null {
  if (!value) return null;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) {
    keepSecret(url.password, decoded(url.password), basic(url));
    return url;
  }
  const scheme = url ? `the scheme ${url.protocol.slice(0, -1)}` : 'no URL';
  throw new ConfigurationError('bad-proxy', `${variable} has ${scheme}; a proxy is an http or https URL.`, {
    hint: `For example: ${variable}=http://proxy.example.com:3128`,
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the Proxy-Authorization header holds. */
function basic({ username, password }: URL): string | undefined {
  return username || password
    ? Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
    : undefined;
}

type Destination = Pick<HttpRequest, 'protocol' | 'hostname' | 'port'>;

/** A name in NO_PROXY stands for itself and for all below it, as in the AWS CLI. Loopback is never proxied. */
export function proxyFor({ protocol, hostname, port }: Destination, proxies: Proxies): URL | null {
  const proxy = protocol === 'https:' ? proxies.https : proxies.http;
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  if (!proxy || isLoopback(host)) return null;
  const actual = port ?? (protocol === 'https:' ? 443 : 80);
  const excepted = proxies.except.some((entry) => {
    const [, name = entry, only] = /^(.*[^:]):(\d+)$/.exec(entry) ?? [];
    if (only && Number(only) !== actual) return false;
    const domain = name.replace(/^\*?\.|^\[|\]$/g, '');
    return name === '*' || host === domain || host.endsWith(`.${domain}`);
  });
  return excepted ? null : proxy;
}

export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);
}

/** hpagent says 'Bad response: 407'. In a proxied call every address that is looked up or dialled is the proxy's. */
function explainProxy(error: unknown, proxy: URL): unknown {
  if (error instanceof NfmError) return error;
  const { message = '', code = '', syscall = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const status = /^Bad response: (\d+)/.exec(message)?.[1];
  if (status) {
    return new UnreachableError('proxy-refused', `The proxy ${proxy.host} answered ${status}.`, {
      hint:
        status === '407'
          ? 'It asks for a user and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT'
          : 'It may not allow this host; NO_PROXY names hosts that are reached without it.',
      cause: error,
    });
  }
  if (message === 'Proxy timeout' || syscall === 'connect' || syscall === 'getaddrinfo') {
    return new UnreachableError(
      'proxy-unreachable',
      `No connection to the proxy ${proxy.host} (${code || message}).`,
      { hint: 'Check HTTPS_PROXY and NO_PROXY.', cause: error },
    );
  }
  return error;
}

/** AWS_CA_BUNDLE, or ca_bundle of the profile: these certificates are trusted instead of Node's own, as in the AWS CLI. */
export function readCaBundle(path: string | undefined): string | undefined {
  if (!path) return undefined;
  const hint = 'AWS_CA_BUNDLE, or ca_bundle in the AWS configuration, names a file of certificates (PEM).';
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      'bad-ca-bundle',
      `The CA bundle cannot be read: ${(error as Error).message}.`,
      {
        hint,
        cause: error,
      },
    );
  }
  if (pem.includes('-----BEGIN')) return pem;
  throw new ConfigurationError('bad-ca-bundle', `The CA bundle ${path} holds no certificate.`, { hint });
}
