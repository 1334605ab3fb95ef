import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoriesOf } from '../../src/collect/read-flows.ts';
import { judge } from '../../src/judge/judge.ts';
import type { Case, Flow, LostList, Series } from '../../src/model/case.ts';
import type { Findings } from '../../src/model/report.ts';
import { emptyExtent } from '../../src/network/holdings.ts';
import { buildCase, fleet, from } from './build.ts';
import { play, scenes } from './fleets.ts';

/*
 * Unknown is never 0, lost is never healthy: what a Case lacks takes a verdict back, and never turns it.
 */

const ZONES = ['az1', 'az2', 'az3'];
const COLUMNS = ['bytes', 'retransmissions', 'timeouts', 'rttMicros', 'nhi'] as const;
const COUNTERS = ['bytes', 'retransmissions', 'timeouts', 'rttMicros'] as const;

const isBlame = ({ verdict }: Findings) => verdict === 'workload' || verdict === 'aws-infrastructure';

/** CloudWatch failed one metric of one monitor. */
function withoutMetric(data: Case, name: string, column: (typeof COLUMNS)[number]): Case {
  const without = (s: Series): Series => ({
    ...s,
    [column]: s[column].map(() => null),
    lost: [...(s.lost ?? []), column],
  });
  return {
    ...data,
    monitors: data.monitors.map((m) =>
      m.name === name ? { ...m, series: m.series && without(m.series) } : m,
    ),
  };
}

/** GetMonitor was refused. */
function withoutMonitor(data: Case, name: string): Case {
  return {
    ...data,
    monitors: data.monitors.filter((m) => m.name !== name),
    incomplete: { monitors: true, series: false, lists: [] },
  };
}

/** One query was refused: flows of which nothing else is known vanish with it. */
function withoutList(data: Case, list: LostList): Case {
  const { tile, category, counter } = list;
  const flows = data.flows.flatMap((flow): Flow[] => {
    if (flow.tile !== tile || flow.category !== category) return [flow];
    const left = { ...flow, [counter]: null };
    // The lists of events hold only flows that have some.
    return left.bytes === null && !left.retransmissions && !left.timeouts ? [] : [left];
  });
  return { ...data, flows, incomplete: { monitors: false, series: false, lists: [list] } };
}

/** Every Case that lacks one answer of this one. */
function lacking(data: Case): { lacks: string; data: Case }[] {
  const categories = [...new Set(data.flows.map((f) => f.category))];
  return [
    ...data.monitors.flatMap(({ name }) => [
      { lacks: `monitor ${name}`, data: withoutMonitor(data, name) },
      ...COLUMNS.map((c) => ({ lacks: `${c} of ${name}`, data: withoutMetric(data, name, c) })),
    ]),
    ...data.tiles.flatMap((_, tile) =>
      categories.flatMap((category) =>
        COUNTERS.map((counter) => ({
          lacks: `${counter} of tile ${tile}, ${category}`,
          data: withoutList(data, { tile, category, counter }),
        })),
      ),
    ),
  ];
}

/** The same, or taken back; a place may be named less finely, and no other. */
function takesBackOnly(whole: Findings, less: Findings, lacks: string): void {
  const told = { lacks, whole: [whole.verdict, whole.reason, whole.location], less: less.summary };
  if (isBlame(less)) {
    expect({ ...told, verdict: less.verdict }).toEqual({ ...told, verdict: whole.verdict });
    for (const [key, value] of Object.entries(less.location)) {
      const own = whole.location[key as keyof Findings['location']] ?? value;
      expect({ ...told, [key]: value }).toEqual({ ...told, [key]: own });
    }
  }
  if (less.verdict === 'no-impairment') {
    expect({ ...told, verdict: whole.verdict }).toEqual({ ...told, verdict: 'no-impairment' });
  }
}

describe('one answer less', () => {
  it('never turns a verdict into another blame, or an impairment into health', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const data = play(scene);
        const whole = judge(data);
        for (const { lacks, data: less } of lacking(data)) takesBackOnly(whole, judge(less), lacks);
      }),
      { seed: 9, numRuns: 8 },
    );
  });

  it('leaves a blame that it could not change', () => {
    const data = buildCase(hotPod());
    const blamed = { verdict: 'workload', location: { podName: 'az2-pod-1' } };
    expect(judge(data)).toMatchObject(blamed);
    const none = { tile: 1, category: 'AMAZON_S3', counter: 'retransmissions' } as const;
    expect(judge(withoutList(data, none))).toMatchObject(blamed);
    expect(judge(withoutMetric(data, 'zone-az1', 'timeouts'))).toMatchObject(blamed);
  });

  it('takes back a blame that it could change, and names the suspect', () => {
    const data = buildCase(hotPod());
    const own = { tile: 1, category: 'INTRA_AZ', counter: 'bytes' } as const;
    expect(judge(withoutMonitor(data, 'whole'))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'evidence-incomplete',
      suspects: ['workload'],
    });
    expect(judge(withoutList(data, own)).verdict).toBe('inconclusive');
  });
});

