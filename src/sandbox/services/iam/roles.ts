import { arnOfRole } from '../../permissions.ts';
import { uniqueId } from '../../wire/stable-id.ts';
import type { XmlRecord } from '../../wire/xml.ts';
import type { PolicyDocument, Role, World } from '../../world.ts';
import { type IamInput, type IamOperation, noSuchEntity, text } from './input.ts';

export const getRole: IamOperation = (input, { world }) => ({ Role: toRole(find(input, world), world) });

export const listAttachedRolePolicies: IamOperation = (input, { world }) => ({
  AttachedPolicies: find(input, world).attached.map((arn) => ({
    PolicyName: arn.split('/').at(-1) ?? arn,
    PolicyArn: arn,
  })),
  IsTruncated: false,
});

export const listRolePolicies: IamOperation = (input, { world }) => ({
  PolicyNames: find(input, world).inline.map(({ name }) => name),
  IsTruncated: false,
});

export const getRolePolicy: IamOperation = (input, { world }) => {
  const role = find(input, world);
  const wanted = text(input, 'PolicyName');
  const policy = role.inline.find(({ name }) => name === wanted);
  if (!policy) throw noSuchEntity(`The role policy with name ${wanted} cannot be found.`);
  return { RoleName: role.name, PolicyName: policy.name, PolicyDocument: encoded(policy.document) };
};

export function toRole(role: Role, { accountId }: World): XmlRecord {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: uniqueId('AROA', role.name),
    Arn: arnOfRole(accountId, role),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encoded(role.trust),
    MaxSessionDuration: 3600,
  };
}

function find(input: IamInput, { roles }: World): Role {
  const wanted = text(input, 'RoleName');
  const role = roles.find(({ name }) => name === wanted);
  if (!role) throw noSuchEntity(`The role with name ${wanted} cannot be found.`);
  return role;
}

/** IAM hands documents out as RFC 3986 writes them. */
function encoded(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document));
}
