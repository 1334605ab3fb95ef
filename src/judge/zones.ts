import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { type Count, type LogRate, logRate } from './rates.ts';
import {
  MIN_EVENTS,
  MIN_MINUTES,
  OWN_RISE,
  RATE_FLOOR,
  RISE,
  TAU,
  TAU_WITHOUT_BASELINE,
  Z95,
  ZONE_ALPHA,
} from './thresholds.ts';

export interface ZoneCount {
  azId: string;
  window: Count;
  baseline: Count;
  /** Over-dispersion of the window, 1 or more. */
  phi: number;
}

export interface ZoneComparison {
  azId: string;
  /** The zone's own change over its peers', with a 95 % interval; null where there is no peer to compare with. */
  versusPeers: { ratio: number; low: number; high: number } | null;
  outlier: boolean;
}

/**
 * Which zone changed, against its peers' change? Each zone is first set against its own baseline, because
 * zones never carry equal load: a comparison of plain rates raises false alarms nearly always, and AWS's
 * z-score of 3 can never fire below 10 zones (z ≤ √(n−1)).
 */
export function compareZones(zones: readonly ZoneCount[]): ZoneComparison[] {
  const usable = zones.filter((z) => z.window.bytes > 0);
  const compared = usable.every((z) => z.baseline.bytes > 0);
  const overall = sumOf(usable, (c) => c.retransmissions) / sumOf(usable, (c) => c.bytes);
  const floor = RATE_FLOOR * (overall || 0);
  const effects = new Map(usable.map((z) => [z.azId, effect(z, floor, compared)]));
  return zones.map((zone) => {
    const own = effects.get(zone.azId);
    const peers = usable.filter((z) => z !== zone).flatMap((z) => effects.get(z.azId) ?? []);
    if (!own || peers.length === 0) return { azId: zone.azId, versusPeers: null, outlier: false };
    const weights = peers.map((p) => 1 / p.variance);
    const weight = weights.reduce((a, b) => a + b, 0);
    const theirs = peers.reduce((sum, p, i) => sum + p.log * (weights[i] ?? 0), 0) / weight;
    const delta = own.log - theirs;
    const error = Math.sqrt(own.variance + 1 / weight);
    const critical = quantile(1 - ZONE_ALPHA / usable.length, 0, 1);
    return {
      azId: zone.azId,
      versusPeers: {
        ratio: Math.exp(delta),
        low: Math.exp(delta - Z95 * error),
        high: Math.exp(delta + Z95 * error),
      },
      outlier:
        delta / error > critical &&
        delta >= Math.log(RISE) &&
        // Peers that improve must not convict a zone that stayed as it was.
        (!compared || own.log >= Math.log(OWN_RISE)) &&
        zone.window.retransmissions >= MIN_EVENTS &&
        zone.window.eventBins >= MIN_MINUTES,
    };
  });
}

/**
 * Logarithm of the window's rate over the baseline's, both with the floor added, and its variance by the delta
 * method: counts vary by φ times themselves, zones drift by τ.
 */
function effect({ window, baseline, phi }: ZoneCount, floor: number, compared: boolean): LogRate {
  const after = logRate(window, floor, phi);
  const before = compared ? logRate(baseline, floor, phi) : { log: 0, variance: 0 };
  const tau = compared ? TAU : TAU_WITHOUT_BASELINE;
  return { log: after.log - before.log, variance: after.variance + before.variance + tau ** 2 };
}

function sumOf(zones: readonly ZoneCount[], of: (count: Count) => number): number {
  return zones.reduce((sum, z) => sum + of(z.window), 0);
}
