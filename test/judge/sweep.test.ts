import { describe, expect, test } from 'vitest';
import { rankSweep, sweepExit } from '../../src/judge/sweep.ts';
import { sweepGaps, sweepSummary } from '../../src/judge/sweep-words.ts';
import { findingsOf, type Watched, worthALook } from '../../src/judge/swept-monitor.ts';
import { TAU } from '../../src/judge/thresholds.ts';
import type { Series } from '../../src/model/case.ts';
import type { SweepItem, SweptMonitor, SweptPlace } from '../../src/model/sweep.ts';
import type { SweepState } from '../../src/model/sweep-states.ts';
import { drawFrom } from '../bench/verdict/random.ts';

const START = Date.parse('2026-11-21T08:00:00Z');
const MINUTES = 240;
const at = (minute: number) => new Date(START + minute * 60_000).toISOString().replace('.000Z', 'Z');
/** Three hours before, one hour now. */
const WINDOWS = {
  window: { start: at(180), end: at(240) },
  baseline: { start: at(0), end: at(180) },
};
const MIB = 2 ** 20;

/** What a monitor does in a minute; null: nothing was reported. */
interface Made {
  bytes?(minute: number): number | null;
  events?(minute: number): number | null;
  nhi?(minute: number): number | null;
}

function byMinute({ bytes = () => 100 * MIB, events = () => 4, nhi = () => 0 }: Made): Series {
  const minutes = Array.from({ length: MINUTES }, (_, m) => m);
  const reported = minutes.map(bytes);
  const only = (of: (minute: number) => number | null) =>
    minutes.map((m) => (reported[m] === null ? null : of(m)));
  return {
    start: at(0),
    periodSeconds: 60,
    bytes: reported,
    retransmissions: only(events),
    timeouts: only(() => 0),
    rttMicros: only(() => 500),
    nhi: only(nhi),
  };
}

/** As CloudWatch sums it up: a step has a value where one of its minutes has. */
function bySteps(series: Series): Series {
  const steps = (values: readonly (number | null)[], of: (known: number[]) => number) =>
    Array.from({ length: MINUTES / 5 }, (_, step) => {
      const known = values.slice(5 * step, 5 * step + 5).filter((v) => v !== null);
      return known.length > 0 ? of(known) : null;
    });
  const sum = (known: number[]) => known.reduce((a, b) => a + b, 0);
  return {
    ...series,
    periodSeconds: 300,
    bytes: steps(series.bytes, sum),
    retransmissions: steps(series.retransmissions, sum),
    timeouts: steps(series.timeouts, sum),
    rttMicros: steps(series.rttMicros, (known) => sum(known) / known.length),
    nhi: steps(series.nhi, (known) => Math.max(...known)),
  };
}

/** Looked at as the command does: in steps, and closer where that is worth it. */
function look(made: Readonly<Record<string, Made | Series | null>>, windows = WINDOWS): SweptMonitor[] {
  const fine = new Map(
    Object.entries(made).map(([name, how]) => [
      name,
      how === null
        ? null
        : 'bytes' in how && Array.isArray(how.bytes)
          ? (how as Series)
          : byMinute(how as Made),
    ]),
  );
  const coarse = [...fine].map(([arn, series]): Watched => ({ arn, series: series && bySteps(series) }));
  const closer = worthALook(coarse, windows);
  const all = coarse.map((one) =>
    closer.includes(one.arn) ? { ...one, fine: fine.get(one.arn) ?? null } : one,
  );
  return [...findingsOf(all, windows)].map(([name, findings]) => ({
    monitor: name,
    monitorArn: `arn:${name}`,
    status: 'ACTIVE',
    az: null,
    azId: null,
    covers: null,
    ...findings,
  }));
}

let accounts = 0;
function place(monitors: SweptMonitor[], other: Partial<SweptPlace> = {}): SweptPlace {
  return {
    schema: 'nfm.sweep-place/v1',
    at: at(250),
    accountId: String(100_000_000_000 + accounts++),
    accountName: null,
    profile: null,
    role: null,
    region: 'eu-west-1',
    ...WINDOWS,
    details: false,
    state: 'seen',
    refusal: null,
    monitors,
    gaps: [],
    ...other,
  };
}

