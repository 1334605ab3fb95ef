import type { FlowSums } from './flow-sums.ts';
import { type Level, type Member, membersOf } from './members.ts';
import { ELIGIBLE_EVENTS, MEMBER_PRIOR, SPREAD_WIDE, TAU } from './thresholds.ts';

/** How the excess of one place is shared out among its members of one level. */
export interface Spread {
  members: Member[];
  /** Most of the members that had the traffic to show the impairment do. */
  wide: boolean;
  elevated: number;
  eligible: number;
  /** Each member's part of the excess (of the events that its baseline does not explain) and of the bytes, by key. */
  shares: ReadonlyMap<string, Share>;
  /** The largest of those parts of the excess. */
  topShare: number;
}

export interface Share {
  excess: number;
  bytes: number;
}

/** A member against both hypotheses: what its baseline expects, and what an impairment of the whole place adds. */
interface Judged {
  member: Member;
  bytes: number;
  expected: number;
  excess: number;
}

/**
 * One member, or all of them? Against the hypothesis that the whole place is impaired alike, in which each member's
 * excess follows its bytes: the share of members that show it says 'wide'. The top share alone would misread one
 * zone-wide fault in ten (docs/verdict.md, 'The simulation'). Excess, not events: a pod that is always noisy explains nothing.
 */
export function spreadOf(
  flows: readonly FlowSums[],
  level: Level,
  azId: string | null,
  clump: number,
): Spread {
  const judged = judgeMembers(membersOf(flows, level, azId), clump);
  const bytes = sum(judged, (j) => j.bytes);
  const excess = sum(judged, (j) => Math.max(0, j.excess));
  const evenly = (j: Judged) => (bytes > 0 ? (j.bytes / bytes) * excess : 0);
  const noise = (j: Judged) => Math.hypot(Math.sqrt(clump * j.expected), TAU * j.expected);
  const eligible = judged.filter((j) => evenly(j) >= Math.max(ELIGIBLE_EVENTS * clump, 2 * noise(j)));
  const isElevated = (j: Judged) =>
    j.excess >= ELIGIBLE_EVENTS * clump && j.member.retransmissions > midpoint(j, evenly(j));
  const elevated = eligible.filter(isElevated);
  // Without the top one: one bad pod lifts the even share of all.
  const others = judged.slice(1);
  const rest = sum(others, (j) => j.excess) >= sum(others, evenly) / 2;
  const shares = judged.map((j): [string, Share] => [
    j.member.key,
    { excess: excess > 0 ? Math.max(0, j.excess) / excess : 0, bytes: bytes > 0 ? j.bytes / bytes : 0 },
  ]);
  return {
    members: judged.map((j) => j.member),
    wide: rest && eligible.length >= 2 && elevated.length / eligible.length >= SPREAD_WIDE,
    elevated: elevated.length,
    eligible: eligible.length,
    shares: new Map(shares),
    topShare: shares[0]?.[1].excess ?? 0,
  };
}
/** The most excess first; equal ones keep the order of their events and keys. */
function judgeMembers(members: readonly Member[], clump: number): Judged[] {
  const events = sum(members, (m) => m.baselineRetransmissions);
  const bytes = sum(members, (m) => m.baselineBytes);
  const rate = bytes > 0 ? events / bytes : 0;
  return members
    .map((member) => {
      const expected = rate > 0 ? (member.bytes ?? 0) * ownRate(member, rate, clump) : 0;
      return { member, bytes: member.bytes ?? 0, expected, excess: member.retransmissions - expected };
    })
    .sort((a, b) => b.excess - a.excess);
}

/** Its own baseline rate, drawn towards the place's by a few events: a new member has none of its own. */
function ownRate({ baselineRetransmissions, baselineBytes }: Member, rate: number, clump: number): number {
  const prior = MEMBER_PRIOR * clump;
  return (baselineRetransmissions + prior) / (baselineBytes + prior / rate);
}

/**
 * A member counts as elevated where it lies nearer, in logarithms, to its part of the impairment than to its own
 * baseline. A baseline without events is not a rate of zero: a ninth of the impairment is its floor, so that a third
 * of an even share is asked of everyone (jitter alone gave workers of test/lab a sixth of it).
 */
function midpoint({ expected }: Judged, evenly: number): number {
  const affected = expected + evenly;
  return Math.sqrt(Math.max(expected, affected / 9) * affected);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
