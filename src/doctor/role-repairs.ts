import { ec2, type Instance } from '../aws/ec2.ts';
import { type ClusterDetails, eks } from '../aws/eks.ts';
import { iam, type PolicyDocument, type Role } from '../aws/iam.ts';
import { pause } from '../aws/pause.ts';
import { aws as awsCommand } from '../model/command-line.ts';
import { RefusedError } from '../model/errors.ts';
import { nameIn, ownerOf } from '../model/ids.ts';
import { SECOND } from '../model/time.ts';
import { runsAsNobody } from './addon.ts';
import { ADDON, HOST_ROLE, PUBLISH, PUBLISH_POLICY, SERVICE_ACCOUNT, USUAL_ROLE } from './agent.ts';
import {
  agentRole,
  fitRole,
  HOST_TRUST,
  hasProvider,
  irsaTrust,
  POD_TRUST,
  placeOf,
  roleTrust,
  trustsInstances,
  trustsPods,
  trustsRole,
  trustsServiceAccount,
  withTrust,
} from './agent-role.ts';
import type { Repair, Settling } from './check.ts';
import { type Facts, ifRefused } from './facts.ts';
import { orNull } from './questions.ts';

/*
 * The calls that give agents a role which may publish, and nothing more. Each is planned only where it is missing, so
 * that a run which was interrupted is gone on with.
 */

/** A role as it has to be, for who is to assume it. */
interface Wanted {
  name: string;
  trust: PolicyDocument;
  trusts(role: Role): boolean;
  /** False for one that is only used to assume another. */
  publishes?: boolean;
}

/** A role for the service account, and the association with it. */
export async function giveRole(facts: Facts, cluster: ClusterDetails): Promise<Repair[]> {
  const [found, addon] = await Promise.all([fitRole(facts, cluster), facts.addon(cluster, ADDON)]);
  const making = found === null ? await makeRole(facts, podRole(USUAL_ROLE)) : [];
  if (making === null) return [];
  const { partition, accountId } = ownerOf(cluster.arn, facts.region);
  const roleArn =
    found ?? (await facts.role(USUAL_ROLE))?.arn ?? `arn:${partition}:iam::${accountId}:role/${USUAL_ROLE}`;
  const place = await placeOf(facts, cluster);
  // One that is to be updated runs as another service account then.
  const updated = addon !== null && (await runsAsNobody(facts, cluster, addon));
  const serviceAccount = updated ? SERVICE_ACCOUNT : place.serviceAccount;
  const request = { clusterName: cluster.name, namespace: place.namespace, serviceAccount, roleArn };
  return [
    ...making,
    {
      stage: 'credentials',
      title: `Associate ${serviceAccount} of cluster ${cluster.name} with its role`,
      details: [
        `role: ${roleArn}`,
        ...(addon ? ['agents that run already have it once they are restarted (--fix-cluster)'] : []),
      ],
      action: 'eks:CreatePodIdentityAssociation',
      request,
      run: () => onceVisible(facts, () => eks(facts.aws).createAssociation(request)),
    },
  ];
}

/** What the role that the agents of a cluster are given lacks to be assumed by them. */
export async function mendTrust(facts: Facts, cluster: ClusterDetails): Promise<Repair[]> {
  const given = await agentRole(facts, cluster);
  if (!given) return [];
  const name = nameIn(given.arn);
  const owner = ownerOf(cluster.arn, facts.region);
  if (given.by === 'pod-identity') {
    const { targetArn } = given;
    const role = targetArn === null ? podRole(name) : { ...podRole(name), publishes: false };
    const target = targetArn !== null && ownerOf(targetArn, facts.region).accountId === owner.accountId;
    const onward = target && {
      name: nameIn(targetArn),
      trust: roleTrust(given.arn),
      trusts: (one: Role) => trustsRole(one, given.arn),
    };
    return [...((await makeRole(facts, role)) ?? []), ...((onward && (await makeRole(facts, onward))) || [])];
  }
  const { issuer } = cluster;
  if (issuer === null) return [];
  const [place, providers] = await Promise.all([placeOf(facts, cluster), facts.identityProviders()]);
  const role = await makeRole(facts, {
    name,
    trust: irsaTrust(owner, issuer, place),
    trusts: (one) => trustsServiceAccount(one, issuer, place),
  });
  return [
    ...(hasProvider(providers, issuer) ? [] : [createProvider(facts, cluster, issuer)]),
    ...(role ?? []),
  ];
}

