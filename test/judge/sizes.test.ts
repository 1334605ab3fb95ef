import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { findOnset } from '../../src/judge/onset.ts';
import type { Case, Series } from '../../src/model/case.ts';
import type { Findings } from '../../src/model/report.ts';
import { MINUTE } from '../../src/model/time.ts';
import { drawFrom } from '../bench/verdict/random.ts';
import { clearScenes, play, type Scene } from './fleets.ts';

/*
 * A fleet with a thousand times the traffic has a thousand times the events of the same fault, in bursts a thousand times
 * as large. That is no reason to be surer, and none to say anything else.
 */

const answerOf = ({ verdict, location, onset, end, ongoing }: Findings) => ({
  verdict,
  location,
  onset,
  end,
  ongoing,
});

/** Every counter of every series and flow. */
function atSize(data: Case, k: number): Case {
  const counter = (value: number | null) => (value === null ? null : Math.round(value * k));
  const counters = <T extends Counters>(of: T) => ({
    ...of,
    bytes: of.bytes.map(counter),
    retransmissions: of.retransmissions.map(counter),
    timeouts: of.timeouts.map(counter),
  });
  return {
    ...data,
    monitors: data.monitors.map((m) => ({ ...m, series: m.series && counters(m.series) })),
    insights: data.insights.map((i) => ({ ...i, series: counters(i.series) })),
    flows: data.flows.map((f) => ({
      ...f,
      bytes: counter(f.bytes),
      retransmissions: counter(f.retransmissions),
      timeouts: counter(f.timeouts),
    })),
  };
}

type Counters = Pick<Series, 'bytes' | 'retransmissions' | 'timeouts'>;

/** Faults that go on and, every third, faults that are over. */
const faults = clearScenes.map(
  (scene): Scene => (scene.seed % 3 === 0 ? { ...scene, onset: 190, end: 210 } : scene),
);

/** So many events that a hundredth of them is still a number to speak of. */
const busy = (scene: Scene): Scene => ({ ...scene, rate: 100 * scene.rate });

const RUNS = { seed: 9, numRuns: 20 };

const plain = new Map<string, ReturnType<typeof answerOf>>();

/** What is said of a scene as it is; each size asks it of the same ones. */
function plainAnswer(scene: Scene): ReturnType<typeof answerOf> {
  const key = JSON.stringify(scene);
  const answer = plain.get(key) ?? answerOf(judge(play(scene)));
  plain.set(key, answer);
  return answer;
}

