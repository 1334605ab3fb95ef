import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case, Monitor, Series } from '../../src/model/case.ts';
import { buildCase, fleet, from } from './build.ts';

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
      return zones.includes('az1') ? during(minute) : 0;
    });
    expect(judge(holes)).toMatchObject({ verdict: 'inconclusive', reason: 'nhi-unknown' });
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
  it('that came without their rows vouch for nothing', () => {
    const empty = {
      ...withSeries(quiet(), (s) => ({ ...s, retransmissions: s.retransmissions.map(() => null) })),
      flows: [],
    };
    const { verdict, gaps } = judge(empty);
    expect(verdict).not.toBe('no-impairment');
    expect(gaps.map((g) => g.code)).toContain('flows-unaccounted');
  });

  it('between one host and another name neither a zone nor AWS', () => {
    const pair = buildCase({
      pods: [
        ...fleet(ZONES, 2).map((p) => ({ ...p, service: `${p.azId}-${p.name}` })),
        {
          name: 'x',
          azId: 'az3',
          instance: 'i-x',
          remote: '10.9.9.9',
          bytes: () => 1e7,
          events: from(215, 0, 60),
        },
      ],
      nhi: ofZone3,
    });
    expect(judge(pair).verdict).not.toBe('aws-infrastructure');
  });
});

it('a baseline of some minutes makes no health certain', () => {
  const short = buildCase({ pods: fleet(ZONES, 3), baselineMinutes: 5 });
  expect(judge(short).confidence).not.toBe('high');
});
