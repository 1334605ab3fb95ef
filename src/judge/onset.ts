import type { Series } from '../model/case.ts';
import { type Bin as Counted, clumpOf, drawnTo } from './clumps.ts';
import { negativeBinomial } from './negative-binomial.ts';
import { binStart } from './rates.ts';
import { BURST, ONSET_GAIN, ONSET_INTERVAL, ONSET_MIN_BINS, OWN_RISE, RISE } from './thresholds.ts';

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
 * Is the rate drifting rather than raised? It has changed, and a drift explains that as well as any minute does in which it
 * could have risen.
 */
export function isDrifting(series: Series): boolean {
  const counted = toBins(series);
  const toTheEnd = bestStart(counted.length, scanOf(counted));
  const bins = inClumps(counted, toTheEnd);
  const drift = driftGain(bins);
  const rise = refined(bins, toTheEnd);
  return drift > ONSET_GAIN && (rise?.gain ?? 0) - Math.log(Math.max(1, bins.length)) <= drift;
}

/**
 * When did the rate rise, and is it over? A scan finds the stretch whose rate differs the most from that of all other
 * bins; which minute it began in, and whether it is one at all, is decided by a likelihood that knows of bursts.
 * A rise that reaches to the end needs one change to be explained, one that is over needs two, and must gain so much
 * more. Bins without traffic carry no information and are passed over. Null where no rise gains enough likelihood.
 */
export function findOnset(series: Series, places = 1): Onset | null {
  const counted = toBins(series);
  const gain = scanOf(counted);
  const toTheEnd = bestStart(counted.length, gain);
  const stretch = bestStretch(counted.length, gain);
  const gained = (s: Stretch | null) => (s ? gain(s.from, s.to) : 0);
  const bins = inClumps(counted, gained(stretch) > gained(toTheEnd) ? stretch : toTheEnd);
  const cost = Math.log(Math.max(1, bins.length));
  const lasting = refined(bins, toTheEnd);
  const passing = refined(bins, stretch);
  const over = passing !== null && passing.to < bins.length && passing.gain - cost > (lasting?.gain ?? 0);
  const rise = over ? passing : lasting;
  const searched = over ? 2 * cost : cost;
  if (!rise || rise.gain <= ONSET_GAIN + Math.log(places) + searched) return null;
  if (rise.gain - searched <= driftGain(bins)) return null;
  const burst = burstIn(bins, rise, BURST / (series.periodSeconds * 1000));
  const { from, to, asLikely } = burst ? { ...burst, asLikely: [burst.from] } : rise;
  const at = (i: number) => bins[i]?.start ?? 0;
  return {
    start: at(from),
    earliest: at(asLikely[0] ?? from),
    latest: at(asLikely.at(-1) ?? from),
    end: bins[to]?.start ?? null,
    ratio: rateOf(bins.slice(from, to)) / rateOf(bins.slice(0, from)),
    gain: rise.gain,
  };
}

/**
 * The few bins that a rise consists of, where the others inside it are as those outside, and as many before and after it
 * are not raised: quiet minutes around a burst are no part of it, though a rise that varies so much would have them.
 */
function burstIn(bins: readonly Bin[], rise: Stretch, width: number): Stretch | null {
  const { inside, outside } = sides(bins, rise);
  const size = Math.max(1, Math.floor(width));
  if (inside.length <= size) return null;
  const starts = inside.slice(0, inside.length - size + 1).map((_, i) => i);
  const rateFrom = (start: number) => rateOf(inside.slice(start, start + size));
  const loudest = starts.reduce((best, start) => (rateFrom(start) > rateFrom(best) ? start : best));
  const others = sides(inside, { from: loudest, to: loudest + size }).outside;
  const burst = { from: rise.from + loudest, to: rise.from + loudest + size };
  const beside = [
    bins.slice(Math.max(0, burst.from - size), burst.from),
    bins.slice(burst.to, burst.to + size),
  ];
  const usual = rateOf(outside);
  // One or two bins at its edges may be anything, once it is over.
  const isEdge = others.length < ONSET_MIN_BINS && rise.to < bins.length;
  const lasts =
    (!isEdge && rateOf(others) >= OWN_RISE * usual) ||
    beside.some((next) => next.length >= ONSET_MIN_BINS && rateOf(next) >= RISE * usual);
  return lasts ? null : burst;
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
    const usual = fitted(outside);
    const raised = fitted(inside);
    const sums = running(bins.map((bin) => raised.likelihood(bin) - usual.likelihood(bin)));
    const gain = (start: number, end: number) => within(sums, start, end);
    const lastStart = to - ONSET_MIN_BINS;
    from = likeliest(ONSET_MIN_BINS, lastStart, (start) => gain(start, to)) ?? from;
    if (to < bins.length) {
      const lastEnd = bins.length - ONSET_MIN_BINS;
      to = likeliest(from + ONSET_MIN_BINS, lastEnd, (end) => gain(from, end)) ?? to;
    }
    asLikely = [];
    for (let start = ONSET_MIN_BINS; start <= lastStart; start++) {
      if (gain(start, to) > gain(from, to) - ONSET_INTERVAL) asLikely.push(start);
    }
  }
  return { from, to, asLikely, gain: gainOf(bins, { from, to }) };
}

function sides(bins: readonly Bin[], { from, to }: Stretch): { inside: Bin[]; outside: Bin[] } {
  return { inside: bins.slice(from, to), outside: [...bins.slice(0, from), ...bins.slice(to)] };
}

