import { X509Certificate } from 'node:crypto';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { advise, aws as awsCommand } from '../model/command-line.ts';
import { type NfmError, RefusedError, UnreachableError } from '../model/errors.ts';
import { keepSecret } from '../model/redact.ts';
import { many } from '../model/units.ts';
import { unusable } from './answers.ts';
import { type Aws, ask, type ClientConfig } from './aws.ts';
import type { NetworkHandler } from './network.ts';
import { pause } from './pause.ts';

/*
 * What a cluster says of itself, by GETs of its Kubernetes API, and the one thing that is changed there: the agents' restart. Whoever may call AWS may show it who they are, as
 * 'aws eks get-token' does: a call of STS that is signed and not made, which the cluster makes.
 */

/** Where a cluster is asked, and whom it is believed to be (DescribeCluster). */
export interface ClusterApi {
  name: string;
  endpoint: string;
  /** PEM. */
  authority: string;
}

/** What a list of a cluster may hold of one kind; more would be thousands of agents. */
const PAGE = 250;
const MOST_PAGES = 40;
const MOST_EVENT_PAGES = 8;
/** Of one container's log: reports are every half minute, so this is more than an hour. */
const LOG_LINES = 200;
/** Cut off are the latest lines, so it is far more than these lines have: a runtime splits them at 16 KiB. */
const LOG_BYTES = 4 * 1024 * 1024;
/** Of those that the cluster was too busy to answer; it says itself when it is no longer (API Priority and Fairness). */
const TRIES = 3;
const BUSY_MILLIS = 300;
/** How long the signed call may be made (aws-cli: customizations/eks/get_token.py). */
const TOKEN_SECONDS = 60;
/** Of those that the token is used; what is sent later gets another. */
const TOKEN_FRESH_MILLIS = 45_000;

/** The parts of an object that are looked at; everything may be missing, because anything can be answered. */
export interface KubeObject {
  metadata?: KubeMetadata;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export interface KubeMetadata {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  creationTimestamp?: string;
  generation?: number;
  ownerReferences?: { kind?: string; name?: string; controller?: boolean }[];
}

interface Page {
  items: KubeObject[];
  continue: string | undefined;
}

type Query = Readonly<Record<string, string>>;

export interface Kubernetes {
  /** A strategic merge, as kubectl sends it. */
  patchDaemonSet(namespace: string, name: string, patch: object): Promise<void>;
  /** As many pages of 250 as there may be of its kind, or fewer. */
  list(path: string, query?: Query, mostPages?: number): Promise<KubeObject[]>;
  /** The last lines; those of the container before this one where it was restarted. Null where there are none. */
  log(namespace: string, pod: string, container: string, previous: boolean): Promise<string | null>;
}

/** Signs, and knows the way: made from what every client is made from. */
class Caller {
  readonly handler: NetworkHandler;
  readonly #signer: SignatureV4;
  readonly #region: string;
  readonly #fips: boolean;
  readonly #userAgent: string;
  readonly #tokens = new Map<string, { token: Promise<string>; until: number }>();
  readonly #handlers = new Map<string, NetworkHandler>();

  constructor({ region, credentials, requestHandler, useFipsEndpoint, customUserAgent }: ClientConfig) {
    this.handler = requestHandler;
    this.#region = region;
    this.#fips = useFipsEndpoint;
    this.#userAgent = customUserAgent.map((words) => words.join('/')).join(' ');
    this.#signer = new SignatureV4({ region, credentials, service: 'sts', sha256: Sha256 });
  }

