import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Aws, ask } from './aws.ts';

/** A role; `trust` is its trust policy, parsed. */
export interface Role {
  name: string;
  arn: string;
  trust: PolicyDocument;
  createdAt: string | null;
}

/** As IAM writes it: one or many, of each. */
export interface PolicyDocument {
  Statement?: PolicyStatement | PolicyStatement[];
}

export interface PolicyStatement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** What IAM would decide: allowed, implicitDeny or explicitDeny. */
export type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny' | (string & {});

export function iam(aws: Aws) {
  const client = aws.client(IAMClient, 'IAM');
  return {
    /** Throws `not-found` where there is none. */
    async role(name: string): Promise<Role> {
      const { Role } = await ask(aws, 'iam:GetRole', (options) =>
        client.send(new GetRoleCommand({ RoleName: name }), options),
      );
      return {
        name,
        arn: Role?.Arn ?? '',
        trust: JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{}')),
        createdAt: Role?.CreateDate?.toISOString() ?? null,
      };
    },

    /** ARNs of the identity providers that the account trusts. */
    async identityProviders(): Promise<string[]> {
      const { OpenIDConnectProviderList = [] } = await ask(aws, 'iam:ListOpenIDConnectProviders', (options) =>
        client.send(new ListOpenIDConnectProvidersCommand({}), options),
      );
      return OpenIDConnectProviderList.flatMap(({ Arn }) => Arn ?? []);
    },

    /** ARN of the role in an instance profile, or null for an empty one. */
    async profileRole(name: string): Promise<string | null> {
      const { InstanceProfile } = await ask(aws, 'iam:GetInstanceProfile', (options) =>
        client.send(new GetInstanceProfileCommand({ InstanceProfileName: name }), options),
      );
      return InstanceProfile?.Roles?.[0]?.Arn ?? null;
    },

    /** Whether a role may do something, by whatever policy: its own, a wildcard, a boundary, a service control policy. */
    async simulate(roleArn: string, action: string): Promise<Decision> {
      const { EvaluationResults } = await ask(aws, 'iam:SimulatePrincipalPolicy', (options) =>
        client.send(
          new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: [action] }),
          options,
        ),
      );
      return EvaluationResults?.[0]?.EvalDecision ?? 'unknown';
    },
  };
}
