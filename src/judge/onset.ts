import type { Series } from '../model/case.ts';
import { type Bin as Counted, clumpOf } from './clumps.ts';
import { logLikelihood } from './negative-binomial.ts';
import { binStart } from './rates.ts';
import { ONSET_GAIN, ONSET_INTERVAL, ONSET_MIN_BINS } from './thresholds.ts';

export interface Onset {
  /** Start of the first bin of the raised rate. */
  start: number;
  /** What it may have been as well: the 95 % interval of the profile likelihood. */
  earliest: number;
  latest: number;
  /** Start of the first bin after it, or null while it goes on. */
  end: number | null;
  /** Rate inside the rise over the rate before it. */
  ratio: number;
  /** Log-likelihood that the rise gains, each side with its own over-dispersion: how clear it is. */
  gain: number;
}

interface Bin extends Counted {
  start: number;
}

/** Bins [from, to). */
interface Stretch {
  from: number;
  to: number;
}

/**
 * When did the rate rise, and is it over? A scan finds the stretch whose rate differs the most from that of all other
 * bins; which minute it began in, and whether it is one at all, is decided by a likelihood that knows of bursts.
 * A rise that reaches to the end needs one change to be explained, one that is over needs two, and must gain so much
 * more. Bins without traffic carry no information and are passed over. Null where no rise gains enough likelihood.
 */
export function findOnset(series: Series, places = 1): Onset | null {
  const counted = toBins(series);
  const scan = scanOf(counted);
  const [toTheEnd, stretch] = [bestStart(scan, counted.length), bestStretch(scan)];
  const bins = inClumps(
    counted,
    mostOf(
      [toTheEnd, stretch].filter((s) => s !== null),
      scan.gain,
    ),
  );
  const cost = Math.log(Math.max(1, bins.length));
  const lasting = refined(bins, toTheEnd);
  const passing = refined(bins, stretch);
  const over = passing !== null && passing.to < bins.length && passing.gain - cost > (lasting?.gain ?? 0);
  const rise = over ? passing : lasting;
  if (!rise || rise.gain <= ONSET_GAIN + Math.log(places) + (over ? 2 * cost : cost)) return null;
  const { from, to, asLikely, gain } = rise;
  const at = (i: number) => bins[i]?.start ?? 0;
  return {
    start: at(from),
    earliest: at(asLikely[0] ?? from),
    latest: at(asLikely.at(-1) ?? from),
    end: bins[to]?.start ?? null,
    ratio: rateOf(bins.slice(from, to)) / rateOf(bins.slice(0, from)),
    gain,
  };
}

/**
 * A million events in a thousand bursts are as clear as a thousand events. Clumps alone would have the tail of a Poisson
 * count, and bursts have a longer one: so half of the variance is left to each side's own over-dispersion.
 */
function inClumps(bins: readonly Bin[], stretch: Stretch | null): Bin[] {
  const { inside, outside } = sides(bins, stretch ?? { from: 0, to: 0 });
  const clump = clumpOf(outside, inside);
  return bins.map((bin) => ({ ...bin, events: bin.events / (clump / 2) }));
}

interface Refined extends Stretch {
  /** All starts in the 95 % interval. */
  asLikely: number[];
  gain: number;
}

/**
 * Bursts belong to a rise: one bad pod's minutes vary far more than those of many that are well. So each side has an
 * over-dispersion of its own (negative binomial counts). A quiet minute then says little against a rise, and one burst
 * before it little for one; a Poisson likelihood starts such a rise some minutes late.
 */
function refined(bins: readonly Bin[], found: Stretch | null): Refined | null {
  if (!found) return null;
  let { from, to } = found;
  let asLikely: number[] = [];
  // Twice: the second time with what lies on the right side of the first one's start.
  for (let round = 0; round < 2; round++) {
    const { inside, outside } = sides(bins, { from, to });
    const [raised, usual] = [fitted(inside), fitted(outside)];
    const sums = running(bins.map((bin) => likelihoodOf(bin, raised) - likelihoodOf(bin, usual)));
    const gain = (start: number, end: number) => within(sums, start, end);
    const starts = range(ONSET_MIN_BINS, to - ONSET_MIN_BINS);
    from = mostOf(starts, (start) => gain(start, to)) ?? from;
    if (to < bins.length) {
      const ends = range(from + ONSET_MIN_BINS, bins.length - ONSET_MIN_BINS);
      to = mostOf(ends, (end) => gain(from, end)) ?? to;
    }
    asLikely = starts.filter((start) => gain(start, to) > gain(from, to) - ONSET_INTERVAL);
  }
  return { from, to, asLikely, gain: gainOf(bins, { from, to }) };
}

