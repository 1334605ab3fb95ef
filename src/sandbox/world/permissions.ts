import { stableHex } from '../wire/ids.ts';
import type { PolicyDocument, Role, Statement, World } from './world.ts';

/* What policies allow. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */

/** Who calls: the sandbox knows no users, so that everybody who has not assumed a role is the same one. */
export function callerOf({ accountId, caller }: Pick<World, 'accountId' | 'caller'>): string {
  return caller ?? `arn:aws:iam::${accountId}:user/nfm-sandbox`;
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** A policy of a role, with the name that a simulation gives it. */
export interface RolePolicy {
  id: string;
  type: 'aws-managed' | 'role';
  document: PolicyDocument;
}

export function policiesOf({ policies }: World, role: Role): RolePolicy[] {
  const attached = policies.filter(({ arn }) => role.attached.includes(arn));
  return [
    ...attached.map(({ arn, document }) => ({
      id: arn.split('/').at(-1) ?? arn,
      type: 'aws-managed' as const,
      document,
    })),
    ...role.inline.map(({ name, document }) => ({ id: name, type: 'role' as const, document })),
  ];
}

/** A Deny outdoes every Allow; what nobody speaks of is denied. */
export function evaluate(
  policies: RolePolicy[],
  action: string,
): { decision: Decision; matched: RolePolicy[] } {
  const matching = (effect: Statement['Effect']) =>
    policies.filter(({ document }) =>
      document.Statement.some((statement) => statement.Effect === effect && names(statement.Action, action)),
    );
  const denying = matching('Deny');
  if (denying.length > 0) return { decision: 'explicitDeny', matched: denying };
  const allowing = matching('Allow');
  return { decision: allowing.length > 0 ? 'allowed' : 'implicitDeny', matched: allowing };
}

const PUBLISH = 'networkflowmonitor:Publish';

export function mayPublish(world: World, role: Role): boolean {
  return publishRefusal(world, role) === undefined;
}

/** Why the role may not publish, as AWS words it. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function publishRefusal(world: World, role: Role): string | undefined {
  const controls = world.controlPolicies.map((document, i) => ({
    id: `p-${i}`,
    type: 'role' as const,
    document,
  }));
  if (evaluate(controls, PUBLISH).decision === 'explicitDeny')
    return 'with an explicit deny in a service control policy';
  const { decision } = evaluate(policiesOf(world, role), PUBLISH);
  if (decision === 'explicitDeny') return 'with an explicit deny in an identity-based policy';
  return decision === 'allowed' ? undefined : `because no identity-based policy allows the ${PUBLISH} action`;
}

/** Whether a document that stands by itself, such as an endpoint's policy, lets agents publish. */
export function allowsPublishing(document: PolicyDocument): boolean {
  return evaluate([{ id: 'own', type: 'role', document }], PUBLISH).decision === 'allowed';
}

export function findRole({ roles, accountId }: World, arn: string | undefined): Role | undefined {
  return roles.find((role) => arn === arnOfRole(accountId, role));
}

export function arnOfRole(accountId: string, { path, name }: Pick<Role, 'path' | 'name'>): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

/** Whether a service may assume the role with all of these actions. */
export function trustsService({ trust }: Role, service: string, actions: string[]): boolean {
  return actions.every((action) =>
    trust.Statement.some(
      ({ Effect, Principal, Action }) =>
        Effect === 'Allow' &&
        Principal !== undefined &&
        'Service' in Principal &&
        Principal.Service === service &&
        names(Action, action),
    ),
  );
}

/** Whether a cluster's service account may assume the role through the cluster's identity provider (IRSA). */
export function trustsServiceAccount(
  { trust }: Role,
  provider: string,
  issuer: string,
  subject: string,
): boolean {
  return trust.Statement.some(({ Effect, Principal, Action, Condition = {} }) => {
    const asked = Object.values(Condition).flatMap((keys) => keys[`${issuer}:sub`] ?? []);
    return (
      Effect === 'Allow' &&
      Principal !== undefined &&
      'Federated' in Principal &&
      Principal.Federated === provider &&
      names(Action, 'sts:AssumeRoleWithWebIdentity') &&
      asked.every((wanted) => wanted === subject)
    );
  });
}

/** Actions are compared without regard to case; `*` and `?` are wildcards. */
function names(patterns: string | string[], action: string): boolean {
  return [patterns].flat().some((pattern) => {
    const source = pattern
      .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'i').test(action);
  });
}

/* The identity provider that every cluster has, by which roles can trust its service accounts (IRSA). */

export function clusterId({ accountId, region }: World, cluster: string): string {
  return stableHex(`${accountId}/${region}/${cluster}`, 32).toUpperCase();
}

/** The issuer's URL without its scheme. */
export function issuerOf(world: World, cluster: string): string {
  return `oidc.eks.${world.region}.amazonaws.com/id/${clusterId(world, cluster)}`;
}

export function providerArn(world: World, cluster: string): string {
  return `arn:aws:iam::${world.accountId}:oidc-provider/${issuerOf(world, cluster)}`;
}
