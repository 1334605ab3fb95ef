import type { ClusterDetails } from '../../aws/eks.ts';
import { kubernetes } from '../../aws/kubernetes.ts';
import { RefusedError } from '../../model/errors.ts';
import { ADDON, NAMESPACE } from '../agent.ts';
import type { Facts } from '../facts.ts';
import { type LogReading, readLog } from './logs.ts';
import {
  type DaemonSet,
  isAgent,
  type KubeEvent,
  type KubeNode,
  type Pod,
  toDaemonSet,
  toEvent,
  toNode,
  toPod,
} from './objects.ts';

/** What a cluster says of its agents; null where it has none. */
export interface Agents {
  daemonSet: DaemonSet;
  pods: Pod[];
  events: KubeEvent[];
}

export interface InCluster {
  /** All that look like the agent's: one is as it should be. */
  agents: Agents | null;
  others: DaemonSet[];
  /** Null where this identity may not list them: AmazonEKSViewPolicy leaves them out. */
  nodes: KubeNode[] | null;
  /** The Pod Identity Agent's, where it runs as a DaemonSet. */
  identityAgent: { daemonSet: DaemonSet; pods: Pod[] } | null;
}

/** Throws where the cluster does not let itself be asked; asked once. */
export function inCluster(facts: Facts, cluster: ClusterDetails): Promise<InCluster> {
  return facts.once(`in cluster ${cluster.name}`, () => look(facts, cluster));
}

async function look(facts: Facts, cluster: ClusterDetails): Promise<InCluster> {
  const { name, api } = cluster;
  if (api === null) {
    throw new RefusedError(
      'no-endpoint',
      `EKS does not say where the Kubernetes API of cluster ${name} is.`,
      {
        action: 'eks:DescribeCluster',
      },
    );
  }
  const ask = kubernetes(facts.aws, api);
  const [all, nodes, addon] = await Promise.all([
    ask.list('/apis/apps/v1/daemonsets').catch(ifDenied),
    ask.list('/api/v1/nodes').catch(ifDenied),
    facts.addon(cluster, ADDON).catch(ifNotTold),
  ]);
  // Who is let into some namespaces may be let into the agent's.
  const own = encodeURIComponent(addon?.namespace ?? NAMESPACE);
  const sets = all ?? (await ask.list(`/apis/apps/v1/namespaces/${own}/daemonsets`));
  const daemonSets = sets.map(toDaemonSet);
  const podsOf = async ({ namespace, selector }: DaemonSet) =>
    (
      await ask.list(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, {
        labelSelector: Object.entries(selector)
          .map((pair) => pair.join('='))
          .join(','),
      })
    ).map(toPod);
  const matching = daemonSets.filter(isAgent).sort((a, b) => (b.desired ?? 0) - (a.desired ?? 0));
  // An add-on in a namespace of its own is there and nowhere else.
  const first = matching.find((set) => (addon?.namespace ?? set.namespace) === set.namespace);
  const others = matching.filter((set) => set !== first);
  const identity = daemonSets.find((set) => set.name === 'eks-pod-identity-agent') ?? null;
  const [pods, events, identityPods] = await Promise.all([
    first ? podsOf(first) : [],
    first ? ask.list(`/api/v1/namespaces/${encodeURIComponent(first.namespace)}/events`) : [],
    identity ? podsOf(identity).catch(ifDenied) : [],
  ]);
  return {
    agents: first ? { daemonSet: first, pods, events: events.map(toEvent) } : null,
    others,
    nodes: nodes === null ? null : nodes.map(toNode),
    identityAgent: identity && identityPods && { daemonSet: identity, pods: identityPods },
  };
}

function ifNotTold(error: unknown): null {
  if (error instanceof RefusedError) return null;
  throw error;
}

function ifDenied(error: unknown): null {
  if (error instanceof RefusedError && error.code === 'cluster-denied') return null;
  throw error;
}

/** A few tell of all: agents are made from one template. */
const SAMPLE = 4;

export interface PodLog {
  pod: Pod;
  log: LogReading;
}

/** Of containers that ended, their own last words; of those that run, what they say of their reports. */
export function logsOf(facts: Facts, cluster: ClusterDetails, of: 'ended' | 'running'): Promise<PodLog[]> {
  return facts.once(`logs ${of} ${cluster.name}`, async () => {
    const { agents } = await inCluster(facts, cluster);
    if (!agents || cluster.api === null) return [];
    const ask = kubernetes(facts.aws, cluster.api);
    const wanted = agents.pods.filter((p) => (of === 'ended' ? p.restarts > 0 || p.ended !== null : p.ready));
    const read = spread(wanted).map(async (pod) => {
      // Where a container was begun again, the one before it has the last words.
      const previous = of === 'ended' && pod.restarts > 0;
      const text = await ask.log(pod.namespace, pod.name, pod.container, previous);
      return text === null ? [] : [{ pod, log: readLog(text) }];
    });
    // A node that does not answer for its pods says nothing of the others.
    const answers = await Promise.allSettled(read);
    const given = answers.flatMap((a) => (a.status === 'fulfilled' ? a.value : []));
    const refused = answers.find((a) => a.status === 'rejected');
    if (given.length === 0 && refused) throw refused.reason;
    return given;
  });
}

/** The first, the last and between: by name they may all be of one zone. */
function spread<T>(all: readonly T[]): T[] {
  if (all.length <= SAMPLE) return [...all];
  return Array.from(
    { length: SAMPLE },
    (_, i) => all[Math.floor((i * (all.length - 1)) / (SAMPLE - 1))] as T,
  );
}
