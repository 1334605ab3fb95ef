import { kubectl } from '../../model/command-line.ts';
import { ADDON, DAEMON_SET, NAMESPACE } from '../agent.ts';
import { failed, notApplicable, passed, warned } from '../check.ts';
import { addonSettling, isSettling } from '../settling.ts';
import { clusterCheck } from '../subjects.ts';

const WORDS: Readonly<Record<string, string>> = {
  InsufficientNumberOfReplicas:
    'Pods of the agent do not run: look for resources, images that cannot be pulled, and policies that forbid privileged pods.',
  AdmissionRequestDenied: `A policy of the cluster refuses the pods: exempt the namespace ${NAMESPACE}.`,
  ConfigurationConflict: 'Something in the cluster was changed by hand.',
  AccessDenied: 'EKS may not change the cluster.',
  AddonPermissionFailure: 'The role of the add-on lacks a permission.',
};

export const eksAddonHealth = clusterCheck({
  id: 'eks-addon-health',
  title: "the agent's add-on is healthy",
  source: 'https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html',
  cheap: true,
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const addon = await facts.addon(cluster, ADDON);
    if (!addon) return notApplicable(`Cluster ${cluster.name} has no add-on.`);
    const { status, issues } = addon;
    const evidence = { status, issues };
    if (isSettling(addon)) {
      return warned({
        finding: `${ADDON} of cluster ${cluster.name} is ${status}: it goes on by itself.`,
        evidence,
        settling: addonSettling(facts, cluster.name, ADDON),
      });
    }
    if (status === 'ACTIVE' && issues.length === 0) {
      return passed(`${ADDON} of cluster ${cluster.name} is ACTIVE, without issues.`, evidence);
    }
    const said = issues.map(({ code, message }) =>
      `${code}: ${message.replace(/\.?$/, '.')} ${WORDS[code] ?? ''}`.trim(),
    );
    return failed({
      finding: `${ADDON} of cluster ${cluster.name} is ${status}. ${said.join(' ')}`.trim(),
      evidence,
      fix: [kubectl(NAMESPACE, 'describe daemonset', {}, DAEMON_SET), kubectl(NAMESPACE, 'get pods -o wide')],
    });
  },
});
