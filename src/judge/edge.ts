import type { Case } from '../model/case.ts';
import { phaseOf } from './members.ts';
import { MIN_EVENTS } from './thresholds.ts';

interface Sums {
  events: number;
  bytes: number;
  baselineEvents: number;
  baselineBytes: number;
}

/** What flows that do not touch a zone may keep of their even share of the excess, for the zone to explain all of it. */
const UNTOUCHED = 0.25;

/** They must have had the traffic to show it: an even share of so many events. */
const ENOUGH = 10;

/**
 * The zone whose flows, sent or received, carry all of the excess, while flows between the other zones and inside
 * them carry none: its row, column and diagonal of the local × remote matrix (verdict.md §3, which edge). Peers of
 * a bad zone rise as well, by what they send there, so that in a target of two or three zones none stands out.
 * Null where none, or more than one, explains it.
 */
export function impairedZone(data: Case): string | null {
  const flows = data.flows.filter(({ local }) => local.azId !== undefined);
  const all = excessOf(data, flows);
  if (all.excess < MIN_EVENTS) return null;
  const zones = [...new Set(flows.map(({ local }) => local.azId ?? ''))].sort();
  const explaining = zones.filter((azId) => {
    const rest = excessOf(
      data,
      flows.filter(({ local, remote }) => local.azId !== azId && remote.azId !== azId),
    );
    const even = all.bytes > 0 ? (rest.bytes / all.bytes) * all.excess : 0;
    return even >= ENOUGH && rest.excess <= UNTOUCHED * even;
  });
  return explaining.length === 1 ? (explaining[0] ?? null) : null;
}

/** Events that the same flows' baseline does not explain. */
function excessOf(data: Case, flows: Case['flows']): { excess: number; bytes: number } {
  const sums: Sums = { events: 0, bytes: 0, baselineEvents: 0, baselineBytes: 0 };
  for (const { tile, retransmissions, bytes } of flows) {
    const phase = phaseOf(data, tile);
    if (phase === 'window') {
      sums.events += retransmissions ?? 0;
      sums.bytes += bytes ?? 0;
    } else if (phase === 'baseline') {
      sums.baselineEvents += retransmissions ?? 0;
      sums.baselineBytes += bytes ?? 0;
    }
  }
  const rate = sums.baselineBytes > 0 ? sums.baselineEvents / sums.baselineBytes : 0;
  return { excess: sums.events - rate * sums.bytes, bytes: sums.bytes };
}