  async headers(cluster: string): Promise<Record<string, string>> {
    const known = this.#tokens.get(cluster);
    const usable = known && Date.now() < known.until ? known : this.#sign(cluster);
    return { authorization: `Bearer ${await usable.token}`, 'user-agent': this.#userAgent };
  }

  #sign(cluster: string) {
    const made = { token: this.#token(cluster), until: Date.now() + TOKEN_FRESH_MILLIS };
    this.#tokens.set(cluster, made);
    made.token.catch(() => this.#tokens.delete(cluster));
    return made;
  }

  /** Always AWS's own STS of the Region, whatever endpoint is set: the cluster calls no other. */
  async #token(cluster: string): Promise<string> {
    const hostname = `sts${this.#fips ? '-fips' : ''}.${this.#region}.amazonaws.com`;
    const request = new HttpRequest({
      protocol: 'https:',
      method: 'GET',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    });
    const signed = await this.#signer.presign(request, {
      expiresIn: TOKEN_SECONDS,
      unhoistableHeaders: new Set(['x-k8s-aws-id']),
    });
    const query = Object.entries(signed.query ?? {}).map(
      ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
    );
    const url = `https://${hostname}/?${query.join('&')}`;
    const token = `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
    keepSecret(token);
    return token;
  }

  /** Connections that believe the cluster's own authority, and what the user has set. */
  trusting(authority: string): NetworkHandler {
    const known = this.#handlers.get(authority) ?? this.handler.trusting(authority);
    this.#handlers.set(authority, known);
    return known;
  }
}

export function kubernetes(aws: Aws, cluster: ClusterApi): Kubernetes {
  const caller = aws.client(Caller, 'STS');

  const get = (path: string, query: Query, what: string) => send('GET', path, query, what);
  const send = async (
    method: 'GET' | 'PATCH',
    path: string,
    query: Query,
    what: string,
    patch?: object,
  ): Promise<string> => {
    const action = `kubernetes:${what}`;
    const body = patch && JSON.stringify(patch);
    const call = () =>
      ask(aws, action, async ({ abortSignal }) => {
        const url = new URL(cluster.endpoint);
        const request = new HttpRequest({
          protocol: url.protocol,
          hostname: url.hostname,
          ...(url.port ? { port: Number(url.port) } : {}),
          method,
          ...(body === undefined ? {} : { body }),
          path: `${url.pathname.replace(/\/$/, '')}${path}`,
          query: { ...query },
          headers: {
            host: url.host,
            accept: 'application/json',
            ...(body === undefined
              ? {}
              : {
                  'content-type': 'application/strategic-merge-patch+json',
                  'content-length': String(Buffer.byteLength(body)),
                }),
            ...(await caller.headers(cluster.name)),
          },
        });
        const { response } = await caller.trusting(cluster.authority).handle(request, { abortSignal });
        const text = await textOf(response.body as AsyncIterable<Buffer>);
        if (response.statusCode !== 200) throw refusal(cluster, action, response.statusCode, text);
        return text;
      });
    for (let tries = 1, wait = BUSY_MILLIS; ; tries++, wait *= 4) {
      try {
        return await call();
      } catch (error) {
        const busy = method === 'GET' && error instanceof RefusedError && error.code === BUSY;
        if (!busy || tries === TRIES) throw outOfReach(cluster, error);
        await pause(wait, aws.signal);
      }
    }
  };

  return {
    async patchDaemonSet(namespace, name, patch) {
      const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/daemonsets/${encodeURIComponent(name)}`;
      await send('PATCH', path, {}, 'patch daemonsets', patch);
    },

    async list(path, query = {}, mostPages = MOST_PAGES) {
      const kind = path.split('/').at(-1) ?? '';
      const most = Math.min(mostPages, kind === 'events' ? MOST_EVENT_PAGES : MOST_PAGES);
      const items: KubeObject[] = [];
      let next: string | undefined;
      for (let pages = 0; pages < most; pages++) {
        const text = await get(
          path,
          { ...query, limit: String(PAGE), ...(next ? { continue: next } : {}) },
          `list ${kind}`,
        );
        const page = pageOf(text, `kubernetes:list ${kind}`);
        items.push(...page.items);
        if (!page.continue) return items;
        if (page.continue === next) break;
        next = page.continue;
      }
      // Of events some tell enough; of all else, what is not in a part of the list may be in the rest.
      if (kind === 'events') return items;
      const endless = new Error(`${many(items.length, 'object', 'objects')}, and no end of them`);
      throw unusable(`kubernetes:list ${kind}`, endless);
    },