const refused = (state: SweptPlace['state'], other: Partial<SweptPlace> = {}) =>
  place([], {
    state,
    refusal: {
      code: 'access-denied',
      action: 'networkflowmonitor:ListMonitors',
      message: 'No.',
      fix: 'Ask.',
    },
    ...other,
  });

const states = (items: readonly SweepItem[]) => items.map(({ monitor, state }) => `${monitor} ${state}`);
const stateOf = (made: Made | Series | null, beside: Record<string, Made> = {}): SweepState | undefined =>
  rankSweep([place(look({ it: made, ...beside }))]).find(({ monitor }) => monitor === 'it')?.state;

const QUIET: Made = {};
const rising = (times: number, from = 220, level = 4): Made => ({
  events: (m) => (m >= from ? times * level : level),
});

describe('one monitor by itself', () => {
  test('a rise: its factor, its minute, its counts; and that it is over', () => {
    const [up] = look({ up: rising(10) });
    expect(up).toMatchObject({ rise: 'up', since: at(220), until: null, reports: 'reporting' });
    expect(up?.change?.low).toBeGreaterThan(7);
    expect(up?.change?.high).toBeLessThan(11);
    expect(up?.compared).toMatchObject({ bytes: 20 * 100 * MIB, retransmissions: 20 * 40 });
    // The counts of the whole window stand beside it.
    expect(up).toMatchObject({ bytes: 60 * 100 * MIB, retransmissions: 40 * 4 + 20 * 40, timeouts: 0 });
    const [over] = look({ over: { events: (m) => (m >= 190 && m < 215 ? 40 : 4) } });
    expect(over).toMatchObject({ rise: 'up', since: at(190), until: at(215) });
  });

  test('ten minutes of a rise are seen, although the hour as a whole has hardly more', () => {
    const late = rising(3, 230, 40);
    const series = byMinute(late);
    const inWindow = (from: number, to: number) =>
      series.retransmissions.slice(from, to).reduce<number>((sum, v) => sum + (v ?? 0), 0);
    expect(inWindow(180, 240) / (inWindow(0, 180) / 3)).toBeLessThan(Math.SQRT2);
    expect(worthALook([{ arn: 'late', series: bySteps(series) }], WINDOWS)).toEqual(['late']);
    expect(look({ late })[0]).toMatchObject({ rise: 'up', since: at(230) });
  });

  test('an incident that began in the baseline, and went on through most of it', () => {
    const [old] = look({ old: rising(10, 20) });
    expect(old).toMatchObject({ rise: 'up', since: at(20), until: null });
    expect(stateOf(rising(10, 20))).toBe('worse');
    // Chance in its first minutes makes nothing worth a closer look: few in a quarter of an hour, or none in five minutes.
    const none = byMinute({ events: (m) => (m < 5 ? 0 : 4) });
    expect(worthALook([{ arn: 'none', series: bySteps(none) }], WINDOWS)).toEqual([]);
    const few = byMinute({ events: (m) => (m % (m < 15 ? 5 : 3) === 0 ? 1 : 0) });
    expect(worthALook([{ arn: 'few', series: bySteps(few) }], WINDOWS)).toEqual([]);
  });

  test('what is as before is not looked at closer, and has no time', () => {
    const series = new Map(Object.entries({ quiet: byMinute(QUIET), up: byMinute(rising(10)) }));
    const coarse = [...series].map(([arn, own]) => ({ arn, series: bySteps(own) }));
    expect(worthALook(coarse, WINDOWS)).toEqual(['up']);
    expect(look({ quiet: QUIET })[0]).toMatchObject({ rise: 'not-up', since: null, until: null });
  });

  test.each<[string, Made, SweepState]>([
    ['ten times of much', rising(10), 'worse'],
    ['ten times of next to nothing', { events: (m) => (m === 200 || m === 230 ? 4 : 0) }, 'unsure'],
    ['none, and then a handful', { events: (m) => (m >= 225 && m % 2 ? 2 : 0) }, 'unsure'],
    ['no event at all', { events: () => 0 }, 'quiet'],
    ['half as much again', rising(1.5, 180, 40), 'quiet'],
    ['one minute', { events: (m) => (m === 210 ? 400 : 4) }, 'quiet'],
  ])('%s is %j', (_, made, expected) => {
    expect(stateOf(made)).toBe(expected);
  });

  test('of no event and no event there is no ratio', () => {
    const [none] = look({ none: { events: () => 0 } });
    expect(none).toMatchObject({ change: null, retransmissions: 0, retransmissionsPerGiB: 0 });
  });

  test('the indicator by the minute; no datapoint is unknown, never healthy', () => {
    const [bad] = look({ bad: { nhi: (m) => (m >= 203 && m < 213 ? 100 : 0) } });
    expect(bad).toMatchObject({ indicator: 'degraded', degradedMinutes: 10, since: at(203), until: at(213) });
    expect(look({ on: { nhi: (m) => (m >= 233 ? 1 : 0) } })[0]).toMatchObject({
      since: at(233),
      until: null,
    });
    expect(look({ none: { nhi: () => null } })[0]?.indicator).toBe('unknown');
    expect(look({ few: { nhi: (m) => (m % 30 ? null : 0) } })[0]?.indicator).toBe('unknown');
  });

  test('one degraded minute is degraded', () => {
    expect(look({ one: { nhi: (m) => (m === 200 ? 1 : 0) } })[0]).toMatchObject({
      indicator: 'degraded',
      degradedMinutes: 1,
    });
  });

  test('degraded before the window is no news', () => {
    expect(stateOf({ nhi: (m) => (m < 170 ? 1 : 0) })).toBe('quiet');
  });
});

