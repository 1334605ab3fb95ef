import { parse } from 'yaml';
import {
  AGENT_ADDON,
  AGENT_NAMESPACE,
  hostSilence,
  instanceRoleSilence,
  OLD_SERVICE_ACCOUNT,
  POD_IDENTITY_ADDON,
  roleSilence,
  SERVICE_ACCOUNT,
} from './agents.ts';
import { findRole, issuerOf, providerArn, trustsService, trustsServiceAccount } from './permissions.ts';
import { endpointRefuses, obstacle } from './way-out.ts';
import type { Addon, Cluster, Instance, PodIdentityAssociation, Role, Taint, World } from './world.ts';

/*
 * The agent in a cluster: what its DaemonSet asks for, what becomes of its pod on each node, and why a pod that runs
 * sends nothing. EKS and EC2 tell some of it, the cluster's own API tells the rest.
 */

export const AGENT_DAEMON_SET = 'aws-network-flow-monitor-agent';
const LINUX = { 'kubernetes.io/os': 'linux' };

/** The DaemonSet of the agent, whoever made it. */
export interface AgentWorkload {
  madeBy: 'addon' | 'chart';
  namespace: string;
  serviceAccount: string;
  /** By IRSA. */
  roleArn: string | undefined;
  version: string;
  nodeSelector: Record<string, string>;
  tolerations: Toleration[];
  env: Record<string, string>;
  resources: { limits: Quantities; requests: Quantities };
  /** Whether it has authorities of the user's beside the usual ones. */
  trustsOwn: boolean;
  createdAt: string;
  /** When its pods were made. */
  startedAt: string;
}

interface Quantities {
  cpu: string;
  memory: string;
}

interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** The chart's own (agent, values.yaml). */
const ENV = {
  RUST_LOG: 'info',
  OPEN_METRICS: 'off',
  OPEN_METRICS_PORT: '9109',
  OPEN_METRICS_ADDRESS: '0.0.0.0',
};
const RESOURCES = {
  limits: { cpu: '500m', memory: '200Mi' },
  requests: { cpu: '50m', memory: '100Mi' },
};

/** Undefined where the cluster has no DaemonSet of the agent. */
export function agentWorkload({ addons, inside }: Cluster): AgentWorkload | undefined {
  const addon = addons.find(({ name }) => name === AGENT_ADDON);
  const made = addon ? fromAddon(addon) : fromChart(inside);
  if (!made) return undefined;
  const { edits = {}, agentsStartedAt = made.createdAt } = inside;
  return {
    ...made,
    nodeSelector: { ...made.nodeSelector, ...edits.nodeSelector },
    serviceAccount: edits.serviceAccount ?? made.serviceAccount,
    startedAt: agentsStartedAt,
  };
}

type Made = Omit<AgentWorkload, 'startedAt'>;

function fromAddon(addon: Addon): Made | undefined {
  // An update goes from one running version to the next.
  if (addon.status !== 'ACTIVE' && addon.status !== 'UPDATING') return undefined;
  const { env, tolerations, resources, caCerts } = configurationOf(addon);
  return {
    madeBy: 'addon',
    namespace: addon.namespace ?? AGENT_NAMESPACE,
    serviceAccount: serviceAccountOf(addon),
    roleArn: addon.serviceAccountRoleArn,
    version: addon.version,
    nodeSelector: LINUX,
    // A list that is given replaces the chart's own, which came with 1.1 (agent #7, values.yaml).
    tolerations: tolerations ?? (addon.version.startsWith('v1.0.') ? [] : [{ operator: 'Exists' }]),
    env: { ...ENV, ...texts(env) },
    resources: {
      limits: { ...RESOURCES.limits, ...texts(resources?.limits) },
      requests: { ...RESOURCES.requests, ...texts(resources?.requests) },
    },
    trustsOwn: caCerts?.enabled === true,
    createdAt: addon.createdAt,
  };
}

function fromChart({ chart }: Cluster['inside']): Made | undefined {
  if (!chart) return undefined;
  return {
    ...chart,
    madeBy: 'chart',
    roleArn: chart.roleArn,
    nodeSelector: LINUX,
    tolerations: [{ operator: 'Exists' }],
    env: ENV,
    resources: RESOURCES,
    trustsOwn: false,
  };
}

export function serviceAccountOf({ version }: Pick<Addon, 'version'>): string {
  return version.startsWith('v1.0.0-') ? OLD_SERVICE_ACCOUNT : SERVICE_ACCOUNT;
}

