import { describe, expect, it } from 'vitest';
import { findIncident } from '../../src/judge/incident.ts';
import { judge } from '../../src/judge/judge.ts';
import { denies } from '../../src/judge/matched.ts';
import { findOnset, isDrifting } from '../../src/judge/onset.ts';
import type { Series } from '../../src/model/case.ts';
import { MINUTE } from '../../src/model/time.ts';
import { drawFrom } from '../bench/verdict/random.ts';
import { buildCase, fleet, from } from './build.ts';

/* What is no incident, though more is retransmitted: each kind that fooled the judge in quiet hours. */

const MINUTES = 240;
const ZONES = ['az1', 'az2', 'az3'];

/** Counts in bursts around a rate that `level` multiplies. */
function seriesOf(seed: number, level: (minute: number) => number): Series {
  const draw = drawFrom(seed);
  const nothing = Array.from({ length: MINUTES }, () => null);
  return {
    start: '2026-11-21T12:00:00Z',
    periodSeconds: 60,
    bytes: nothing.map(() => 1e8),
    retransmissions: nothing.map((_, m) => draw.poisson(100 * draw.gamma(4) * level(m))),
    timeouts: nothing,
    rttMicros: nothing,
    nhi: nothing,
  };
}

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

describe('a rate that drifts to three times what it was in four hours', () => {
  const drifting = SEEDS.map((seed) => seriesOf(seed, (m) => 3 ** (m / MINUTES)));

  it('is drifting, and began in no minute', () => {
    expect(drifting.filter(isDrifting).length).toBeGreaterThan(0.95 * SEEDS.length);
    expect(drifting.filter((series) => findOnset(series) !== null).length).toBeLessThan(0.1 * SEEDS.length);
  });

  it('is told from one that rose within a minute, early or late', () => {
    for (const onset of [120, 200, 230]) {
      const risen = SEEDS.map((seed) => seriesOf(seed, (m) => (m >= onset ? 3 : 1)));
      expect(risen.filter(isDrifting)).toEqual([]);
    }
  });
});

describe('a burst of four minutes, in a rate that comes in bursts', () => {
  const lengths = (minutes: number, factor: number, end = 220) =>
    SEEDS.flatMap((seed) => {
      const found = findOnset(seriesOf(seed, (m) => (m >= end - minutes && m < end ? factor : 1)));
      return found ? [((found.end ?? Date.parse('2026-11-21T16:00:00Z')) - found.start) / MINUTE] : [];
    });

  it('is no longer for the quiet minutes around it', () => {
    expect(lengths(4, 4).length).toBeGreaterThan(SEEDS.length / 2);
    expect(lengths(4, 4).filter((length) => length > 5).length).toBeLessThanOrEqual(1);
    // Nor where it is over since a minute.
    expect(lengths(4, 4, MINUTES - 1).filter((length) => length > 5).length).toBeLessThanOrEqual(1);
  });

  it('is told from a rise, of which the loudest minutes are no more than the others', () => {
    expect(lengths(15, 3).filter((length) => length <= 5).length).toBeLessThanOrEqual(1);
    expect(lengths(10, 3, MINUTES).filter((length) => length <= 5).length).toBeLessThanOrEqual(1);
  });
});

describe('a burst that begins earlier and ends later elsewhere', () => {
  const baseline = { start: '2026-11-21T12:00:00Z', end: '2026-11-21T15:00:00Z' };
  const window = { start: baseline.end, end: '2026-11-21T16:00:00Z' };
  const raised = (from: number, to: number, factor: number) =>
    seriesOf(from, (m) => (m >= from && m < to ? factor : 1));
  const incident = (...series: Series[]) =>
    findIncident({ ...buildCase({ pods: fleet(ZONES, 1) }), baseline, window }, series);

  it('is one', () => {
    const { burst, onset } = incident(raised(205, 208, 30), raised(203, 210, 8));
    expect({ onset, start: burst?.start }).toEqual({
      onset: null,
      start: Date.parse('2026-11-21T15:25:00Z'),
    });
  });

  it('is none where it lasts elsewhere', () => {
    expect(incident(raised(205, 208, 30), raised(203, 218, 8)).onset).not.toBeNull();
  });
});

describe('a burst, and chance elsewhere', () => {
  const baseline = { start: '2026-11-21T12:00:00Z', end: '2026-11-21T15:00:00Z' };
  const window = { start: baseline.end, end: '2026-11-21T16:00:00Z' };
  const incident = (...levels: ((minute: number) => number)[]) =>
    findIncident(
      { ...buildCase({ pods: fleet(ZONES, 1) }), baseline, window },
      levels.map((level, i) => seriesOf(i + 1, level)),
    );
  const during = (from: number, to: number, factor: number) => (m: number) =>
    m >= from && m < to ? factor : 1;
  const burst = during(205, 208, 30);

  it('is one, where another zone has had one too', () => {
    expect(incident(burst, during(220, 224, 6))).toMatchObject({
      onset: null,
      burst: { ratio: expect.any(Number) },
    });
  });

  it('is one, where what lasts beside it is no rise worth the name', () => {
    expect(incident(burst, during(190, MINUTES, 1.75)).onset).toBeNull();
    expect(incident(burst, during(190, MINUTES, 4)).onset).not.toBeNull();
  });

  it('comes and goes, where the same zone has had another', () => {
    expect(incident((m) => burst(m) * during(220, 224, 6)(m)).onset).not.toBeNull();
  });
});