describe('what reports no more', () => {
  test('silent since its last minute', () => {
    const [gone] = look({ gone: { bytes: (m) => (m < 207 ? MIB : null) } });
    expect(gone).toMatchObject({ reports: 'silent', since: at(207), until: null });
    expect(stateOf({ bytes: (m) => (m < 100 ? MIB : null) })).toBe('silent');
    expect(stateOf({ bytes: (m) => (m < 230 ? MIB : null) })).toBe('silent');
  });

  test.each<[string, Made['bytes'], SweepState]>([
    ['late by some minutes', (m) => (m < 234 ? MIB : null), 'quiet'],
    ['as silent as it often is', (m) => (m % 60 < 20 ? MIB : null), 'quiet'],
    ['never heard', () => null, 'no-data'],
    ['in the night, as before', (m) => (m < 20 || (m >= 140 && m < 150) ? MIB : null), 'no-data'],
  ])('%s', (_, bytes, expected) => {
    expect(stateOf({ bytes: bytes ?? (() => null) })).toBe(expected);
  });

  /** A tenth of the bytes, and a tenth of the events. */
  const tenth: Made = { bytes: (m) => (m < 210 ? 100 : 10) * MIB, events: (m) => (m < 210 ? 40 : 4) };

  test('starved, where a neighbour keeps its bytes', () => {
    expect(stateOf(tenth, { neighbour: QUIET })).toBe('starved');
    expect(look({ it: tenth, neighbour: QUIET })[0]?.since).toBe(at(210));
  });

  test('and that it is back, and since when', () => {
    const dip = (m: number) => m >= 180 && m < 228;
    const back: Made = { bytes: (m) => (dip(m) ? 1 : 100) * MIB, events: (m) => (dip(m) ? 0 : 40) };
    const all = look({ back, still: tenth, neighbour: QUIET });
    expect(all[0]).toMatchObject({ reports: 'starved', until: at(228) });
    expect(all[1]).toMatchObject({ reports: 'starved', until: null });
    expect(states(rankSweep([place(all)]))).toEqual(['still starved', 'back starved', 'neighbour quiet']);
  });

  test('not where all fall alike, nor alone, nor as low as it has been', () => {
    expect(stateOf(tenth, { neighbour: tenth })).toBe('quiet');
    expect(stateOf(tenth)).toBe('quiet');
    const wave: Made = {
      bytes: (m) => (m % 60 < 30 ? 100 : 10) * MIB,
      events: (m) => (m % 60 < 30 ? 40 : 4),
    };
    expect(stateOf(wave, { neighbour: QUIET })).toBe('quiet');
  });

  test('of many monitors the one that keeps most is the peer, whichever it is', () => {
    const falling = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`m${i}`, tenth]));
    const starved = (made: Record<string, Made>) =>
      look(made).flatMap(({ monitor, reports }) => (reports === 'starved' ? [monitor] : []));
    expect(starved({ ...falling, keeps: QUIET })).toEqual(Object.keys(falling));
    expect(starved({ keeps: QUIET, ...falling })).toEqual(Object.keys(falling));
    expect(starved(falling)).toEqual([]);
  });

  test('nor where half of it went elsewhere and the rest loses no more than before', () => {
    const moved: Made = { bytes: (m) => (m < 210 ? 1000 : 400) * MIB, events: (m) => (m < 210 ? 400 : 160) };
    expect(stateOf(moved, { neighbour: QUIET })).toBe('quiet');
  });
});

