import type { Association, ClusterDetails } from '../aws/eks.ts';
import type { PolicyDocument, PolicyStatement, Role } from '../aws/iam.ts';
import { aws } from '../model/command-line.ts';
import { RefusedError, UnreachableError } from '../model/errors.ts';
import { nameIn, type Owner, ownerOf } from '../model/ids.ts';
import {
  ADDON,
  DAEMON_SET,
  isOlder,
  NAMESPACE,
  OLD_SERVICE_ACCOUNT,
  PUBLISH,
  PUBLISH_POLICY,
  SERVICE_ACCOUNT,
  USUAL_ROLE,
} from './agent.ts';
import { failed, type Outcome, passed } from './check.ts';
import { type InCluster, inCluster } from './cluster/in-cluster.ts';
import type { Facts } from './facts.ts';

/* How the agents of a cluster get their credentials. */

interface AgentRole {
  /** That of the association or the service account. */
  arn: string;
  /** By the Pod Identity Agent, or by the cluster's OIDC provider (IRSA). */
  by: 'pod-identity' | 'irsa';
  /** The agents act as this one, if there is one: the role is used to assume it. */
  targetArn: string | null;
  /** Session policy of the association, as JSON: what it does not allow, no role gives. */
  policy: string | null;
  association: Association | null;
  /** When the association was made. */
  since: string | null;
}

/** Where the agents are, and as whom they run. */
interface Place {
  namespace: string;
  serviceAccount: string;
  daemonSet: string;
}

/** As the cluster says; where it does not, as the add-on is made: 1.0.0 had another service account. */
export async function placeOf(facts: Facts, cluster: ClusterDetails): Promise<Place> {
  const [addon, seen] = await Promise.all([facts.addon(cluster, ADDON), seenIn(facts, cluster)]);
  const set = seen?.agents?.daemonSet;
  if (set) return { namespace: set.namespace, serviceAccount: set.serviceAccount, daemonSet: set.name };
  return {
    namespace: addon?.namespace ?? NAMESPACE,
    serviceAccount: addon && isOlder(addon.version, '1.0.1') ? OLD_SERVICE_ACCOUNT : SERVICE_ACCOUNT,
    daemonSet: DAEMON_SET,
  };
}

/** Null where the cluster does not let itself be asked. */
export async function seenIn(facts: Facts, cluster: ClusterDetails): Promise<InCluster | null> {
  try {
    return await inCluster(facts, cluster);
  } catch (error) {
    if (error instanceof RefusedError || error instanceof UnreachableError) return null;
    throw error;
  }
}

/** The association that fits, and those that were meant to. */
export async function associationsOf(
  facts: Facts,
  cluster: ClusterDetails,
): Promise<{ right: Association | null; near: Association[] }> {
  const [all, { namespace, serviceAccount }] = await Promise.all([
    facts.associations(cluster),
    placeOf(facts, cluster),
  ]);
  const right = all.find((a) => a.namespace === namespace && a.serviceAccount === serviceAccount) ?? null;
  const near = all.filter(
    (a) =>
      a !== right && (a.namespace === namespace || /network-flow/.test(`${a.namespace} ${a.serviceAccount}`)),
  );
  return { right, near };
}

/**
 * Null where nothing gives them a role. Where both do, the association wins: the webhook that prepares pods leaves
 * the service account's own role out (amazon-eks-pod-identity-webhook, pkg/handler).
 */
export async function agentRole(facts: Facts, cluster: ClusterDetails): Promise<AgentRole | null> {
  const [addon, { right }, seen] = await Promise.all([
    facts.addon(cluster, ADDON),
    associationsOf(facts, cluster),
    seenIn(facts, cluster),
  ]);
  if (right) {
    const { roleArn, targetRoleArn, policy, createdAt } = await facts.associationDetails(cluster, right);
    return {
      arn: roleArn,
      by: 'pod-identity',
      targetArn: targetRoleArn,
      policy,
      association: right,
      since: createdAt,
    };
  }
  const arn = addon?.roleArn ?? seen?.agents?.pods.find((p) => p.given === 'irsa')?.roleArn ?? null;
  return arn === null
    ? null
    : { arn, by: 'irsa', targetArn: null, policy: null, association: null, since: null };
}

