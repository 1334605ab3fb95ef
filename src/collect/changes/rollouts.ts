import type { Aws } from '../../aws/aws.ts';
import { eks } from '../../aws/eks.ts';
import { type KubeObject, kubernetes } from '../../aws/kubernetes.ts';
import type { Window } from '../../model/case.ts';
import { RefusedError } from '../../model/errors.ts';
import { instant } from '../../model/time.ts';
import type { Found, Told } from './found.ts';

/** Of 250 each: 1,000 ReplicaSets, 2,000 pods. */
const MOST_PAGES = { replicasets: 4, pods: 8 };
const PAGE = 250;

/** What rolled out, was made anew or restarted in a cluster, as far as this identity may read it. */
export async function rolloutsOf(aws: Aws, cluster: string, window: Window): Promise<Told> {
  const { api } = await eks(aws).details(cluster);
  if (api === null) {
    throw new RefusedError('no-endpoint', `EKS does not say where the Kubernetes API of ${cluster} is.`, {
      action: 'eks:DescribeCluster',
    });
  }
  const ask = kubernetes(aws, api);
  const [sets, pods] = await Promise.all([
    ask.list('/apis/apps/v1/replicasets', {}, MOST_PAGES.replicasets),
    ask.list('/api/v1/pods', {}, MOST_PAGES.pods),
  ]);
  const whole = sets.length < MOST_PAGES.replicasets * PAGE && pods.length < MOST_PAGES.pods * PAGE;
  const made = [...groupsOf(pods, window)].map((group) => toFound(cluster, group, sets, window));
  return { found: [...made, ...pods.flatMap((pod) => restartOf(cluster, pod, window))], whole };
}

interface Group {
  namespace: string;
  kind: string;
  name: string;
  at: string;
  pods: string[];
}

/** Pods that were made in this time, by who made them. */
function groupsOf(pods: readonly KubeObject[], window: Window): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const { metadata = {} } of pods) {
    const at = instantOf(metadata.creationTimestamp);
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    const { namespace = '', name = '' } = metadata;
    // Jobs make pods all the time; that is their work, and no change.
    if (!at || !isWithin(at, window) || !owner || owner.kind === 'Job') continue;
    const key = `${namespace} ${owner.kind} ${owner.name}`;
    const known = groups.get(key);
    groups.set(key, {
      namespace,
      kind: owner.kind ?? '',
      name: owner.name ?? '',
      at: known && known.at < at ? known.at : at,
      pods: [...(known?.pods ?? []), name],
    });
  }
  return groups.values();
}

/** A ReplicaSet is as old as the template of its Deployment: one that is new is a rollout. */
function toFound(cluster: string, group: Group, sets: readonly KubeObject[], window: Window): Found {
  const { namespace, kind, name, at, pods } = group;
  const set =
    kind === 'ReplicaSet'
      ? sets.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace)
      : undefined;
  const deployment = set?.metadata?.ownerReferences?.find((owner) => owner.kind === 'Deployment')?.name;
  const begun = instantOf(set?.metadata?.creationTimestamp);
  const isRollout = deployment !== undefined && begun !== null && isWithin(begun, window);
  const amount = `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} made`;
  return {
    at: isRollout ? begun : at,
    source: 'Kubernetes',
    what: isRollout ? `rollout, ${amount}` : amount,
    by: null,
    where: `${deployment === undefined ? kind : 'Deployment'} ${namespace}/${deployment ?? name} of cluster ${cluster}`,
    ids: [],
    cluster,
    workload: { namespace, pods },
  };
}

interface ContainerStatus {
  name?: string;
  lastState?: { terminated?: { finishedAt?: string; reason?: string; exitCode?: number } };
}

function restartOf(cluster: string, { metadata = {}, status }: KubeObject, window: Window): Found[] {
  const { namespace = '', name = '' } = metadata;
  const containers = (status?.containerStatuses ?? []) as ContainerStatus[];
  if (!Array.isArray(containers)) return [];
  return containers.flatMap(({ lastState }): Found[] => {
    const { finishedAt, reason = 'ended', exitCode } = lastState?.terminated ?? {};
    const at = instantOf(finishedAt);
    if (!at || !isWithin(at, window)) return [];
    return [
      {
        at,
        source: 'Kubernetes',
        what: `container restarted (${reason}${exitCode === undefined ? '' : `, exit code ${exitCode}`})`,
        by: null,
        where: `pod ${namespace}/${name} of cluster ${cluster}`,
        ids: [],
        cluster,
        workload: { namespace, pods: [name] },
      },
    ];
  });
}

function instantOf(text: unknown): string | null {
  const millis = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(millis) ? null : instant(millis);
}

function isWithin(at: string, { start, end }: Window): boolean {
  return at >= start && at < end;
}
