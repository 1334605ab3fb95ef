import { aws } from '../../model/command-line.ts';
import { createAddon } from '../addon-repair.ts';
import { ADDON, guide } from '../agent.ts';
import { failed, notApplicable, passed } from '../check.ts';
import { allPublish } from '../proof.ts';
import { clusterCheck } from '../subjects.ts';

export const eksAddonInstalled = clusterCheck({
  id: 'eks-addon-installed',
  title: "the agent's add-on is installed",
  source: guide('agents-kubernetes-eks'),
  cheap: true,
  // It cannot be installed in an older one.
  needs: ['eks-version'],
  async run(facts, cluster) {
    const [addon, nodes] = await Promise.all([facts.addon(cluster, ADDON), facts.nodes(cluster)]);
    const { name } = cluster;
    if (addon)
      return passed(`${ADDON} ${addon.version} is installed in cluster ${name}.`, { version: addon.version });
    if (nodes.length === 0) return notApplicable(`Cluster ${name} has no node that is an EC2 instance.`);
    // Self-managed, by Helm.
    if (await allPublish(facts, nodes)) {
      return passed(`Cluster ${name} has agents without the add-on: its nodes publish.`, { addon: null });
    }
    return failed({
      finding: `${ADDON} is not installed in cluster ${name}: its ${nodes.length} nodes have no agent.`,
      evidence: { nodes: nodes.map((n) => n.id) },
      fix: aws('eks create-addon', { 'cluster-name': name, 'addon-name': ADDON, region: facts.region }),
    });
  },
  repair: async (facts, clusters) => clusters.map((cluster) => createAddon(facts, cluster, ADDON)),
});
