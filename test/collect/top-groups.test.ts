import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MonitorTopContributorsRow } from '../../src/aws/networkflowmonitor/index.ts';
import type { Answer } from '../../src/collect/flows.ts';
import { joinInsightRows, joinMonitorRows } from '../../src/collect/top-rows.ts';
import { groupFlows, rank } from '../../src/judge/top-groups.ts';
import type { Flow, Window } from '../../src/model/case.ts';
import { QUERY_MAX_ROWS, type QueryMetric } from '../../src/model/service.ts';
import { instant, MINUTE } from '../../src/model/time.ts';
import type { TopFlow } from '../../src/model/top.ts';
import { TOP_LEVELS, type TopLevel } from '../../src/model/words.ts';
import { topColumns } from '../../src/render/top.ts';

const START = Date.parse('2026-11-21T09:00:00Z');
const at = (minute: number) => instant(START + minute * MINUTE);
const METRICS = ['DATA_TRANSFERRED', 'RETRANSMISSIONS', 'TIMEOUTS'] as const;

/** What one host counted in one minute of one flow. */
interface Minute {
  minute: number;
  pod: number;
  remote: number;
  port: number;
  category: string;
  bytes: number;
  retransmissions: number;
  timeouts: number;
}

const minutes: fc.Arbitrary<Minute[]> = fc.array(
  fc.record({
    minute: fc.nat(179),
    pod: fc.nat(3),
    remote: fc.nat(3),
    port: fc.constantFrom(0, 80, 443),
    category: fc.constantFrom('INTRA_AZ', 'INTER_AZ'),
    bytes: fc.integer({ min: 1, max: 1e9 }),
    retransmissions: fc.nat(50),
    timeouts: fc.nat(5),
  }),
  { minLength: 1, maxLength: 60 },
);

/** Cuts of three hours, in minutes. */
const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 179 }), { maxLength: 8 });
const levels = fc.uniqueArray(fc.constantFrom(...TOP_LEVELS), { minLength: 1, maxLength: 3 });

const VALUES = {
  DATA_TRANSFERRED: 'bytes',
  RETRANSMISSIONS: 'retransmissions',
  TIMEOUTS: 'timeouts',
} as const;

function rowOf({ pod, remote, port }: Minute, value: number): MonitorTopContributorsRow {
  return {
    localIp: `10.0.0.${pod}`,
    localVpcId: 'vpc-1',
    localSubnetId: `subnet-${pod % 2}`,
    localAz: `az${pod % 2}`,
    localInstanceId: `i-${pod % 2}`,
    remoteIp: `10.0.0.${remote}`,
    remoteVpcId: 'vpc-1',
    remoteAz: `az${remote % 2}`,
    targetPort: port,
    value,
    // One host of four is no pod.
    kubernetesMetadata: pod === 3 ? {} : { localPodName: `pod-${pod}`, localPodNamespace: 'default' },
  } as MonitorTopContributorsRow;
}

/** The service's answers over tiles: sums by flow, without what has nothing. */
function answersOf(reports: readonly Minute[], edges: readonly number[]) {
  const bounds = [0, ...[...edges].sort((a, b) => a - b), 180];
  const tiles: Window[] = bounds.slice(1).map((end, i) => ({ start: at(bounds[i] ?? 0), end: at(end) }));
  const answers: Answer<MonitorTopContributorsRow>[] = tiles.flatMap((_, tile) =>
    ['INTRA_AZ', 'INTER_AZ'].flatMap((category) =>
      METRICS.map((metric: QueryMetric & keyof typeof VALUES) => {
        const sums = new Map<string, { first: Minute; value: number }>();
        for (const report of reports) {
          const { minute } = report;
          const inside = minute >= (bounds[tile] ?? 0) && minute < (bounds[tile + 1] ?? 0);
          if (!inside || report.category !== category) continue;
          const key = `${report.pod} ${report.remote} ${report.port}`;
          const known = sums.get(key)?.value ?? 0;
          sums.set(key, { first: report, value: known + report[VALUES[metric]] });
        }
        const rows = [...sums.values()].filter((s) => s.value > 0).map((s) => rowOf(s.first, s.value));
        return { tile, category, metric, rows };
      }),
    ),
  );
  const joined = joinMonitorRows(answers);
  return { ...joined, flows: timed(joined.flows, tiles) };
}

function timed(flows: readonly Flow[], tiles: readonly Window[]): TopFlow[] {
  return flows.map((flow) => {
    const { start = '', end = '' } = tiles[flow.tile] ?? {};
    return { ...flow, seconds: (Date.parse(end) - Date.parse(start)) / 1000 };
  });
}

const sumsOf = (flows: readonly TopFlow[], by: readonly TopLevel[]) =>
  rank(groupFlows(flows, by), 'data').map(({ rttMicros: _, share: __, ...item }) => item);