/** A profile that holds a role which may publish, for instances without one. */
export async function giveProfile(facts: Facts, instances: readonly Instance[]): Promise<Repair[]> {
  const making = await makeRole(facts, {
    name: HOST_ROLE,
    trust: HOST_TRUST,
    trusts: trustsInstances,
  });
  if (making === null) return [];
  const without = instances.filter((i) => i.profileArn === null);
  const given = [...new Set(instances.flatMap((i) => i.profileArn ?? []))].map(nameIn);
  const names = [...given, ...(without.length > 0 ? [HOST_ROLE] : [])];
  const profiles = await Promise.all(
    names.map(async (name) => ({ name, profile: await facts.instanceProfile(name) })),
  );
  // An instance keeps the name of a profile that is gone: another one has to be put in its place by hand.
  const usable = profiles.filter(({ name, profile }) => profile !== null || name === HOST_ROLE);
  const own = usable.find(({ name }) => name === HOST_ROLE)?.profile;
  // Somebody else's, by the same name.
  if (
    own?.roleArn &&
    (await facts.mayPublish(own.roleArn)) !== 'allowed' &&
    nameIn(own.roleArn) !== HOST_ROLE
  )
    return [];
  return [
    ...(usable.some(({ profile }) => !profile?.roleArn) ? making : []),
    ...usable.flatMap(({ name, profile }) => [
      ...(profile === null ? [createProfile(facts, name)] : []),
      ...(profile?.roleArn ? [] : [fillProfile(facts, name)]),
    ]),
    ...without.map((instance) => associateProfile(facts, instance)),
  ];
}

/** The policy for a role that lacks it; none where another policy denies it: one more Allow does not help. */
export async function letPublish(facts: Facts, roleArn: string): Promise<Repair[]> {
  const [role, decision] = await Promise.all([facts.role(roleArn), facts.mayPublish(roleArn)]);
  return role && decision === 'implicitDeny' ? [attachPolicy(facts, role.name)] : [];
}

function podRole(name: string): Wanted {
  return { name, trust: POD_TRUST, trusts: trustsPods };
}

/** Null where no call makes it fit. */
async function makeRole(
  facts: Facts,
  { name, trust, trusts, publishes = true }: Wanted,
): Promise<Repair[] | null> {
  const role = await facts.role(name);
  if (!role) return [createRole(facts, name, trust), ...(publishes ? [attachPolicy(facts, name)] : [])];
  const decision = publishes ? await facts.mayPublish(role.arn) : 'allowed';
  // One more Allow does not help against a policy that denies, its own or that of its trust.
  const trusting = trusts(role) || trusts({ ...role, trust: withTrust(role.trust, trust) });
  if (decision === 'explicitDeny' || !trusting) return null;
  return [
    ...(trusts(role) ? [] : [addTrust(facts, role, trust, trusts)]),
    ...(decision === 'allowed' ? [] : [attachPolicy(facts, name)]),
  ];
}

function createRole(facts: Facts, name: string, trust: PolicyDocument): Repair {
  const request = { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) };
  return {
    stage: 'credentials',
    title: `Create role ${name}`,
    action: 'iam:CreateRole',
    request,
    run: () => iam(facts.aws).createRole(request),
    settling: visible(facts, name, async () => (await orNull(iam(facts.aws).role(name))) !== null),
  };
}

