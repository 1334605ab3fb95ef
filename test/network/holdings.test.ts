import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/model/case.ts';
import {
  covers,
  type Extent,
  emptyExtent,
  extentOf,
  fewest,
  holds,
  isSame,
  membership,
  type Topology,
  TYPES,
  touches,
  zonesOf,
} from '../../src/network/holdings.ts';

const subnet = (id: string, vpcId: string, azId: string) => ({ id, arn: null, vpcId, azId });

/** Two VPCs over three zones; a cluster in the first. */
const topology: Topology = {
  zones: ['az1', 'az2', 'az3'].map((azId, i) => ({ azId, az: `eu-central-1${'abc'[i]}` })),
  subnets: [
    subnet('subnet-a1', 'vpc-a', 'az1'),
    subnet('subnet-a2', 'vpc-a', 'az2'),
    subnet('subnet-b1', 'vpc-b', 'az1'),
    subnet('subnet-b3', 'vpc-b', 'az3'),
  ],
  clusterVpcs: new Map([['demo', 'vpc-a']]),
};
/** EC2 told nothing. */
const blind: Topology = { zones: [], subnets: [], clusterVpcs: new Map() };

type Parts = { [K in Exclude<keyof Extent, 'everything'>]?: string[] };
const extent = (parts: Parts): Extent => ({
  ...emptyExtent(),
  ...Object.fromEntries(Object.entries(parts).map(([key, ids]) => [key, new Set(ids)])),
});
const everything: Extent = { ...emptyExtent(), everything: true };
const vpcA = extent({ vpcIds: ['vpc-a'] });
const zone1 = extent({ azIds: ['az1'] });
const demo = extent({ clusters: ['demo'] });

describe('what a monitor holds', () => {
  const of = (...resources: Resource[]) => extentOf(resources, topology);
  const arn = (rest: string) => `arn:aws:ec2:eu-central-1:111122223333:${rest}`;

  it.each([
    ['VPCs by ARN', { type: TYPES.vpc, identifier: arn('vpc/vpc-a') }, vpcA],
    [
      'subnets by ARN',
      { type: TYPES.subnet, identifier: arn('subnet/subnet-a1') },
      extent({ subnetIds: ['subnet-a1'] }),
    ],
    ['clusters by ARN', { type: TYPES.cluster, identifier: 'arn:aws:eks:eu-central-1:1:cluster/demo' }, demo],
    ['zones by name, as the API takes them', { type: TYPES.zone, identifier: 'eu-central-1a' }, zone1],
    ['zones by ID', { type: TYPES.zone, identifier: 'az1' }, zone1],
    [
      'a zone that EC2 does not know, as it is called',
      { type: TYPES.zone, identifier: 'x' },
      extent({ azIds: ['x'] }),
    ],
    ['a Region', { type: TYPES.region, identifier: 'eu-central-1' }, everything],
  ] as const)('%s', (_, resource, expected) => {
    expect(of(resource)).toEqual(expected);
  });

  it('is nothing where its kind is not known yet', () => {
    expect(of({ type: 'AWS::EC2::TransitGateway', identifier: 'tgw-1' })).toEqual(emptyExtent());
  });
});

describe('zones', () => {
  it('are those of the subnets; a cluster lies where its VPC does', () => {
    expect(zonesOf(vpcA, topology)).toEqual(['az1', 'az2']);
    expect(zonesOf(demo, topology)).toEqual(['az1', 'az2']);
  });

  it('are unknown, not none, where EC2 does not know a subnet', () => {
    expect(zonesOf(extent({ subnetIds: ['subnet-a1', 'subnet-gone'] }), topology)).toBeNull();
    expect(zonesOf(vpcA, blind)).toBeNull();
  });
});