describe('zones of which one is no better while the others are', () => {
  it('has none that is impaired: it did not rise itself', () => {
    const changed = (azId: string) => (azId === 'az2' ? 1.7 : 0.5);
    const pods = fleet(ZONES, 4, 4).map((pod) => ({ ...pod, events: from(200, 4, 4 * changed(pod.azId)) }));
    expect(judge(buildCase({ pods }))).toMatchObject({ verdict: 'no-impairment', location: {} });
  });
});

describe('a zone that is raised for some minutes', () => {
  const raisedFor = (from: number, to: number, events = 20) =>
    judge(
      buildCase({
        pods: fleet(ZONES, 4).map((pod) =>
          pod.azId === 'az2'
            ? { ...pod, events: (m: number) => (m >= from && m < to ? events : pod.events(m)) }
            : pod,
        ),
      }),
    );

  it('had a burst, where they are three and over: that is said, and nobody is accused', () => {
    const found = raisedFor(205, 208);
    expect(found).toMatchObject({ verdict: 'no-impairment', onset: null, location: {} });
    expect(found.evidence.map(({ code }) => code)).toContain('burst');
    expect(found.evidence.find(({ code }) => code === 'burst')?.statement).toMatch(
      /3 minutes, which is over/,
    );
  });

  it('is impaired, where they are fifteen, over or not', () => {
    expect(raisedFor(205, 220)).toMatchObject({ verdict: 'inconclusive', location: { azId: 'az2' } });
    expect(raisedFor(225, MINUTES)).toMatchObject({ verdict: 'inconclusive', location: { azId: 'az2' } });
  });

  it('is impaired, where they are two bursts: that comes and goes', () => {
    const twice = judge(
      buildCase({
        pods: fleet(ZONES, 4).map((pod) =>
          pod.azId === 'az2'
            ? {
                ...pod,
                events: (m: number) => ((m >= 195 && m < 199) || (m >= 220 && m < 224) ? 20 : pod.events(m)),
              }
            : pod,
        ),
      }),
    );
    expect(twice.verdict).not.toBe('no-impairment');
  });
});

describe('a zone that keeps a part of its traffic', () => {
  /** From minute 200 on az2 has this share of its bytes, and so many events for each byte as this. */
  const left = (share: number, worse: number, rate = 4) =>
    judge(
      buildCase({
        pods: fleet(ZONES, 4, rate).map((pod) =>
          pod.azId === 'az2'
            ? {
                ...pod,
                bytes: (m: number) => (m >= 200 ? share * 1e7 : 1e7),
                events: from(200, rate, share * worse * rate),
              }
            : pod,
        ),
      }),
    );
  const collapsed = { verdict: 'inconclusive', reason: 'traffic-collapsed' };

  it('gave it away, where what stays loses no more than before', () => {
    expect(left(0.4, 1)).toMatchObject({ verdict: 'no-impairment' });
  });

  it('collapsed, where so few events are left that nobody can tell', () => {
    expect(left(0.4, 1, 0.01)).toMatchObject(collapsed);
  });

  it('collapsed, where it keeps less than a quarter, however well that is', () => {
    expect(left(0.2, 1)).toMatchObject(collapsed);
  });
});

describe('flows against themselves', () => {
  const matched = (ratio: number, high: number) => ({
    ratio,
    low: ratio / 2,
    high,
    flows: 20,
    coverage: 0.4,
    events: { now: 100, before: 100 },
  });

  it('deny a rise that they do not show', () => {
    expect(denies(matched(1.2, 1.5), { ratio: 3 }, 1)).toBe(true);
  });

  it('do not, where they show most of it, or too little is known of them', () => {
    expect(denies(matched(2, 2.6), { ratio: 3 }, 1)).toBe(false);
    expect(denies(matched(1.2, 4), { ratio: 3 }, 1)).toBe(false);
    expect(
      denies(
        { ratio: null, low: null, high: null, events: { now: 0, before: 0 }, flows: 0, coverage: 0 },
        { ratio: 3 },
        1,
      ),
    ).toBe(false);
  });

  it('show as much of it as their tile lasts', () => {
    expect(denies(matched(1.35, 1.5), { ratio: 3 }, 0.3)).toBe(false);
    expect(denies(matched(1.1, 1.3), { ratio: 3 }, 0.3)).toBe(true);
  });
});