/** A role that is there and fit for the agents: that of a misnamed association, or the one that the console makes. */
export async function fitRole(facts: Facts, cluster: ClusterDetails): Promise<string | null> {
  const { near } = await associationsOf(facts, cluster);
  const given = await Promise.all(near.map((a) => facts.associationDetails(cluster, a)));
  for (const candidate of [...given.map((a) => a.roleArn), USUAL_ROLE]) {
    const role = await facts.role(candidate);
    if (role && trustsPods(role) && (await facts.mayPublish(role.arn)) === 'allowed') return role.arn;
  }
  return null;
}

const PODS = 'pods.eks.amazonaws.com';
/** EKS Pod Identity takes both (EKS user guide, pod-id-role). */
const POD_ACTIONS = ['sts:AssumeRole', 'sts:TagSession'];
const INSTANCES = 'ec2.amazonaws.com';
const INSTANCE_ACTIONS = ['sts:AssumeRole'];

export const POD_TRUST = trustIn({ Service: PODS }, POD_ACTIONS);
export const HOST_TRUST = trustIn({ Service: INSTANCES }, INSTANCE_ACTIONS);

/** Of one service account, by the cluster's OIDC provider. */
export function irsaTrust(
  { partition, accountId }: Owner,
  issuer: string,
  { namespace, serviceAccount }: Pick<Place, 'namespace' | 'serviceAccount'>,
): PolicyDocument {
  const provider = { Federated: `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}` };
  return trustIn(provider, 'sts:AssumeRoleWithWebIdentity', {
    StringEquals: {
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
    },
  });
}

/** Of a role that is used to assume another. */
export function roleTrust(arn: string): PolicyDocument {
  return trustIn({ AWS: arn }, POD_ACTIONS);
}

