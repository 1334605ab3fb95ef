import { aws } from '../../model/command-line.ts';
import { keptAway, tolerationsOf, updateAddon } from '../addon-repair.ts';
import { ADDON } from '../agent.ts';
import { failed, notApplicable, passed } from '../check.ts';
import { ALL_TOLERATIONS, configurationOf } from '../configuration.ts';
import { clusterCheck } from '../subjects.ts';

export const eksAddonTolerations = clusterCheck({
  id: 'eks-addon-tolerations',
  title: 'agents tolerate the taints of their nodes',
  source: 'https://github.com/aws/network-flow-monitor-agent/issues/7',
  cheap: true,
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const [addon, groups] = await Promise.all([facts.addon(cluster, ADDON), facts.nodegroups(cluster)]);
    if (!addon) return notApplicable(`Cluster ${cluster.name} has no add-on.`);
    const avoided = await keptAway(facts, cluster, addon);
    const evidence = {
      tolerations: tolerationsOf(addon),
      taints: Object.fromEntries(groups.map((g) => [g.name, g.taints])),
    };
    if (avoided.length === 0) {
      return passed(`Nothing keeps agents off the managed nodes of cluster ${cluster.name}.`, evidence);
    }
    const words = avoided.map(
      (g) => `${g.name} (${g.taints.map((t) => `${t.key}=${t.value}:${t.effect}`).join(', ')})`,
    );
    return failed({
      finding: `Taints keep the agents of cluster ${cluster.name} off the nodes of ${words.join(', ')}: ${ADDON} ${addon.version} does not tolerate them.`,
      evidence,
      fix: aws('eks update-addon', {
        'cluster-name': cluster.name,
        'addon-name': ADDON,
        'configuration-values': { ...configurationOf(addon), tolerations: ALL_TOLERATIONS },
        region: facts.region,
      }),
    });
  },
  repair: async (facts, clusters) => (await Promise.all(clusters.map((c) => updateAddon(facts, c)))).flat(),
});
