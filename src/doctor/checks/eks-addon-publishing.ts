import { aws } from '../../model/command-line.ts';
import { updateAddon } from '../addon-repair.ts';
import { ADDON } from '../agent.ts';
import { failed, notApplicable, passed, unknown } from '../check.ts';
import { configurationOf, publishingOff, withPublishing } from '../configuration.ts';
import { clusterCheck } from '../subjects.ts';

export const eksAddonPublishing = clusterCheck({
  id: 'eks-addon-publishing',
  title: 'publishing is not switched off',
  source: 'https://github.com/aws/network-flow-monitor-agent',
  cheap: true,
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const { name } = cluster;
    const addon = await facts.addon(cluster, ADDON);
    if (!addon) return notApplicable(`Cluster ${name} has no add-on.`);
    const values = configurationOf(addon);
    const evidence = { configurationValues: addon.configuration };
    if (!values)
      return unknown({
        finding: `The configuration of ${ADDON} in cluster ${name} is neither JSON nor YAML.`,
        evidence,
      });
    const off = publishingOff(values);
    if (off.length === 0)
      return passed(`The configuration of ${ADDON} in cluster ${name} lets it publish.`, evidence);
    return failed({
      finding: `${off.join(', ')} is set in the configuration of ${ADDON} in cluster ${name}: its agents run, and publish nothing.`,
      evidence,
      fix: aws('eks update-addon', {
        'cluster-name': name,
        'addon-name': ADDON,
        'configuration-values': withPublishing(values),
        region: facts.region,
      }),
    });
  },
  repair: async (facts, clusters) => (await Promise.all(clusters.map((c) => updateAddon(facts, c)))).flat(),
});
