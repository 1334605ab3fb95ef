import type { Association, ClusterDetails } from '../aws/eks.ts';
import type { PolicyDocument, PolicyStatement, Role } from '../aws/iam.ts';
import { aws } from '../model/command-line.ts';
import { nameIn, type Owner } from '../model/ids.ts';
import {
  ADDON,
  isOlder,
  NAMESPACE,
  OLD_SERVICE_ACCOUNT,
  PUBLISH,
  PUBLISH_POLICY,
  SERVICE_ACCOUNT,
  USUAL_ROLE,
} from './agent.ts';
import { failed, type Outcome, passed } from './check.ts';
import type { Facts } from './facts.ts';

/* How the agents of a cluster get their credentials. */

interface AgentRole {
  arn: string;
  /** By the Pod Identity Agent, or by the cluster's OIDC provider (IRSA). */
  by: 'pod-identity' | 'irsa';
}

/** The service account that the agents run as: 1.0.0 had another one. */
export async function serviceAccountOf(facts: Facts, cluster: ClusterDetails): Promise<string> {
  const addon = await facts.addon(cluster, ADDON);
  return addon && isOlder(addon.version, '1.0.1') ? OLD_SERVICE_ACCOUNT : SERVICE_ACCOUNT;
}

/** The association that fits, and those that were meant to. */
export async function associationsOf(
  facts: Facts,
  cluster: ClusterDetails,
): Promise<{ right: Association | null; near: Association[] }> {
  const [all, account] = await Promise.all([facts.associations(cluster), serviceAccountOf(facts, cluster)]);
  const right = all.find((a) => a.namespace === NAMESPACE && a.serviceAccount === account) ?? null;
  const near = all.filter((a) => a !== right && /network-flow/.test(`${a.namespace} ${a.serviceAccount}`));
  return { right, near };
}

/** Null where nothing gives them a role. */
export async function agentRole(facts: Facts, cluster: ClusterDetails): Promise<AgentRole | null> {
  const addon = await facts.addon(cluster, ADDON);
  if (addon?.roleArn) return { arn: addon.roleArn, by: 'irsa' };
  const { right } = await associationsOf(facts, cluster);
  return right && { arn: await facts.associationRole(cluster, right), by: 'pod-identity' };
}

/** A role that is there and fit for the agents: that of a misnamed association, or the one that the console makes. */
export async function fitRole(facts: Facts, cluster: ClusterDetails): Promise<string | null> {
  const { near } = await associationsOf(facts, cluster);
  const arns = await Promise.all(near.map((a) => facts.associationRole(cluster, a)));
  for (const candidate of [...arns, USUAL_ROLE]) {
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
export function irsaTrust({ partition, accountId }: Owner, issuer: string, account: string): PolicyDocument {
  const provider = { Federated: `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}` };
  return trustIn(provider, 'sts:AssumeRoleWithWebIdentity', {
    StringEquals: {
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: `system:serviceaccount:${NAMESPACE}:${account}`,
    },
  });
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
  return actions.every((action) => allowed.some((a) => matches(a, action)));
}

/** Has IAM the provider of this issuer? */
export function hasProvider(providers: readonly string[], issuer: string): boolean {
  return providers.some((arn) => arn.endsWith(`oidc-provider/${issuer}`));
}

/** The cluster's OIDC provider may act for the service account, by exact name or by pattern. */
export function trustsServiceAccount({ trust }: Role, issuer: string, account: string): boolean {
  const subject = `system:serviceaccount:${NAMESPACE}:${account}`;
  return statements(trust).some((s) => {
    const federated = principals(s, 'Federated').some((arn) => arn.endsWith(`oidc-provider/${issuer}`));
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
      fix: aws('iam list-attached-role-policies', { 'role-name': name, region: facts.region }),
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
