import type { KubeObject } from '../../aws/kubernetes.ts';
import { keepsAway, type Taint, type Toleration } from './taints.ts';

/*
 * What a cluster's objects say, as far as agents need it. Anything may be missing or of another type: it is then not
 * known, and never counted as good.
 */

export interface DaemonSet {
  name: string;
  namespace: string;
  /** Null where its status does not say. */
  desired: number | null;
  current: number | null;
  ready: number | null;
  updated: number | null;
  /** The controller has seen the latest change of it. */
  observed: boolean;
  serviceAccount: string;
  selector: Record<string, string>;
  nodeSelector: Record<string, string>;
  /** Of required node affinity: one of the terms, all of its expressions. */
  affinity: Expression[][];
  tolerations: Toleration[];
  env: Record<string, string>;
  image: string;
  container: string;
  /** As Kubernetes writes it; empty where there is none. */
  memoryLimit: string;
}

export interface Expression {
  key: string;
  operator: string;
  values: string[];
}

export interface Pod {
  name: string;
  namespace: string;
  node: string | null;
  phase: string;
  /** Evicted, for one. */
  reason: string | null;
  message: string | null;
  createdAt: string | null;
  serviceAccount: string;
  ready: boolean;
  restarts: number;
  /** Why its container waits: ImagePullBackOff, CrashLoopBackOff. */
  waiting: { reason: string; message: string } | null;
  /** How it ended last: OOMKilled, Error. */
  ended: { reason: string; exitCode: number | null; message: string } | null;
  /** Why no node takes it, in the scheduler's words. */
  unschedulable: string | null;
  container: string;
  /** What EKS put into it when it was made: from a pod identity association, from the account's annotation (IRSA). */
  given: 'pod-identity' | 'irsa' | null;
  /** With IRSA. */
  roleArn: string | null;
}

export interface KubeNode {
  name: string;
  instanceId: string | null;
  labels: Record<string, string>;
  taints: Taint[];
  ready: boolean;
  os: string;
  kernel: string;
  fargate: boolean;
  hybrid: boolean;
}

export interface KubeEvent {
  reason: string;
  message: string;
  /** Kind and name of what it is about. */
  about: string;
  warning: boolean;
}

type Fields = Record<string, unknown>;

