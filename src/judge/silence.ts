import type { Count } from './rates.ts';
import { COLLAPSE, HOLD } from './thresholds.ts';

export type State = 'reporting' | 'starved' | 'silent';

export interface Traffic {
  azId: string;
  window: Count;
  baseline: Count;
}

/**
 * Reporting, starved or silent? Missing data is not zero: a zone whose loss is so bad that its traffic
 * collapses has few retransmissions left to show (survivor bias), and must not read as healthy.
 * Starved needs peers that hold: a quiet evening lowers every zone.
 */
export function stateOf(zone: Traffic, peers: readonly Traffic[]): State {
  if (zone.window.bins === 0) return 'silent';
  const own = level(zone);
  const holding = peers.filter((p) => p.azId !== zone.azId && (level(p) ?? 0) >= HOLD);
  return own !== null && own < COLLAPSE && holding.length > 0 ? 'starved' : 'reporting';
}

/** Bytes per reported bin, as a share of the same before the window; null without a baseline. */
function level({ window, baseline }: Traffic): number | null {
  if (baseline.bytes === 0) return null;
  return window.bins ? window.bytes / window.bins / (baseline.bytes / baseline.bins) : 0;
}