describe('sums', () => {
  test('are the same however the window is tiled', () => {
    fc.assert(
      fc.property(minutes, cuts, levels, (reports, edges, by) => {
        expect(sumsOf(answersOf(reports, edges).flows, by)).toEqual(sumsOf(answersOf(reports, []).flows, by));
      }),
    );
  });

  test('of all groups are the total, at every level', () => {
    fc.assert(
      fc.property(minutes, cuts, levels, (reports, edges, by) => {
        const groups = groupFlows(answersOf(reports, edges).flows, by);
        for (const key of ['bytes', 'retransmissions', 'timeouts'] as const) {
          const total = reports.reduce((sum, report) => sum + report[key], 0);
          expect(groups.reduce((sum, group) => sum + (group[key] ?? Number.NaN), 0)).toBe(total);
        }
      }),
    );
  });

  test('do not depend on the order of rows', () => {
    fc.assert(
      fc.property(minutes, levels, (reports, by) => {
        const numbers = (flows: readonly TopFlow[]) =>
          groupFlows(flows, by)
            .map((g) => `${g.bytes} ${g.retransmissions} ${g.timeouts} ${g.mirrored}`)
            .sort();
        const { flows } = answersOf(reports, [60, 120]);
        expect(numbers([...flows].reverse())).toEqual(numbers(flows));
      }),
    );
  });
});

function flow(over: Partial<TopFlow> = {}): TopFlow {
  return {
    tile: 0,
    seconds: 3600,
    category: 'INTER_AZ',
    targetPort: 80,
    local: { ip: '10.0.0.1', vpcId: 'vpc-1', podName: 'a', podNamespace: 'default' },
    remote: { ip: '10.0.0.2', vpcId: 'vpc-1' },
    bytes: 2 ** 30,
    retransmissions: 10,
    timeouts: 1,
    rttMicros: null,
    ...over,
  };
}
const MIRROR: Partial<TopFlow> = {
  targetPort: 0,
  local: { ip: '10.0.0.2', vpcId: 'vpc-1', podName: 'b', podNamespace: 'default' },
  remote: { ip: '10.0.0.1', vpcId: 'vpc-1' },
  retransmissions: 3,
};

describe('what is not known', () => {
  test('is null, never 0: a full list cannot vouch for a flow that it leaves out', () => {
    const full = Array.from({ length: QUERY_MAX_ROWS }, (_, i) => ({
      localIp: `10.1.${i >> 8}.${i & 255}`,
      value: 9,
    }));
    const tiles = [{ start: at(0), end: at(60) }];
    const answers = (data: typeof full | null): Answer<MonitorTopContributorsRow>[] => [
      {
        tile: 0,
        category: 'INTRA_AZ',
        metric: 'DATA_TRANSFERRED',
        rows: data as MonitorTopContributorsRow[] | null,
      },
      {
        tile: 0,
        category: 'INTRA_AZ',
        metric: 'RETRANSMISSIONS',
        rows: [{ localIp: '10.9.9.9', value: 5 } as MonitorTopContributorsRow],
      },
    ];
    for (const data of [full, null]) {
      const { flows, truncated, lost } = joinMonitorRows(answers(data));
      const [first] = rank(groupFlows(timed(flows, tiles), ['flow']), 'retransmissions');
      expect(truncated || lost.length > 0).toBe(true);
      expect(first).toMatchObject({
        ip: '10.9.9.9',
        retransmissions: 5,
        bytes: null,
        retransmissionsPerGiB: null,
        timeouts: null,
      });
    }
    const { flows, truncated, lost } = joinMonitorRows(answers(full.slice(1)));
    expect([truncated, lost]).toEqual([false, []]);
    expect(flows.find((f) => f.local.ip === '10.9.9.9')?.bytes).toBe(0);
  });

  test("is not vouched for by another monitor's complete list", () => {
    const rows = Array.from({ length: QUERY_MAX_ROWS }, (_, i) => ({
      localIp: `10.1.${i >> 8}.${i & 255}`,
      value: 9,
    }));
    const list = (metric: QueryMetric, r: object[]): Answer<MonitorTopContributorsRow> => ({
      tile: 0,
      category: 'INTRA_AZ',
      metric,
      rows: r as MonitorTopContributorsRow[],
    });
    const { flows } = joinMonitorRows([
      list('DATA_TRANSFERRED', rows),
      list('RETRANSMISSIONS', [{ localIp: '10.9.9.9', value: 5 }]),
      list('DATA_TRANSFERRED', []),
    ]);
    expect(flows.find((f) => f.local.ip === '10.9.9.9')?.bytes).toBeNull();
  });

  test('leaves a group its lower bound, but no rate', () => {
    const [group] = groupFlows([flow(), flow({ targetPort: 443, bytes: null })], ['pod']);
    expect(group).toMatchObject({ retransmissions: 20, bytes: 2 ** 30, retransmissionsPerGiB: null });
    const [none] = groupFlows([flow({ timeouts: 0 }), flow({ targetPort: 443, timeouts: null })], ['pod']);
    expect(none?.timeouts).toBeNull();
  });

  test('ranks last', () => {
    const groups = groupFlows([flow({ rttMicros: null }), flow({ targetPort: 443, rttMicros: 5 })], ['port']);
    expect(rank(groups, 'rtt').map((i) => [i.rank, i.targetPort, i.rttMicros, i.share])).toEqual([
      [1, 443, 5, null],
      [2, 80, null, null],
    ]);
  });

  test('is named as null where it is what the group is known by', () => {
    const [group] = groupFlows([flow({ local: {} })], ['pod', 'service', 'zone', 'vpc']);
    expect(group).toMatchObject({
      podName: null,
      serviceName: null,
      azId: null,
      vpcId: null,
      remote: { azId: null },
    });
  });
});

