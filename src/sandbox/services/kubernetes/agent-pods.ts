import {
  AGENT_DAEMON_SET,
  type AgentWorkload,
  type Fate,
  fateOf,
  nodesOf,
  podSuffix,
} from '../../world/kubernetes.ts';
import type { Instance } from '../../world/world.ts';
import type { View } from './view.ts';

/* The agent's pods: one for each node that can have it, and what became of it. */

export interface AgentPod {
  name: string;
  node: Instance;
  fate: Fate;
}

/** The agent's pod on every node that the DaemonSet wants one on, whether it could be made or not. */
export function agentPods({ world, cluster }: View, agent: AgentWorkload): AgentPod[] {
  return nodesOf(world, cluster)
    .map((node) => ({
      name: `${AGENT_DAEMON_SET}-${podSuffix(`${node.id}${agent.startedAt}`)}`,
      node,
      fate: fateOf(world, cluster, agent, node),
    }))
    .filter(({ fate }) => fate.state !== 'unwanted');
}
