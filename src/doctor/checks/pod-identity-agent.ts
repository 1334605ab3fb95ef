import { aws, kubectl } from '../../model/command-line.ts';
import { createAddon } from '../addon-repair.ts';
import { ADDON, POD_IDENTITY_ADDON } from '../agent.ts';
import { failed, notApplicable, passed, warned } from '../check.ts';
import { addonSettling, isSettling } from '../settling.ts';
import { clusterCheck } from '../subjects.ts';

export const podIdentityAgent = clusterCheck({
  id: 'pod-identity-agent',
  title: 'the Pod Identity Agent runs',
  source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html',
  cheap: true,
  async run(facts, cluster) {
    const { name, autoMode } = cluster;
    const [addon, agent] = await Promise.all([
      facts.addon(cluster, POD_IDENTITY_ADDON),
      facts.addon(cluster, ADDON),
    ]);
    if (agent?.roleArn) return notApplicable(`The agents of cluster ${name} get their role by IRSA.`);
    if (!addon) {
      if (autoMode)
        return passed(`Cluster ${name} is in EKS Auto Mode, which has the Pod Identity Agent built in.`);
      return failed({
        finding: `The Pod Identity Agent is not installed in cluster ${name}: the agents have no credentials.`,
        fix: aws('eks create-addon', {
          'cluster-name': name,
          'addon-name': POD_IDENTITY_ADDON,
          region: facts.region,
        }),
      });
    }
    const { status, issues, version } = addon;
    const evidence = { status, issues, version };
    if (isSettling(addon)) {
      return warned({
        finding: `The Pod Identity Agent of cluster ${name} is ${status}: it goes on by itself.`,
        evidence,
        settling: addonSettling(facts, name, POD_IDENTITY_ADDON),
      });
    }
    if (status === 'ACTIVE') return passed(`The Pod Identity Agent of cluster ${name} is ACTIVE.`, evidence);
    return failed({
      finding:
        `The Pod Identity Agent of cluster ${name} is ${status}: agents may have no credentials. ${issues.map((i) => `${i.code}: ${i.message}`).join(' ')}`.trim(),
      evidence,
      fix: kubectl('kube-system', 'describe daemonset', {}, 'eks-pod-identity-agent'),
    });
  },
  async repair(facts, clusters) {
    const addons = await Promise.all(clusters.map((c) => facts.addon(c, POD_IDENTITY_ADDON)));
    return clusters.flatMap((cluster, i) =>
      addons[i] ? [] : [createAddon(facts, cluster, POD_IDENTITY_ADDON)],
    );
  },
});
