import type { ClusterDetails } from '../../aws/eks.ts';
import type { PolicyDocument, Role } from '../../aws/iam.ts';
import { aws, type CommandLine, kubectl } from '../../model/command-line.ts';
import { nameIn, ownerOf } from '../../model/ids.ts';
import { createAddon } from '../addon.ts';
import { ADDON, guide, isOlder, POD_IDENTITY_ADDON, PUBLISH, SERVICE_ACCOUNT } from '../agent.ts';
import {
  agentRole,
  associationsOf,
  hasProvider,
  irsaTrust,
  POD_TRUST,
  placeOf,
  policyAllows,
  publishing,
  roleTrust,
  seenIn,
  trustsPods,
  trustsRole,
  trustsServiceAccount,
  withAllowed,
  withTrust,
} from '../agent-role.ts';
import {
  allPublish,
  byHand,
  clusterCheck,
  failed,
  notApplicable,
  type Outcome,
  ofEach,
  orProven,
  passed,
  unknown,
  warned,
} from '../check.ts';
import { type Facts, ifRefused } from '../facts.ts';
import { giveRole, letPublish, mendTrust } from '../role-repairs.ts';
import { addonSettling, isSettling } from '../settling.ts';

export const podIdentityAgent = clusterCheck({
  id: 'pod-identity-agent',
  title: 'the Pod Identity Agent runs',
  source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html',
  async run(facts, cluster) {
    const { name, autoMode } = cluster;
    const [addon, role, seen] = await Promise.all([
      facts.addon(cluster, POD_IDENTITY_ADDON),
      agentRole(facts, cluster),
      seenIn(facts, cluster),
    ]);
    if (role?.by === 'irsa') return notApplicable(`The agents of cluster ${name} get their role by IRSA.`);
    if (!addon) {
      const own = seen?.identityAgent?.daemonSet;
      if (own)
        return passed(
          `Cluster ${name} has a Pod Identity Agent that is no add-on: DaemonSet ${own.name} in ${own.namespace}.`,
        );
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
  async run(facts, cluster) {
    const { name } = cluster;
    const [role, { right, near }, { namespace, serviceAccount: account }, addon] = await Promise.all([
      agentRole(facts, cluster),
      associationsOf(facts, cluster),
      placeOf(facts, cluster),
      facts.addon(cluster, ADDON),
    ]);
    if (right) {
      const both = addon?.roleArn
        ? `; the role of its service account, ${nameIn(addon.roleArn)} (IRSA), is not used beside it`
        : '';
      return passed(`${account} in ${namespace} has a pod identity association${both}.`, {
        ...right,
        serviceAccountRoleArn: addon?.roleArn ?? null,
      });
    }
    if (role) return notApplicable(`The agents of cluster ${name} get their role by IRSA.`);
    const outdated = addon && isOlder(addon.version, '1.0.1');
    if (outdated && near.some((a) => a.namespace === namespace && a.serviceAccount === SERVICE_ACCOUNT)) {
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
        ? `The pod identity association of cluster ${name} is for ${words}; the agents run as ${account} in ${namespace}, and have no role.`
        : `Cluster ${name} has no pod identity association for ${account} in ${namespace}: the agents have no role.`,
      evidence: { namespace, serviceAccount: account, near },
      fix: await roleCommands(facts, cluster),
    });
  },
  repair: (facts, clusters) => ofEach(clusters, (cluster) => giveRole(facts, cluster)),
});

/** What --fix does; and agents that run already have the role when they start again. */
async function roleCommands(facts: Facts, cluster: ClusterDetails): Promise<CommandLine[]> {
  const [repairs, seen, addon, { namespace, daemonSet }] = await Promise.all([
    giveRole(facts, cluster).catch(ifRefused([])),
    seenIn(facts, cluster),
    facts.addon(cluster, ADDON),
    placeOf(facts, cluster),
  ]);
  const run = seen ? seen.agents !== null : addon !== null;
  return [
    ...byHand(repairs, facts.region),
    ...(run ? [kubectl(namespace, 'rollout restart', {}, `daemonset/${daemonSet}`)] : []),
  ];
}

export const agentRoleTrust = clusterCheck({
  id: 'agent-role-trust',
  title: "the agents' role may be assumed by them",
  source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html',
  needs: ['pod-identity-association'],
  run: (facts, cluster) =>
    orProven(
      facts,
      () => facts.nodes(cluster),
      async () => {
        const given = await agentRole(facts, cluster);
        if (!given) return notApplicable(`The agents of cluster ${cluster.name} have no role.`);
        const [role, place] = await Promise.all([facts.role(given.arn), placeOf(facts, cluster)]);
        const name = nameIn(given.arn);
        if (!role) {
          return failed({
            finding: `Role ${name}, which the agents of cluster ${cluster.name} are given, does not exist.`,
            evidence: { roleArn: given.arn },
            fix: byHand(await mendTrust(facts, cluster).catch(ifRefused([])), facts.region),
          });
        }
        const evidence = { roleArn: role.arn, by: given.by, trust: role.trust };
        if (given.by === 'pod-identity') {
          if (trustsPods(role)) {
            return given.targetArn === null
              ? passed(`Role ${name} trusts pods.eks.amazonaws.com.`, evidence)
              : onward(facts, cluster, role, given.targetArn);
          }
          return failed({
            finding: `Role ${name} does not trust pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession: the agents of cluster ${cluster.name} get no credentials.`,
            evidence,
            fix: trustCommand(facts, role, POD_TRUST, trustsPods),
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
        const { namespace, serviceAccount: account } = place;
        if (trustsServiceAccount(role, issuer, place)) {
          return passed(`Role ${name} trusts ${account} of cluster ${cluster.name}.`, evidence);
        }
        return failed({
          finding: `Role ${name} does not trust ${account} in ${namespace} by the OIDC provider of cluster ${cluster.name}: the agents get no credentials.`,
          evidence,
          fix: trustCommand(
            facts,
            role,
            irsaTrust(ownerOf(cluster.arn, facts.region), issuer, place),
            (one) => trustsServiceAccount(one, issuer, place),
          ),
        });
      },
    ),
  repair: (facts, clusters) => ofEach(clusters, (cluster) => mendTrust(facts, cluster)),
});

/** One statement more; where another denies, what shows it. */
function trustCommand(
  { region }: Facts,
  role: Role,
  trust: PolicyDocument,
  trusts: (role: Role) => boolean,
): CommandLine {
  const policy = withTrust(role.trust, trust);
  return trusts({ ...role, trust: policy })
    ? aws('iam update-assume-role-policy', { 'role-name': role.name, 'policy-document': policy, region })
    : aws('iam get-role', { 'role-name': role.name, query: 'Role.AssumeRolePolicyDocument', region });
}

/** The role's own way on to the one that the agents act as; of another account's only half can be seen. */
async function onward(
  facts: Facts,
  cluster: ClusterDetails,
  role: Role,
  targetArn: string,
): Promise<Outcome> {
  const [name, target] = [nameIn(role.arn), nameIn(targetArn)];
  const { accountId } = ownerOf(targetArn, facts.region);
  const evidence = { roleArn: role.arn, targetRoleArn: targetArn };
  if (accountId !== ownerOf(cluster.arn, facts.region).accountId) {
    return unknown({
      finding: `The agents of cluster ${cluster.name} act as role ${target} of account ${accountId}: whether it trusts ${name}, only that account can tell.`,
      evidence,
    });
  }
  const found = await facts.role(targetArn);
  if (found && trustsRole(found, role.arn)) {
    return passed(`Role ${name} trusts pods.eks.amazonaws.com, and ${target} trusts ${name}.`, evidence);
  }
  return failed({
    finding: found
      ? `The agents of cluster ${cluster.name} are to act as role ${target}, which does not trust their role ${name}: they get no credentials.`
      : `The agents of cluster ${cluster.name} are to act as role ${target}, which does not exist.`,
    evidence,
    fix: aws(found ? 'iam update-assume-role-policy' : 'iam create-role', {
      'role-name': target,
      ...(found
        ? { 'policy-document': withTrust(found.trust, roleTrust(role.arn)) }
        : { 'assume-role-policy-document': roleTrust(role.arn) }),
      region: facts.region,
    }),
  });
}

export const agentRolePermission = clusterCheck({
  id: 'agent-role-permission',
  title: "the agents' role may publish",
  source: guide('agents-kubernetes-eks'),
  needs: ['pod-identity-association'],
  run: (facts, cluster) =>
    orProven(
      facts,
      () => facts.nodes(cluster),
      async () => {
        const role = await agentRole(facts, cluster);
        if (!role) return notApplicable(`The agents of cluster ${cluster.name} have no role.`);
        const narrowed = narrowedBy(facts, cluster, role);
        if (narrowed) return narrowed;
        const arn = role.targetArn ?? role.arn;
        const { accountId } = ownerOf(arn, facts.region);
        if (accountId !== ownerOf(cluster.arn, facts.region).accountId) {
          return unknown({
            finding: `The agents of cluster ${cluster.name} act as role ${nameIn(arn)} of account ${accountId}: whether it may call ${PUBLISH}, only that account can tell.`,
            evidence: { roleArn: role.arn, targetRoleArn: role.targetArn },
          });
        }
        return publishing(facts, arn, `the agents of cluster ${cluster.name}`);
      },
    ),
  repair: (facts, clusters) =>
    ofEach(clusters, async (cluster) => {
      const role = await agentRole(facts, cluster);
      return role === null || narrowedBy(facts, cluster, role)
        ? []
        : letPublish(facts, role.targetArn ?? role.arn);
    }),
});

/** A session policy gives nothing, and takes whatever it does not allow. */
function narrowedBy(
  facts: Facts,
  { name }: ClusterDetails,
  { arn, policy, association }: NonNullable<Awaited<ReturnType<typeof agentRole>>>,
): Outcome | null {
  if (policy === null || association === null || policyAllows(policy, PUBLISH) !== false) return null;
  return failed({
    finding: `The session policy of pod identity association ${association.id} of cluster ${name} does not allow ${PUBLISH}, whatever role ${nameIn(arn)} may: reports are answered with 403.`,
    evidence: { roleArn: arn, association: association.id, policy },
    fix: aws('eks update-pod-identity-association', {
      'cluster-name': name,
      'association-id': association.id,
      policy: withAllowed(policy, PUBLISH),
      region: facts.region,
    }),
  });
}
