import { aws } from '../../model/command-line.ts';
import { ADDON, MANAGE_DOCUMENT, SYSTEM_PACKAGE } from '../agent.ts';
import { notApplicable, passed, unknown, warned } from '../check.ts';
import { clusterCheck } from '../subjects.ts';

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
