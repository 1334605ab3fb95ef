import { describe, expect, it } from 'vitest';
import type { MonitorRecord } from '../../src/aws/monitors.ts';
import { monitorsPerZone, oneMonitor, planMonitors } from '../../src/manage/wanted.ts';
import type { Resource } from '../../src/model/case.ts';
import { type Topology, TYPES } from '../../src/network/holdings.ts';

const OWNER = { partition: 'aws', region: 'eu-central-1', accountId: '111122223333' };
const VPC: Resource = { type: TYPES.vpc, identifier: 'arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-a' };
const S3: Resource = { type: TYPES.service, identifier: 'S3' };
const subnetArn = (id: string, accountId = OWNER.accountId) =>
  `arn:aws:ec2:eu-central-1:${accountId}:subnet/${id}`;
const subnet = (id: string, azId: string, arn: string | null = null, vpcId = 'vpc-a') => ({
  id,
  arn,
  vpcId,
  azId,
});
const topology: Topology = {
  zones: [],
  subnets: [
    subnet('subnet-1', 'az1'),
    subnet('subnet-2', 'az2', subnetArn('subnet-2', '999988887777')),
    subnet('subnet-3', 'az3', null, 'vpc-b'),
  ],
  clusterVpcs: new Map(),
};

const present = (name: string, local: Resource[], more: Partial<MonitorRecord> = {}): MonitorRecord => ({
  name,
  arn: `arn of ${name}`,
  status: 'ACTIVE',
  createdAt: null,
  modifiedAt: null,
  local,
  remote: [],
  tags: {},
  ...more,
});
const plan = (
  wanted: Parameters<typeof planMonitors>[0],
  monitors: MonitorRecord[] = [],
  tags: Record<string, string> = {},
) => planMonitors(wanted, { scopeArn: 'scope', monitors, tags, quota: 3, region: OWNER.region });
const perZone = (name?: string, remote: Resource[] = []) =>
  monitorsPerZone(name, VPC, remote, topology, OWNER);
const made = (all: ReturnType<typeof plan>) => all.create.map((m) => m.monitorName);
const bySubnet = (id: string, accountId?: string) => ({
  type: TYPES.subnet,
  identifier: subnetArn(id, accountId),
});

describe('a VPC and its zones', () => {
  it('are one monitor where the VPC lies in one zone, or has no subnet', () => {
    for (const id of ['vpc-b', 'vpc-c']) {
      const vpc = { ...VPC, identifier: VPC.identifier.replace('vpc-a', id) };
      expect(made(plan(monitorsPerZone(undefined, vpc, [], topology, OWNER)))).toEqual([`nfm-${id}`]);
    }
  });

  it('are a monitor for the whole and one a zone, with subnets by the ARN of who owns them', () => {
    const { create } = plan(perZone());
    expect(create.map((m) => [m.monitorName, m.localResources])).toEqual([
      ['nfm-vpc-a', [VPC]],
      ['nfm-vpc-a-az1', [bySubnet('subnet-1')]],
      ['nfm-vpc-a-az2', [bySubnet('subnet-2', '999988887777')]],
    ]);
  });

  it('are planned once: whatever is there and holds the same serves, by whatever name', () => {
    const all = [
      present('mine', [VPC]),
      present('by-subnet', [bySubnet('subnet-1')]),
      present('by-zone-of-only-subnet', [{ type: TYPES.zone, identifier: 'az2' }]),
    ];
    const { create, present: serving } = plan(perZone(), all);
    expect(create).toEqual([]);
    expect(serving.map((m) => m.name)).toEqual(all.map((m) => m.name));
  });

  it('are not served by a wider monitor, nor by one that is going or has failed', () => {
    const region = present('region', [{ type: TYPES.region, identifier: OWNER.region }]);
    expect(made(plan(perZone().slice(0, 1), [region]))).toEqual(['nfm-vpc-a']);
    for (const status of ['DELETING', 'ERROR']) {
      expect(made(plan(perZone().slice(0, 1), [present('other', [VPC], { status })]))).toEqual(['nfm-vpc-a']);
    }
  });

  it('with remotes are others than without', () => {
    const monitors = [present('whole', [VPC])];
    expect(made(plan(perZone(undefined, [S3]).slice(0, 1), monitors))).toEqual(['nfm-vpc-a-to-s3']);
  });
});

describe('one monitor', () => {
  it('is named after its resources, in whatever order they come', () => {
    const other = bySubnet('subnet-1');
    const name = (...local: Resource[]) => oneMonitor(undefined, local, []).name;
    expect(name(VPC, other)).toBe(name(other, VPC));
    expect(name(VPC, other)).toBe('nfm-subnet-1-vpc-a');
  });

  it('of a name that watches something else is refused', () => {
    const taken = (status: string) => () =>
      plan([oneMonitor('web', [VPC], [])], [present('web', [S3], { status })]);
    expect(taken('ACTIVE')).toThrow(/watches other resources/);
    expect(taken('DELETING')).toThrow(/being deleted/);
    expect(taken('ERROR')).toThrow(/ERROR/);
  });

  it('that is there gets the tags that it lacks', () => {
    const web = present('web', [VPC], { tags: { team: 'a', stage: 'x' } });
    const { tag } = plan([oneMonitor('web', [VPC], [])], [web], { team: 'b', stage: 'x' });
    expect(tag).toEqual([{ resourceArn: web.arn, tags: { team: 'b' } }]);
  });
});

it('the quota counts what is there, and is not asked where nothing is made', () => {
  const monitors = ['one', 'two', 'three'].map((name) => present(name, [S3]));
  expect(() => plan(perZone().slice(0, 1), monitors)).toThrow(/1 more monitor would make 4: the quota is 3/);
  expect(() => plan([oneMonitor(undefined, [S3], [])], monitors)).not.toThrow();
});
