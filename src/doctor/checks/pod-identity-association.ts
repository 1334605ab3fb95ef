import { type ClusterDetails, eks } from '../../aws/eks.ts';
import { aws, type CommandLine } from '../../model/command-line.ts';
import { ADDON, guide, NAMESPACE, PUBLISH_POLICY, SERVICE_ACCOUNT, USUAL_ROLE } from '../agent.ts';
import { associationsOf, fitRole, POD_TRUST, serviceAccountOf } from '../agent-role.ts';
import { failed, notApplicable, passed, warned } from '../check.ts';
import type { Facts } from '../facts.ts';
import { allPublish } from '../proof.ts';
import { clusterCheck } from '../subjects.ts';

export const podIdentityAssociation = clusterCheck({
  id: 'pod-identity-association',
  title: "the agents' service account has a role",
  source: guide('troubleshooting'),
  cheap: true,
  async run(facts, cluster) {
    const { name } = cluster;
    const [addon, { right, near }, account] = await Promise.all([
      facts.addon(cluster, ADDON),
      associationsOf(facts, cluster),
      serviceAccountOf(facts, cluster),
    ]);
    if (addon?.roleArn) return notApplicable(`The agents of cluster ${name} get their role by IRSA.`);
    if (right) return passed(`${account} in ${NAMESPACE} has a pod identity association.`, { ...right });
    if (near.some((a) => a.namespace === NAMESPACE && a.serviceAccount === SERVICE_ACCOUNT)) {
      return warned({
        finding: `The pod identity association of cluster ${name} is for ${SERVICE_ACCOUNT}, which agents run as since version 1.0.1 of the add-on.`,
        evidence: { near },
      });
    }
    // Without a role of their own, agents on the network of the host have that of their node.
    if (await allPublish(facts, await facts.nodes(cluster))) {
      return passed(`The agents of cluster ${name} publish, with the role of their nodes.`);
    }
    const words = near.map((a) => `${a.serviceAccount} in ${a.namespace}`).join(', ');
    return failed({
      finding: near.length
        ? `The pod identity association of cluster ${name} is for ${words}; the agents run as ${account} in ${NAMESPACE}, and have no role.`
        : `Cluster ${name} has no pod identity association for ${account} in ${NAMESPACE}: the agents have no role.`,
      evidence: { namespace: NAMESPACE, serviceAccount: account, near },
      fix: await commands(facts, cluster, account),
    });
  },
  async repair(facts, clusters) {
    const repairs = await Promise.all(
      clusters.map(async (cluster) => {
        const [roleArn, serviceAccount] = await Promise.all([
          fitRole(facts, cluster),
          serviceAccountOf(facts, cluster),
        ]);
        if (!roleArn) return [];
        const request = { clusterName: cluster.name, namespace: NAMESPACE, serviceAccount, roleArn };
        return [
          {
            title: `Associate ${serviceAccount} of cluster ${cluster.name} with its role`,
            details: [`role: ${roleArn}`],
            action: 'eks:CreatePodIdentityAssociation',
            request,
            run: () => eks(facts.aws).createAssociation(request),
          },
        ];
      }),
    );
    return repairs.flat();
  },
});

/** With a role that is fit, or the making of one. */
async function commands(facts: Facts, cluster: ClusterDetails, account: string): Promise<CommandLine[]> {
  const { region } = facts;
  const found = await fitRole(facts, cluster).catch(() => null);
  const associate = (roleArn: string) =>
    aws('eks create-pod-identity-association', {
      'cluster-name': cluster.name,
      namespace: NAMESPACE,
      'service-account': account,
      'role-arn': roleArn,
      region,
    });
  if (found) return [associate(found)];
  const accountId = cluster.arn.split(':')[4] ?? '';
  return [
    aws('iam create-role', {
      'role-name': USUAL_ROLE,
      'assume-role-policy-document': POD_TRUST,
      region,
    }),
    aws('iam attach-role-policy', { 'role-name': USUAL_ROLE, 'policy-arn': PUBLISH_POLICY, region }),
    associate(`arn:aws:iam::${accountId}:role/${USUAL_ROLE}`),
  ];
}
