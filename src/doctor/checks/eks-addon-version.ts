import { aws } from '../../model/command-line.ts';
import { newestVersion, runsAsNobody, updateAddon } from '../addon-repair.ts';
import { ADDON, isOlder, OLD_SERVICE_ACCOUNT } from '../agent.ts';
import { failed, notApplicable, passed, warned } from '../check.ts';
import { clusterCheck } from '../subjects.ts';

export const eksAddonVersion = clusterCheck({
  id: 'eks-addon-version',
  title: 'its version has no known faults',
  source: 'https://github.com/aws/network-flow-monitor-agent/issues/26',
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const addon = await facts.addon(cluster, ADDON);
    if (!addon) return notApplicable(`Cluster ${cluster.name} has no add-on.`);
    const { version } = addon;
    const evidence = { version };
    if (!isOlder(version, '1.1.0')) return passed(`Cluster ${cluster.name} has ${version}.`, evidence);
    const newest = await newestVersion(facts, cluster);
    const fix = aws('eks update-addon', {
      'cluster-name': cluster.name,
      'addon-name': ADDON,
      ...(newest ? { 'addon-version': newest } : {}),
      region: facts.region,
    });
    if (await runsAsNobody(facts, cluster, addon)) {
      return failed({
        finding: `Cluster ${cluster.name} has ${version}, which runs as ${OLD_SERVICE_ACCOUNT}: no association fits that.`,
        evidence,
        fix,
      });
    }
    return warned({
      finding: `Cluster ${cluster.name} has ${version}: versions before 1.1.0 have no tolerations or no metrics of interfaces.`,
      evidence,
      fix,
    });
  },
  repair: async (facts, clusters) => (await Promise.all(clusters.map((c) => updateAddon(facts, c)))).flat(),
});
