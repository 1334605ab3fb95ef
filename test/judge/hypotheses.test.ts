import { describe, expect, it } from 'vitest';
import { hypothesesOf } from '../../src/judge/hypotheses.ts';
import { locate } from '../../src/judge/locate.ts';
import type { Endpoint } from '../../src/model/case.ts';
import { caseOfFlows, type Sent, sumsOf } from './build.ts';

type Placed = Sent & { instance: string; subnet: string; service: string; remote: Endpoint };

const ZONES = ['az1', 'az2', 'az3'];

/**
 * Three zones of two subnets of two nodes of two pods, one of each service. Everyone sends to each of three databases,
 * one in each zone.
 */
function everyone(subnets = 2, podsOnNode = 2): Placed[] {
  return ZONES.flatMap((azId) =>
    numbers(subnets * 2 * podsOnNode).flatMap((i) =>
      ZONES.map((far, d) => {
        const node = Math.floor(i / podsOnNode);
        return {
          pod: `${azId}-${i}`,
          azId,
          instance: `i-${azId}-${node}`,
          subnet: `subnet-${azId}-${Math.floor(node / 2)}`,
          service: i % 2 === 0 ? 'web' : 'api',
          remote: { ip: `10.9.0.${d + 1}`, azId: far },
        };
      }),
    ),
  );
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Those that are hit have twenty times the events. */
function hit(flows: readonly Placed[], is: (flow: Placed) => boolean) {
  return caseOfFlows(flows.map((flow) => (is(flow) ? { ...flow, events: [9, 60] } : flow)));
}

function likeliest(is: (flow: Placed) => boolean) {
  const data = hit(everyone(), is);
  const [best] = hypothesesOf(data, sumsOf(data), 1);
  return best && { kind: best.kind, key: best.key };
}

const NO_SERIES = { outlier: null, outliers: [], excess: 0, lasting: 1, clump: 1 };

/** The first of the outliers stands out the most. */
function located(flows: readonly Placed[], is: (flow: Placed) => boolean, ...outliers: string[]) {
  const data = hit(flows, is);
  const { breadth, azId, culprit } = locate(data, sumsOf(data), [], {
    ...NO_SERIES,
    outlier: outliers[0] ?? null,
    outliers,
  });
  return { breadth, azId, culprit: culprit && { level: culprit.level, key: culprit.member.key } };
}

describe('the likeliest explanation', () => {
  it.each<[string, (flow: Placed) => boolean, { kind: string; key: string }]>([
    ['a pod', (f) => f.pod === 'az2-3', { kind: 'pod', key: 'pod/default/az2-3' }],
    [
      'a node with two bad pods',
      (f) => f.instance === 'i-az2-1',
      { kind: 'instance', key: 'instance/i-az2-1' },
    ],
    ['a subnet', (f) => f.subnet === 'subnet-az2-0', { kind: 'subnet', key: 'subnet/subnet-az2-0' }],
    ['a service in every zone', (f) => f.service === 'api', { kind: 'service', key: 'service/default/api' }],
    ['a database', (f) => f.remote.ip === '10.9.0.2', { kind: 'remote', key: 'remote/10.9.0.2' }],
    ['what a zone sends', (f) => f.azId === 'az2', { kind: 'zone', key: 'az2' }],
    [
      'what a zone sends and is sent',
      (f) => f.azId === 'az2' || f.remote.azId === 'az2',
      { kind: 'zone', key: 'az2' },
    ],
    [
      'two zones, both ways',
      (f) => [f.azId, f.remote.azId].sort().join() === 'az1,az3',
      { kind: 'zone-pair', key: 'az1 az3' },
    ],
    ['all between zones', (f) => f.azId !== f.remote.azId, { kind: 'cross-zone', key: '' }],
    ['all', () => true, { kind: 'everywhere', key: '' }],
  ])('is %s', (_, is, expected) => {
    expect(likeliest(is)).toEqual(expected);
  });

  it('is none where nothing has risen', () => {
    const data = hit(everyone(), () => false);
    expect(hypothesesOf(data, sumsOf(data), 1)).toEqual([]);
  });
});

describe('the place', () => {
  it('is the smallest of those that hold the same flows', () => {
    expect(located(everyone(2, 1), (f) => f.instance === 'i-az2-1')).toEqual({
      breadth: 'part',
      azId: null,
      culprit: { level: 'pod', key: 'pod/default/az2-1' },
    });
  });

  it('is the node, and none of its pods, where both are bad', () => {
    expect(located(everyone(), (f) => f.instance === 'i-az2-1').culprit).toEqual({
      level: 'instance',
      key: 'instance/i-az2-1',
    });
  });

  it('is the zone where its only subnet holds all of it', () => {
    expect(located(everyone(1), (f) => f.azId === 'az2')).toEqual({
      breadth: 'zone',
      azId: 'az2',
      culprit: null,
    });
  });

  it('is the subnet where the zone has another', () => {
    expect(located(everyone(), (f) => f.subnet === 'subnet-az2-0').culprit).toEqual({
      level: 'subnet',
      key: 'subnet/subnet-az2-0',
    });
  });

  it('is the subnet also where most of what the zone sends is sent there', () => {
    const idle = (f: Placed) => ['az2-5', 'az2-6', 'az2-7'].includes(f.pod);
    const flows = everyone().map((f): Placed => (idle(f) ? { ...f, bytes: [3e6, 1e6], events: [0, 0] } : f));
    expect(located(flows, (f) => f.subnet === 'subnet-az2-0', 'az2').culprit?.level).toBe('subnet');
  });

  it('is the zone that another sends to, where that stands out the more', () => {
    const touches = (f: Placed) => f.azId === 'az2' || f.remote.azId === 'az2';
    expect(located(everyone(), touches, 'az1', 'az2')).toEqual({
      breadth: 'zone',
      azId: 'az2',
      culprit: null,
    });
    // A zone that does not stand out at all is no answer.
    expect(located(everyone(), touches, 'az1').azId).not.toBe('az2');
  });

  it('is the zone where all that is known is sent from it', () => {
    const own = everyone().filter((f) => f.azId === 'az2');
    expect(located(own, () => true)).toEqual({ breadth: 'zone', azId: 'az2', culprit: null });
  });

  it('is wider than a zone where two zones lose between them', () => {
    const pair = (f: Placed) => [f.azId, f.remote.azId].sort().join() === 'az1,az3';
    expect(located(everyone(), pair)).toEqual({ breadth: 'wider', azId: null, culprit: null });
  });
});
