import { type Count, logRate } from './rates.ts';
import { MIN_EVENTS, MIN_MINUTES, RATE_FLOOR, RISE, Z95 } from './thresholds.ts';

/** Over-dispersion on each side of a comparison, 1 or more. */
export interface Phi {
  window: number;
  baseline: number;
}

export interface Change {
  window: Count;
  baseline: Count;
  /** Rate in the window over the rate in the baseline, with a 95 % interval. */
  ratio: number;
  low: number;
  high: number;
  verdict: 'up' | 'not-up' | 'too-few-events' | 'no-baseline';
}

/**
 * Is the rate up against its own baseline? Both rates have a floor of a small share of the window's rate added:
 * a baseline without any event can then be compared with, and a handful of events in it does not make the ratio noise.
 */
export function change(window: Count, baseline: Count, phi: Phi): Change {
  const result = { window, baseline, ...compare(window, baseline, phi) };
  if (!baseline.bytes) return { ...result, verdict: 'no-baseline' };
  if (result.ratio < RISE || result.low <= 1) return { ...result, verdict: 'not-up' };
  const enough = window.retransmissions >= MIN_EVENTS && window.eventBins >= MIN_MINUTES;
  return { ...result, verdict: enough ? 'up' : 'too-few-events' };
}

function compare(window: Count, baseline: Count, phi: Phi): { ratio: number; low: number; high: number } {
  if (!window.bytes || !baseline.bytes) return { ratio: 1, low: 0, high: Number.MAX_VALUE };
  const floor = (RATE_FLOOR * (window.retransmissions + 0.5)) / window.bytes;
  const after = logRate(window, floor, phi.window);
  const before = logRate(baseline, floor, phi.baseline);
  const log = after.log - before.log;
  const margin = Z95 * Math.sqrt(after.variance + before.variance);
  return { ratio: Math.exp(log), low: Math.exp(log - margin), high: Math.exp(log + margin) };
}
