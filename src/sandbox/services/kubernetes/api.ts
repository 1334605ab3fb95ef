import { instant } from '../../../model/time.ts';
import { decodeToken, encodeToken } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import { perform, type ServiceContext, ServiceError } from '../../wire/service.ts';
import { clusterId } from '../../world/permissions.ts';
import type { AccessEntry, Cluster } from '../../world/world.ts';
import { mayDo, type Verb } from './access.ts';
import { groupVersion, type KubernetesObject } from './kinds.ts';
import { agentLog, otherLog } from './logs.ts';
import { kubeletVersion } from './nodes.ts';
import {
  badRequest,
  forbidden,
  noSuchPath,
  notAllowed,
  notFound,
  Refusal,
  toStatus,
  unauthorized,
} from './refusals.ts';
import { kindsAt, type Served } from './registry.ts';
import { selects } from './select.ts';
import { toList, toTable, wantsTable } from './table.ts';
import { isToken } from './token.ts';
import type { View } from './view.ts';

/** The API of every cluster of a world, each below the path of its ID. */
export async function answer(request: Request, context: ServiceContext, caller: string): Promise<Response> {
  try {
    const { world } = context;
    const url = new URL(request.url);
    const [, id = '', ...path] = url.pathname.split('/');
    const cluster = world.clusters.find(({ name }) => clusterId(world, name) === id);
    if (!cluster) throw noSuchPath();
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    // Tokens are made by the machine's clock, whatever time the world has.
    if (!isToken(token, cluster.name, world.region, Date.now())) throw unauthorized();
    const entry = cluster.accessEntries.find(({ principalArn }) => principalArn === caller);
    if (!entry) throw unauthorized();
    return await route(request, url, path, cluster, entry, context);
  } catch (error) {
    if (error instanceof ServiceError) return refuse(new Refusal(error.status, error.code, error.message));
    if (error instanceof Refusal) return refuse(error);
    throw error;
  }
}

function refuse(refusal: Refusal): Response {
  return json(toStatus(refusal), refusal.code);
}

