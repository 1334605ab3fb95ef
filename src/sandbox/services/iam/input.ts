import { uniqueId } from '../../wire/ids.ts';
import type { Form, XmlRecord } from '../../wire/query.ts';
import { type ServiceContext, ServiceError } from '../../wire/service.ts';
import { arnOfRole } from '../../world/permissions.ts';
import type { InstanceProfile, PolicyDocument, Role, World } from '../../world/world.ts';

export type IamInput = Record<string, Form>;
export type IamOperation = (input: IamInput, context: ServiceContext) => XmlRecord;

export function text(input: IamInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function texts(input: IamInput, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, 404);
}

export function findRole(input: IamInput, { roles }: World): Role {
  const wanted = text(input, 'RoleName');
  const role = roles.find(({ name }) => name === wanted);
  if (!role) throw noSuchEntity(`The role with name ${wanted} cannot be found.`);
  return role;
}

export function findProfile(input: IamInput, { instanceProfiles }: World): InstanceProfile {
  const wanted = text(input, 'InstanceProfileName');
  const profile = instanceProfiles.find(({ name }) => name === wanted);
  if (!profile) throw noSuchEntity(`Instance Profile ${wanted} cannot be found.`);
  return profile;
}

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

export function toProfile({ name, createdAt, role: held }: InstanceProfile, world: World): XmlRecord {
  return {
    Path: '/',
    InstanceProfileName: name,
    InstanceProfileId: uniqueId('AIPA', name),
    Arn: `arn:aws:iam::${world.accountId}:instance-profile/${name}`,
    CreateDate: new Date(createdAt),
    Roles: world.roles.filter((role) => role.name === held).map((role) => toRole(role, world)),
  };
}

/** IAM hands documents out as RFC 3986 writes them. */
export function encoded(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document));
}
