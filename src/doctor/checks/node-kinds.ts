import { guide } from '../agent.ts';
import { failed, notApplicable, passed, warned } from '../check.ts';
import { clusterCheck } from '../subjects.ts';

export const nodeKinds = clusterCheck({
  id: 'node-kinds',
  title: 'nodes can have agents',
  source: guide('agents-kubernetes-eks'),
  async run(facts, cluster) {
    const [fargate, groups, nodes] = await Promise.all([
      facts.fargateProfiles(cluster),
      facts.nodegroups(cluster),
      facts.nodes(cluster),
    ]);
    const linux = nodes.filter((n) => !/windows/i.test(n.platform));
    const windows = groups.filter((g) => g.windows).map((g) => g.name);
    const never = [
      ...(fargate.length ? [`pods of the Fargate profiles ${fargate.join(', ')}`] : []),
      ...(windows.length || linux.length < nodes.length
        ? [`Windows nodes ${windows.join(', ')}`.trim()]
        : []),
      ...(cluster.hybrid ? ['hybrid nodes'] : []),
    ];
    const evidence = { fargate, windows, hybrid: cluster.hybrid, linuxNodes: linux.length };
    if (never.length === 0) {
      if (nodes.length === 0)
        return notApplicable(`Cluster ${cluster.name} has no node that is an EC2 instance.`);
      return passed(`All ${nodes.length} nodes of cluster ${cluster.name} can have an agent.`, evidence);
    }
    const words = `Agents run on Linux EC2 nodes only. In cluster ${cluster.name}, these can never have one: ${never.join('; ')}.`;
    return linux.length === 0 ? failed({ finding: words, evidence }) : warned({ finding: words, evidence });
  },
});