describe('health', () => {
  const quiet = () => buildCase({ pods: fleet(ZONES, 3) });

  it('needs counts that were read', () => {
    const lost = quiet().monitors.reduce(
      (data, { name }) => withoutMetric(data, name, 'retransmissions'),
      buildCase({ pods: fleet(ZONES, 3), flows: false }),
    );
    const found = judge(lost);
    expect(found).toMatchObject({ verdict: 'inconclusive', reason: 'evidence-incomplete' });
    expect(found.summary).toMatch(/Not known: retransmissions in 60 of 60 periods/);
    expect(found.zones).toMatchObject(
      ZONES.map(() => ({ state: 'unknown', retransmissions: null, retransmissionsPerGiB: null })),
    );
  });

  it('is medium, and says so, where a few minutes are missing', () => {
    const data = quiet();
    const holed = (s: Series): Series => ({
      ...s,
      retransmissions: s.retransmissions.map((v, i) => (i >= 235 ? null : v)),
      lost: ['retransmissions'],
    });
    const monitors = data.monitors.map((m) => ({ ...m, series: m.series && holed(m.series) }));
    // The lists of flows have no more than the other minutes: they would vouch for these.
    const found = judge({ ...data, monitors, truncated: true });
    expect(found).toMatchObject({ verdict: 'no-impairment', confidence: 'medium' });
    expect(found.summary).toMatch(/Not known: retransmissions in 5 of 60 periods/);
  });

  it('needs no degraded indicator beside it', () => {
    const nhi = (_: string[], minute: number) => (minute >= 210 ? 1 : 0);
    expect(judge(buildCase({ pods: fleet(ZONES, 3), nhi }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'nhi-degraded-no-rise',
      suspects: ['aws-infrastructure'],
    });
  });

  it('needs a monitor in each zone of the target', () => {
    const data = quiet();
    const monitors = data.monitors.filter((m) => m.name === 'zone-az1');
    expect(judge({ ...data, monitors, targetZones: ZONES })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'partly-unseen',
    });
  });
});

describe('a counter that is missing beside bytes', () => {
  const sparse = (data: Case): Case => ({
    ...data,
    monitors: data.monitors.map((m) => ({
      ...m,
      series: m.series && { ...m.series, retransmissions: m.series.retransmissions.map((v) => v || null) },
    })),
  });

  it('is 0 where whole lists of flows hold no more', () => {
    const data = buildCase(hotPod());
    const { zones, ...rest } = judge(data);
    expect(judge(sparse(data))).toEqual({ ...rest, zones });
  });

  it('is unknown where nothing vouches for it', () => {
    const data = sparse(buildCase({ pods: fleet(ZONES, 3, 0), flows: false }));
    expect(judge(data)).toMatchObject({ verdict: 'inconclusive', reason: 'evidence-incomplete' });
  });
});

describe('the indicator', () => {
  it('is healthy only with datapoints in most minutes of the symptom', () => {
    const half = (_: string[], minute: number) => (minute % 2 ? 0 : null);
    const most = (_: string[], minute: number) => (minute % 10 ? 0 : null);
    expect(judge(buildCase({ ...hotPod(), nhi: half }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'nhi-unknown',
    });
    expect(judge(buildCase({ ...hotPod(), nhi: most })).verdict).toBe('workload');
  });
});

describe('a Local Zone', () => {
  const moved = (change: (flow: Flow) => Flow) => {
    const data = buildCase(hotPod());
    return judge({ ...data, flows: data.flows.map(change) });
  };
  const expected = { verdict: 'inconclusive', reason: 'category-not-covered', suspects: ['workload'] };

  it('is not covered by the indicator, told by the category', () => {
    expect(moved((flow) => ({ ...flow, category: 'LOCAL_ZONE' }))).toMatchObject(expected);
  });

  it('is not covered by the indicator, told by the zone', () => {
    const data = JSON.stringify(buildCase(hotPod())).replaceAll('"az2"', '"usw2-lax1-az1"');
    expect(judge(JSON.parse(data))).toMatchObject(expected);
  });

  it('has a category of its own to ask for', () => {
    const asked = (azId: string) =>
      categoriesOf(
        { remote: [] },
        {
          extent: { ...emptyExtent(), vpcIds: new Set(['vpc-1']) },
          topology: {
            zones: [],
            subnets: [{ id: 's', arn: null, vpcId: 'vpc-1', azId }],
            clusterVpcs: new Map(),
          },
        },
      ).includes('LOCAL_ZONE');
    expect([asked('usw2-lax1-az1'), asked('usw2-az1')]).toEqual([true, false]);
  });
});

it('counts what comes twice once', () => {
  const data = buildCase(hotPod());
  const doubled = {
    ...data,
    flows: [...data.flows, ...data.flows],
    monitors: [...data.monitors, ...data.monitors],
  };
  expect(judge(doubled)).toEqual(judge(data));
});

function hotPod() {
  const pods = fleet(ZONES, 4, 0.2);
  return {
    pods: pods.map((pod) => (pod.name === 'az2-pod-1' ? { ...pod, events: from(210, 0.2, 20) } : pod)),
  };
}
