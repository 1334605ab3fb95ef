import type { ClusterDetails } from '../../aws/eks.ts';
import { kubernetes } from '../../aws/kubernetes.ts';
import { kubectl } from '../../model/command-line.ts';
import { instant } from '../../model/time.ts';
import type { Repair } from '../check.ts';
import type { Facts } from '../facts.ts';
import { inCluster } from './in-cluster.ts';
import { toDaemonSet } from './objects.ts';

/** What 'kubectl rollout restart' does (kubectl: pkg/polymorphichelpers/objectrestarter.go). Only where that is asked for. */
export async function restartAgents(facts: Facts, cluster: ClusterDetails): Promise<Repair[]> {
  const { api, name } = cluster;
  const { agents } = await inCluster(facts, cluster);
  if (!facts.fixCluster || agents === null || api === null) return [];
  const { namespace, name: daemonSet } = agents.daemonSet;
  const annotations = { 'kubectl.kubernetes.io/restartedAt': instant(facts.now) };
  const patch = { spec: { template: { metadata: { annotations } } } };
  const client = kubernetes(facts.aws, api);
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/daemonsets`;
  const state = async () => {
    const [set] = await client.list(path, { fieldSelector: `metadata.name=${daemonSet}` });
    const { observed, desired, updated, ready } = toDaemonSet(set ?? {});
    const done = observed && desired !== null && updated === desired && ready === desired;
    return done ? DONE : `${ready ?? 0} of ${desired ?? '?'} ready`;
  };
  return [
    {
      stage: 'restart',
      title: `Restart the agents of cluster ${name}`,
      details: [`DaemonSet ${daemonSet} in ${namespace}, one node after another`],
      action: 'kubernetes:patch daemonsets',
      request: { namespace, daemonSet, patch },
      once: `restart ${name}`,
      run: () => client.patchDaemonSet(namespace, daemonSet, patch),
      settling: {
        what: `DaemonSet ${daemonSet} of cluster ${name}`,
        read: state,
        isDone: (status) => status === DONE,
        hint: kubectl(namespace, 'rollout status', {}, `daemonset/${daemonSet}`),
      },
    },
  ];
}

const DONE = 'restarted';
