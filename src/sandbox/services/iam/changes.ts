import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { type ServiceContext, ServiceError } from '../../wire/service.ts';
import { serviceRoles } from '../../world/demo.ts';
import type { InstanceProfile, PolicyDocument, Role } from '../../world/world.ts';
import {
  findProfile,
  findRole,
  type IamInput,
  type IamOperation,
  noSuchEntity,
  text,
  texts,
  toProfile,
  toRole,
} from './input.ts';

/*
 * What is made in IAM is there at once for IAM, and later for the other services
 * (docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html, "Changes that I make are not always immediately visible").
 */

const PROPAGATION = 0.5;

function propagate(made: { propagating?: true }, { later }: ServiceContext): void {
  made.propagating = true;
  later(PROPAGATION, () => {
    delete made.propagating;
  });
}

const exists = (message: string) => new ServiceError('EntityAlreadyExists', message, 409);

const createRole: IamOperation = (input, context) => {
  const { world, now } = context;
  const name = text(input, 'RoleName');
  if (world.roles.some((role) => role.name === name)) throw exists(`Role with name ${name} already exists.`);
  const role: Role = {
    name,
    path: typeof input.Path === 'string' && input.Path !== '' ? input.Path : '/',
    createdAt: instant(now()),
    trust: documentIn(input, 'AssumeRolePolicyDocument'),
    attached: [],
    inline: [],
  };
  world.roles.push(role);
  propagate(role, context);
  return { Role: toRole(role, world) };
};

const attachRolePolicy: IamOperation = (input, { world }) => {
  const role = findRole(input, world);
  const arn = text(input, 'PolicyArn');
  if (!world.policies.some((policy) => policy.arn === arn))
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  if (!role.attached.includes(arn)) role.attached = [...role.attached, arn];
  return {};
};

const updateAssumeRolePolicy: IamOperation = (input, { world }) => {
  findRole(input, world).trust = documentIn(input, 'PolicyDocument');
  return {};
};

const createInstanceProfile: IamOperation = (input, context) => {
  const { world, now } = context;
  const name = text(input, 'InstanceProfileName');
  if (world.instanceProfiles.some((profile) => profile.name === name))
    throw exists(`Instance Profile ${name} already exists.`);
  const profile: InstanceProfile = { name, createdAt: instant(now()) };
  world.instanceProfiles.push(profile);
  propagate(profile, context);
  return { InstanceProfile: toProfile(profile, world) };
};

const addRoleToInstanceProfile: IamOperation = (input, { world }) => {
  const profile = findProfile(input, world);
  const role = findRole(input, world);
  if (profile.role !== undefined)
    throw new ServiceError(
      'LimitExceeded',
      'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      409,
    );
  profile.role = role.name;
  return {};
};

const createOpenIdConnectProvider: IamOperation = (input, { world }) => {
  const url = text(input, 'Url').replace(/^https:\/\//, '');
  const arn = `arn:aws:iam::${world.accountId}:oidc-provider/${url}`;
  if (world.oidcProviders.includes(arn)) throw exists(`Provider with url ${url} already exists.`);
  if (texts(input, 'ClientIDList').length === 0)
    throw new ServiceError('InvalidInput', 'The provider has no client ID.');
  world.oidcProviders.push(arn);
  return { OpenIDConnectProviderArn: arn };
};

const createServiceLinkedRole: IamOperation = (input, { world, now }) => {
  const service = text(input, 'AWSServiceName');
  const known = serviceRoles.find(({ path }) => path === `/aws-service-role/${service}/`);
  if (!known) throw new ServiceError('InvalidInput', `Invalid service name: ${service}`);
  if (world.roles.some(({ name }) => name === known.name))
    throw new ServiceError(
      'InvalidInput',
      `Service role name ${known.name} has been taken in this account, please try a different suffix.`,
    );
  const role = { ...structuredClone(known), createdAt: instant(now()) };
  world.roles.push(role);
  return { Role: toRole(role, world) };
};

const policyDocument = z.object({ Statement: z.array(z.looseObject({ Effect: z.enum(['Allow', 'Deny']) })) });

function documentIn(input: IamInput, name: string): PolicyDocument {
  try {
    return policyDocument.loose().parse(JSON.parse(text(input, name))) as unknown as PolicyDocument;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('MalformedPolicyDocument', 'This policy contains invalid Json');
  }
}

export const iamChanges: Record<string, IamOperation> = {
  AddRoleToInstanceProfile: addRoleToInstanceProfile,
  AttachRolePolicy: attachRolePolicy,
  CreateInstanceProfile: createInstanceProfile,
  CreateOpenIDConnectProvider: createOpenIdConnectProvider,
  CreateRole: createRole,
  CreateServiceLinkedRole: createServiceLinkedRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
};