describe('groups', () => {
  test('a connection that both ends report has two rows, each marked with its side', () => {
    const items = rank(groupFlows([flow(), flow(MIRROR)], ['flow']), 'retransmissions');
    expect(items.map((i) => [i.podName, i.side, i.mirrored, i.retransmissions])).toEqual([
      ['a', 'client', true, 10],
      ['b', 'server', true, 3],
    ]);
  });

  test('say so only where both rows are in one group', () => {
    expect(groupFlows([flow(), flow(MIRROR)], ['category'])[0]).toMatchObject({
      mirrored: true,
      retransmissions: 13,
    });
    expect(groupFlows([flow(), flow(MIRROR)], ['category'])[0]).not.toHaveProperty('side');
    expect(groupFlows([flow(), flow(MIRROR)], ['pod']).map((g) => g.mirrored)).toEqual([false, false]);
    expect(groupFlows([flow(), flow({ ...MIRROR, targetPort: 81 })], ['category'])[0]?.mirrored).toBe(false);
  });

  test('of workload insights: nobody knows which end a row is from', () => {
    const one = flow({ targetPort: null });
    expect(groupFlows([one], ['flow'])[0]?.mirrored).toBeNull();
    expect(groupFlows([one], ['zone'])[0]?.mirrored).toBeNull();
  });

  test('remotes without a name are told apart, and called, by their category', () => {
    const flows = ['INTERNET', 'TRANSIT_GATEWAY', 'INTERNET'].map((category) =>
      flow({ category, remote: {}, targetPort: null }),
    );
    const items = rank(groupFlows([...flows, flow({ bytes: 1024 })], ['remote']), 'data');
    expect(items.map((i) => [i.category, i.remote?.ip, i.bytes])).toEqual([
      ['INTERNET', undefined, 2 ** 31],
      ['TRANSIT_GATEWAY', undefined, 2 ** 30],
      [undefined, '10.0.0.2', 1024],
    ]);
    const [, remote] = topColumns({ by: ['remote'], metric: 'data', items });
    expect(items.map((i) => remote?.value(i))).toEqual(['INTERNET', 'TRANSIT_GATEWAY', '10.0.0.2']);
  });

  test('every pod or host has a name in CSV; a namespace does not come and go with the levels', () => {
    const host = flow({ local: { ip: '10.0.0.9', vpcId: 'vpc-1', instanceId: 'i-9', instanceName: 'lb' } });
    for (const by of [['pod'], ['pod', 'zone']] as const) {
      const items = rank(groupFlows([flow(), host], by), 'data');
      const name = topColumns({ by: [...by], metric: 'data', items }).find((c) => c.key === 'name');
      expect(items.map((i) => name?.value(i)).sort()).toEqual(['default/a', 'lb']);
    }
  });

  test('round-trip times are weighed by time', () => {
    const [group] = groupFlows(
      [flow({ rttMicros: 100 }), flow({ tile: 1, seconds: 1800, rttMicros: 400 })],
      ['pod'],
    );
    expect(group?.rttMicros).toBe(200);
  });

  test('pods of one name in two VPCs are two', () => {
    const other = flow({ local: { ...flow().local, vpcId: 'vpc-2' } });
    expect(groupFlows([flow(), other], ['pod'])).toHaveLength(2);
  });

  test('the path and the translated addresses are those of the newest hour', () => {
    const [group] = groupFlows(
      [
        flow({ tile: 1, snatIp: '192.0.2.1', path: [{ componentId: 'eni-2' }] }),
        flow({ path: [{ componentId: 'eni-1' }] }),
      ],
      ['flow'],
    );
    expect(group).toMatchObject({ snatIp: '192.0.2.1', path: [{ componentId: 'eni-2' }] });
  });
});

test('remotes of workload insights are subnets, Regions, services, or nothing that has a name', () => {
  const identifiers = ['arn:aws:ec2:eu-west-1:1:subnet/subnet-9', 'eu-west-1', 'us-gov-west-1', 'S3', ''];
  const { flows } = joinInsightRows(
    [
      {
        tile: 0,
        category: 'INTER_AZ',
        metric: 'RETRANSMISSIONS',
        rows: identifiers.map((remoteIdentifier) => ({ remoteIdentifier, value: 1 })) as never,
      },
    ],
    {
      zones: [],
      subnets: [{ id: 'subnet-9', vpcId: 'vpc-9', azId: 'az9' }] as never,
      clusterVpcs: new Map(),
    },
  );
  expect(flows.map((f) => f.remote)).toEqual([
    { subnetId: 'subnet-9', vpcId: 'vpc-9', azId: 'az9' },
    { region: 'eu-west-1' },
    { region: 'us-gov-west-1' },
    { identifier: 'S3' },
    {},
  ]);
});