function json(body: object | JsonValue, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

async function route(
  request: Request,
  url: URL,
  path: string[],
  cluster: Cluster,
  entry: AccessEntry,
  context: ServiceContext,
): Promise<Response> {
  const now = context.now();
  const kinds = kindsAt(now);
  const known = discovery(path.join('/'), kinds, cluster);
  if (known) return json(await perform(`get /${path.join('/')}`, context, () => known));
  const wanted = resourceOf(path, kinds);
  if (!wanted) throw noSuchPath();
  const { kind, namespace, name, subresource } = wanted;
  const verb = verbOf(request.method, name, url.searchParams.get('watch') === 'true');
  const operation = `${verb} ${kind.plural}${subresource ? `/${subresource}` : ''}`;
  return perform<Promise<Response>>(operation, context, async () => {
    if (!mayDo(entry, verb, kind, kind.namespaced ? namespace : name))
      throw forbidden(entry.principalArn, verb, kind, subresource, namespace, name);
    if (verb === 'watch') return silence(url.searchParams);
    const view: View = { world: context.world, cluster, now };
    const objects = kind
      .objects(view)
      .filter((one) => (namespace ?? one.metadata.namespace) === one.metadata.namespace);
    const accept = request.headers.get('accept') ?? '';
    if (name === undefined) return list(kind, objects, url.searchParams, accept);
    const found = objects.find(({ metadata }) => metadata.name === name);
    if (!found) throw notFound(kind, name);
    if (subresource === 'log') return log(view, found, url.searchParams, now);
    if (verb === 'patch') {
      if (kind.kind !== 'DaemonSet') throw notAllowed();
      restart(cluster, found, await request.json(), now);
    }
    return json(
      wantsTable(accept)
        ? toTable(kind, [found], { resourceVersion: '1' })
        : { kind: kind.kind, apiVersion: groupVersion(kind), ...found },
    );
  });
}

/** A watch that sees no change. What changes here does so at once, and whoever watches has listed before. */
function silence(query: URLSearchParams): Response {
  const millis = Number(query.get('timeoutSeconds') ?? 300) * 1000;
  let timer: NodeJS.Timeout;
  const body = new ReadableStream({
    start(stream) {
      timer = setTimeout(() => stream.close(), millis).unref();
    },
    cancel: () => clearTimeout(timer),
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

function verbOf(method: string, name: string | undefined, watch: boolean): Verb {
  if (method === 'PATCH' && name !== undefined) return 'patch';
  if (method !== 'GET') throw notAllowed();
  if (watch) return 'watch';
  return name === undefined ? 'list' : 'get';
}

interface Wanted {
  kind: Served;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string;
}

/** /api/v1/…, /apis/apps/v1/…, in a namespace or in all of them. */
function resourceOf(path: string[], kinds: Served[]): Wanted | undefined {
  const group = path[0] === 'api' ? '' : path[1];
  const rest = path[0] === 'api' ? path.slice(2) : path.slice(3);
  if (path[0] !== 'api' && path[0] !== 'apis') return undefined;
  if ((path[0] === 'api' ? path[1] : path[2]) !== 'v1') return undefined;
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [plural, name, subresource = '', ...more] = inNamespace ? rest.slice(2) : rest;
  const kind = kinds.find((kind) => kind.plural === plural && kind.group === group);
  if (!kind || more.length > 0 || (subresource !== '' && !(subresource === 'log' && plural === 'pods')))
    return undefined;
  if (kind.namespaced && name !== undefined && !inNamespace) return undefined;
  return { kind, namespace: inNamespace ? rest[1] : undefined, name, subresource };
}

function list(kind: Served, all: KubernetesObject[], query: URLSearchParams, accept: string): Response {
  const matching = all
    .filter(selects(query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const limit = Number(query.get('limit') ?? 0) || matching.length;
  const token = query.get('continue');
  const [start] = token ? (decodeToken(token, 1) ?? []) : [0];
  if (start === undefined) throw badRequest('continue key is not valid');
  const end = start + limit;
  const metadata = {
    resourceVersion: '1',
    ...(end < matching.length
      ? { continue: encodeToken([end]), remainingItemCount: matching.length - end }
      : {}),
  };
  const objects = matching.slice(start, end);
  return json(wantsTable(accept) ? toTable(kind, objects, metadata) : toList(kind, objects, metadata));
}

function key({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}

/** The kubelet's answer. */
function log(view: View, pod: KubernetesObject, query: URLSearchParams, now: number): Response {
  const { name } = pod.metadata;
  const { containers } = pod.spec as { containers: { name: string }[] };
  const container = query.get('container') ?? (containers.length === 1 ? containers[0]?.name : undefined);
  const all = containers.map((one) => one.name).join(' ');
  if (container === undefined)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all}]`);
  if (!containers.some((one) => one.name === container))
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  const { phase, containerStatuses = [] } = pod.status as {
    phase: string;
    containerStatuses?: { state: { waiting?: { reason: string } }; lastState: object }[];
  };
  const reason = containerStatuses[0]?.state.waiting?.reason;
  const crashes = reason === 'CrashLoopBackOff';
  if (reason !== undefined && !crashes)
    throw badRequest(
      `container "${container}" in pod "${name}" is waiting to start: trying and failing to pull image`,
    );
  if (query.get('previous') === 'true' && !crashes)
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  if (phase === 'Pending' || phase === 'Failed') return text([], 0);
  const since = now - Number(query.get('sinceSeconds') ?? Number.POSITIVE_INFINITY) * 1000;
  const lines = (agentLog(view, name) ?? otherLog(view, name, crashes)).filter(
    ({ time }) => time >= since && time <= now,
  );
  const tail = Number(query.get('tailLines') ?? lines.length);
  const stamped = query.get('timestamps') === 'true';
  const shown = (tail === 0 ? [] : lines.slice(-tail)).map(({ time, text }) =>
    stamped ? `${new Date(time).toISOString().replace('Z', '000000Z')} ${text}` : text,
  );
  return text(shown, Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY));
}

function text(lines: string[], most: number): Response {
  const whole = lines.map((line) => `${line}\n`).join('');
  return new Response(whole.slice(0, most), { headers: { 'content-type': 'text/plain' } });
}

/** `kubectl rollout restart`, the one change that the sandbox makes here: the pods are made anew. */
function restart(cluster: Cluster, daemonSet: KubernetesObject, patch: unknown, now: number): void {
  const annotation = 'kubectl.kubernetes.io/restartedAt';
  const { spec } = patch as { spec?: { template?: { metadata?: { annotations?: Record<string, string> } } } };
  if (spec?.template?.metadata?.annotations?.[annotation] === undefined)
    throw badRequest(`The nfm sandbox changes only the annotation ${annotation} of a DaemonSet's pods.`);
  if (daemonSet.metadata.namespace !== 'kube-system') cluster.inside.agentsStartedAt = instant(now);
}

/** What kubectl asks before it asks for anything. */
function discovery(path: string, kinds: Served[], { version }: Cluster): object | undefined {
  const resources = (group: string) =>
    kinds
      .filter((kind) => kind.group === group)
      .flatMap(({ plural, singular, namespaced, kind, shortNames }) => [
        {
          name: plural,
          singularName: singular,
          namespaced,
          kind,
          verbs: kind === 'DaemonSet' ? ['get', 'list', 'patch'] : ['get', 'list'],
          shortNames,
        },
        ...(plural === 'pods'
          ? [{ name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] }]
          : []),
      ]);
  const apps = { groupVersion: 'apps/v1', version: 'v1' };
  switch (path) {
    case 'api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case 'apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: [{ name: 'apps', versions: [apps], preferredVersion: apps }],
      };
    case 'api/v1':
      return { kind: 'APIResourceList', groupVersion: 'v1', resources: resources('') };
    case 'apis/apps/v1':
      return {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: 'apps/v1',
        resources: resources('apps'),
      };
    case 'version': {
      const [major = '', minor = ''] = version.split('.');
      return {
        major,
        minor: `${minor}+`,
        gitVersion: kubeletVersion(version),
        gitCommit: '',
        gitTreeState: 'clean',
        buildDate: '2026-08-01T00:00:00Z',
        goVersion: 'go1.24.5',
        compiler: 'gc',
        platform: 'linux/amd64',
      };
    }
    default:
      return undefined;
  }
}
