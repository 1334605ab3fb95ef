import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAssumeRolePolicyCommand,
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
  Version?: string;
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

    /** Its role's ARN is null where it is empty. Throws `not-found` where there is none. */
    async instanceProfile(name: string): Promise<{ roleArn: string | null }> {
      const { InstanceProfile } = await ask(aws, 'iam:GetInstanceProfile', (options) =>
        client.send(new GetInstanceProfileCommand({ InstanceProfileName: name }), options),
      );
      return { roleArn: InstanceProfile?.Roles?.[0]?.Arn ?? null };
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

    async createRole(input: { RoleName: string; AssumeRolePolicyDocument: string }): Promise<void> {
      await ask(aws, 'iam:CreateRole', (options) => client.send(new CreateRoleCommand(input), options));
    },

    async attachPolicy(input: { RoleName: string; PolicyArn: string }): Promise<void> {
      await ask(aws, 'iam:AttachRolePolicy', (options) =>
        client.send(new AttachRolePolicyCommand(input), options),
      );
    },

    async updateTrust(input: { RoleName: string; PolicyDocument: string }): Promise<void> {
      await ask(aws, 'iam:UpdateAssumeRolePolicy', (options) =>
        client.send(new UpdateAssumeRolePolicyCommand(input), options),
      );
    },

    async createInstanceProfile(input: { InstanceProfileName: string }): Promise<void> {
      await ask(aws, 'iam:CreateInstanceProfile', (options) =>
        client.send(new CreateInstanceProfileCommand(input), options),
      );
    },

    async addToInstanceProfile(input: { InstanceProfileName: string; RoleName: string }): Promise<void> {
      await ask(aws, 'iam:AddRoleToInstanceProfile', (options) =>
        client.send(new AddRoleToInstanceProfileCommand(input), options),
      );
    },

    async createIdentityProvider(input: { Url: string; ClientIDList: string[] }): Promise<void> {
      await ask(aws, 'iam:CreateOpenIDConnectProvider', (options) =>
        client.send(new CreateOpenIDConnectProviderCommand(input), options),
      );
    },

    async createServiceRole(input: { AWSServiceName: string }): Promise<void> {
      await ask(aws, 'iam:CreateServiceLinkedRole', (options) =>
        client.send(new CreateServiceLinkedRoleCommand(input), options),
      );
    },
  };
}
