import quantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Counts } from './change.ts';
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

export interface ZoneCount extends Counts {
  azId: string;
}

export interface ZoneComparison {
  azId: string;
  /** The zone's own change over its peers', with a 95 % interval that allows for drift; null without a peer. */
  versusPeers: { ratio: number; low: number; high: number } | null;
  /** It stands out: more than chance and its own bursts explain. */
  outlier: boolean;
  /** It stands out even if zones drift apart by themselves, as they do where workloads change. */
  confirmed: boolean;
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
  const critical = quantile(1 - ZONE_ALPHA / Math.max(1, usable.length), 0, 1);
  const [tau, strictTau] = compared ? [0, TAU] : [TAU_WITHOUT_BASELINE, TAU_WITHOUT_BASELINE];
  return zones.map((zone) => {
    const own = effects.get(zone.azId);
    const peers = usable.filter((z) => z !== zone).flatMap((z) => effects.get(z.azId) ?? []);
    if (!own || peers.length === 0) {
      return { azId: zone.azId, versusPeers: null, outlier: false, confirmed: false };
    }
    const { delta, error } = against(own, peers, tau);
    const strict = against(own, peers, strictTau);
    const worthIt = (change: number) =>
      change >= Math.log(RISE) &&
      // Peers that improve must not convict a zone that stayed as it was.
      (!compared || own.log >= Math.log(OWN_RISE)) &&
      zone.window.retransmissions >= MIN_EVENTS * zone.clump &&
      zone.window.eventBins >= MIN_MINUTES &&
      !(compared && zone.drifting());
    return {
      azId: zone.azId,
      versusPeers: ratioOf(strict),
      outlier: delta / error > critical && worthIt(delta),
      confirmed: strict.delta / strict.error > critical && worthIt(strict.delta),
    };
  });
}

/** Null where it is past any number. */
function ratioOf({ delta, error }: { delta: number; error: number }): ZoneComparison['versusPeers'] {
  const [ratio, low, high] = [delta, delta - Z95 * error, delta + Z95 * error].map(Math.exp);
  return high !== undefined && Number.isFinite(high) ? { ratio: ratio ?? 0, low: low ?? 0, high } : null;
}

/** The zone's change over its peers', pooled by inverse variance, where zones drift apart by tau by themselves. */
function against(own: LogRate, peers: readonly LogRate[], tau: number): { delta: number; error: number } {
  const weights = peers.map((p) => 1 / (p.variance + tau ** 2));
  const weight = weights.reduce((a, b) => a + b, 0);
  const theirs = peers.reduce((sum, p, i) => sum + p.log * (weights[i] ?? 0), 0) / weight;
  return { delta: own.log - theirs, error: Math.sqrt(own.variance + tau ** 2 + 1 / weight) };
}

/**
 * Logarithm of the window's rate over the baseline's, both with the floor added, and its variance by the delta
 * method: counts vary by φ times themselves.
 */
function effect({ window, baseline, phi }: ZoneCount, floor: number, compared: boolean): LogRate {
  const after = logRate(window, floor, phi.window);
  const before = compared ? logRate(baseline, floor, phi.baseline) : { log: 0, variance: 0 };
  return { log: after.log - before.log, variance: after.variance + before.variance };
}

function sumOf(zones: readonly ZoneCount[], of: (count: Count) => number): number {
  return zones.reduce((sum, z) => sum + of(z.window), 0);
}
