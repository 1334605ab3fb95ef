import quantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Count } from './rates.ts';
import { MIN_EVENTS, MIN_MINUTES, OWN_RISE, RISE, TAU, Z95, ZONE_ALPHA } from './thresholds.ts';

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

interface Effect {
  log: number;
  variance: number;
}

/**
 * Which zone changed, against its peers' change? Each zone is first set against its own baseline, because
 * zones never carry equal load: a comparison of plain rates raises false alarms nearly always, and AWS's
 * z-score of 3 can never fire below 10 zones (z ≤ √(n−1)).
 */
export function compareZones(zones: readonly ZoneCount[]): ZoneComparison[] {
  const usable = zones.filter((z) => z.window.bytes > 0);
  const pooled = pooledBaseline(usable);
  const effects = new Map(usable.map((z) => [z.azId, effect(z, pooled)]));
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
        own.log >= Math.log(OWN_RISE) &&
        zone.window.retransmissions >= MIN_EVENTS &&
        zone.window.eventBins >= MIN_MINUTES,
    };
  });
}

/** Events per byte of all zones before the window; half an event where there was none. */
function pooledBaseline(zones: readonly ZoneCount[]): number | null {
  const events = zones.reduce((sum, z) => sum + z.baseline.retransmissions, 0);
  const bytes = zones.reduce((sum, z) => sum + z.baseline.bytes, 0);
  return bytes > 0 ? (events + 0.5) / bytes : null;
}

/**
 * Logarithm of window rate over expected rate. The expectation is the zone's own baseline, drawn towards all
 * zones' baseline by 1/τ² events: a quiet baseline of few events says little about one zone, and without that
 * the ratio of two near-zero numbers would decide. Without any baseline, only plain rates remain and τ² is
 * the price for it.
 */
function effect(zone: ZoneCount, pooled: number | null): Effect {
  const prior = 1 / TAU ** 2;
  const observed = zone.window.retransmissions + 0.5;
  const rate =
    pooled === null ? 1 : (zone.baseline.retransmissions + prior) / (zone.baseline.bytes + prior / pooled);
  const known = pooled === null ? 0 : zone.baseline.retransmissions;
  return {
    log: Math.log(observed / (zone.window.bytes * rate)),
    variance: zone.phi / observed + 1 / (known + prior),
  };
}
