import { aws } from '../../model/command-line.ts';
import { all } from '../../model/units.ts';
import { ADDON, guide, MANAGE_DOCUMENT, SYSTEM_PACKAGE } from '../agent.ts';
import { clusterCheck, failed, notApplicable, passed, unknown, warned } from '../check.ts';

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
      return passed(`In cluster ${cluster.name}, ${all(nodes.length, 'node')} can have an agent.`, evidence);
    }
    const words = `Agents run on Linux EC2 nodes only. In cluster ${cluster.name}, these can never have one: ${never.join('; ')}. What they exchange with nodes that have one is measured there.`;
    return linux.length === 0 ? failed({ finding: words, evidence }) : warned({ finding: words, evidence });
  },
});

/** Nodes are made from one template: a few tell of all. */
const SAMPLE = 20;

export const duplicateAgents = clusterCheck({
  id: 'duplicate-agents',
  title: 'nodes have one agent each',
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-agents-ec2.html',
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const [addon, nodes, managed] = await Promise.all([
      facts.addon(cluster, ADDON),
      facts.nodes(cluster),
      facts.managed(),
    ]);
    const known = nodes.filter((n) => managed.has(n.id)).slice(0, SAMPLE);
    if (!addon || known.length === 0) {
      return notApplicable(`Systems Manager manages no node of cluster ${cluster.name}.`);
    }
    const inventories = await Promise.all(
      known.map(async (n) => ({ id: n.id, packages: await facts.packages(n) })),
    );
    const doubled = inventories
      .filter((n) => n.packages?.some((p) => p.name === SYSTEM_PACKAGE))
      .map((n) => n.id);
    const evidence = { asked: known.map((n) => n.id), doubled };
    if (inventories.every((n) => n.packages === null)) {
      return unknown({
        finding: `No node of cluster ${cluster.name} has an inventory: whether it has an agent of its own is not known.`,
        evidence,
      });
    }
    if (doubled.length === 0)
      return passed(`No node of cluster ${cluster.name} has an agent besides the add-on's.`, evidence);
    return warned({
      finding: `${doubled.join(', ')} of cluster ${cluster.name} have an agent of their own besides the add-on's: what they send is counted twice.`,
      evidence,
      fix: aws('ssm send-command', {
        'document-name': MANAGE_DOCUMENT,
        'instance-ids': doubled,
        parameters: 'Action=Deactivate',
        region: facts.region,
      }),
    });
  },
});
