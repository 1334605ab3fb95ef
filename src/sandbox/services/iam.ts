import { uniqueId } from '../wire/ids.ts';
import { type Form, formTree, queryAnswer, queryRefusal, readForm, type XmlRecord } from '../wire/query.ts';
import {
  asServiceError,
  findOperation,
  type Operation,
  perform,
  type Service,
  type ServiceContext,
  ServiceError,
} from '../wire/service.ts';
import { arnOfRole, evaluate, findRole, policiesOf } from '../world/permissions.ts';
import type { PolicyDocument, Role, World } from '../world/world.ts';

type IamInput = Record<string, Form>;
type IamOperation = (input: IamInput, context: ServiceContext) => XmlRecord;

export function text(input: IamInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

function texts(input: IamInput, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, 404);
}

const getRole: IamOperation = (input, { world }) => ({ Role: toRole(find(input, world), world) });

const listAttachedRolePolicies: IamOperation = (input, { world }) => ({
  AttachedPolicies: find(input, world).attached.map((arn) => ({
    PolicyName: arn.split('/').at(-1) ?? arn,
    PolicyArn: arn,
  })),
  IsTruncated: false,
});

const listRolePolicies: IamOperation = (input, { world }) => ({
  PolicyNames: find(input, world).inline.map(({ name }) => name),
  IsTruncated: false,
});

const getRolePolicy: IamOperation = (input, { world }) => {
  const role = find(input, world);
  const wanted = text(input, 'PolicyName');
  const policy = role.inline.find(({ name }) => name === wanted);
  if (!policy) throw noSuchEntity(`The role policy with name ${wanted} cannot be found.`);
  return { RoleName: role.name, PolicyName: policy.name, PolicyDocument: encoded(policy.document) };
};

function toRole(role: Role, { accountId }: World): XmlRecord {
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

const getInstanceProfile: IamOperation = (input, { world }) => {
  const wanted = text(input, 'InstanceProfileName');
  const profile = world.instanceProfiles.find(({ name }) => name === wanted);
  if (!profile) throw noSuchEntity(`Instance Profile ${wanted} cannot be found.`);
  const { name, createdAt } = profile;
  return {
    InstanceProfile: {
      Path: '/',
      InstanceProfileName: name,
      InstanceProfileId: uniqueId('AIPA', name),
      Arn: `arn:aws:iam::${world.accountId}:instance-profile/${name}`,
      CreateDate: new Date(createdAt),
      Roles: world.roles.filter((role) => role.name === profile.role).map((role) => toRole(role, world)),
    },
  };
};

const listOpenIdConnectProviders: IamOperation = (_, { world }) => ({
  OpenIDConnectProviderList: world.oidcProviders.map((Arn) => ({ Arn })),
});

/** A role's own policies, on any resource: the policies of worlds name no other. */
const simulatePrincipalPolicy: IamOperation = (input, { world }) => {
  const source = text(input, 'PolicySourceArn');
  if (!/^arn:aws:iam::\d{12}:(role|user|group)\//.test(source))
    throw new ServiceError(
      'InvalidInput',
      `Invalid Entity Arn: ${source} does not clearly define entity type and name.`,
    );
  const role = findRole(world, source);
  if (!role) throw noSuchEntity(`ARN ${source} does not exist.`);
  const policies = policiesOf(world, role);
  const resources = texts(input, 'ResourceArns');
  return {
    EvaluationResults: texts(input, 'ActionNames').flatMap((action) =>
      (resources.length > 0 ? resources : ['*']).map((resource) => {
        const { decision, matched } = evaluate(policies, action);
        return {
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decision,
          MatchedStatements: matched.map(({ id, type }) => ({
            SourcePolicyId: id,
            SourcePolicyType: type,
          })),
          MissingContextValues: [],
        };
      }),
    ),
    IsTruncated: false,
  };
};

const XMLNS = 'https://iam.amazonaws.com/doc/2010-05-08/';

const operations: Record<string, Operation<Record<string, Form>, XmlRecord>> = {
  GetInstanceProfile: getInstanceProfile,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListOpenIDConnectProviders: listOpenIdConnectProviders,
  ListRolePolicies: listRolePolicies,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};

export const iam: Service = {
  name: 'iam',
  async handle(request, context) {
    const parameters = await readForm(request);
    const name = parameters.get('Action') ?? '';
    try {
      const run = () => findOperation('IAM', operations, name)(formTree(parameters), context);
      return queryAnswer(XMLNS, name, await perform(name, context, run));
    } catch (error) {
      return queryRefusal(XMLNS, asServiceError(error));
    }
  },
};