describe('to cover', () => {
  it.each([
    ['a VPC its own subnet', vpcA, extent({ subnetIds: ['subnet-a1'] }), true],
    ['both subnets their VPC', extent({ subnetIds: ['subnet-a1', 'subnet-a2'] }), vpcA, true],
    ['one subnet its VPC', extent({ subnetIds: ['subnet-a1'] }), vpcA, false],
    ['a zone a subnet in it', zone1, extent({ subnetIds: ['subnet-b1'] }), true],
    ['a zone a VPC that goes beyond it', zone1, vpcA, false],
    ['a VPC its cluster', vpcA, demo, true],
    ['a cluster its VPC, of which it sees its own flows only', demo, vpcA, false],
    ['a cluster itself', demo, demo, true],
    ['the Region a VPC', everything, vpcA, true],
    ['a VPC the Region', vpcA, everything, false],
  ] as const)('%s', (_, outer, inner, expected) => {
    expect(covers(outer, inner, topology)).toBe(expected);
  });

  it('is told by names where EC2 tells nothing', () => {
    expect(covers(vpcA, vpcA, blind)).toBe(true);
    expect(covers(vpcA, extent({ subnetIds: ['subnet-a1'] }), blind)).toBe(false);
  });

  it('both ways is the same', () => {
    expect(isSame(extent({ subnetIds: ['subnet-a1', 'subnet-a2'] }), vpcA, topology)).toBe(true);
    expect(isSame(everything, vpcA, topology)).toBe(false);
  });

  it('needs something in common, and is kept by what is wider', () => {
    const ids = (of: string[]) => fc.subarray(of);
    const any = fc
      .record({
        vpcIds: ids(['vpc-a', 'vpc-b']),
        subnetIds: ids(topology.subnets.map((s) => s.id)),
        azIds: ids(['az1', 'az2', 'az3']),
      })
      .filter((parts) => Object.values(parts).some((p) => p.length > 0))
      .map(extent);
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        if (!covers(a, b, topology)) return;
        expect(touches(a, b, topology)).toBe(true);
        if (covers(b, c, topology)) expect(covers(a, c, topology)).toBe(true);
      }),
    );
  });
});

describe('who is inside', () => {
  const node = { subnetId: 'subnet-a1', vpcId: 'vpc-a', cluster: 'demo' };
  const beside = { subnetId: 'subnet-a2', vpcId: 'vpc-a', cluster: null };

  it('a cluster holds its nodes; of flows, which name none, all of its VPC', () => {
    expect([node, beside].map(holds(demo, topology))).toEqual([true, false]);
    expect([node, beside].map(membership(demo, topology))).toEqual([true, true]);
  });

  it('a zone holds what is in its subnets, though EC2 gives instances no zone ID', () => {
    expect([node, beside].map(holds(zone1, topology))).toEqual([true, false]);
  });

  it('a flow is where its row says, also in a subnet that EC2 does not know', () => {
    const gone = { subnetId: 'subnet-gone', vpcId: 'vpc-a', azId: 'az1' };
    expect([vpcA, zone1, extent({ vpcIds: ['vpc-b'] })].map((e) => membership(e, topology)(gone))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('nobody is in what is not known', () => {
    expect(membership(demo, blind)({ subnetId: 'subnet-a1', vpcId: 'vpc-a' })).toBe(false);
    expect(membership(demo, blind)({})).toBe(false);
    expect(holds(emptyExtent(), topology)({})).toBe(false);
  });
});

describe('the fewest monitors', () => {
  const monitor = (name: string, ...ids: string[]) => ({ name, ids: new Set(ids) });
  const names = (...all: { name: string; ids: Set<string> }[]) => fewest(all).map((m) => m.name);

  it('are one where one holds all', () => {
    expect(names(monitor('az1', 'a', 'b'), monitor('vpc', 'a', 'b', 'c'), monitor('az2', 'c'))).toEqual([
      'vpc',
    ]);
  });

  it('hold all together, and none of them nothing new', () => {
    expect(names(monitor('one', 'a'), monitor('empty'), monitor('two', 'b'), monitor('again', 'a'))).toEqual([
      'one',
      'two',
    ]);
    const any = fc.array(
      fc.uniqueArray(fc.integer({ min: 0, max: 9 })).map((ids) => ({ ids: new Set(ids.map(String)) })),
    );
    fc.assert(
      fc.property(any, (all) => {
        const union = (some: { ids: Set<string> }[]) => [...new Set(some.flatMap((m) => [...m.ids]))].sort();
        const chosen = fewest(all);
        expect(union(chosen)).toEqual(union(all));
        expect(chosen.length).toBeLessThanOrEqual(union(all).length);
      }),
    );
  });
});