    async log(namespace, pod, container, previous) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
      try {
        return await get(
          path,
          {
            container,
            tailLines: String(LOG_LINES),
            limitBytes: String(LOG_BYTES),
            ...(previous ? { previous: 'true' } : {}),
          },
          'get pods/log',
        );
      } catch (error) {
        // A container that has not begun has none (400), a pod may be gone meanwhile (404).
        if (error instanceof RefusedError && /^(not-found|bad-request)$/.test(error.code)) return null;
        throw error;
      }
    },
  };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function pageOf(text: string, action: string): Page {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw unusable(action, error as Error);
  }
  const { items, metadata } = (answer ?? {}) as { items?: unknown; metadata?: { continue?: unknown } };
  const isObject = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  if (!Array.isArray(items) || !items.every(isObject)) throw unusable(action);
  const next = metadata?.continue;
  return { items, continue: typeof next === 'string' && next !== '' ? next : undefined };
}

/** Of a Status, the sentence for people. */
function saidIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? ` (${message.slice(0, 300)})` : '';
  } catch {
    return '';
  }
}

const BUSY = 'cluster-busy';

function refusal({ name }: ClusterApi, action: string, status: number, text: string): NfmError {
  const said = saidIn(text);
  const details = { action, answer: said.slice(2, -1) || undefined };
  const what = action.replace('kubernetes:', '');
  switch (status) {
    case 400:
      return new RefusedError('bad-request', `Cluster ${name} does not understand ${what}${said}.`, details);
    case 401:
      return new RefusedError(
        'no-access-entry',
        `Cluster ${name} does not know this identity: it has no access entry${said}.`,
        details,
      );
    case 403:
      return new RefusedError(
        'cluster-denied',
        `Cluster ${name} does not let this identity ${what}${said}.`,
        details,
      );
    case 404:
      return new RefusedError(
        'not-found',
        `Cluster ${name} does not have what was asked for${said}.`,
        details,
      );
    case 429:
    case 502:
    case 503:
    case 504:
      return new RefusedError(BUSY, `Cluster ${name} is too busy to answer ${what}${said}.`, details);
    default:
      return new RefusedError(
        'cluster-error',
        `Cluster ${name} answered ${what} with ${status}${said}.`,
        details,
      );
  }
}

/** What stands between: a private endpoint is reached from inside the VPC only. */
function outOfReach({ name, endpoint }: ClusterApi, error: unknown): unknown {
  if (!(error instanceof UnreachableError) || !/^(unreachable|call-timeout|tls-failure)$/.test(error.code))
    return error;
  const { host } = new URL(endpoint);
  const why = /\(([^()]*)\)\.$/.exec(error.message)?.[1];
  if (error.code === 'tls-failure') {
    return new UnreachableError(
      'cluster-untrusted',
      `What answers as the Kubernetes API of cluster ${name} (${host}) is not vouched for by the authority that EKS names${why ? ` (${why})` : ''}: something on the way inspects TLS. Put its authority in AWS_CA_BUNDLE, or let ${host} through as it is.`,
      { action: error.action ?? 'kubernetes', cause: error },
    );
  }
  return new UnreachableError(
    'cluster-unreachable',
    `The Kubernetes API of cluster ${name} (${host}) is not reached from here${why ? ` (${why})` : ''}.`,
    {
      action: error.action ?? 'kubernetes',
      cause: error,
      hint: advise(
        'Where its endpoint is private, run nfm inside the VPC; else look at the addresses that it admits, and at HTTPS_PROXY:',
        awsCommand('eks describe-cluster', { name, query: 'cluster.resourcesVpcConfig' }),
      ),
    },
  );
}

/** What DescribeCluster gives of it; null where it is not ready yet, or not what it says. */
export function clusterApi(
  name: string,
  endpoint: string | undefined,
  authorityData: string | undefined,
): ClusterApi | null {
  if (!endpoint || !URL.canParse(endpoint) || new URL(endpoint).protocol !== 'https:' || !authorityData)
    return null;
  const authority = Buffer.from(authorityData, 'base64').toString('utf8');
  try {
    new X509Certificate(authority);
  } catch {
    return null;
  }
  return { name, endpoint, authority };
}