function trustIn(
  Principal: Record<string, string>,
  Action: string | string[],
  Condition?: Record<string, Record<string, string>>,
): PolicyDocument {
  const statement: PolicyStatement = {
    Effect: 'Allow',
    Principal,
    Action,
    ...(Condition && { Condition }),
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

/** The first, and what the second adds. */
export function withTrust(trust: PolicyDocument, added: PolicyDocument): PolicyDocument {
  return { ...trust, Statement: [...statements(trust), ...statements(added)] };
}

export function trustsPods(role: Role): boolean {
  return trustsService(role, PODS, POD_ACTIONS);
}

export function trustsInstances(role: Role): boolean {
  return trustsService(role, INSTANCES, INSTANCE_ACTIONS);
}

function trustsService({ trust }: Role, service: string, actions: readonly string[]): boolean {
  const allowed = statements(trust)
    .filter((s) => s.Effect === 'Allow' && principals(s, 'Service').includes(service))
    .flatMap((s) => listOf(s.Action));
  return (
    actions.every((action) => allowed.some((a) => matches(a, action))) &&
    !denies(trust, actions, (s) => principals(s, 'Service').some((who) => who === service || who === '*'))
  );
}

/** To whom it is for, whatever else allows it. Under a condition it may not hold. */
function denies(
  trust: PolicyDocument,
  actions: readonly string[],
  concerns: (statement: PolicyStatement) => boolean,
): boolean {
  return statements(trust).some(
    (s) =>
      s.Effect === 'Deny' &&
      s.Condition === undefined &&
      concerns(s) &&
      listOf(s.Action).some((pattern) => actions.some((action) => matches(pattern, action))),
  );
}

/** Has IAM the provider of this issuer? */
export function hasProvider(providers: readonly string[], issuer: string): boolean {
  return providers.some((arn) => arn.endsWith(`oidc-provider/${issuer}`));
}

/** The cluster's OIDC provider may act for the service account, by exact name or by pattern. */
export function trustsServiceAccount(
  { trust }: Role,
  issuer: string,
  { namespace, serviceAccount }: Pick<Place, 'namespace' | 'serviceAccount'>,
): boolean {
  const subject = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const isProvider = (arn: string) => arn.endsWith(`oidc-provider/${issuer}`);
  const denied = denies(trust, ['sts:AssumeRoleWithWebIdentity'], (s) =>
    principals(s, 'Federated').some((who) => who === '*' || isProvider(who)),
  );
  if (denied) return false;
  return statements(trust).some((s) => {
    const federated = principals(s, 'Federated').some(isProvider);
    const subjects = Object.values(s.Condition ?? {}).flatMap((c) => listOf(c[`${issuer}:sub`]));
    const action = listOf(s.Action).some((a) => matches(a, 'sts:AssumeRoleWithWebIdentity'));
    return (
      s.Effect === 'Allow' &&
      federated &&
      action &&
      (subjects.length === 0 || subjects.some((p) => matches(p, subject)))
    );
  });
}

/** A role of this or another account, by its own name or by that of the whole account. */
export function trustsRole({ trust }: Role, arn: string): boolean {
  const { accountId } = ownerOf(arn, '');
  const fits = (who: string) =>
    who === '*' ||
    who === accountId ||
    who === arn ||
    (/:root$/.test(who) && ownerOf(who, '').accountId === accountId);
  if (denies(trust, ['sts:AssumeRole'], (s) => principals(s, 'AWS').some(fits))) return false;
  return statements(trust).some(
    (s) =>
      s.Effect === 'Allow' &&
      principals(s, 'AWS').some(fits) &&
      listOf(s.Action).some((a) => matches(a, 'sts:AssumeRole')),
  );
}

/** What a policy that stands by itself lets through, without its conditions: a session policy, an endpoint's. */
export function policyAllows(text: string, action: string): boolean | null {
  let document: PolicyDocument;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const concerning = (effect: string) =>
    statements(document).filter(
      (s) => s.Effect === effect && listOf(s.Action).some((a) => matches(a, action)),
    );
  if (concerning('Deny').some((s) => s.Condition === undefined)) return false;
  return concerning('Allow').length > 0;
}

/** The same policy, which allows one thing more to whom it is for. */
export function withAllowed(text: string, action: string): object {
  const { Statement = [], ...rest } = JSON.parse(text) as { Statement?: object | object[] };
  const all = Array.isArray(Statement) ? Statement : [Statement];
  // Policies of resources, such as endpoints, name who may.
  const isResource = all.some((s) => 'Principal' in s);
  const allow = { Effect: 'Allow', ...(isResource ? { Principal: '*' } : {}), Action: action, Resource: '*' };
  return { ...rest, Statement: [...all, allow] };
}

function statements({ Statement = [] }: PolicyDocument): PolicyStatement[] {
  return Array.isArray(Statement) ? Statement : [Statement];
}

function principals({ Principal }: PolicyStatement, kind: string): string[] {
  return typeof Principal === 'object' ? listOf(Principal[kind]) : listOf(Principal);
}

function listOf(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}

/** IAM's wildcards. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}

/** What IAM would decide, not which policies are attached: permission may come by a wildcard, and be denied elsewhere. */
export async function publishing(facts: Facts, roleArn: string, who: string): Promise<Outcome> {
  const name = nameIn(roleArn);
  const decision = await facts.mayPublish(roleArn);
  const evidence = { roleArn, action: PUBLISH, decision };
  if (decision === 'allowed') return passed(`Role ${name} may call ${PUBLISH}.`, evidence);
  if (decision === 'explicitDeny') {
    return failed({
      finding: `A policy denies ${PUBLISH} to role ${name} explicitly: reports of ${who} are answered with 403. One more Allow does not help.`,
      evidence,
      // One of these: IAM does not say which.
      fix: ['list-attached-role-policies', 'list-role-policies'].map((verb) =>
        aws(`iam ${verb}`, { 'role-name': name, region: facts.region }),
      ),
    });
  }
  return failed({
    finding: `Role ${name} may not call ${PUBLISH}: reports of ${who} are answered with 403.`,
    evidence,
    fix: aws('iam attach-role-policy', {
      'role-name': name,
      'policy-arn': PUBLISH_POLICY,
      region: facts.region,
    }),
  });
}
