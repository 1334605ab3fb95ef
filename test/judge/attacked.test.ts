import { describe, expect, it } from 'vitest';
import { hypothesesOf } from '../../src/judge/hypotheses.ts';
import { judge } from '../../src/judge/judge.ts';
import { known } from '../../src/judge/known.ts';
import { nhiOf } from '../../src/judge/nhi.ts';
import type { Case, Flow, Monitor, Series } from '../../src/model/case.ts';
import type { NhiReport } from '../../src/model/report.ts';
import { buildCase, caseOfFlows, fleet, from, sumsOf } from './build.ts';

/* What an outsider found by attacking: verdicts that rested on what says nothing. */

const ZONES = ['az1', 'az2', 'az3'];
const quiet = () => buildCase({ pods: fleet(ZONES, 3) });
/** All of az3 loses from minute 215 on; the indicator of these monitors is degraded then. */
const gray = (degraded: (zones: string[], minute: number) => number | null, category = 'INTER_AZ') =>
  buildCase({
    pods: fleet(ZONES, 4).map((p) => ({
      ...p,
      category,
      remote: `10.9.1.${p.name.length}${p.name.at(-1)?.charCodeAt(0)}`,
      events: p.azId === 'az3' ? from(215, 0.2, 20) : p.events,
    })),
    nhi: degraded,
  });
const during = (minute: number) => (minute >= 215 ? 1 : 0);
const ofZone3 = (zones: string[], minute: number) => (zones.includes('az3') ? during(minute) : 0);

function withSeries(data: Case, change: (series: Series, monitor: Monitor) => Series): Case {
  return { ...data, monitors: data.monitors.map((m) => ({ ...m, series: m.series && change(m.series, m) })) };
}

describe('the indicator', () => {
  it('blames AWS for flows that it covers', () => {
    expect(judge(gray(ofZone3)).verdict).toBe('aws-infrastructure');
  });

  it.each(['INTERNET', 'UNCLASSIFIED', 'LOCAL_ZONE'])('blames nobody for flows in %s', (category) => {
    expect(judge(gray(ofZone3, category)).reason).toBe('category-not-covered');
  });

  it("is unknown where the zone's own monitor says nothing, whatever a wider one says of another zone", () => {
    const holes = gray((zones, minute) => {
      if (zones.length === 1 && zones[0] === 'az3') return null;
      return zones.length > 1 ? during(minute) : 0;
    });
    expect(judge(holes)).toMatchObject({ verdict: 'inconclusive', reason: 'nhi-unknown' });
  });

  it("of a wide monitor is another zone's where that zone's own has all its degraded minutes", () => {
    const report = (covers: string[], minutes: string[]): NhiReport => ({
      monitor: covers.join(),
      state: minutes.length > 0 ? 'degraded' : 'healthy',
      degradedMinutes: minutes,
      covers,
      coversNames: covers,
    });
    const [own, wide] = [report(['az1'], ['12:01', '12:02']), ['az1', 'az3']];
    expect(nhiOf([own, report(wide, ['12:01', '12:02'])], ['az3'])).toBe('unknown');
    expect(nhiOf([own, report(wide, ['12:01', '12:03'])], ['az3'])).toBe('degraded');
    expect(nhiOf([own, report(wide, ['12:01', '12:02'])], ['az1'])).toBe('degraded');
  });

  it('that is not there at all makes no health certain', () => {
    const blind = withSeries(quiet(), (s) => ({ ...s, nhi: s.nhi.map(() => null) }));
    expect(judge(quiet())).toMatchObject({ verdict: 'no-impairment', confidence: 'high' });
    expect(judge(blind)).toMatchObject({ verdict: 'no-impairment', confidence: 'medium' });
  });
});

describe('silence', () => {
  it('of every zone at once is no health', () => {
    const dark = withSeries(quiet(), (s) => {
      const early = (values: readonly (number | null)[]) => values.map((v, m) => (m < 195 ? v : null));
      return { ...s, bytes: early(s.bytes), retransmissions: early(s.retransmissions), nhi: early(s.nhi) };
    });
    expect(judge(dark)).toMatchObject({ verdict: 'inconclusive', reason: 'partly-unseen' });
    expect(judge(dark).summary).toContain('of which nothing was reported');
  });
});

