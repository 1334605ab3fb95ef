import type { Series } from '../model/case.ts';
import { binStart, dispersion } from './rates.ts';
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
  /** Log-likelihood that the rise gains, over-dispersion taken off: how clear it is. */
  gain: number;
}

interface Bin {
  start: number;
  events: number;
  bytes: number;
}

/** Bins [from, to) with a raised rate, and the log-likelihood that they gain. */
interface Stretch {
  from: number;
  to: number;
  gain: number;
}

/**
 * When did the rate rise, and is it over? The stretch whose Poisson rate with byte exposure differs the most likely
 * from that of all other bins (Kulldorff's scan statistic in time: 'A spatial scan statistic', Comm. Stat. 1997;26:1481).
 * One that reaches to the end needs one change to be explained, one that is over needs two, and must gain so much more.
 * Bins without traffic carry no information and are passed over. Null where no rise gains enough likelihood.
 */
export function findOnset(series: Series, places = 1): Onset | null {
  const bins = toBins(series);
  const scan = scanOf(bins);
  const rise = clearest(scan, places);
  if (!rise) return null;
  const { from, to, gain } = rise;
  const at = (i: number) => bins[i]?.start ?? 0;
  const asLikely = range(ONSET_MIN_BINS, to - ONSET_MIN_BINS).filter(
    (i) => scan.gain(i, to) > gain - ONSET_INTERVAL,
  );
  return {
    start: at(from),
    earliest: at(asLikely[0] ?? from),
    latest: at(asLikely.at(-1) ?? from),
    end: bins[to]?.start ?? null,
    ratio: scan.rate(from, to) / scan.rate(0, from),
    gain,
  };
}

function clearest(scan: Scan, places: number): Stretch | null {
  const { bins } = scan;
  const cost = Math.log(Math.max(1, bins));
  const least = ONSET_GAIN + cost + Math.log(places);
  const lasting = bestStart(scan, bins);
  const passing = bestStretch(scan);
  const over = passing && passing.gain - cost > (lasting?.gain ?? 0) ? passing : null;
  const found = over ?? lasting;
  return found && found.gain > least + (over ? cost : 0) ? found : null;
}

/** Gains of stretches in constant time, from running sums. */
interface Scan {
  bins: number;
  gain(from: number, to: number): number;
  rate(from: number, to: number): number;
}

function scanOf(bins: readonly Bin[]): Scan {
  const events = running(bins.map((b) => b.events));
  const bytes = running(bins.map((b) => b.bytes));
  const phi = dispersion(bins);
  const within = (sums: Float64Array, from: number, to: number) => (sums[to] ?? 0) - (sums[from] ?? 0);
  const all = { events: events.at(-1) ?? 0, bytes: bytes.at(-1) ?? 0 };
  const none = likelihood(all.events, all.bytes);
  return {
    bins: bins.length,
    gain(from, to) {
      const inside = { events: within(events, from, to), bytes: within(bytes, from, to) };
      const outside = { events: all.events - inside.events, bytes: all.bytes - inside.bytes };
      if (inside.events * outside.bytes <= outside.events * inside.bytes) return 0;
      return (
        (likelihood(inside.events, inside.bytes) + likelihood(outside.events, outside.bytes) - none) / phi
      );
    },
    // Half an event is added, so that a quiet side has a rate that can be compared with.
    rate: (from, to) => (within(events, from, to) + 0.5) / Math.max(within(bytes, from, to), 1),
  };
}

function running(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) sums[i + 1] = (sums[i] ?? 0) + value;
  return sums;
}

function bestStart(scan: Scan, to: number): Stretch | null {
  return best(
    range(ONSET_MIN_BINS, to - ONSET_MIN_BINS),
    (from) => scan.gain(from, to),
    (from) => ({ from, to }),
  );
}

function bestEnd(scan: Scan, from: number): Stretch | null {
  const ends = range(from + ONSET_MIN_BINS, scan.bins - ONSET_MIN_BINS);
  return best(
    ends,
    (to) => scan.gain(from, to),
    (to) => ({ from, to }),
  );
}

/** So many starts and ends are tried against each other; above that, every n-th, and the best are made exact after. */
const GRID = 240;

function bestStretch(scan: Scan): Stretch | null {
  const step = Math.ceil(scan.bins / GRID);
  const starts = range(ONSET_MIN_BINS, scan.bins - 2 * ONSET_MIN_BINS, step);
  let found: Stretch | null = null;
  for (const from of starts) {
    for (let to = from + Math.max(step, ONSET_MIN_BINS); to <= scan.bins - ONSET_MIN_BINS; to += step) {
      const gain = scan.gain(from, to);
      if (gain > (found?.gain ?? 0)) found = { from, to, gain };
    }
  }
  if (!found || step === 1) return found;
  const start = bestStart(scan, found.to) ?? found;
  return bestEnd(scan, start.from) ?? start;
}

function best(
  places: readonly number[],
  gainOf: (place: number) => number,
  stretchOf: (place: number) => { from: number; to: number },
): Stretch | null {
  let found: Stretch | null = null;
  for (const place of places) {
    const gain = gainOf(place);
    if (gain > (found?.gain ?? 0)) found = { ...stretchOf(place), gain };
  }
  return found;
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

function likelihood(events: number, bytes: number): number {
  return events > 0 ? events * Math.log(events / bytes) : 0;
}
