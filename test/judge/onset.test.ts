import { describe, expect, it } from 'vitest';
import { findOnset, type Onset } from '../../src/judge/onset.ts';
import type { Series } from '../../src/model/case.ts';
import { MINUTE } from '../../src/model/time.ts';
import { drawFrom } from '../bench/verdict/random.ts';

const START = '2026-11-21T12:00:00Z';
const MINUTES = 240;

interface Rise {
  onset: number;
  end?: number;
  factor: number;
  /** Events a minute before it. */
  rate?: number;
  /** Shape of the gamma distribution that the raised minutes have; none: they are Poisson. */
  burst?: number;
}

/** Poisson counts with bytes that vary; one seed, one series. */
function seriesOf(seed: number, { onset, end = MINUTES, factor, rate = 2, burst }: Rise): Series {
  const draw = drawFrom(seed);
  const share = Array.from({ length: MINUTES }, () => draw.lognormal(0.3));
  const nothing = share.map(() => null);
  return {
    start: START,
    periodSeconds: 60,
    bytes: share.map((part) => Math.round(1e8 * part)),
    retransmissions: share.map((part, m) => {
      const raised = burst ? factor * draw.gamma(burst) : factor;
      return draw.poisson(rate * part * (m >= onset && m < end ? raised : 1));
    }),
    timeouts: nothing,
    rttMicros: nothing,
    nhi: nothing,
  };
}

const RUNS = 200;
const runs = (rise: Rise) =>
  Array.from({ length: RUNS }, (_, i) => findOnset(seriesOf(i + 1, rise))).filter((o) => o !== null);
const share = (onsets: readonly Onset[], is: (onset: Onset) => boolean) => onsets.filter(is).length / RUNS;
const minuteOf = (time: number) => (time - Date.parse(START)) / MINUTE;

describe('the onset', () => {
  const found = runs({ onset: 200, factor: 4 });

  it('is found', () => {
    expect(found.length / RUNS).toBeGreaterThan(0.97);
  });

  it('lies within a minute of the true one', () => {
    expect(share(found, ({ start }) => Math.abs(minuteOf(start) - 200) <= 1)).toBeGreaterThan(0.8);
  });

  it('has the true minute in its interval', () => {
    const holds = ({ earliest, latest }: Onset) => minuteOf(earliest) <= 200 && minuteOf(latest) >= 200;
    expect(share(found, holds)).toBeGreaterThan(0.9);
  });

  it('has the likeliest minute in its interval, and an interval that is short', () => {
    expect(found.every(({ earliest, start, latest }) => earliest <= start && start <= latest)).toBe(true);
    expect(share(found, ({ earliest, latest }) => latest - earliest <= 5 * MINUTE)).toBeGreaterThan(0.9);
  });

  it('has no end while it goes on', () => {
    expect(share(found, ({ end }) => end === null)).toBeGreaterThan(0.95);
  });

  it('has an end where it is over', () => {
    const over = runs({ onset: 190, end: 215, factor: 4 });
    const close = ({ end }: Onset) => end !== null && Math.abs(minuteOf(end) - 215) <= 1;
    expect(share(over, close)).toBeGreaterThan(0.8);
  });

  it('is as close where the rise comes in bursts, with quiet minutes between', () => {
    const bursts = runs({ onset: 200, factor: 8, rate: 4, burst: 0.6 });
    expect(share(bursts, ({ start }) => Math.abs(minuteOf(start) - 200) <= 1)).toBeGreaterThan(0.75);
    expect(share(bursts, ({ end }) => end === null)).toBeGreaterThan(0.9);
  });

  it('is not found where nothing rises, in bursts or not', () => {
    expect(runs({ onset: 200, factor: 1 }).length / RUNS).toBeLessThan(0.05);
    expect(runs({ onset: 0, factor: 1, burst: 2 }).length / RUNS).toBeLessThan(0.05);
  });

  it('is not found where the rate falls, until it is itself again', () => {
    expect(runs({ onset: 200, factor: 0.2 }).filter(({ end }) => end === null)).toEqual([]);
  });
});
