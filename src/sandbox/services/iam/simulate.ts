import { evaluate, findRole, policiesOf } from '../../permissions.ts';
import { ServiceError } from '../../wire/service-error.ts';
import { type IamOperation, noSuchEntity, text, texts } from './input.ts';

/** A role's own policies, on any resource: the policies of worlds name no other. */
export const simulatePrincipalPolicy: IamOperation = (input, { world }) => {
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
