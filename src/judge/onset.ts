import type { Series } from '../model/case.ts';
import { binStart, dispersion } from './rates.ts';
import { ONSET_GAIN, ONSET_MIN_BINS } from './thresholds.ts';

export interface Onset {
  /** Start of the first bin of the raised rate. */
  start: number;
  /** Start of the first bin after it, or null while it goes on. */
  end: number | null;
  /** Rate after the rise over the rate before it. */
  ratio: number;
  /** Log-likelihood that the rise gains, over-dispersion taken off: how clear it is. */
  gain: number;
}

interface Bin {
  start: number;
  events: number;
  bytes: number;
}

interface Split {
  at: number;
  gain: number;
}

/**
 * When did the rate rise, and is it over? The one change of a Poisson rate with byte exposure that is the most
 * likely (Kulldorff's scan statistic with one window), first upwards, then downwards in what follows.
 * Bins without traffic carry no information and are passed over. Null where no rise gains enough likelihood.
 */
export function findOnset(series: Series, places = 1): Onset | null {
  const bins = toBins(series);
  const rise = bestSplit(bins, 'up', scanGain(bins.length * places));
  if (!rise) return null;
  const start = bins[rise.at];
  if (!start) return null;
  const after = bins.slice(rise.at);
  const fall = bestSplit(after, 'down', scanGain(after.length));
  // Only a fall back towards the old rate is an end; a lull inside the incident is not.
  const over =
    fall &&
    meanRate(after.slice(fall.at)) <
      Math.sqrt(meanRate(bins.slice(0, rise.at)) * meanRate(after.slice(0, fall.at)));
  const raised = over ? after.slice(0, fall.at) : after;
  return {
    start: start.start,
    end: over ? (after[fall.at]?.start ?? null) : null,
    ratio: meanRate(raised) / meanRate(bins.slice(0, rise.at)),
    gain: rise.gain,
  };
}

/** The more places are looked at, the clearer a rise must be: chance finds one somewhere (Bonferroni, in likelihoods). */
function scanGain(places: number): number {
  return ONSET_GAIN + Math.log(Math.max(1, places));
}

function toBins(series: Series): Bin[] {
  return series.bytes.flatMap((bytes, i) =>
    bytes ? [{ start: binStart(series, i), events: series.retransmissions[i] ?? 0, bytes }] : [],
  );
}

/** Half an event over the whole is added, so that a quiet side has a rate that can be compared with. */
function meanRate(bins: readonly Bin[]): number {
  const events = bins.reduce((sum, b) => sum + b.events, 0);
  const bytes = bins.reduce((sum, b) => sum + b.bytes, 0);
  return (events + 0.5) / Math.max(bytes, 1);
}

function bestSplit(bins: readonly Bin[], direction: 'up' | 'down', least: number): Split | null {
  const events = bins.reduce((sum, b) => sum + b.events, 0);
  const bytes = bins.reduce((sum, b) => sum + b.bytes, 0);
  const phi = dispersion(bins);
  let best: Split | null = null;
  let leftEvents = 0;
  let leftBytes = 0;
  for (let i = 0; i < bins.length; i++) {
    const rightEvents = events - leftEvents;
    const rightBytes = bytes - leftBytes;
    const rightIsHigher = rightEvents * leftBytes > leftEvents * rightBytes;
    if (i >= ONSET_MIN_BINS && bins.length - i >= ONSET_MIN_BINS && rightIsHigher === (direction === 'up')) {
      const gain =
        (likelihood(leftEvents, leftBytes) +
          likelihood(rightEvents, rightBytes) -
          likelihood(events, bytes)) /
        phi;
      if (gain > (best?.gain ?? least)) best = { at: i, gain };
    }
    leftEvents += bins[i]?.events ?? 0;
    leftBytes += bins[i]?.bytes ?? 0;
  }
  return best;
}

function likelihood(events: number, bytes: number): number {
  return events > 0 ? events * Math.log(events / bytes) : 0;
}
