import { formTree, queryService } from '../wire/query.ts';
import { ServiceError } from '../wire/service.ts';
import { evaluate, policiesOf, findRole as roleByArn } from '../world/permissions.ts';
import { iamChanges } from './iam/changes.ts';
import {
  encoded,
  findProfile,
  findRole,
  type IamOperation,
  noSuchEntity,
  text,
  texts,
  toProfile,
  toRole,
} from './iam/input.ts';

const getRole: IamOperation = (input, { world }) => ({ Role: toRole(findRole(input, world), world) });

const listAttachedRolePolicies: IamOperation = (input, { world }) => ({
  AttachedPolicies: findRole(input, world).attached.map((arn) => ({
    PolicyName: arn.split('/').at(-1) ?? arn,
    PolicyArn: arn,
  })),
  IsTruncated: false,
});

const listRolePolicies: IamOperation = (input, { world }) => ({
  PolicyNames: findRole(input, world).inline.map(({ name }) => name),
  IsTruncated: false,
});

const getRolePolicy: IamOperation = (input, { world }) => {
  const role = findRole(input, world);
  const wanted = text(input, 'PolicyName');
  const policy = role.inline.find(({ name }) => name === wanted);
  if (!policy) throw noSuchEntity(`The role policy with name ${wanted} cannot be found.`);
  return { RoleName: role.name, PolicyName: policy.name, PolicyDocument: encoded(policy.document) };
};

const getInstanceProfile: IamOperation = (input, { world }) => ({
  InstanceProfile: toProfile(findProfile(input, world), world),
});

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
  const role = roleByArn(world, source);
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

export const iam = queryService(
  { name: 'iam', title: 'IAM', xmlns: 'https://iam.amazonaws.com/doc/2010-05-08/', read: formTree },
  {
    ...iamChanges,
    GetInstanceProfile: getInstanceProfile,
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListOpenIDConnectProviders: listOpenIdConnectProviders,
    ListRolePolicies: listRolePolicies,
    SimulatePrincipalPolicy: simulatePrincipalPolicy,
  },
);
