import type { Member } from './members.ts';
import { RATE_FLOOR } from './thresholds.ts';

/** The change of a place, each member compared with itself only. */
export interface MatchedChange {
  /** Logarithm of the Mantel–Haenszel rate ratio. */
  log: number;
  /** Its variance, with members as clusters: bursts and over-dispersion are inside, no distribution is assumed. */
  variance: number;
  /** Members that were there before and in the window. */
  matched: number;
  /** Their share of the window's bytes. */
  coverage: number;
}

/**
 * Mantel–Haenszel rate ratio over members that are in both windows: a new mix of workloads cannot fake an effect,
 * because nobody is compared with anybody else (verdict.md §3; pooled rates raise 7 to 18 % false alarms where a
 * fifth of the flows is replaced). A floor rate is added on both sides, as in `logRate`, so that a baseline without
 * events can be compared with. Null where nobody can be matched.
 */
export function matchedChange(members: readonly Member[]): MatchedChange | null {
  const total = sum(members, (m) => m.bytes ?? 0);
  const both = members.flatMap((m) => (m.bytes && m.baselineBytes > 0 ? [{ ...m, bytes: m.bytes }] : []));
  if (both.length === 0 || total === 0) return null;
  const events = sum(both, (m) => m.retransmissions);
  const bytes = sum(both, (m) => m.bytes);
  const floor = (RATE_FLOOR * (events + 0.5)) / bytes;
  const terms = both.map((m) => {
    const n = m.bytes + m.baselineBytes;
    return {
      after: ((m.retransmissions + floor * m.bytes) * m.baselineBytes) / n,
      before: ((m.baselineRetransmissions + floor * m.baselineBytes) * m.bytes) / n,
    };
  });
  const after = sum(terms, (t) => t.after);
  const before = sum(terms, (t) => t.before);
  const ratio = after / before;
  const clusters = both.length;
  const scatter = sum(terms, (t) => (t.after - ratio * t.before) ** 2) / (ratio * before) ** 2;
  const robust = clusters > 1 ? (clusters / (clusters - 1)) * scatter : Number.POSITIVE_INFINITY;
  const poisson = 1 / (events + 0.5) + baselineVariance(both, floor);
  return {
    log: Math.log(ratio),
    variance: Math.max(robust, poisson),
    matched: clusters,
    coverage: bytes / total,
  };
}

/** Variance of the logarithm of the baseline's rate with the floor in it: small where the floor dwarfs it. */
function baselineVariance(members: readonly Member[], floor: number): number {
  const events = sum(members, (m) => m.baselineRetransmissions) + 0.5;
  const bytes = sum(members, (m) => m.baselineBytes);
  return events / (events + floor * bytes) ** 2;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