export function toDaemonSet({ metadata, spec, status }: KubeObject): DaemonSet {
  const template = fields(fields(spec?.template).spec);
  const container = mainContainer(template);
  const required = fields(
    fields(fields(fields(template.affinity).nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution),
  );
  return {
    name: text(metadata?.name),
    namespace: text(metadata?.namespace),
    desired: numberIn(status, 'desiredNumberScheduled'),
    current: numberIn(status, 'currentNumberScheduled'),
    ready: numberIn(status, 'numberReady'),
    updated: numberIn(status, 'updatedNumberScheduled'),
    observed: (numberIn(status, 'observedGeneration') ?? 0) >= (metadata?.generation ?? 0),
    serviceAccount: text(template.serviceAccountName) || 'default',
    selector: strings(fields(spec?.selector).matchLabels),
    nodeSelector: strings(template.nodeSelector),
    affinity: list(required.nodeSelectorTerms).map((term) =>
      list(term.matchExpressions).map((e) => ({
        key: text(e.key),
        operator: text(e.operator),
        values: Array.isArray(e.values) ? e.values.map(String) : [],
      })),
    ),
    tolerations: list(template.tolerations).map((t) => ({
      ...(t.key === undefined ? {} : { key: text(t.key) }),
      ...(t.operator === undefined ? {} : { operator: text(t.operator) }),
      ...(t.value === undefined ? {} : { value: text(t.value) }),
      ...(t.effect === undefined ? {} : { effect: text(t.effect) }),
    })),
    env: envOf(container),
    image: text(container.image),
    container: text(container.name),
    memoryLimit: text(fields(fields(container.resources).limits).memory),
  };
}

/** The agent's, by its own name, its pods' label or its image, whoever installed it (chart of aws/network-flow-monitor-agent). */
export function isAgent({ name, selector, image }: DaemonSet): boolean {
  return (
    name === 'aws-network-flow-monitor-agent' ||
    selector.name === 'aws-network-flow-monitor-agent' ||
    /\b(aws-network-sonar-agent|network-flow-monitor-agent)\b/.test(image)
  );
}

export function toPod({ metadata, spec, status }: KubeObject): Pod {
  const container = mainContainer(spec);
  const name = text(container.name);
  const state = list(status?.containerStatuses).find((c) => text(c.name) === name) ?? {};
  const waiting = fields(fields(state.state).waiting);
  // The state of now where it is not running, else how the one before ended.
  const now = fields(fields(state.state).terminated);
  const ended =
    now.reason === undefined && now.exitCode === undefined ? fields(fields(state.lastState).terminated) : now;
  const scheduled = list(status?.conditions).find((c) => c.type === 'PodScheduled');
  const env = envOf(container);
  const irsa = env.AWS_ROLE_ARN ?? null;
  return {
    name: text(metadata?.name),
    namespace: text(metadata?.namespace),
    node: text(spec?.nodeName) || null,
    phase: text(status?.phase),
    reason: text(status?.reason) || null,
    message: text(status?.message) || null,
    createdAt: text(metadata?.creationTimestamp) || null,
    serviceAccount: text(spec?.serviceAccountName) || 'default',
    ready: state.ready === true,
    restarts: numberIn(state, 'restartCount') ?? 0,
    waiting:
      waiting.reason === undefined ? null : { reason: text(waiting.reason), message: text(waiting.message) },
    ended:
      ended.reason === undefined && ended.exitCode === undefined
        ? null
        : { reason: text(ended.reason), exitCode: numberIn(ended, 'exitCode'), message: text(ended.message) },
    unschedulable: scheduled?.status === 'False' ? text(scheduled.message) : null,
    container: name,
    given:
      env.AWS_CONTAINER_CREDENTIALS_FULL_URI !== undefined ? 'pod-identity' : irsa === null ? null : 'irsa',
    roleArn: irsa,
  };
}

export function toNode({ metadata, spec, status }: KubeObject): KubeNode {
  const labels = strings(metadata?.labels);
  const info = fields(status?.nodeInfo);
  const kind = labels['eks.amazonaws.com/compute-type'] ?? '';
  const ready = list(status?.conditions).find((c) => c.type === 'Ready');
  return {
    name: text(metadata?.name),
    instanceId: /\/(i-[0-9a-f]+)$/.exec(text(spec?.providerID))?.[1] ?? null,
    labels,
    taints: list(spec?.taints).map((t) => ({
      key: text(t.key),
      value: text(t.value),
      effect: text(t.effect),
    })),
    ready: ready?.status === 'True',
    os: labels['kubernetes.io/os'] ?? (text(info.operatingSystem) || 'linux'),
    kernel: text(info.kernelVersion),
    fargate: kind === 'fargate',
    hybrid: kind === 'hybrid',
  };
}

export function toEvent(object: KubeObject): KubeEvent {
  const { reason, message, involvedObject, type } = object as Fields;
  const about = fields(involvedObject);
  return {
    reason: text(reason),
    message: text(message),
    about: `${text(about.kind)}/${text(about.name)}`,
    warning: type === 'Warning',
  };
}

/** Why the DaemonSet has no pod for a node; null where it should have one. */
export function whyNot(set: DaemonSet, node: KubeNode): string | null {
  const missing = Object.entries(set.nodeSelector).find(([key, value]) => node.labels[key] !== value);
  if (missing) return `its nodeSelector wants ${missing.join('=')}`;
  if (set.affinity.length > 0 && !set.affinity.some((term) => term.every((e) => holds(e, node.labels)))) {
    const failing = set.affinity.flat().find((e) => !holds(e, node.labels));
    return `its node affinity wants ${failing?.key} ${failing?.operator} ${failing?.values.join(', ')}`.trim();
  }
  // The DaemonSet controller tolerates these by itself.
  const own =
    /^node\.kubernetes\.io\/(not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|unschedulable|network-unavailable)$/;
  const taint = node.taints.find((t) => !own.test(t.key) && keepsAway(t, set.tolerations));
  return taint
    ? `taint ${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect} is not tolerated`
    : null;
}

function holds({ key, operator, values }: Expression, labels: Record<string, string>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}

/** The agent's own where sidecars were put beside it. */
function mainContainer(spec: unknown): Fields {
  const containers = list(fields(spec).containers);
  return (
    containers.find((c) => /network-flow-monitor|network-sonar/.test(`${c.name} ${c.image}`)) ??
    containers[0] ??
    {}
  );
}

function envOf(container: Fields): Record<string, string> {
  return Object.fromEntries(list(container.env).map((e) => [text(e.name), text(e.value)]));
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, v]) => [key, text(v)]));
}

function numberIn(value: unknown, key: string): number | null {
  const found = fields(value)[key];
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}