interface Configuration {
  env?: Record<string, unknown>;
  tolerations?: Toleration[];
  resources?: { limits?: Record<string, unknown>; requests?: Record<string, unknown> };
  caCerts?: { enabled?: boolean };
}

/** JSON is YAML, and EKS takes both. */
function configurationOf({ configurationValues }: Addon): Configuration {
  return configurationValues ? (parse(configurationValues) ?? {}) : {};
}

export function isConfiguration(text: string): boolean {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object';
  } catch {
    return false;
  }
}

function texts(values: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/* What becomes of the agent's pod on a node. */

export type Fate =
  /** The DaemonSet wants no pod there. */
  | { state: 'unwanted'; why: string }
  /** Nobody could make the pod. */
  | { state: 'forbidden'; why: string; message: string }
  | { state: 'pending'; why: string; message: string }
  | { state: 'evicted'; why: string; message: string }
  | { state: 'image'; why: string }
  | { state: 'crashing'; why: string; outOfMemory: boolean }
  | { state: 'running' };

export function fateOf(world: World, cluster: Cluster, agent: AgentWorkload, node: Instance): Fate {
  return (
    unwanted(world, cluster, agent, node) ??
    forbidden(world, cluster, agent, node) ??
    unschedulable(world, agent, node) ??
    evicted(node) ??
    withoutImage(world, node) ??
    crashing(agent, node) ?? { state: 'running' }
  );
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function unwanted(world: World, cluster: Cluster, agent: AgentWorkload, node: Instance): Fate | undefined {
  if (node.os.platform !== 'Linux') return { state: 'unwanted', why: 'operating system' };
  const labels = nodeLabels(world, cluster, node);
  if (Object.entries(agent.nodeSelector).some(([name, value]) => labels[name] !== value))
    return { state: 'unwanted', why: 'node selector' };
  const tolerated = taintsOf(cluster, node)
    .filter(({ effect }) => effect !== 'PREFER_NO_SCHEDULE')
    .every((taint) => agent.tolerations.some((toleration) => tolerates(toleration, taint)));
  return tolerated ? undefined : { state: 'unwanted', why: 'taint not tolerated' };
}

export function taintsOf({ nodegroups }: Cluster, { nodegroup, taints = [] }: Instance): Taint[] {
  return [...(nodegroups.find(({ name }) => name === nodegroup)?.taints ?? []), ...taints];
}

/** EKS's words for effects, in Kubernetes's. */
export const EFFECTS: Readonly<Record<Taint['effect'], string>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
};

function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== EFFECTS[taint.effect]) return false;
  if (key === undefined) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === taint.value);
}

export function nodeLabels(world: World, cluster: Cluster, node: Instance): Record<string, string> {
  const { zoneId } = world.subnets.find(({ id }) => id === node.subnetId) ?? {};
  const zone = world.zones.find(({ id }) => id === zoneId);
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': node.os.platform.toLowerCase(),
    ...(node.nodegroup === undefined ? {} : { 'eks.amazonaws.com/nodegroup': node.nodegroup }),
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName(world, node.ip),
    'kubernetes.io/os': node.os.platform.toLowerCase(),
    'node.kubernetes.io/instance-type': node.type,
    'topology.kubernetes.io/region': world.region,
    ...(zone ? { 'topology.k8s.aws/zone-id': zone.id, 'topology.kubernetes.io/zone': zone.name } : {}),
    'alpha.eksctl.io/cluster-name': cluster.name,
  };
}

export function nodeName({ region }: World, ip: string): string {
  return `ip-${ip.replaceAll('.', '-')}.${region}.compute.internal`;
}

/** The nodes of a cluster that are instances; Fargate's are none. */
export function nodesOf({ instances }: World, { name }: Cluster): Instance[] {
  return instances.filter(({ cluster }) => cluster === name);
}

/** Admission in the namespace: Pod Security, then quotas. */
function forbidden(
  world: World,
  cluster: Cluster,
  { namespace }: AgentWorkload,
  node: Instance,
): Fate | undefined {
  const { podSecurity = {}, podQuota = {} } = cluster.inside;
  const pod = `pods "${AGENT_DAEMON_SET}-${podSuffix(node.id)}" is forbidden:`;
  const level = podSecurity[namespace];
  if (level)
    return {
      state: 'forbidden',
      why: 'Pod Security',
      message: `${pod} violates PodSecurity "${level}:latest": ${VIOLATIONS[level]}`,
    };
  const quota = podQuota[namespace];
  const before = nodesOf(world, cluster).indexOf(node);
  if (quota !== undefined && before >= quota)
    return {
      state: 'forbidden',
      why: 'quota',
      message: `${pod} exceeded quota: pods, requested: pods=1, used: pods=${quota}, limited: pods=${quota}`,
    };
  return undefined;
}

