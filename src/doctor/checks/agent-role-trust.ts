import { nameInArn } from '../../aws/iam.ts';
import { aws } from '../../model/command-line.ts';
import { NAMESPACE } from '../agent.ts';
import { agentRole, POD_TRUST, serviceAccountOf, trustsPods, trustsServiceAccount } from '../agent-role.ts';
import { failed, notApplicable, passed } from '../check.ts';
import { orProven } from '../proof.ts';
import { clusterCheck } from '../subjects.ts';

export const agentRoleTrust = clusterCheck({
  id: 'agent-role-trust',
  title: "the agents' role may be assumed by them",
  source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html',
  cheap: true,
  needs: ['pod-identity-association'],
  run: (facts, cluster) =>
    orProven(
      facts,
      () => facts.nodes(cluster),
      async () => {
        const given = await agentRole(facts, cluster);
        if (!given) return notApplicable(`The agents of cluster ${cluster.name} have no role.`);
        const [role, account] = await Promise.all([facts.role(given.arn), serviceAccountOf(facts, cluster)]);
        const name = nameInArn(given.arn);
        if (!role) {
          return failed({
            finding: `Role ${name}, which the agents of cluster ${cluster.name} are given, does not exist.`,
            evidence: { roleArn: given.arn },
            fix: aws('iam create-role', {
              'role-name': name,
              'assume-role-policy-document': POD_TRUST,
              region: facts.region,
            }),
          });
        }
        const evidence = { roleArn: role.arn, by: given.by, trust: role.trust };
        if (given.by === 'pod-identity') {
          if (trustsPods(role)) return passed(`Role ${name} trusts pods.eks.amazonaws.com.`, evidence);
          return failed({
            finding: `Role ${name} does not trust pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession: the agents of cluster ${cluster.name} get no credentials.`,
            evidence,
            fix: aws('iam update-assume-role-policy', {
              'role-name': name,
              'policy-document': POD_TRUST,
              region: facts.region,
            }),
          });
        }
        const issuer = cluster.issuer ?? '';
        const providers = await facts.identityProviders();
        if (!providers.some((arn) => arn.endsWith(`oidc-provider/${issuer}`))) {
          return failed({
            finding: `IAM has no identity provider for cluster ${cluster.name}: role ${name} cannot be assumed by its agents.`,
            evidence,
            fix: aws('iam create-open-id-connect-provider', {
              url: `https://${issuer}`,
              'client-id-list': 'sts.amazonaws.com',
              region: facts.region,
            }),
          });
        }
        if (trustsServiceAccount(role, issuer, account)) {
          return passed(`Role ${name} trusts ${account} of cluster ${cluster.name}.`, evidence);
        }
        return failed({
          finding: `Role ${name} does not trust ${account} in ${NAMESPACE} by the OIDC provider of cluster ${cluster.name}: the agents get no credentials.`,
          evidence,
          fix: aws('iam update-assume-role-policy', {
            'role-name': name,
            'policy-document': irsaTrust(cluster.arn.split(':')[4] ?? '', issuer, account),
            region: facts.region,
          }),
        });
      },
    ),
});

function irsaTrust(accountId: string, issuer: string, account: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: `system:serviceaccount:${NAMESPACE}:${account}`,
          },
        },
      },
    ],
  };
}
