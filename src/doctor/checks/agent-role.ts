import type { ClusterDetails } from '../../aws/eks.ts';
import { aws, type CommandLine, kubectl } from '../../model/command-line.ts';
import { nameIn, ownerOf } from '../../model/ids.ts';
import { createAddon } from '../addon.ts';
import {
  ADDON,
  guide,
  NAMESPACE,
  POD_IDENTITY_ADDON,
  PUBLISH_POLICY,
  SERVICE_ACCOUNT,
  USUAL_ROLE,
} from '../agent.ts';
import {
  agentRole,
  associationsOf,
  fitRole,
  hasProvider,
  irsaTrust,
  POD_TRUST,
  publishing,
  serviceAccountOf,
  trustsPods,
  trustsServiceAccount,
} from '../agent-role.ts';
import {
  allPublish,
  clusterCheck,
  failed,
  notApplicable,
  ofEach,
  orProven,
  passed,
  warned,
} from '../check.ts';
import type { Facts } from '../facts.ts';
import { giveRole, letPublish, mendTrust } from '../role-repairs.ts';
import { addonSettling, isSettling } from '../settling.ts';

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
      fix: await roleCommands(facts, cluster, account),
    });
  },
  repair: (facts, clusters) => ofEach(clusters, (cluster) => giveRole(facts, cluster)),
});

/** With a role that is fit, or the making of one. */
async function roleCommands(facts: Facts, cluster: ClusterDetails, account: string): Promise<CommandLine[]> {
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
  const accountId = ownerOf(cluster.arn, facts.region).accountId;
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
        const name = nameIn(given.arn);
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
        if (!hasProvider(providers, issuer)) {
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
            'policy-document': irsaTrust(ownerOf(cluster.arn, facts.region), issuer, account),
            region: facts.region,
          }),
        });
      },
    ),
  repair: (facts, clusters) => ofEach(clusters, (cluster) => mendTrust(facts, cluster)),
});

export const agentRolePermission = clusterCheck({
  id: 'agent-role-permission',
  title: "the agents' role may publish",
  source: guide('agents-kubernetes-eks'),
  cheap: true,
  needs: ['pod-identity-association'],
  run: (facts, cluster) =>
    orProven(
      facts,
      () => facts.nodes(cluster),
      async () => {
        const role = await agentRole(facts, cluster);
        if (!role) return notApplicable(`The agents of cluster ${cluster.name} have no role.`);
        return publishing(facts, role.arn, `the agents of cluster ${cluster.name}`);
      },
    ),
  repair: (facts, clusters) =>
    ofEach(clusters, async (cluster) => {
      const role = await agentRole(facts, cluster);
      return role ? letPublish(facts, role.arn) : [];
    }),
});
