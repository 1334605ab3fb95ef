import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  UpdateAddonCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { account, LB } from './account.ts';
import { LANDED, MINUTE } from './client.ts';

/* What mends a broken scenario brings the data back: from then on, never from before. */

const clusterName = 'demo';
const AGENT = 'aws-network-flow-monitoring-agent';
const ROLE = 'arn:aws:iam::123456789012:role/AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole';
const NAMESPACE = 'amazon-network-flow-monitor';
const SERVICE_ACCOUNT = 'aws-network-flow-monitor-agent-service-account';

type Account = Awaited<ReturnType<typeof account>>;

const REPAIRS: [scenario: string, pod: string, mend: (aws: Account) => Promise<unknown>][] = [
  [
    'addon-missing',
    'web-a',
    ({ eks }) => eks.send(new CreateAddonCommand({ clusterName, addonName: AGENT })),
  ],
  [
    'pod-identity-agent-missing',
    'web-a',
    ({ eks }) => eks.send(new CreateAddonCommand({ clusterName, addonName: 'eks-pod-identity-agent' })),
  ],
  [
    'publishing-off',
    'web-a',
    ({ eks }) =>
      eks.send(new UpdateAddonCommand({ clusterName, addonName: AGENT, configurationValues: '{"env":{}}' })),
  ],
  [
    'old-addon-tainted',
    'web-a',
    ({ eks }) =>
      eks.send(new UpdateAddonCommand({ clusterName, addonName: AGENT, addonVersion: 'v1.1.6-eksbuild.1' })),
  ],
  [
    'association-missing',
    'web-a',
    async ({ eks }) => {
      await eks.send(
        new CreatePodIdentityAssociationCommand({
          clusterName,
          namespace: NAMESPACE,
          serviceAccount: SERVICE_ACCOUNT,
          roleArn: ROLE,
        }),
      );
      // Pods that run do not have it before they are made anew.
      await eks.send(new UpdateAddonCommand({ clusterName, addonName: AGENT, configurationValues: '{}' }));
    },
  ],
  [
    'old-service-account',
    'web-a',
    ({ eks }) =>
      eks.send(
        new UpdateAddonCommand({
          clusterName,
          addonName: AGENT,
          podIdentityAssociations: [{ serviceAccount: SERVICE_ACCOUNT, roleArn: ROLE }],
        }),
      ),
  ],
  [
    'agent-not-activated',
    'lb',
    ({ ssm }) =>
      ssm.send(
        new SendCommandCommand({
          DocumentName: 'AmazonCloudWatch-NetworkFlowMonitorManageAgent',
          InstanceIds: [LB],
          Parameters: { Action: ['Activate'] },
        }),
      ),
  ],
];

describe('data come back', () => {
  it.each(REPAIRS)('after %s is mended', async (scenario, pod, mend) => {
    const aws = await account({ scenario });
    const reported = (start: number, end: number) =>
      aws.sandbox.flowReports(start, end).filter(({ flow }) => flow.local === pod).length;
    const mended = LANDED + 5 * MINUTE + 1;
    aws.clocks.now = mended;
    await mend(aws);
    aws.clocks.now += 10 * MINUTE;
    aws.clocks.elapsed += 10 * MINUTE;
    await aws.call('GET', '/scopes');
    expect(reported(LANDED - 60 * MINUTE, mended)).toBe(0);
    expect(reported(mended + MINUTE, mended + 5 * MINUTE)).toBeGreaterThan(0);
  });

  it('not before the add-on has been created', async () => {
    const { eks, clocks, sandbox, call } = await account({ scenario: 'addon-missing' });
    const { addon } = await eks.send(new CreateAddonCommand({ clusterName, addonName: AGENT }));
    expect(addon).toMatchObject({ status: 'CREATING', addonVersion: 'v1.1.6-eksbuild.1' });
    const pods = () =>
      sandbox
        .flowReports(clocks.now + MINUTE, clocks.now + 2 * MINUTE)
        .filter(({ flow }) => flow.local !== 'lb');
    clocks.elapsed += 1999;
    await call('GET', '/scopes');
    expect(pods()).toEqual([]);
    clocks.elapsed += 1;
    await call('GET', '/scopes');
    expect(pods()).not.toEqual([]);
  });

  it('and go again, when the role is taken away', async () => {
    const { eks, clocks, sandbox } = await account({ scenario: 'quiet' });
    const [association] = sandbox.world.clusters[0]?.podIdentityAssociations ?? [];
    const roleArn = 'arn:aws:iam::123456789012:role/demo-node';
    await eks.send(
      new UpdatePodIdentityAssociationCommand({ clusterName, associationId: association?.id, roleArn }),
    );
    const from = (start: number) =>
      new Set(sandbox.flowReports(start, start + MINUTE).map(({ flow }) => flow.local));
    expect([...from(clocks.now - 10 * MINUTE)]).toContain('web-a');
    expect([...from(clocks.now + 10 * MINUTE)]).toEqual(['lb']);
  });
});
