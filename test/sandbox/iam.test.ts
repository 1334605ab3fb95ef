import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { evaluate, type RolePolicy } from '../../src/sandbox/world/permissions.ts';
import type { Statement } from '../../src/sandbox/world/world.ts';
import { account } from './account.ts';

const AGENT_ROLE = 'AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole';
const PUBLISH = 'networkflowmonitor:Publish';
const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

describe('IAM', () => {
  it('gives a role with its trust policy', async () => {
    const { iam } = await account();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: AGENT_ROLE }));
    expect(Role).toMatchObject({ Arn: roleArn(AGENT_ROLE), Path: '/' });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
        },
      ],
    });
    const { AttachedPolicies } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: AGENT_ROLE }),
    );
    expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual([
      'CloudWatchNetworkFlowMonitorAgentPublishPolicy',
    ]);
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: AGENT_ROLE }))).PolicyNames).toEqual([]);
    expect((await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList).toEqual([]);
  });

  it('gives an inline policy', async () => {
    const { iam, sandbox } = await account();
    const document = { Version: '2012-10-17' as const, Statement: [] };
    sandbox.world.roles[0]?.inline.push({ name: 'mine', document });
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: AGENT_ROLE }))).PolicyNames).toEqual([
      'mine',
    ]);
    const input = { RoleName: AGENT_ROLE, PolicyName: 'mine' };
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(input));
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? ''))).toEqual(document);
  });

  it('knows the roles that Network Flow Monitor made for itself', async () => {
    const { iam } = await account();
    for (const suffix of ['', '_Topology']) {
      const RoleName = `AWSServiceRoleForNetworkFlowMonitor${suffix}`;
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role?.Path).toMatch(/^\/aws-service-role\/(topology\.)?networkflowmonitor\.amazonaws\.com\/$/);
      expect(Role?.Arn).toBe(`arn:aws:iam::123456789012:role${Role?.Path}${RoleName}`);
    }
  });

  it('names a profile otherwise than its role', async () => {
    const { iam } = await account();
    const input = { InstanceProfileName: 'demo-lb-profile' };
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand(input));
    expect(InstanceProfile).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:instance-profile/demo-lb-profile',
      Roles: [{ RoleName: 'demo-lb' }],
    });
  });

  it('simulates what a role may do', async () => {
    const { iam } = await account();
    const decide = async (name: string, ...ActionNames: string[]) => {
      const command = new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn(name), ActionNames });
      const { EvaluationResults } = await iam.send(command);
      return EvaluationResults?.map(
        ({ EvalActionName, EvalDecision, EvalResourceName, MatchedStatements }) => [
          EvalActionName,
          EvalDecision,
          EvalResourceName,
          MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
        ],
      );
    };
    expect(await decide(AGENT_ROLE, PUBLISH, 's3:GetObject')).toEqual([
      [PUBLISH, 'allowed', '*', ['CloudWatchNetworkFlowMonitorAgentPublishPolicy']],
      ['s3:GetObject', 'implicitDeny', '*', []],
    ]);
    expect(await decide('demo-node', PUBLISH)).toEqual([[PUBLISH, 'implicitDeny', '*', []]]);
  });

  it.each([
    [new GetRoleCommand({ RoleName: 'none' }), 'NoSuchEntity', 'The role with name none cannot be found.'],
    [
      new GetInstanceProfileCommand({ InstanceProfileName: 'none' }),
      'NoSuchEntity',
      'Instance Profile none cannot be found.',
    ],
    [
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn('none'), ActionNames: [PUBLISH] }),
      'NoSuchEntity',
      'does not exist',
    ],
    [
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: 'arn:aws:iam::x', ActionNames: [PUBLISH] }),
      'InvalidInput',
      'Invalid Entity Arn',
    ],
  ])('refuses what it cannot find', async (command, Code, message) => {
    const { iam } = await account();
    await expect(iam.send(command as GetRoleCommand)).rejects.toMatchObject({
      Code,
      message: expect.stringContaining(message),
    });
  });
});

describe('policies', () => {
  const policy = (Effect: Statement['Effect'], ...Action: string[]): RolePolicy => ({
    id: `${Effect} ${Action}`,
    type: 'role',
    document: { Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] },
  });
  it.each<[string, RolePolicy[], string]>([
    ['nothing', [], 'implicitDeny'],
    ['another action', [policy('Allow', 'networkflowmonitor:Get*')], 'implicitDeny'],
    ['the action', [policy('Allow', PUBLISH)], 'allowed'],
    ['the action in other case', [policy('Allow', 'NetworkFlowMonitor:publish')], 'allowed'],
    ['a wildcard', [policy('Allow', 'network*:Pub?ish')], 'allowed'],
    ['everything', [policy('Allow', '*')], 'allowed'],
    ['a dot is a dot', [policy('Allow', 'networkflowmonitor:P.blish')], 'implicitDeny'],
    ['a deny beside it', [policy('Allow', '*'), policy('Deny', PUBLISH)], 'explicitDeny'],
    ['a deny of something else', [policy('Allow', '*'), policy('Deny', 's3:*')], 'allowed'],
  ])('%s', (_, policies, decision) => {
    expect(evaluate(policies, PUBLISH).decision).toBe(decision);
  });
});