const HOST =
  `host namespaces (hostNetwork=true, hostPID=true), ` +
  `privileged (container "${AGENT_DAEMON_SET}" must not set securityContext.privileged=true)`;
const CONTAINER = `container "${AGENT_DAEMON_SET}" must set securityContext`;
const VIOLATIONS = {
  baseline: HOST,
  restricted:
    `${HOST}, allowPrivilegeEscalation != false (${CONTAINER}.allowPrivilegeEscalation=false), ` +
    `unrestricted capabilities (${CONTAINER}.capabilities.drop=["ALL"]), ` +
    `runAsNonRoot != true (pod or ${CONTAINER}.runAsNonRoot=true), ` +
    `seccompProfile (pod or ${CONTAINER}.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
} as const;

/** Five letters as Kubernetes makes them, the same each time. k8s.io/apimachinery, util/rand */
export function podSuffix(seed: string): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  let hash = 2166136261;
  for (const char of seed) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619) >>> 0;
  return Array.from({ length: 5 }, (_, i) => alphabet[Math.floor(hash / 27 ** i) % 27]).join('');
}

/** What a t3.medium leaves to pods, in thousandths of a CPU and MiB; each of its system pods takes something. */
export const ALLOCATABLE = { cpu: 1930, memory: 3309 };
const SYSTEM = { cpu: 250, memory: 140 };

function unschedulable({ pods }: World, { resources }: AgentWorkload, { id }: Instance): Fate | undefined {
  const others = pods.filter(({ node }) => node === id);
  const asked = { cpu: toMillis(resources.requests.cpu), memory: toMebibytes(resources.requests.memory) };
  const short = (['cpu', 'memory'] as const).find(
    (what) =>
      SYSTEM[what] + asked[what] + others.reduce((sum, { requests }) => sum + (requests?.[what] ?? 0), 0) >
      ALLOCATABLE[what],
  );
  if (!short) return undefined;
  return { state: 'pending', why: `insufficient ${short}`, message: `Insufficient ${short}` };
}

function toMillis(quantity: string): number {
  return quantity.endsWith('m') ? Number.parseFloat(quantity) : Number.parseFloat(quantity) * 1000;
}

const UNITS: Readonly<Record<string, number>> = {
  Ki: 1 / 1024,
  Mi: 1,
  Gi: 1024,
  K: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
};

export function toMebibytes(quantity: string): number {
  const [, number, unit = ''] = /^([\d.]+)(\D*)$/.exec(quantity) ?? [];
  return Number(number) * (UNITS[unit] ?? 2 ** -20);
}

function evicted({ pressure }: Instance): Fate | undefined {
  if (pressure !== 'disk') return undefined;
  return {
    state: 'evicted',
    why: 'disk pressure',
    message:
      'The node was low on resource: ephemeral-storage. Threshold quantity: 2146223820, available: 1187456Ki. ',
  };
}

function withoutImage(world: World, node: Instance): Fate | undefined {
  const missing = node.pullsImages && obstacle(world, node, 'ecr.dkr');
  return missing ? { state: 'image', why: 'image not pulled' } : undefined;
}

/** Less than this, and the agent is killed before its first report. */
const LEAST_MEMORY = 40;

function crashing({ resources, env }: AgentWorkload, node: Instance): Fate | undefined {
  const crash = (why: string, outOfMemory = false): Fate => ({ state: 'crashing', why, outOfMemory });
  const host = hostSilence(node);
  if (host) return crash(host);
  if (toMebibytes(resources.limits.memory) < LEAST_MEMORY) return crash('out of memory', true);
  // agent #71
  if (env.OPEN_METRICS === 'on' && env.OPEN_METRICS_ADDRESS?.includes(':')) return crash('metrics address');
  return undefined;
}

/* Why a pod that runs sends nothing. */

/** Why the cluster's agent on this instance sends nothing, or undefined if it publishes. */
export function podSilence(world: World, instance: Instance): string | undefined {
  const cluster = world.clusters.find(({ name }) => name === instance.cluster);
  if (!cluster) return 'not a node';
  const agent = agentWorkload(cluster);
  if (!agent) {
    const addon = cluster.addons.find(({ name }) => name === AGENT_ADDON);
    return addon ? `add-on ${addon.status}` : 'no add-on';
  }
  const fate = fateOf(world, cluster, agent, instance);
  if (fate.state !== 'running') return fate.why;
  const failure = publishFailure(world, cluster, agent, instance);
  return failure?.why;
}

/** At which step of publishing the agent fails; its log has a line for each. */
export interface PublishFailure {
  step: 'off' | 'credentials' | 'request' | 'refused';
  why: string;
}

export function publishFailure(
  world: World,
  cluster: Cluster,
  agent: AgentWorkload,
  node: Instance,
): PublishFailure | undefined {
  if (agent.env.DISABLE_PUBLISHING === 'true') return { step: 'off', why: 'publishing switched off' };
  const role = podRoleSilence(world, cluster, agent, node);
  if (role !== undefined && role !== 'role may not publish') return { step: 'credentials', why: role };
  const way = wayFailure(world, cluster, agent, node);
  if (way !== undefined) return { step: 'request', why: way };
  if (endpointRefuses(world, node)) return { step: 'refused', why: 'endpoint policy' };
  return role === undefined ? undefined : { step: 'refused', why: role };
}

function wayFailure(
  world: World,
  { inside }: Cluster,
  { env, trustsOwn }: AgentWorkload,
  node: Instance,
): string | undefined {
  const proxy = env.HTTPS_PROXY === undefined ? undefined : inside.proxy;
  if (proxy === 'refuses') return 'the proxy refuses';
  if (proxy === undefined) {
    const way = obstacle(world, node);
    if (way !== undefined) return way;
    if (inside.dns === 'down') return 'names do not resolve';
  }
  return inside.inspection === 'tls' && !trustsOwn ? 'the certificate is not trusted' : undefined;
}

/** What the pod was given when it was made. An association comes before a role of IRSA (amazon-eks-pod-identity-webhook). */
export type PodRole =
  | { by: 'association'; roleArn: string }
  | { by: 'irsa'; roleArn: string }
  /** The agent is on the host's network, and has the node's. */
  | { by: 'node' };

export function podRole(cluster: Cluster, agent: AgentWorkload): PodRole {
  const association = associationOf(cluster, agent);
  if (association && Date.parse(association.createdAt) <= Date.parse(agent.startedAt))
    return { by: 'association', roleArn: association.roleArn };
  return agent.roleArn === undefined ? { by: 'node' } : { by: 'irsa', roleArn: agent.roleArn };
}

function associationOf(
  { podIdentityAssociations }: Cluster,
  agent: AgentWorkload,
): PodIdentityAssociation | undefined {
  return podIdentityAssociations.find(
    ({ namespace, serviceAccount }) =>
      namespace === agent.namespace && serviceAccount === agent.serviceAccount,
  );
}

function podRoleSilence(
  world: World,
  cluster: Cluster,
  agent: AgentWorkload,
  node: Instance,
): string | undefined {
  const given = podRole(cluster, agent);
  if (given.by === 'node') return instanceRoleSilence(world, node);
  const role = findRole(world, given.roleArn);
  if (given.by === 'association') {
    if (!hasPodIdentityAgent(cluster)) return 'no Pod Identity Agent';
    if (node.os.ipv6 === 'off') return 'Pod Identity Agent does not run';
    return roleSilence(world, role, (it) =>
      trustsService(it, 'pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']),
    );
  }
  const provider = providerArn(world, cluster.name);
  if (!world.oidcProviders.includes(provider)) return 'no identity provider';
  const subject = `system:serviceaccount:${agent.namespace}:${agent.serviceAccount}`;
  return roleSilence(world, role, (it) =>
    trustsServiceAccount(it, provider, issuerOf(world, cluster.name), subject),
  );
}

/** The role whose credentials the agent has. */
export function actingRole(
  world: World,
  cluster: Cluster,
  agent: AgentWorkload,
  node: Instance,
): Role | undefined {
  const given = podRole(cluster, agent);
  if (given.by !== 'node') return findRole(world, given.roleArn);
  const profile = world.instanceProfiles.find(({ name }) => name === node.instanceProfile);
  return world.roles.find(({ name }) => name === profile?.role);
}

export function hasPodIdentityAgent({ addons }: Cluster): boolean {
  return addons.some(
    ({ name, status }) => name === POD_IDENTITY_ADDON && (status === 'ACTIVE' || status === 'UPDATING'),
  );
}
