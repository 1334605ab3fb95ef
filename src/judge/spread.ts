import type { Case } from '../model/case.ts';
import { type Level, type Member, membersOf } from './members.ts';
import { MIN_EVENTS, SPREAD_NARROW, SPREAD_WIDE, TOP_LIFT, TOP_SHARE } from './thresholds.ts';

/** How the events of one place are shared out among its members of one level. */
export interface Spread {
  level: Level;
  shape: 'concentrated' | 'wide' | 'unclear';
  members: Member[];
  top: Member | null;
  /** The top member's share of the events. */
  topShare: number;
  /** The top member's share of the bytes. */
  topByteShare: number;
  /** Of the members with enough traffic to have shown the impairment, how many do. */
  elevated: number;
  eligible: number;
}

/** An even spread would have given a member this many events: enough to see that it has none. */
const ELIGIBLE_EVENTS = 3;

/**
 * One member, or all of them? Against the hypothesis that the whole place is impaired alike, in which each
 * member's events follow its bytes: the share of members that show it decides ('wide'); the top member is
 * blamed ('concentrated') only if it carries most events at a rate far above all others', and the others had
 * the traffic to show the impairment. The top share alone would misread one zone-wide fault in ten (verdict.md §3).
 */
export function spreadOf(data: Case, level: Level, azId: string | null): Spread {
  const members = membersOf(data, level, azId);
  const events = sum(members, (m) => m.retransmissions);
  const bytes = sum(members, (m) => m.bytes ?? 0);
  const evenly = (m: Member) => (bytes > 0 ? ((m.bytes ?? 0) / bytes) * events : 0);
  const eligible = members.filter((m) => evenly(m) >= ELIGIBLE_EVENTS);
  const elevated = eligible.filter(
    (m) => m.retransmissions >= Math.max(ELIGIBLE_EVENTS, threshold(m, evenly(m))),
  );

  const top = members[0] ?? null;
  const topShare = top && events > 0 ? top.retransmissions / events : 0;
  const topByteShare = top && bytes > 0 ? (top.bytes ?? 0) / bytes : 0;
  const result = {
    level,
    members,
    top,
    topShare,
    topByteShare,
    elevated: elevated.length,
    eligible: eligible.length,
  };
  if (events < MIN_EVENTS) return { ...result, shape: 'unclear' };

  const share = eligible.length ? elevated.length / eligible.length : 0;
  const others = {
    events: events * (1 - topShare),
    bytes: bytes * (1 - topByteShare),
    evenly: events * (1 - topByteShare),
  };
  const lift =
    others.bytes > 0
      ? topShare / Math.max(topByteShare, 1e-12) / ((others.events + 0.5) / events / (others.bytes / bytes))
      : 0;
  if (
    topShare >= TOP_SHARE &&
    lift >= TOP_LIFT &&
    others.evenly >= ELIGIBLE_EVENTS &&
    others.events < others.evenly / 2
  ) {
    const peers = members.length - 1;
    const peersElevated = elevated.filter((m) => m !== top).length;
    if (peersElevated <= peers * SPREAD_NARROW) return { ...result, shape: 'concentrated' };
  }
  return { ...result, shape: eligible.length >= 2 && share >= SPREAD_WIDE ? 'wide' : 'unclear' };
}

/** A member counts as elevated where it lies nearer, in logarithms, to an even share of the impairment than to its own baseline. */
function threshold(member: Member, evenly: number): number {
  const own =
    member.baselineBytes > 0
      ? (member.baselineRetransmissions / member.baselineBytes) * (member.bytes ?? 0)
      : 0;
  // A baseline without events is not a rate of zero: a twenty-fifth of the impairment is taken as its floor.
  return Math.sqrt(Math.max(own, evenly / 25) * evenly);
}

function sum(members: readonly Member[], of: (m: Member) => number): number {
  return members.reduce((total, m) => total + of(m), 0);
}
