import type { Endpoint } from '../model/case.ts';
import type { FlowSums } from './flow-sums.ts';
import { identityOf, memberKey } from './members.ts';
import { mean } from './rates.ts';
import { RISE, SIGN_GAIN, SLOW_FLOWS, TAU } from './thresholds.ts';

/** What may show an impairment that a sender's retransmissions do not: it is lost on the way back, or where no agent is. */
export interface Signs {
  /** Retransmission timeouts, if there are more than the baseline explains. */
  timeouts: { window: number; expected: number } | null;
  /** Who sends, or is sent to, with most of its round-trip times at least doubled. */
  slow: Slow | null;
}

export interface Slow {
  side: 'from' | 'to';
  identity: Endpoint;
  /** Flows that are slow, and all with a round-trip time before and now. */
  flows: number;
  of: number;
}

/** `clump`: how many timeouts come at once. */
export function signsOf(flows: readonly FlowSums[], clump: number): Signs {
  return { timeouts: timeoutsUp(flows, clump), slow: slowest(flows) };
}

/** Timeouts are a second stream of events, less bursty than retransmissions (Pingmesh, SIGCOMM'15, counts episodes). */
function timeoutsUp(flows: readonly FlowSums[], clump: number): Signs['timeouts'] {
  const sum = (of: (flow: FlowSums) => number) => flows.reduce((total, f) => total + of(f), 0);
  const before = sum((f) => f.reference.bytes);
  const window = sum((f) => f.symptom.timeouts);
  if (before === 0 || window === 0) return null;
  const [now, earlier] = [sum((f) => f.symptom.retransmissions), sum((f) => f.reference.retransmissions)];
  const traffic = sum((f) => f.symptom.bytes) / before;
  // What has more retransmissions for a reason has as many more timeouts for it.
  const more = Math.max(1, now / ((earlier + clump / 2) * traffic));
  const expected = (sum((f) => f.reference.timeouts) + clump / 2) * traffic * more;
  const gain = gainOver(window / clump, expected / clump);
  return window >= RISE * expected && gain >= SIGN_GAIN ? { window, expected } : null;
}

/** Log-likelihood that a count gains with a mean of its own over the expected one, from which rates drift by τ. */
function gainOver(count: number, expected: number): number {
  const shape = 1 / TAU ** 2;
  return (
    count * Math.log(count / expected) - (count + shape) * Math.log((shape + count) / (shape + expected))
  );
}

/** A far end, or a sender, whose flows answer later than before, most of them and several. */
function slowest(flows: readonly FlowSums[]): Slow | null {
  const places = new Map<string, Slow>();
  for (const { flow, symptom, reference } of flows) {
    const [now, before] = [mean(symptom.rttMicros), mean(reference.rttMicros)];
    if (now === null || !before) continue;
    for (const [side, level] of SIDES) {
      const key = memberKey(flow, level);
      if (!key) continue;
      let place = places.get(`${side} ${key}`);
      if (!place) {
        place = { side, identity: identityOf(flow, level), flows: 0, of: 0 };
        places.set(`${side} ${key}`, place);
      }
      place.of++;
      if (now >= RISE * before) place.flows++;
    }
  }
  const slow = [...places.values()].filter((f) => f.flows >= SLOW_FLOWS && f.flows > f.of / 2);
  return slow.sort((a, b) => b.flows / b.of - a.flows / a.of || b.flows - a.flows)[0] ?? null;
}

const SIDES = [
  ['from', 'pod'],
  ['to', 'remote'],
] as const;