describe('what could not be read', () => {
  const whole = byMinute(QUIET);

  test('is unread, and never quiet', () => {
    expect(stateOf(null)).toBe('unread');
    expect(stateOf({ ...whole, lost: ['bytes'] })).toBe('unread');
    expect(stateOf({ events: (m) => (m >= 180 && m % 2 ? null : 4) })).toBe('quiet');
    const blind = { ...whole, retransmissions: whole.retransmissions.map(() => null) };
    expect(stateOf(blind)).toBe('unread');
    expect(look({ blind })[0]).toMatchObject({
      retransmissions: null,
      retransmissionsPerGiB: null,
      bytes: 6000 * MIB,
    });
  });

  test('without a baseline nothing has risen', () => {
    const windows = { ...WINDOWS, baseline: null } as unknown as typeof WINDOWS;
    const [own] = look({ own: rising(10) }, windows);
    expect(own).toMatchObject({ rise: 'no-baseline', change: null, baseline: { bytes: null } });
    expect(rankSweep([place(own ? [own] : [])])[0]?.state).toBe('no-baseline');
  });
});

describe('all of them', () => {
  test('the worst first, what was not seen before what is quiet', () => {
    const degraded = { nhi: (m: number) => (m >= 200 ? 1 : 0) };
    const first = place(
      look({
        quiet: QUIET,
        worse: rising(10),
        told: degraded,
        'told and worse': { ...rising(10), ...degraded },
        'told and over': { nhi: (m) => (m >= 185 && m < 195 ? 1 : 0) },
        silent: { bytes: (m) => (m < 200 ? MIB : null) },
        starved: { bytes: (m) => (m < 210 ? 100 : 10) * MIB, events: (m) => (m < 210 ? 40 : 4) },
        unread: null,
        never: { bytes: () => null },
      }),
    );
    const items = rankSweep([
      refused('suspended'),
      refused('refused'),
      refused('no-scope'),
      first,
      refused('unreachable'),
      refused('no-monitor'),
    ]);
    expect(states(items)).toEqual([
      'told and worse degraded',
      'told degraded',
      'told and over degraded',
      'worse worse',
      'silent silent',
      'starved starved',
      'unread unread',
      'null refused',
      'null unreachable',
      'never no-data',
      'null no-monitor',
      'null no-scope',
      'null suspended',
      'quiet quiet',
    ]);
    expect(items.map(({ rank }) => rank)).toEqual(items.map((_, i) => i + 1));
  });

  test('of those that are worse: what goes on, then what loses most for sure', () => {
    const items = rankSweep([
      place(
        look({
          'twice a lot': rising(2.5, 200, 400),
          'many times little': rising(20, 200, 2),
          'over, and a lot': { events: (m) => (m >= 190 && m < 215 ? 4000 : 40) },
          'a few, surely': rising(30, 230, 1),
        }),
      ),
    ]);
    expect(states(items)).toEqual([
      'twice a lot worse',
      'many times little worse',
      'a few, surely worse',
      'over, and a lot worse',
    ]);
  });

  test('neither a handful in next to no traffic first, nor twice of little in very much', () => {
    const items = rankSweep([
      place(
        look({
          // 2, 150 and 300 events a minute, of 80,000, 8,000 and 30 per GiB.
          'a handful in a megabyte': { bytes: () => MIB / 40, events: (m) => (m >= 200 ? 2 : 0) },
          'twice of little': { bytes: () => 10 * 2 ** 30, events: (m) => (m >= 200 ? 300 : 100) },
          'a zone of production': { bytes: () => 20 * MIB, events: (m) => (m >= 200 ? 150 : 1) },
        }),
      ),
    ]);
    expect(states(items)).toEqual([
      'a zone of production worse',
      'a handful in a megabyte worse',
      'twice of little worse',
    ]);
  });

  test('of those that are degraded: what is hit itself, then what goes on', () => {
    const told = (from: number, to = MINUTES) => ({ nhi: (m: number) => (m >= from && m < to ? 1 : 0) });
    const items = rankSweep([
      place(
        look({
          'told for long, over': told(181, 230),
          'told, goes on': told(235),
          'risen, over': { ...rising(10), ...told(185, 195) },
          'silent, over': { bytes: (m) => (m < 200 ? MIB : null), ...told(185, 190) },
        }),
      ),
    ]);
    expect(states(items)).toEqual([
      'risen, over degraded',
      'silent, over degraded',
      'told, goes on degraded',
      'told for long, over degraded',
    ]);
  });

  test('of those that are silent: what carried most; of those that are quiet, what lost less is last', () => {
    const gone = (mebibytes: number): Made => ({ bytes: (m) => (m < 200 ? mebibytes * MIB : null) });
    expect(states(rankSweep([place(look({ a: gone(1), b: gone(50), c: gone(7) }))]))).toEqual([
      'b silent',
      'c silent',
      'a silent',
    ]);
    const fallen: Made = { events: (m) => (m < 180 ? 400 : 40) };
    expect(states(rankSweep([place(look({ fallen, same: QUIET }))]))).toEqual(['same quiet', 'fallen quiet']);
  });

  test('a rise that may be chance among so many is unsure, with its time', () => {
    const [up] = look({ up: rising(10) });
    const unclear = { ...up, change: { ratio: 2.2, low: 1.1, high: 4.4 } } as SweptMonitor;
    expect(rankSweep([place([unclear])])[0]).toMatchObject({ state: 'unsure', since: at(220) });
    const [few] = look({ few: { events: (m) => (m >= 210 && m % 2 ? 2 : 0) } });
    expect(few).toMatchObject({ rise: 'too-few-events', since: at(211) });
  });

  test('the surest, not the highest: of equal rates the one whose change is known better', () => {
    const [base] = look({ base: rising(10) });
    if (!base?.compared) throw new Error('it has no change');
    const like = (monitor: string, change: SweptMonitor['change']): SweptMonitor => ({
      ...base,
      monitor,
      change,
    });
    const items = rankSweep([
      place([
        like('a, high', { ratio: 12, low: 3, high: 48 }),
        like('b, sure', { ratio: 9, low: 8, high: 10 }),
      ]),
    ]);
    expect(items.map(({ monitor }) => monitor)).toEqual(['b, sure', 'a, high']);
  });

  test('the order does not depend on the order in which places were done', () => {
    const places = [
      place(look({ a: rising(10), b: rising(20), c: QUIET })),
      place(look({ a: rising(10), b: QUIET })),
      refused('refused'),
    ];
    expect(rankSweep([...places].reverse())).toEqual(rankSweep(places));
  });

  test('against the fleet: its median, which a bad third does not move, without the own place', () => {
    const calm = Array.from({ length: 6 }, () => place(look({ it: QUIET })));
    const bad = Array.from({ length: 3 }, () => place(look({ it: rising(10), beside: rising(10) })));
    const [worst] = rankSweep([...calm, ...bad]);
    expect(worst?.changeVersusFleet?.ratio).toBeCloseTo(worst?.change?.ratio ?? 0, 0);
    expect(worst?.changeVersusFleet?.low).toBeGreaterThan(4);
    // Of a place with many bad ones, the others are the fleet: its own do not move it.
    const crowd = place(look(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`m${i}`, rising(10)]))));
    const [ofCrowd] = rankSweep([crowd, ...calm.slice(0, 3)]);
    expect(ofCrowd?.changeVersusFleet?.ratio).toBeCloseTo(ofCrowd?.change?.ratio ?? 0, 0);
    // What rises everywhere is nothing of its own.
    const all = rankSweep(Array.from({ length: 5 }, () => place(look({ it: rising(10) }))));
    expect(all[0]?.changeVersusFleet?.ratio).toBeCloseTo(1, 1);
    // Those without any event are as they were; of few others the middle is known less well.
    const none = () => place(look({ it: { events: () => 0 } }));
    const width = (others: number) => {
      const [first] = rankSweep([place(look({ it: rising(10) })), ...Array.from({ length: others }, none)]);
      const { low = 0, high = 0 } = first?.changeVersusFleet ?? {};
      return Math.log(high / low) / (2 * 1.96);
    };
    const ofMedian = width(2) ** 2 - width(8) ** 2;
    expect(ofMedian).toBeCloseTo((Math.PI / 2) * TAU ** 2 * (1 / 2 - 1 / 8), 6);
    const alone = rankSweep([place(look({ it: rising(10), beside: QUIET }))]);
    expect(alone.map(({ changeVersusFleet }) => changeVersusFleet)).toEqual([null, null]);
  });

  test('of six hundred that are as they always are, none is worse; the one that is, is found', () => {
    const draw = drawFrom(20261126);
    /** Its rate drifts from hour to hour, and its minutes are more unequal than chance makes them. */
    const noisy = (): Made => {
      const rate = draw.logBetween(0.3, 300);
      const hours = Array.from({ length: 4 }, () => Math.exp(draw.normal(TAU)));
      const counts = Array.from({ length: MINUTES }, (_, m) => {
        const mean = rate * (hours[Math.floor(m / 60)] ?? 1) * draw.gamma(3);
        return mean > 0 ? draw.poisson(mean) : 0;
      });
      return { events: (m) => counts[m] ?? 0 };
    };
    const places = Array.from({ length: 30 }, () =>
      place(look(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, noisy()])))),
    );
    const count = (items: SweepItem[], state: SweepState) => items.filter((i) => i.state === state).length;
    const items = rankSweep(places);
    expect(items).toHaveLength(600);
    expect(count(items, 'worse') + count(items, 'starved') + count(items, 'silent')).toBe(0);
    const found = rankSweep([...places, place(look({ really: rising(12, 220, 40) }))]);
    expect(states(found.slice(0, 1))).toEqual(['really worse']);
    expect(count(found, 'worse')).toBe(1);
  });

  test('where to go on, in the Region that it is in', () => {
    const [worst, second] = rankSweep([
      place(look({ up: rising(10), gone: { bytes: (m) => (m < 200 ? MIB : null) } })),
    ]);
    expect(worst?.next).toEqual({
      program: 'nfm',
      words: ['triage', '--monitor', 'up', '--region', 'eu-west-1'],
    });
    expect(second?.next).toMatchObject({ words: ['doctor', '--monitor', 'gone', '--region', 'eu-west-1'] });
    // What looks at the time that was swept says which; the doctor looks at now.
    const places = [place(look({ up: rising(10), gone: { bytes: (m) => (m < 200 ? MIB : null) } }))];
    const [then, now] = rankSweep(places, { since: at(180), until: at(240) });
    expect(then?.next).toMatchObject({
      words: ['triage', '--monitor', 'up', '--region', 'eu-west-1', '--since', at(180), '--until', at(240)],
    });
    expect(now?.next).toEqual(second?.next);
  });
});

