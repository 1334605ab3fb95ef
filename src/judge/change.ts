import type { Count } from './rates.ts';
import { MIN_EVENTS, MIN_MINUTES, RISE, Z95 } from './thresholds.ts';

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
 * Is the rate up against its own baseline?
 * The logarithm of a ratio of two rates has variance 1/R + 1/R₀ for Poisson counts; ½ is added to both
 * counts, so that a baseline without any event can be compared with. φ widens it for bursts.
 */
export function change(window: Count, baseline: Count, phi: number): Change {
  const after = window.retransmissions + 0.5;
  const before = baseline.retransmissions + 0.5;
  const ratio = window.bytes > 0 && baseline.bytes > 0 ? after / window.bytes / (before / baseline.bytes) : 1;
  const spread = Math.exp(Z95 * Math.sqrt(phi * (1 / after + 1 / before)));
  const result = { window, baseline, ratio, low: ratio / spread, high: ratio * spread };
  if (!baseline.bytes) return { ...result, verdict: 'no-baseline' };
  const rose = ratio >= RISE && result.low > 1;
  if (!rose) return { ...result, verdict: 'not-up' };
  const enough = window.retransmissions >= MIN_EVENTS && window.eventBins >= MIN_MINUTES;
  return { ...result, verdict: enough ? 'up' : 'too-few-events' };
}
