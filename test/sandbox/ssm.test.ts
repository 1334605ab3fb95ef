import {
  DescribeInstanceInformationCommand,
  DescribeParametersCommand,
  GetCommandInvocationCommand,
  GetInventoryCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  ListInventoryEntriesCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { account, LB, NODES } from './account.ts';
import { NOW } from './client.ts';

const MANAGE = 'AmazonCloudWatch-NetworkFlowMonitorManageAgent';
const activate = { DocumentName: MANAGE, InstanceIds: [LB], Parameters: { Action: ['Activate'] } };
const install = {
  DocumentName: 'AWS-ConfigureAWSPackage',
  InstanceIds: [LB],
  Parameters: { action: ['Install'], name: ['AmazonCloudWatchNetworkFlowMonitorAgent'] },
};

describe('Systems Manager', () => {
  it('describes the instances that registered', async () => {
    const { ssm, sandbox } = await account();
    const ask = async (...Values: string[]) => {
      const Filters = Values.length > 0 ? [{ Key: 'InstanceIds', Values }] : [];
      const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand({ Filters }));
      return InstanceInformationList;
    };
    expect((await ask())?.map(({ InstanceId }) => InstanceId)).toEqual([LB, ...NODES]);
    expect(await ask(LB)).toMatchObject([
      {
        InstanceId: LB,
        PingStatus: 'Online',
        PlatformType: 'Linux',
        PlatformName: 'Amazon Linux',
        PlatformVersion: '2023',
      },
    ]);
    const [lb] = sandbox.world.instances;
    delete lb?.ssm;
    expect(await ask(LB)).toEqual([]);
  });

  it('lists what is installed', async () => {
    const { ssm, sandbox } = await account();
    const names = async (Filters?: { Key: string; Values: string[]; Type?: 'BeginWith' }[]) => {
      const input = { InstanceId: LB, TypeName: 'AWS:Application', ...(Filters ? { Filters } : {}) };
      const { Entries } = await ssm.send(new ListInventoryEntriesCommand(input));
      return Entries?.map(({ Name, Version }) => `${Name} ${Version}`);
    };
    expect(await names()).toEqual([
      'amazon-ssm-agent 3.3.3270.0',
      'kernel 6.12.55',
      'network-flow-monitor-agent 0.1.6',
    ]);
    expect(
      await names([{ Key: 'AWS:Application.Name', Values: ['network-'], Type: 'BeginWith' }]),
    ).toHaveLength(1);
    delete sandbox.world.instances[0]?.agentPackage;
    expect(await names([{ Key: 'Name', Values: ['network-flow-monitor-agent'] }])).toEqual([]);
  });

  it('tells which instances have a package, in one list', async () => {
    const { ssm } = await account();
    const having = async (name: string) => {
      const Filters = [{ Key: 'AWS:Application.Name', Values: [name] }];
      const { Entities } = await ssm.send(new GetInventoryCommand({ Filters }));
      return Entities?.map(({ Id }) => Id);
    };
    expect(await having('network-flow-monitor-agent')).toEqual([LB]);
    expect(await having('amazon-ssm-agent')).toEqual([LB, ...NODES]);
    expect(await having('nothing')).toEqual([]);
  });

  it('forgets a command after 30 days', async () => {
    const { ssm, clocks } = await account();
    const count = async () => (await ssm.send(new ListCommandsCommand({ InstanceId: LB }))).Commands?.length;
    expect(await count()).toBe(0);
    await ssm.send(new SendCommandCommand(activate));
    expect(await count()).toBe(1);
    clocks.now += 30 * 24 * 60 * 60_000;
    expect(await count()).toBe(0);
  });

  it('runs a command in its time', async () => {
    const { ssm, sandbox, clocks } = await account();
    const [lb] = sandbox.world.instances;
    delete lb?.agentPackage;
    const { Command } = await ssm.send(new SendCommandCommand(install));
    expect(Command).toMatchObject({
      Status: 'Pending',
      InstanceIds: [LB],
      Parameters: install.Parameters,
      RequestedDateTime: new Date(NOW),
    });
    const CommandId = Command?.CommandId ?? '';
    const state = () => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: LB }));
    expect(await state()).toMatchObject({ Status: 'Pending', ResponseCode: -1 });
    clocks.elapsed += 1000;
    expect(await state()).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
    expect(lb?.agentPackage).toBeUndefined();
    clocks.elapsed += 1000;
    expect(await state()).toMatchObject({ Status: 'Success', ResponseCode: 0 });
    expect(lb?.agentPackage).toMatchObject({ activated: false });

    await ssm.send(new SendCommandCommand(activate));
    clocks.elapsed += 2000;
    const { Commands } = await ssm.send(new ListCommandsCommand({ InstanceId: LB }));
    expect(Commands?.map(({ DocumentName, Status }) => [DocumentName, Status])).toEqual(
      expect.arrayContaining([
        [MANAGE, 'Success'],
        [install.DocumentName, 'Success'],
      ]),
    );
    expect(lb?.agentPackage).toMatchObject({ activated: true });
    const Filters = [{ key: 'DocumentName' as const, value: MANAGE }];
    const listed = await ssm.send(
      new ListCommandInvocationsCommand({ InstanceId: LB, Filters, Details: true }),
    );
    expect(listed.CommandInvocations).toMatchObject([
      { InstanceId: LB, DocumentName: MANAGE, Status: 'Success', CommandPlugins: [{ ResponseCode: 0 }] },
    ]);
  });

  it('cannot activate what is not installed', async () => {
    const { ssm, sandbox, clocks } = await account();
    delete sandbox.world.instances[0]?.agentPackage;
    const { Command } = await ssm.send(new SendCommandCommand(activate));
    clocks.elapsed += 2000;
    const CommandId = Command?.CommandId ?? '';
    const invocation = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: LB }));
    expect(invocation).toMatchObject({ Status: 'Failed', ResponseCode: 1 });
    expect(invocation.StandardErrorContent).toContain('could not be found');
  });

  it('runs one command on several instances', async () => {
    const { ssm, clocks } = await account();
    const input = { ...activate, InstanceIds: [LB, ...NODES] };
    const { Command } = await ssm.send(new SendCommandCommand(input));
    clocks.elapsed += 2000;
    const CommandId = Command?.CommandId ?? '';
    const { CommandInvocations } = await ssm.send(new ListCommandInvocationsCommand({ CommandId }));
    expect(CommandInvocations?.map(({ Status }) => Status)).toEqual(['Success', 'Failed', 'Failed']);
    const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId }));
    expect(Commands).toMatchObject([{ Status: 'Failed', TargetCount: 3, CompletedCount: 3, ErrorCount: 2 }]);
  });

  it('refuses an instance that is not online, and what it has no document for', async () => {
    const { ssm, sandbox } = await account();
    const send = (change: Partial<SendCommandCommandInput>) =>
      ssm.send(new SendCommandCommand({ ...activate, ...change }));
    await expect(send({ DocumentName: 'AWS-RunShellScript' })).rejects.toMatchObject({
      name: 'InvalidDocument',
    });
    await expect(send({ Parameters: { Action: ['Explode'] } })).rejects.toMatchObject({
      name: 'InvalidParameters',
    });
    const [lb] = sandbox.world.instances;
    if (lb?.ssm) lb.ssm.ping = 'ConnectionLost';
    await expect(send({})).rejects.toMatchObject({
      name: 'InvalidInstanceId',
      message: `Instances [[${LB}]] not in a valid state for account 123456789012`,
    });
  });

  it.each<[string, (ssm: SSMClient) => Promise<unknown>]>([
    [
      'InvocationDoesNotExist',
      (ssm) => ssm.send(new GetCommandInvocationCommand({ CommandId: 'x'.repeat(36), InstanceId: LB })),
    ],
    [
      'InvalidTypeNameException',
      (ssm) => ssm.send(new ListInventoryEntriesCommand({ InstanceId: LB, TypeName: 'AWS:Magic' })),
    ],
    [
      'InvalidFilterKey',
      (ssm) =>
        ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: 'Colour', Values: ['red'] }] })),
    ],
    ['InvalidNextToken', (ssm) => ssm.send(new ListCommandsCommand({ NextToken: 'x' }))],
    ['ValidationException', (ssm) => ssm.send(new ListCommandsCommand({ MaxResults: 51 }))],
    ['UnknownOperationException', (ssm) => ssm.send(new DescribeParametersCommand({}))],
  ])('refuses with %s', async (name, call) => {
    const { ssm } = await account();
    await expect(call(ssm)).rejects.toMatchObject({ name });
  });
});