describe('in a sentence, and as an exit code', () => {
  const told = (places: SweptPlace[], answered = places.length) => {
    const items = rankSweep(places);
    const monitors = items.filter(({ monitor }) => monitor !== null).length;
    return [sweepSummary(items, { places: places.length, answered, monitors }), sweepExit(items)];
  };

  test('quiet, and only where all was seen', () => {
    expect(told([place(look({ a: QUIET, b: QUIET }))])).toEqual([
      'None of 2 monitors in 1 account and Region stands out.',
      0,
    ]);
    expect(told([place(look({ a: QUIET })), refused('refused')], 1)).toEqual([
      'None of 1 monitor in 1 account and Region stands out. 1 more was not seen, which is not quiet.',
      12,
    ]);
    expect(told([place(look({ a: QUIET, b: null }))])[1]).toBe(12);
  });

  test('what could not be read is said as loud as what could not be asked', () => {
    expect(told([place(look({ a: null, b: null }))])).toEqual([
      'Nothing was read of 2 monitors in 1 account and Region, which is not quiet.',
      13,
    ]);
    expect(told([place(look({ a: QUIET, b: null, c: null }))])[0]).toBe(
      'None of 3 monitors in 1 account and Region stands out, 1 are quiet. 2 could not be read, which is not quiet.',
    );
    expect(told([place(look({ a: rising(10), b: null })), refused('refused')], 1)[0]).toBe(
      'Of 2 monitors in 1 account and Region: 1 worse. 1 could not be read. 1 more was not seen, which is not quiet.',
    );
  });

  test('what stands out, the worst first', () => {
    const [summary, code] = told([
      place(look({ a: rising(10), b: QUIET, c: { bytes: (m) => (m < 200 ? MIB : null) } })),
    ]);
    expect(summary).toBe('Of 3 monitors in 1 account and Region: 1 worse, 1 silent.');
    expect(code).toBe(12);
    expect(told([place(look({ a: { nhi: () => 1 } }))])[1]).toBe(10);
  });

  test('nothing seen is not quiet', () => {
    expect(told([refused('no-scope')])).toEqual(['No monitor was seen in 1 account and Region.', 13]);
    expect(told([place(look({ a: { bytes: () => null } }))])[1]).toBe(13);
  });
});