/** Over one rate, and one over-dispersion, for all bins. */
function gainOf(bins: readonly Bin[], stretch: Stretch): number {
  const { inside, outside } = sides(bins, stretch);
  const [usual, all] = [fitted(outside), fitted(bins)];
  const raised = fitted(inside, usual);
  if (raised.rate <= usual.rate) return 0;
  return sum(inside, raised.likelihood) + sum(outside, usual.likelihood) - sum(bins, all.likelihood);
}

/**
 * What a rate gains that grows by the same factor from bin to bin, all the time: pods are replaced, a day takes its
 * course. Whatever explains no more than that began in no minute.
 */
function driftGain(bins: readonly Counted[]): number {
  const level = fitted(bins);
  const likelihood = sum(bins, level.likelihood);
  const gains = DRIFTS.map((logarithm) => {
    const drifting = bins.map(({ events, bytes }, i) => ({
      events,
      bytes: bytes * Math.exp((logarithm * i) / bins.length),
    }));
    return sum(drifting, fitted(drifting).likelihood) - likelihood;
  });
  return Math.max(...gains);
}

/** From first bin to last, as logarithms: up to a factor of twenty. */
const DRIFTS = Array.from({ length: 12 }, (_, i) => (i + 1) / 4);

interface Fit {
  /** Events per byte. */
  rate: number;
  /** Squared coefficient of variation from bin to bin, beyond Poisson's. */
  variation: number;
  /** The logarithm, where the rate has a gamma distribution from bin to bin. */
  likelihood(bin: Counted): number;
}

/**
 * By moments. Three bins of a burst may be alike by chance, and a rate of their own that hardly varies would fit them as
 * nothing else does: what few bins do not show of variation is taken from `others`.
 */
function fitted(bins: readonly Counted[], others?: Fit): Fit {
  const rate = rateOf(bins);
  const excess = sum(bins, ({ events, bytes }) => (events - rate * bytes) ** 2 - rate * bytes);
  const own = excess / sum(bins, ({ bytes }) => (rate * bytes) ** 2);
  const variation = Math.max(own, others ? drawnTo(others.variation, own, bins.length) : 0, LEAST_VARIATION);
  const likelihoodOf = negativeBinomial(1 / variation);
  return { rate, variation, likelihood: ({ events, bytes }) => likelihoodOf(events, rate * bytes) };
}

/** As good as Poisson: a negative binomial count has some over-dispersion. */
const LEAST_VARIATION = 0.01;

/** Half an event is added, so that a quiet side has a rate that can be compared with. */
function rateOf(bins: readonly Counted[]): number {
  const bytes = sum(bins, (bin) => bin.bytes);
  return (sum(bins, (bin) => bin.events) + 0.5) / Math.max(1, bytes);
}

/** Log-likelihood that the bins [from, to) gain with a rate of their own. */
type Gain = (from: number, to: number) => number;

/** In constant time: Poisson with byte exposure (Kulldorff, 'A spatial scan statistic', Comm. Stat. 1997;26:1481), in time. */
function scanOf(bins: readonly Bin[]): Gain {
  const events = running(bins.map((b) => b.events));
  const bytes = running(bins.map((b) => b.bytes));
  const [allEvents, allBytes] = [events.at(-1) ?? 0, bytes.at(-1) ?? 0];
  const likelihood = (count: number, exposure: number) =>
    count > 0 ? count * Math.log(count / exposure) : 0;
  const none = likelihood(allEvents, allBytes);
  return (from, to) => {
    const inEvents = within(events, from, to);
    const inBytes = within(bytes, from, to);
    const [outEvents, outBytes] = [allEvents - inEvents, allBytes - inBytes];
    if (inEvents * outBytes <= outEvents * inBytes) return 0;
    return likelihood(inEvents, inBytes) + likelihood(outEvents, outBytes) - none;
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

function bestStart(to: number, gain: Gain): Stretch | null {
  const from = likeliest(ONSET_MIN_BINS, to - ONSET_MIN_BINS, (start) => gain(start, to));
  return from === null ? null : { from, to };
}

/** So many starts and ends are tried against each other; above that, every n-th. */
const GRID = 240;

function bestStretch(bins: number, gain: Gain): Stretch | null {
  const step = Math.ceil(bins / GRID);
  const endOf = (from: number) =>
    likeliest(from + Math.max(step, ONSET_MIN_BINS), bins - ONSET_MIN_BINS, (end) => gain(from, end), step);
  const worth = (from: number) => gain(from, endOf(from) ?? from);
  const from = likeliest(ONSET_MIN_BINS, bins - 2 * ONSET_MIN_BINS, worth, step);
  const to = from === null ? null : endOf(from);
  return from === null || to === null ? null : { from, to };
}

/** The first place, from first to last, whose worth is highest and above 0. */
function likeliest(first: number, last: number, worth: (place: number) => number, step = 1): number | null {
  let found: number | null = null;
  let most = 0;
  for (let place = first; place <= last; place += step) {
    const value = worth(place);
    if (value > most) [found, most] = [place, value];
  }
  return found;
}

/** The series as if nothing had been reported in these minutes. */
export function without(series: Series, { start, end }: Pick<Onset, 'start' | 'end'>): Series {
  const isIn = (bin: number) =>
    binStart(series, bin) >= start && (end === null || binStart(series, bin) < end);
  const outside = (values: Series['bytes']) => values.map((value, bin) => (isIn(bin) ? null : value));
  const { bytes, retransmissions, timeouts } = series;
  return {
    ...series,
    bytes: outside(bytes),
    retransmissions: outside(retransmissions),
    timeouts: outside(timeouts),
  };
}

function toBins(series: Series): Bin[] {
  return series.bytes.flatMap((bytes, i) =>
    bytes ? [{ start: binStart(series, i), events: series.retransmissions[i] ?? 0, bytes }] : [],
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
