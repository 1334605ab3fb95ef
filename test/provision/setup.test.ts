import { describe, expect, it } from 'vitest';
import { type HostFact, type SetupFacts, setupStack } from '../../src/provision/setup.ts';
import { toCloudFormation } from '../../src/render/cloudformation.ts';
import { account, denied, expectError } from '../cli/helpers.ts';
import { template, templateOf } from './account.ts';
import { problemsOf, type Template } from './template.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';

function typesIn({ Resources }: Template): string[] {
  return Object.values(Resources)
    .map(({ Type }) => Type.replace('AWS::', ''))
    .sort();
}

describe('nfm export setup, as CloudFormation', () => {
  it('sets up all of it where there is nothing, in an order in which it works', async () => {
    const made = await templateOf('nothing', 'setup', '--tag', 'team=network');
    expect(await problemsOf(made)).toEqual([]);
    expect(typesIn(made)).toEqual([
      'EKS::Addon',
      'EKS::Addon',
      'EKS::PodIdentityAssociation',
      'IAM::InstanceProfile',
      'IAM::Role',
      'IAM::Role',
      'NetworkFlowMonitor::Monitor',
      'NetworkFlowMonitor::Monitor',
      'NetworkFlowMonitor::Monitor',
      'NetworkFlowMonitor::Monitor',
      'NetworkFlowMonitor::Scope',
      'SSM::Association',
      'SSM::Document',
    ]);
    const { DemoClusterAgents: agents, DemoClusterAgentsAssociation: association } = made.Resources;
    expect(agents).toMatchObject({
      DependsOn: ['DemoClusterPodIdentityAgent', 'DemoClusterAgentsAssociation'],
      Properties: { AddonName: 'aws-network-flow-monitoring-agent' },
    });
    expect(association?.Properties).toMatchObject({
      Namespace: 'amazon-network-flow-monitor',
      ServiceAccount: 'aws-network-flow-monitor-agent-service-account',
      RoleArn: { 'Fn::GetAtt': ['AgentRole', 'Arn'] },
    });
    const { AgentDocument: document, AgentAssociation: hosts } = made.Resources;
    expect(document?.Properties.Content.mainSteps.map((step: { inputs: object }) => step.inputs)).toEqual([
      {
        documentType: 'SSMDocument',
        documentPath: 'AWS-ConfigureAWSPackage',
        documentParameters: { action: 'Install', name: 'AmazonCloudWatchNetworkFlowMonitorAgent' },
      },
      {
        documentType: 'SSMDocument',
        documentPath: 'AmazonCloudWatch-NetworkFlowMonitorManageAgent',
        documentParameters: { Action: 'Activate' },
      },
    ]);
    // The load balancer alone: with the add-on and the package, nodes would report twice.
    expect(hosts?.Properties.Targets).toEqual([{ Key: 'InstanceIds', Values: ['i-0f31b9d8a27c4e655'] }]);
    for (const [id, { Type, Properties }] of Object.entries(made.Resources)) {
      if (Type !== 'AWS::IAM::InstanceProfile')
        expect(Properties.Tags, id).toEqual([{ Key: 'team', Value: 'network' }]);
    }
  });

  it('creates nothing a second time: what is there is named, and referred to', async () => {
    const made = await templateOf('quiet', 'setup');
    expect(await problemsOf(made)).toEqual([]);
    expect(typesIn(made)).toEqual(['NetworkFlowMonitor::Monitor', 'SSM::Association', 'SSM::Document']);
    const [monitor] = Object.values(made.Resources).filter(({ Type }) => /Monitor$/.test(Type));
    expect(monitor?.Properties).toMatchObject({
      MonitorName: `nfm-${VPC}-apne3-az2`,
      ScopeArn: expect.stringMatching(/^arn:aws:networkflowmonitor:ap-northeast-3:123456789012:scope\//),
    });
    expect(made.Metadata.Notes.join('\n')).toMatch(
      /There already: the scope, monitor demo-vpc, monitor demo-zone-a, monitor demo-zone-b, add-on/,
    );
  });

  it.each([
    ['a role that is there and fits', 'wrong-namespace', ['EKS::PodIdentityAssociation']],
    ['no association where the role comes by IRSA', 'irsa', []],
    ['no add-on beside a chart', 'chart+addon-missing', []],
    ['one permission for a role that lacks it', 'instance-role-without-permission', ['IAM::ManagedPolicy']],
    [
      'a role and a profile for an instance without',
      'no-instance-profile',
      ['IAM::InstanceProfile', 'IAM::Role'],
    ],
    ['no add-on for a cluster that is too old', 'cluster-too-old', []],
  ])('plans %s', async (_, scenario, expected) => {
    const made = await templateOf(scenario, 'setup');
    expect(await problemsOf(made)).toEqual([]);
    expect(typesIn(made).filter((type) => /^(EKS|IAM)::/.test(type))).toEqual(expected);
  });

  it('finds instances by a tag, those to come too', async () => {
    const made = await templateOf('quiet', 'setup', '--host-tag', 'nfm=on');
    expect(made.Resources.AgentAssociation?.Properties.Targets).toEqual([{ Key: 'tag:nfm', Values: ['on'] }]);
  });

  it('leaves out what it may not read, and says so', async () => {
    const faults = [denied('eks:ListClusters'), denied('iam:GetInstanceProfile')];
    const at = await account({ scenario: 'nothing', faults });
    const made = await template(at, 'setup', '--vpc', VPC);
    expect(typesIn(made).filter((type) => type.startsWith('EKS'))).toEqual([]);
    expect(made.Metadata.Notes).toContain('Clusters could not be read: what is for EKS is left out.');
    const said = await at.run(['export', 'setup', '--vpc', VPC]);
    expect(said.stderr).toMatch(/^warning: Clusters could not be read: .*eks:ListClusters/m);
  });

  it('refuses to guess where it may not see what is there', async () => {
    for (const action of ['networkflowmonitor:ListScopes', 'networkflowmonitor:ListMonitors']) {
      const at = await account({ scenario: 'quiet', faults: [denied(action)] });
      const run = await at.run(['export', 'setup']);
      expect(run.code).toBe(254);
      expect(expectError(run).message).toContain(action);
    }
  });

  it('says which VPC is not there, and what is no VPC', async () => {
    const at = await account({ scenario: 'quiet' });
    const unknown = await at.run(['export', 'setup', '--vpc', 'vpc-0123456789abcdef0']);
    expect([unknown.code, expectError(unknown).message]).toEqual([
      254,
      'There is no VPC vpc-0123456789abcdef0 in ap-northeast-3 for these credentials.',
    ]);
    const malformed = await at.run(['export', 'setup', '--vpc', 'subnet-1']);
    expect([malformed.code, expectError(malformed).message]).toEqual([
      252,
      "--vpc does not look right: 'subnet-1'.",
    ]);
  });
});

describe('setupStack', () => {
  const owner = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' };
  const facts: SetupFacts = { owner, vpcIds: [VPC], scope: null, monitors: [], clusters: [], hosts: [] };
  const plain = { tags: {}, hostTag: null };

  it('targets 50 instances an association at most', async () => {
    const hosts = Array.from(
      { length: 120 },
      (_, i): HostFact => ({ id: `i-${String(i).padStart(8, '0')}`, roleName: 'web', publishes: 'allowed' }),
    );
    const made = toCloudFormation(setupStack({ ...facts, hosts }, plain), 'test') as unknown as Template;
    expect(await problemsOf(made)).toEqual([]);
    const targets = Object.values(made.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::SSM::Association' ? [Properties.Targets[0].Values.length] : [],
    );
    expect(targets).toEqual([50, 50, 20]);
  });

  it('says what no template mends: a scope that is not ready or holds others, a role that is denied', () => {
    const scope = {
      id: 's',
      arn: 'arn:aws:networkflowmonitor:eu-central-1:123456789012:scope/s',
      status: 'FAILED',
      targets: [{ accountId: '210987654321', region: 'eu-central-1' }],
      tags: {},
    };
    const hosts: HostFact[] = [{ id: 'i-1', roleName: 'web', publishes: 'explicitDeny' }];
    const notes = setupStack({ ...facts, scope, hosts }, plain).lacks.join('\n');
    expect(notes).toContain('The scope is FAILED.');
    expect(notes).toContain('nfm scope update --add-account 123456789012 --region eu-central-1');
    expect(notes).toContain('A policy denies networkflowmonitor:Publish to role web explicitly');
  });
});