describe('gaps', () => {
  test('some accounts are named, the others counted; in the same order, whoever was done first', () => {
    const places = Array.from({ length: 40 }, (_, i) =>
      refused('refused', { accountId: String(100_000_000_001 + i) }),
    );
    const [gap] = sweepGaps([...places].reverse());
    expect(gap?.effect).toMatch(
      /^Nothing is known of 100000000001 in eu-west-1; .*100000000006 in eu-west-1; 34 more accounts\. No\.$/,
    );
    expect(sweepGaps(places)).toEqual([gap]);
    expect(sweepGaps(places.slice(0, 7))[0]?.effect).toMatch(/100000000007 in eu-west-1\. No\.$/);
  });

  test('a Region more is named, two more are counted', () => {
    const asked = ['eu-west-1', 'eu-west-2', 'eu-west-3', 'us-east-1', 'us-east-2', 'us-west-1'];
    const said = (refusals: number) => {
      const places = asked.map((region, i) =>
        i < refusals
          ? refused('refused', { accountId: '1', region })
          : place(look({ a: QUIET }), { accountId: '1', region }),
      );
      return sweepGaps(places)[0]?.effect;
    };
    expect(said(5)).toMatch(/us-east-1, us-east-2\. No\.$/);
    expect(
      sweepGaps(asked.map((region) => refused('refused', { accountId: '1', region })))[0]?.effect,
    ).toMatch(/in all 6 Regions\. No\.$/);
  });

  test('who was refused in the same way is one, by account and Region', () => {
    const shop = { accountId: '111122223333', accountName: 'shop' };
    const lab = { accountId: '444455556666', accountName: 'lab' };
    const places = [
      refused('refused', { ...shop, region: 'eu-west-1' }),
      refused('refused', { ...shop, region: 'us-east-1' }),
      refused('refused', { ...lab, region: 'us-east-1' }),
      place(look({ a: QUIET }), { ...lab, region: 'eu-west-1' }),
      refused('suspended'),
    ];
    expect(sweepGaps(places)).toEqual([
      {
        code: 'permission',
        action: 'networkflowmonitor:ListMonitors',
        effect:
          'Nothing is known of shop (111122223333) in all 2 Regions; lab (444455556666) in us-east-1. No.',
        fix: 'Ask.',
      },
    ]);
  });
});
