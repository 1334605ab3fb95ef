import type { Case } from '../model/case.ts';
import { type Level, type Member, membersOf } from './members.ts';
import {
  ELIGIBLE_EVENTS,
  MEMBER_PRIOR,
  MIN_EVENTS,
  SPREAD_NARROW,
  SPREAD_WIDE,
  TOP_LIFT,
  TOP_SHARE,
} from './thresholds.ts';

/** How the excess of one place is shared out among its members of one level. */
export interface Spread {
  level: Level;
  shape: 'concentrated' | 'wide' | 'unclear';
  members: Member[];
  top: Member | null;
  /** The top member's share of the excess: of the events that its baseline does not explain. */
  topShare: number;
  /** The top member's share of the bytes. */
  topByteShare: number;
  /** Of the members with enough traffic to have shown the impairment, how many do. */
  elevated: number;
  eligible: number;
  /** The same, each by itself: true where it shows the impairment; absent where it had too little traffic to. */
  shows: ReadonlyMap<Member, boolean>;
}

/** A member against both hypotheses: what its baseline expects, and what an impairment of the whole place adds. */
interface Judged {
  member: Member;
  bytes: number;
  expected: number;
  excess: number;
}

/**
 * One member, or all of them? Against the hypothesis that the whole place is impaired alike, in which each
 * member's excess follows its bytes: the share of members that show it decides ('wide'); the top member is
 * blamed ('concentrated') only if it carries most of the excess at a rate far above all others, and the others
 * had the traffic to show the impairment. The top share alone would misread one zone-wide fault in ten (verdict.md §3).
 * Excess, not events: a pod that is always noisy explains nothing.
 */
export function spreadOf(data: Case, level: Level, azId: string | null): Spread {
  const judged = judgeMembers(membersOf(data, level, azId));
  const bytes = sum(judged, (j) => j.bytes);
  const excess = sum(judged, (j) => Math.max(0, j.excess));
  const evenly = (j: Judged) => (bytes > 0 ? (j.bytes / bytes) * excess : 0);
  const eligible = judged.filter((j) => evenly(j) >= Math.max(ELIGIBLE_EVENTS, 2 * Math.sqrt(j.expected)));
  const isElevated = (j: Judged) =>
    j.excess >= ELIGIBLE_EVENTS && j.member.retransmissions > midpoint(j, evenly(j));
  const elevated = eligible.filter(isElevated);

  const [top] = judged;
  const result = {
    level,
    members: judged.map((j) => j.member),
    top: top?.member ?? null,
    topShare: top && excess > 0 ? Math.max(0, top.excess) / excess : 0,
    topByteShare: top && bytes > 0 ? top.bytes / bytes : 0,
    elevated: elevated.length,
    eligible: eligible.length,
    shows: new Map(eligible.map((j) => [j.member, elevated.includes(j)])),
  };
  if (!top || excess < MIN_EVENTS) return { ...result, shape: 'unclear' };

  const others = judged.slice(1);
  const theirs = Math.max(
    0,
    sum(others, (j) => j.excess),
  );
  const theirsEvenly = sum(others, evenly);
  const lift = top.excess / Math.max(top.bytes, 1) / ((theirs + 0.5) / Math.max(bytes - top.bytes, 1));
  const theyWouldShow = theirsEvenly >= ELIGIBLE_EVENTS && theirs < theirsEvenly / 2;
  const alone = others.filter(isElevated).length <= others.length * SPREAD_NARROW;
  if (result.topShare >= TOP_SHARE && lift >= TOP_LIFT && theyWouldShow && alone) {
    return { ...result, shape: 'concentrated' };
  }
  const wide =
    eligible.length >= 2 && elevated.length / eligible.length >= SPREAD_WIDE && theirs >= theirsEvenly / 2;
  return { ...result, shape: wide ? 'wide' : 'unclear' };
}

/** The most excess first; equal ones keep the order of their events and keys. */
function judgeMembers(members: readonly Member[]): Judged[] {
  const events = sum(members, (m) => m.baselineRetransmissions);
  const bytes = sum(members, (m) => m.baselineBytes);
  const rate = bytes > 0 ? events / bytes : 0;
  return members
    .map((member) => {
      const expected = rate > 0 ? (member.bytes ?? 0) * ownRate(member, rate) : 0;
      return { member, bytes: member.bytes ?? 0, expected, excess: member.retransmissions - expected };
    })
    .sort((a, b) => b.excess - a.excess);
}

/** Its own baseline rate, drawn towards the place's by a few events: a new member has none of its own. */
function ownRate({ baselineRetransmissions, baselineBytes }: Member, rate: number): number {
  return (baselineRetransmissions + MEMBER_PRIOR) / (baselineBytes + MEMBER_PRIOR / rate);
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