function sides(bins: readonly Bin[], { from, to }: Stretch): { inside: Bin[]; outside: Bin[] } {
  return { inside: bins.slice(from, to), outside: [...bins.slice(0, from), ...bins.slice(to)] };
}

/** Over one rate, and one over-dispersion, for all bins. */
function gainOf(bins: readonly Bin[], stretch: Stretch): number {
  const { inside, outside } = sides(bins, stretch);
  const [raised, usual, all] = [fitted(inside), fitted(outside), fitted(bins)];
  if (raised.rate <= usual.rate) return 0;
  const likelihood = (side: readonly Bin[], as: Fit) => sum(side, (bin) => likelihoodOf(bin, as));
  return likelihood(inside, raised) + likelihood(outside, usual) - likelihood(bins, all);
}

/** Events per byte, and the shape of the gamma distribution that its rate has from bin to bin. */
interface Fit {
  rate: number;
  shape: number;
}

/** By moments. */
function fitted(bins: readonly Bin[]): Fit {
  const rate = rateOf(bins);
  const excess = sum(bins, ({ events, bytes }) => (events - rate * bytes) ** 2 - rate * bytes);
  const variation = excess / sum(bins, ({ bytes }) => (rate * bytes) ** 2);
  return { rate, shape: 1 / Math.max(variation, LEAST_VARIATION) };
}

/** As good as Poisson: a negative binomial count has some over-dispersion. */
const LEAST_VARIATION = 0.01;

/** Half an event is added, so that a quiet side has a rate that can be compared with. */
function rateOf(bins: readonly Bin[]): number {
  const bytes = sum(bins, (bin) => bin.bytes);
  return (sum(bins, (bin) => bin.events) + 0.5) / Math.max(1, bytes);
}

function likelihoodOf({ events, bytes }: Bin, { rate, shape }: Fit): number {
  return logLikelihood(events, rate * bytes, shape);
}

/** Log-likelihood that a stretch gains with a rate of its own, in constant time. */
interface Scan {
  bins: number;
  gain(stretch: Stretch): number;
}

/** Poisson with byte exposure (Kulldorff, 'A spatial scan statistic', Comm. Stat. 1997;26:1481), in time. */
function scanOf(bins: readonly Bin[]): Scan {
  const events = running(bins.map((b) => b.events));
  const bytes = running(bins.map((b) => b.bytes));
  const all = { events: events.at(-1) ?? 0, bytes: bytes.at(-1) ?? 0 };
  const likelihood = (count: number, exposure: number) =>
    count > 0 ? count * Math.log(count / exposure) : 0;
  const none = likelihood(all.events, all.bytes);
  return {
    bins: bins.length,
    gain({ from, to }) {
      const inside = { events: within(events, from, to), bytes: within(bytes, from, to) };
      const outside = { events: all.events - inside.events, bytes: all.bytes - inside.bytes };
      if (inside.events * outside.bytes <= outside.events * inside.bytes) return 0;
      return likelihood(inside.events, inside.bytes) + likelihood(outside.events, outside.bytes) - none;
    },
  };
}

function running(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) sums[i + 1] = (sums[i] ?? 0) + value;
  return sums;
}

function within(sums: Float64Array, from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}

function bestStart({ gain }: Scan, to: number): Stretch | null {
  const from = mostOf(range(ONSET_MIN_BINS, to - ONSET_MIN_BINS), (start) => gain({ from: start, to }));
  return from === null ? null : { from, to };
}

/** So many starts and ends are tried against each other; above that, every n-th. */
const GRID = 240;

function bestStretch({ bins, gain }: Scan): Stretch | null {
  const step = Math.ceil(bins / GRID);
  const stretches = range(ONSET_MIN_BINS, bins - 2 * ONSET_MIN_BINS, step).flatMap((from) => {
    const ends = range(from + Math.max(step, ONSET_MIN_BINS), bins - ONSET_MIN_BINS, step);
    const to = mostOf(ends, (end) => gain({ from, to: end }));
    return to === null ? [] : [{ from, to }];
  });
  return mostOf(stretches, gain);
}

/** The first of those with the highest value, which is above 0. */
function mostOf<T>(places: readonly T[], worth: (place: T) => number): T | null {
  let found: { place: T; value: number } | null = null;
  for (const place of places) {
    const value = worth(place);
    if (value > (found?.value ?? 0)) found = { place, value };
  }
  return found?.place ?? null;
}

/** From first to last, both inclusive. */
function range(first: number, last: number, step = 1): number[] {
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / step) + 1) },
    (_, i) => first + i * step,
  );
}

function toBins(series: Series): Bin[] {
  return series.bytes.flatMap((bytes, i) =>
    bytes ? [{ start: binStart(series, i), events: series.retransmissions[i] ?? 0, bytes }] : [],
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