describe('a verdict', () => {
  it('is of every kind in these fleets, of what goes on and of what is over', () => {
    const said = fc.sample(faults, RUNS).map((scene) => judge(play(scene)));
    expect(new Set(said.map(({ verdict }) => verdict)).size).toBe(4);
    expect(said.filter(({ ongoing }) => ongoing).length).toBeGreaterThan(RUNS.numRuns / 5);
    expect(said.filter(({ end }) => end !== null).length).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it.each([10, 100, 1000, 10_000, 100_000, 1_000_000])('is the same at %d times the traffic', (k) => {
    fc.assert(
      fc.property(faults, (scene) => {
        expect(answerOf(judge(atSize(play(scene), k)))).toEqual(plainAnswer(scene));
      }),
      RUNS,
    );
  });

  it.each([0.01, 0.1, 0.5])(
    'is the same at %d times the traffic, where that leaves events to speak of',
    (k) => {
      fc.assert(
        fc.property(faults.map(busy), (scene) => {
          expect(answerOf(judge(atSize(play(scene), k)))).toEqual(plainAnswer(scene));
        }),
        RUNS,
      );
    },
  );
});

describe('an indicator that was degraded half an hour before the onset', () => {
  /** Degraded for five minutes of the window, all of them long over at the onset. */
  const early = (data: Case): Case => ({
    ...data,
    monitors: data.monitors.map((m) => ({
      ...m,
      series: m.series && { ...m.series, nhi: m.series.nhi.map((_, i) => (i >= 185 && i < 190 ? 1 : 0)) },
    })),
  });
  const zoneFaults = clearScenes.map((scene): Scene => ({ ...scene, fault: 'zone', onset: 220 }));

  it.each([1, 100, 10_000])('is no reason to blame AWS, at %d times the traffic', (k) => {
    fc.assert(
      fc.property(zoneFaults, (scene) => {
        expect(judge(atSize(early(play(scene)), k)).verdict).not.toBe('aws-infrastructure');
        // And where the events are as many, and independent.
        expect(judge(early(play({ ...scene, rate: k * scene.rate }))).verdict).not.toBe('aws-infrastructure');
      }),
      { seed: 9, numRuns: 20 },
    );
  });
});

const START = '2026-11-21T12:00:00Z';
const MINUTES = 240;

/** How the rate of each minute compares with the usual one. */
type Shape = (minute: number) => number;

/** Bytes that vary, and counts in bursts: what is usual a minute, `noise` its squared coefficient of variation. */
function seriesOf(seed: number, usual: number, noise: number, raised: Shape, added: Shape): Series {
  const draw = drawFrom(seed);
  const share = Array.from({ length: MINUTES }, () => draw.lognormal(0.2));
  const burst = () => (noise > 0 ? draw.gamma(1 / noise) : 1);
  const nothing = share.map(() => null);
  return {
    start: START,
    periodSeconds: 60,
    bytes: share.map((part) => Math.round(1e9 * part)),
    retransmissions: share.map((part, m) => draw.poisson(part * burst() * (usual * raised(m) + added(m)))),
    timeouts: nothing,
    rttMicros: nothing,
    nhi: nothing,
  };
}

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);
/** A clean baseline has nothing to multiply: the rise is a number of events then. */
const USUAL = [0, 1, 100, 10_000];
const NOISE = [0, 0.04, 0.25];

const minuteOf = (time: number | null) => (time === null ? null : (time - Date.parse(START)) / MINUTE);

/** Shares of seeds: found, within a minute of the onset, and said to go on. */
function found(usual: number, noise: number, onset: number, shape: Shape, size: number) {
  const least = usual === 0 ? 10 : 0;
  const raised: Shape = (m) => (m >= onset ? 1 + (size - 1) * shape(m) : 1);
  const added: Shape = (m) => (m >= onset ? least * size * shape(m) : 0);
  const onsets = SEEDS.map((seed) => findOnset(seriesOf(seed, usual, noise, raised, added)));
  const of = (is: (start: number, end: number | null) => boolean) =>
    onsets.filter((o) => o !== null && is(minuteOf(o.start) ?? 0, minuteOf(o.end))).length / SEEDS.length;
  return {
    close: of((start) => Math.abs(start - onset) <= 1),
    near: of((start) => Math.abs(start - onset) <= 5),
    ongoing: of((_, end) => end === null),
  };
}

const always: Shape = () => 1;

describe('the onset of a rise, whatever is usual and however it varies', () => {
  const cells = USUAL.flatMap((usual) => NOISE.map((noise) => ({ usual, noise })));

  it.each(cells.flatMap((cell) => [3, 5, 10, 40].map((last) => ({ ...cell, last }))))(
    '$usual a minute, variation $noise: the last $last minutes at ×20',
    ({ usual, noise, last }) => {
      const { close, ongoing } = found(usual, noise, MINUTES - last, always, 20);
      expect(close).toBeGreaterThan(0.9);
      expect(ongoing).toBeGreaterThanOrEqual(0.95);
    },
  );

  it.each(cells.filter(({ usual }) => usual !== 1))(
    '$usual a minute, variation $noise: one that grows to ×100 in half an hour',
    ({ usual, noise }) => {
      const { near, ongoing } = found(usual, noise, MINUTES - 30, (m) => (m - MINUTES + 31) / 30, 100);
      expect(near).toBeGreaterThan(0.9);
      expect(ongoing).toBeGreaterThanOrEqual(0.95);
    },
  );

  it.each(cells)('$usual a minute, variation $noise: none where nothing rises', ({ usual, noise }) => {
    const onsets = SEEDS.map((seed) => findOnset(seriesOf(seed, usual, noise, always, () => 0)));
    expect(onsets.filter((o) => o !== null).length / SEEDS.length).toBeLessThan(0.1);
  });
});
