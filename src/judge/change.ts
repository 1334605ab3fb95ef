import { type Count, logRate } from './rates.ts';
import { MIN_EVENTS, MIN_MINUTES, RATE_FLOOR, RISE, Z95 } from './thresholds.ts';

/** What is compared, and the over-dispersion on each side, 1 or more: one bad pod's minutes vary far more than those of many. */
export interface Counts {
  window: Count;
  baseline: Count;
  phi: { window: number; baseline: number };
  /** How many events come at once where nothing is wrong: thresholds in events are in these. */
  clump: number;
  /** Does it change all the time, and rose in no minute? Pods are replaced, a day takes its course. That takes longer to tell than all else, and matters only where the rate has risen. */
  drifting(): boolean;
}

export interface Change {
  window: Count;
  baseline: Count;
  clump: number;
  /** Rate in the window over the rate in the baseline, with a 95 % interval; null where a side has no traffic. */
  ratio: number | null;
  low: number | null;
  high: number | null;
  verdict: 'up' | 'not-up' | 'too-few-events' | 'no-baseline';
}

/**
 * Is the rate up against its own baseline? Both rates have a floor of a small share of the window's rate added:
 * a baseline without any event can then be compared with, and a handful of events in it does not make the ratio noise.
 */
export function change(counts: Counts): Change {
  const { window, baseline, clump } = counts;
  const result = { window, baseline, clump, ...compare(counts) };
  if (!baseline.bytes) return { ...result, verdict: 'no-baseline' };
  const { ratio, low } = result;
  if (ratio === null || low === null || ratio < RISE || low <= 1 || counts.drifting())
    return { ...result, verdict: 'not-up' };
  const enough = window.retransmissions >= MIN_EVENTS * clump && window.eventBins >= MIN_MINUTES;
  return { ...result, verdict: enough ? 'up' : 'too-few-events' };
}

function compare({ window, baseline, phi }: Counts): Pick<Change, 'ratio' | 'low' | 'high'> {
  if (!window.bytes || !baseline.bytes) return { ratio: null, low: null, high: null };
  const floor = (RATE_FLOOR * (window.retransmissions + 0.5)) / window.bytes;
  const after = logRate(window, floor, phi.window);
  const before = logRate(baseline, floor, phi.baseline);
  const log = after.log - before.log;
  const margin = Z95 * Math.sqrt(after.variance + before.variance);
  return { ratio: Math.exp(log), low: Math.exp(log - margin), high: Math.exp(log + margin) };
}
