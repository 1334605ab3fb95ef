import { describe, expect, it } from 'vitest';
import { type HostFact, type SetupFacts, setupStack } from '../../src/provision/setup.ts';
import { toCloudFormation } from '../../src/render/cloudformation.ts';
import { toTerraform } from '../../src/render/terraform.ts';
import { account, denied, expectError } from '../cli/helpers.ts';
import { template, templateOf } from './account.ts';
import { readHcl, resourcesIn } from './hcl.ts';
import { problemsOf, type Template } from './template.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';

function associationsIn({ Resources }: Template) {
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::SSM::Association');
}

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
    const { AgentDocument: document } = made.Resources;
    const [hosts] = associationsIn(made);
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
    ["one permission for a cluster's role that lacks it", 'role-without-permission', ['IAM::ManagedPolicy']],
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
    expect(associationsIn(made).map(({ Properties }) => Properties.Targets)).toEqual([
      [{ Key: 'tag:nfm', Values: ['on'] }],
    ]);
    // Nobody has it yet: no role is touched for it.
    expect(typesIn(made).filter((type) => type.startsWith('IAM'))).toEqual([]);
    expect(made.Metadata.Notes.join('\n')).toMatch(/No instance that runs has the tag nfm=on yet/);
  });

  it('touches no role of an instance without the tag, and says which nodes have it', async () => {
    const scenario = 'instance-role-without-permission';
    const [lb, node] = await Promise.all(
      ['lb', 'node-a'].map((name) => templateOf(scenario, 'setup', '--host-tag', `Name=${name}`)),
    );
    expect(lb && typesIn(lb)).toContain('IAM::ManagedPolicy');
    expect(node && typesIn(node)).not.toContain('IAM::ManagedPolicy');
    expect(node?.Metadata.Notes.join('\n')).toMatch(/^Nodes of EKS clusters have the tag .*: i-[0-9a-f]+\./m);
  });

  it.each([
    ['association-missing', /Agents run in cluster demo already: .* rollout restart daemonset\/aws-network/],
    ['ssm-offline', /Systems Manager does not reach i-0f31b9d8a27c4e655: .* nfm doctor --region/],
    ['scope-failed', /The scope is FAILED/],
  ])('says what it cannot do, where it is %s', async (scenario, words) => {
    expect((await templateOf(scenario, 'setup')).Metadata.Notes.join('\n')).toMatch(words);
  });

  it('deployed, makes nothing of it again, nor a stack that would delete it', async () => {
    const at = await account({ scenario: 'quiet' });
    const before = await template(at, 'setup');
    const [association] = associationsIn(before);
    at.sandbox.world.associations = [
      {
        id: '0a1b2c3d-1111-2222-3333-444455556666',
        name: association?.Properties.AssociationName,
        document: before.Resources.AgentDocument?.Properties.Name,
        targets: [{ key: 'InstanceIds', values: association?.Properties.Targets[0].Values }],
      },
    ];
    const after = await template(at, 'setup');
    expect(typesIn(after)).toEqual(['NetworkFlowMonitor::Monitor']);
    expect(after.Metadata.Notes.join('\n')).toMatch(/onto the stack that made them, it would delete them/);
    const { stdout } = await at.run(['export', 'setup', '-o', 'terraform']);
    const imports = ((await readHcl(stdout)).import ?? []).map(({ id }) => id);
    expect(imports).toEqual(
      expect.arrayContaining([
        'nfm-network-flow-monitor-agent@ap-northeast-3',
        '0a1b2c3d-1111-2222-3333-444455556666@ap-northeast-3',
      ]),
    );
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
  const facts: SetupFacts = {
    owner,
    vpcIds: [VPC],
    scope: null,
    monitors: [],
    clusters: [],
    hosts: [],
    taggedNodes: [],
    associations: [],
  };
  const plain = { tags: {}, hostTag: null };
  const cluster: SetupFacts['clusters'][number] = {
    name: 'demo',
    version: '1.33',
    agents: 'addon',
    podIdentity: 'addon',
    namespace: 'amazon-network-flow-monitor',
    serviceAccount: 'sa',
    daemonSet: 'ds',
    association: { id: 'a-1', roleArn: 'arn:aws:iam::123456789012:role/agents' },
    irsa: false,
    fitRole: null,
    role: null,
  };

  it('targets 50 instances an association at most', async () => {
    const hosts = Array.from(
      { length: 120 },
      (_, i): HostFact => ({
        id: `i-${String(i).padStart(8, '0')}`,
        roleName: 'web',
        publishes: 'allowed',
        managed: true,
      }),
    );
    const made = toCloudFormation(setupStack({ ...facts, hosts }, plain), 'test') as unknown as Template;
    expect(await problemsOf(made)).toEqual([]);
    const targets = Object.values(made.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::SSM::Association' ? [Properties.Targets[0].Values.length] : [],
    );
    expect(targets).toEqual([50, 50, 20]);
  });

  it('adds to the associations that are there what they do not reach, with their document', async () => {
    const host = (id: string): HostFact => ({ id, roleName: 'web', publishes: 'allowed', managed: null });
    const there = { id: 'a', name: 'nfm-network-flow-monitor-agent-0a1b2c3d', document: 'theirs' };
    const some = [{ ...there, targets: [{ key: 'InstanceIds', values: ['i-1'] }] }];
    const tag = [{ ...there, targets: [{ key: 'tag:nfm', values: ['on'] }] }];
    const made = (associations: typeof some, hostTag: { key: string; value: string } | null) => {
      const stack = setupStack(
        { ...facts, hosts: [host('i-1'), host('i-2')], associations },
        { ...plain, hostTag },
      );
      return toCloudFormation(stack, 'test') as unknown as Template;
    };
    const more = made(some, null);
    expect(await problemsOf(more)).toEqual([]);
    expect(associationsIn(more).map(({ Properties: p }) => [p.Name, p.Targets])).toEqual([
      ['theirs', [{ Key: 'InstanceIds', Values: ['i-2'] }]],
    ]);
    expect(typesIn(more)).not.toContain('SSM::Document');
    expect(associationsIn(made(tag, { key: 'nfm', value: 'on' }))).toEqual([]);
    expect(associationsIn(made(tag, { key: 'nfm', value: 'off' }))).toHaveLength(1);
  });

  it.each<[string, Partial<typeof cluster>, string[]]>([
    [
      'everything',
      { association: null, podIdentity: 'missing', agents: 'missing' },
      ['Addon', 'Addon', 'PodIdentityAssociation', 'Role'],
    ],
    [
      'no Pod Identity Agent in Auto Mode',
      { association: null, podIdentity: 'built-in', agents: 'missing' },
      ['Addon', 'PodIdentityAssociation', 'Role'],
    ],
    [
      'no role where one fits',
      { association: null, fitRole: 'arn:aws:iam::123456789012:role/fit' },
      ['PodIdentityAssociation'],
    ],
    [
      'nothing of Pod Identity where the role comes by IRSA',
      { association: null, irsa: true, agents: 'missing', podIdentity: 'missing' },
      ['Addon'],
    ],
    ['one permission', { role: { roleName: 'agents', publishes: 'implicitDeny' } }, ['ManagedPolicy']],
    ['nothing where IAM does not tell', { role: { roleName: 'agents', publishes: null } }, []],
  ])('makes %s for a cluster', async (_, given, expected) => {
    const stack = setupStack({ ...facts, clusters: [{ ...cluster, ...given }] }, plain);
    const made = toCloudFormation(stack, 'test') as unknown as Template;
    expect(await problemsOf(made)).toEqual([]);
    const types = typesIn(made).filter((type) => /^(EKS|IAM)/.test(type));
    expect(types.map((type) => type.split('::')[1])).toEqual(expected);
  });

  it('calls the stack by what it makes, so that no other is deployed onto it', () => {
    const host: HostFact = { id: 'i-1', roleName: 'web', publishes: 'allowed', managed: true };
    const names = [
      facts,
      { ...facts, hosts: [host] },
      { ...facts, hosts: [{ ...host, managed: false }] },
    ].map((given) => setupStack(given, plain).name);
    expect(names[1]).not.toBe(names[0]);
    expect(names[2]).toBe(names[1]);
    for (const name of names) expect(name).toMatch(/^nfm-setup-[0-9a-f]{8}$/);
  });

  it("names AWS's policies as they are called where the account is, and no Region for what has none", async () => {
    const host: HostFact = { id: 'i-1', roleName: null, publishes: null, managed: true };
    const lacking: HostFact = { id: 'i-2', roleName: 'web', publishes: 'implicitDeny', managed: true };
    const elsewhere = { ...facts, owner: { ...owner, partition: 'aws-us-gov' }, hosts: [host, lacking] };
    const text = toTerraform(setupStack(elsewhere, plain), 'test');
    expect(text.match(/arn:aws[a-z-]*:iam::aws:policy/g)).toEqual(
      Array(3).fill('arn:aws-us-gov:iam::aws:policy'),
    );
    for (const { address, body } of resourcesIn(await readHcl(text))) {
      expect(body.region, address).toBe(address.startsWith('aws_iam_') ? undefined : owner.region);
    }
    // After what it needs.
    const needs = toTerraform(
      setupStack({ ...facts, clusters: [{ ...cluster, association: null, agents: 'missing' }] }, plain),
      'test',
    );
    const agents = resourcesIn(await readHcl(needs)).find(({ address }) =>
      address.endsWith('cluster_agents'),
    );
    expect(String(agents?.body.depends_on)).toContain(
      'aws_eks_pod_identity_association.demo_cluster_agents_association',
    );
  });

  it('lets Terraform change nothing of what was not read whole, and set no tag of AWS', async () => {
    const scope = {
      id: 's',
      arn: 'arn:aws:networkflowmonitor:eu-central-1:123456789012:scope/s',
      status: 'SUCCEEDED',
      targets: [owner],
      tags: { 'aws:cloudformation:stack-name': 'theirs', team: 'network' },
    };
    const there = { tags: { 'aws:cloudformation:stack-id': 'x' } };
    const side = (identifier: string) => [{ type: 'AWS::AWSService', identifier }];
    const monitors = [{ name: 'm', local: side('l'), remote: side('S3'), there }];
    const given = { ...facts, scope, monitors, clusters: [cluster] };
    const all = resourcesIn(await readHcl(toTerraform(setupStack(given, plain), 'test')));
    const of = (address: string) => all.find((one) => one.address.startsWith(address))?.body ?? {};
    expect(of('aws_networkflowmonitor_scope').tags).toEqual({ team: 'network' });
    const monitor = of('aws_networkflowmonitor_monitor');
    expect(monitor.tags).toBeUndefined();
    expect([monitor.local_resource, monitor.remote_resource]).toEqual([side('l'), side('S3')]);
    const fresh = setupStack({ ...given, monitors: monitors.map((one) => ({ ...one, there: null })) }, plain);
    const { Properties: p } = Object.values(toCloudFormation(fresh, 'test')?.Resources ?? {})[0] ?? {};
    expect(p?.RemoteResources).toEqual([{ Type: 'AWS::AWSService', Identifier: 'S3' }]);
    const left = all.flatMap(({ address, body }) => {
      const [{ ignore_changes } = { ignore_changes: null }] = (body.lifecycle ?? []) as {
        ignore_changes: string;
      }[];
      return ignore_changes === null ? [] : [[address.split('.')[0], ignore_changes.replace(/\W/g, '')]];
    });
    expect(left).toEqual([
      ['aws_eks_addon', 'all'],
      ['aws_eks_addon', 'all'],
      ['aws_eks_pod_identity_association', 'all'],
    ]);
  });

  it('says what no template mends: a scope that is not ready or holds others, a role that is denied', () => {
    const scope = {
      id: 's',
      arn: 'arn:aws:networkflowmonitor:eu-central-1:123456789012:scope/s',
      status: 'FAILED',
      targets: [{ accountId: '210987654321', region: 'eu-central-1' }],
      tags: {},
    };
    const hosts: HostFact[] = [{ id: 'i-1', roleName: 'web', publishes: 'explicitDeny', managed: true }];
    const notes = setupStack({ ...facts, scope, hosts }, plain).lacks.join('\n');
    expect(notes).toContain('The scope is FAILED.');
    expect(notes).toContain('nfm scope update --add-account 123456789012 --region eu-central-1');
    expect(notes).toContain('A policy denies networkflowmonitor:Publish to role web explicitly');
  });
});