function attachPolicy(facts: Facts, name: string): Repair {
  const request = { RoleName: name, PolicyArn: PUBLISH_POLICY };
  const simulated = async () => {
    const role = await orNull(iam(facts.aws).role(name));
    if (role === null) return false;
    // Who may attach a policy may not be who may simulate it.
    const decision = await iam(facts.aws).simulate(role.arn, PUBLISH).catch(ifRefused('unknown'));
    return decision !== 'implicitDeny';
  };
  return {
    stage: 'credentials',
    title: `Attach ${nameIn(PUBLISH_POLICY)} to role ${name}`,
    details: [`it allows ${PUBLISH}, and nothing else`],
    action: 'iam:AttachRolePolicy',
    request,
    run: () => iam(facts.aws).attachPolicy(request),
    settling: visible(facts, name, simulated),
  };
}

/** Whoever could assume the role still can. */
function addTrust(facts: Facts, role: Role, trust: PolicyDocument, trusts: Wanted['trusts']): Repair {
  const { name } = role;
  const request = { RoleName: name, PolicyDocument: JSON.stringify(withTrust(role.trust, trust)) };
  return {
    stage: 'credentials',
    title: `Let the agents assume role ${name}`,
    details: ['its trust policy keeps what it has, and gets one statement more'],
    action: 'iam:UpdateAssumeRolePolicy',
    request,
    run: () => iam(facts.aws).updateTrust(request),
    settling: visible(facts, name, async () => trusts(await iam(facts.aws).role(name))),
  };
}

function createProvider(facts: Facts, { name }: ClusterDetails, issuer: string): Repair {
  const request = { Url: `https://${issuer}`, ClientIDList: ['sts.amazonaws.com'] };
  return {
    stage: 'credentials',
    title: `Create the identity provider of cluster ${name}`,
    action: 'iam:CreateOpenIDConnectProvider',
    request,
    run: () => iam(facts.aws).createIdentityProvider(request),
  };
}

function createProfile(facts: Facts, name: string): Repair {
  const request = { InstanceProfileName: name };
  return {
    stage: 'credentials',
    title: `Create instance profile ${name}`,
    action: 'iam:CreateInstanceProfile',
    request,
    run: () => iam(facts.aws).createInstanceProfile(request),
  };
}

function fillProfile(facts: Facts, name: string): Repair {
  const request = { InstanceProfileName: name, RoleName: HOST_ROLE };
  return {
    stage: 'credentials',
    title: `Put role ${HOST_ROLE} into instance profile ${name}`,
    action: 'iam:AddRoleToInstanceProfile',
    request,
    run: () => onceVisible(facts, () => iam(facts.aws).addToInstanceProfile(request)),
  };
}

function associateProfile(facts: Facts, { id }: Instance): Repair {
  const request = { InstanceId: id, IamInstanceProfile: { Name: HOST_ROLE } };
  return {
    stage: 'credentials',
    title: `Give ${id} instance profile ${HOST_ROLE}`,
    action: 'ec2:AssociateIamInstanceProfile',
    request,
    run: () => onceVisible(facts, () => ec2(facts.aws).associateProfile(request)),
  };
}

/*
 * IAM is eventually consistent: what was made may not be seen at once, by IAM itself or by other services
 * (docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html, "Changes that I make are not always immediately visible").
 */

function visible({ region }: Facts, role: string, isVisible: () => Promise<boolean>): Settling {
  return {
    what: `Role ${role}`,
    read: async () => ((await isVisible()) ? 'visible' : 'not visible yet'),
    isDone: (status) => status === 'visible',
    hint: awsCommand('iam get-role', { 'role-name': role, region }),
  };
}

/** What EKS, EC2 and IAM say of a role or profile that they do not see yet. */
const NOT_SEEN =
  /role\b.*(does not exist|cannot be (found|assumed))|Invalid IAM Instance Profile|no associated IAM Roles/i;
const FIRST_PAUSE = SECOND / 2;
const LONGEST_PAUSE = 30 * SECOND;

async function onceVisible({ aws }: Facts, call: () => Promise<void>): Promise<void> {
  for (let wait = FIRST_PAUSE; ; wait *= 2) {
    try {
      return await call();
    } catch (error) {
      const early = error instanceof RefusedError && NOT_SEEN.test(error.answer ?? '');
      if (!early || wait > LONGEST_PAUSE) throw error;
      await pause(wait, aws.signal);
    }
  }
}