describe('lists of flows', () => {
  const uncounted = (data: Case) =>
    withSeries(data, (s) => ({ ...s, retransmissions: s.retransmissions.map(() => null) }));

  it('that hold none of the bytes are no health, and a gap', () => {
    const { verdict, reason, gaps } = judge({ ...quiet(), flows: [] });
    expect({ verdict, reason }).toEqual({ verdict: 'inconclusive', reason: 'evidence-incomplete' });
    expect(gaps.map((g) => g.code)).toContain('flows-unaccounted');
  });

  it('vouch for minutes without counts only where they hold the bytes', () => {
    const counts = (data: Case) => judge(data).zones.map((z) => z.retransmissions);
    const calm = buildCase({ pods: fleet(ZONES, 3, 0) });
    expect(counts(uncounted(calm))).toEqual([0, 0, 0]);
    expect(counts({ ...uncounted(calm), flows: [] })).toEqual([null, null, null]);
  });

  it('that were lost can hold nothing where the others have all events of the minutes', () => {
    const list = { tile: 1, category: 'INTER_AZ', counter: 'retransmissions' as const };
    const pods = fleet(['az1'], 2).map((p, i) => ({ ...p, category: i ? 'INTER_AZ' : 'INTRA_AZ' }));
    const lacking = (rate: number) => {
      const data = buildCase({ pods: pods.map((p, i) => (i ? { ...p, events: () => rate } : p)) });
      const flows = data.flows.map((f) =>
        f.tile === 1 && f.category === 'INTER_AZ' ? { ...f, retransmissions: null } : f,
      );
      return known({ ...data, flows, incomplete: { monitors: false, series: false, lists: [list] } });
    };
    const told = ({ flows, incomplete }: Case) => ({
      counts: flows.filter((f) => f.tile === 1).map((f) => f.retransmissions),
      vouched: incomplete?.lists.map((l) => l.vouched ?? false),
    });
    expect(told(lacking(0))).toEqual({ counts: [12, 0], vouched: [true] });
    expect(told(lacking(1))).toEqual({ counts: [12, null], vouched: [false] });
  });
});

describe('who is blamed', () => {
  const far = { ip: '10.9.0.2', instanceId: 'i-far', azId: 'az2' };
  /** Each sends to two hosts, and loses towards one of them. */
  const callers = (names: string[]) => {
    const data = buildCase({
      pods: [
        ...names.flatMap((name, i) => {
          const pod = { name, azId: ZONES[i] ?? '', bytes: () => 1e7 };
          return [
            { ...pod, remote: '10.9.0.1', events: () => 0 },
            { ...pod, remote: far.ip, events: from(215, 0, 30) },
          ];
        }),
        ...fleet(ZONES, 2, 0),
      ],
    });
    return { ...data, flows: data.flows.map((f) => (f.remote.ip === far.ip ? { ...f, remote: far } : f)) };
  };

  it('a host that is known by one caller alone is not: that may be the bad one', () => {
    expect(judge(callers(['x', 'y', 'z']))).toMatchObject({
      verdict: 'workload',
      location: { instanceId: 'i-far' },
    });
    expect(judge(callers(['x'])).verdict).toBe('inconclusive');
  });

  it('of two that share all bad flows, the one that sends most of the events', () => {
    const [busy, meek] = ['i-zz', 'i-aa'].map((instanceId) => ({ ip: instanceId, instanceId, azId: 'az1' }));
    const data = caseOfFlows([
      { pod: 'a', azId: 'az1' },
      { pod: 'b', azId: 'az1' },
    ]);
    const row = (
      local: Flow['local'],
      remote: Flow['remote'],
      tile: number,
      retransmissions: number,
    ): Flow => ({
      tile,
      category: 'INTRA_AZ',
      targetPort: 80,
      local,
      remote,
      bytes: 1e9,
      retransmissions,
      timeouts: 0,
      rttMicros: null,
    });
    const pair = [0, 1].flatMap((tile) => [
      row(busy ?? {}, meek ?? {}, tile, tile * 3000),
      row(meek ?? {}, busy ?? {}, tile, tile * 400),
    ]);
    const both = { ...data, flows: pair };
    const touching = hypothesesOf(both, sumsOf(both), 1).find((h) => h.kind === 'instance' && !h.sends);
    expect(touching?.identity.instanceId).toBe('i-zz');
  });
});

it('a baseline of some minutes makes no health certain', () => {
  const short = buildCase({ pods: fleet(ZONES, 3), baselineMinutes: 5 });
  expect(judge(short).confidence).not.toBe('high');
});
