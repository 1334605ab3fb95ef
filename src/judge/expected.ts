import type { Case, Flow } from '../model/case.ts';
import { GIB } from '../model/service.ts';
import type { Bin } from './clumps.ts';
import { type FlowSum, type FlowSums, smallestListed } from './flow-sums.ts';
import { MEMBER_PRIOR, RATE_FLOOR, TAU } from './thresholds.ts';

/** What one flow did in the window, and what its own baseline makes of that much traffic. */
export interface Expected {
  /** One of its rows: who sends to whom. */
  flow: Flow;
  /** In clumps, as is what is expected. */
  events: number;
  bytes: number;
  /** Those of them that its own baseline speaks for. */
  knownBytes: number;
  expected: number;
  /** Shape of the gamma distribution that its expected events have: how well they are known. */
  shape: number;
}

interface Sums {
  flow: Flow;
  events: number;
  bytes: number;
  baselineEvents: number;
  baselineBytes: number;
  before: Bin[];
}

/**
 * Each flow of the window against itself (a new mix of workloads cannot fake an effect), its rate drawn towards its
 * zone's, because a new flow has none of its own. What is left unknown is a gamma distribution, so that events are
 * negative binomial: how far flows differ (for one that is new), its baseline's own count, how much flows vary from
 * tile to tile, and a drift of τ.
 */
export function expectedFlows(data: Case, sums: readonly FlowSums[], clump: number): Expected[] {
  const flows = withUnlisted(data, sums, clump);
  const known = flows.some((f) => f.baselineBytes > 0);
  const all = known ? baselineRate(flows) : medianRate(flows);
  const zones = new Map<string | undefined, number>();
  for (const azId of known ? new Set(flows.map((f) => f.flow.local.azId)) : []) {
    const own = baselineRate(flows.filter((f) => f.flow.local.azId === azId));
    zones.set(azId, Math.max(own, RATE_FLOOR * all));
  }
  const placeRate = (f: Sums) => zones.get(f.flow.local.azId) ?? all;
  const between = variation(
    flows.map((f) => ({ events: f.baselineEvents, expected: f.baselineBytes * placeRate(f) })),
  );
  const prior = 1 / Math.min(Math.max(between, 1 / MEMBER_PRIOR), 1);
  const within = variation(
    flows.flatMap((f) =>
      f.before.map(({ events, bytes }) => ({
        events,
        expected: (f.baselineEvents * bytes) / Math.max(1, f.baselineBytes),
      })),
    ),
  );
  return flows
    .filter((f) => f.bytes > 0 || f.events > 0)
    .map((f) => {
      const rate = (f.baselineEvents + prior) / (f.baselineBytes + prior / placeRate(f));
      const doubt = 1 / (f.baselineEvents + prior) + within + TAU ** 2;
      return {
        flow: f.flow,
        events: f.events,
        bytes: f.bytes,
        knownBytes: f.baselineBytes > 0 ? f.bytes : 0,
        expected: Math.max(f.bytes * rate, 1e-6),
        shape: 1 / doubt,
      };
    });
}

/** Squared coefficient of variation beyond what Poisson counts have, by moments. */
function variation(counts: readonly { events: number; expected: number }[]): number {
  let excess = 0;
  let scale = 0;
  for (const { events, expected } of counts) {
    excess += (events - expected) ** 2 - expected;
    scale += expected ** 2;
  }
  return scale > 0 ? Math.max(0, excess / scale) : 0;
}

/** Half an event is added, so that a quiet baseline is not one of certainty. */
function baselineRate(flows: readonly Sums[]): number {
  const sum = (of: (f: Sums) => number) => flows.reduce((total, f) => total + of(f), 0);
  return (
    (sum((f) => f.baselineEvents) + 0.5) /
    Math.max(
      1,
      sum((f) => f.baselineBytes),
    )
  );
}

/** Without a baseline: what half of the traffic does not exceed, which a bad minority cannot move. */
function medianRate(flows: readonly Sums[]): number {
  const sorted = flows.filter((f) => f.bytes > 0).sort((a, b) => a.events / a.bytes - b.events / b.bytes);
  const half = sorted.reduce((sum, f) => sum + f.bytes, 0) / 2;
  let bytes = 0;
  const middle = sorted.find((f) => {
    bytes += f.bytes;
    return bytes >= half;
  });
  return middle ? (middle.events + 0.5) / middle.bytes : 1 / GIB;
}

/** In clumps. A flow that a list by bytes leaves out has no more bytes than the last one on it. */
function withUnlisted(data: Case, flows: readonly FlowSums[], clump: number): Sums[] {
  const least = smallestListed(data);
  const bytesOf = ({ bytes, unlisted }: FlowSum) =>
    unlisted.reduce((sum, tile) => sum + (least.get(tile) ?? 0), bytes);
  return flows.map(({ flow, symptom, reference, before }) => ({
    flow,
    events: symptom.retransmissions / clump,
    bytes: bytesOf(symptom),
    baselineEvents: reference.retransmissions / clump,
    baselineBytes: bytesOf(reference),
    before: before.map(({ retransmissions, bytes }) => ({ events: retransmissions / clump, bytes })),
  }));
}
