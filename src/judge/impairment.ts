import type { Case, Window } from '../model/case.ts';
import type { Impairment } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { estimatedLoss } from '../model/units.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { Culprit } from './locate.ts';
import { type Sums, sumsOf } from './members.ts';
import type { Observation } from './observe.ts';
import { type Count, perGib } from './rates.ts';
import { bytesShare, coverOf, within } from './tiles.ts';
import { explanationName, nameOf, targetName, zoneName } from './words.ts';

/** How bad it is: the rate of what is blamed, and of nothing around it, from its onset on. */
export function impairmentOf(data: Case, seen: Observation): Impairment | null {
  if (!seen.risen) return null;
  const { culprit, breadth, named } = seen.where;
  if (culprit) return ofPart(data, seen, culprit);
  return breadth === 'path' && named ? ofPath(data, seen, named) : ofPlace(data, seen);
}

/** A place has minutes of its own. */
function ofPlace(data: Case, { outlier, change, symptom }: Observation): Impairment | null {
  const { window, baseline } = outlier?.own ?? change;
  if (window.bytes === 0) return null;
  const of = outlier ? `zone ${zoneName(data, outlier.azId)}` : targetName(data.target);
  return { of, ...symptom, ...ratesOf(window, baseline) };
}

function ofPart(data: Case, seen: Observation, { member, received }: Culprit): Impairment | null {
  const name = nameOf(member.identity);
  // What is sent to it comes from everywhere.
  if (received) return ofFlows(data, seen, `what is sent to ${name}`, member, null);
  return ofFlows(data, seen, name, member, member.identity.azId ?? null);
}

function ofPath(data: Case, seen: Observation, named: Hypothesis): Impairment | null {
  const passing = new Set(named.flows.map(({ flow }) => flow));
  const sums = sumsOf(seen.flows.filter(({ flow }) => passing.has(flow)));
  return ofFlows(data, seen, explanationName(data, named), sums, null);
}

/**
 * Flows are known by the tile only, which begins before the incident or ends after it. Their bytes came as those of their
 * zone did, and outside the incident they lost as before.
 */
function ofFlows(
  data: Case,
  { zones, series, symptom, baseline }: Observation,
  of: string,
  sums: Sums,
  azId: string | null,
): Impairment | null {
  const { baselineRetransmissions, baselineBytes } = sums;
  const { sides, lasting } = coverOf(data, { symptom, reference: baseline });
  const tiles = data.tiles.filter((_, tile) => sides[tile] === 'symptom');
  const known = tiles.flatMap((tile) => within(tile, symptom));
  if (sums.retransmissions === 0 || known.length === 0) return null;
  const zone = zones.find((z) => z.azId === azId);
  const inside = bytesShare(zone?.reported ?? series, known, tiles) ?? lasting;
  const before = baselineBytes > 0 ? baselineRetransmissions / baselineBytes : 0;
  const outside = before * (sums.bytes ?? 0) * (1 - inside);
  const counts = {
    retransmissions: Math.max(0, Math.round(sums.retransmissions - outside)),
    bytes: sums.bytes === null ? null : Math.round(sums.bytes * inside),
  };
  return {
    of,
    ...spanOf(known),
    ...ratesOf(counts, { retransmissions: baselineRetransmissions, bytes: baselineBytes }),
  };
}

function ratesOf(
  { retransmissions, bytes }: { retransmissions: number; bytes: number | null },
  before: Pick<Count, 'retransmissions' | 'bytes'>,
): Omit<Impairment, 'of' | 'start' | 'end'> {
  return {
    retransmissions,
    bytes,
    retransmissionsPerGiB: bytes === null ? null : perGib(retransmissions, bytes),
    baselineRetransmissionsPerGiB: perGib(before.retransmissions, before.bytes),
    estimatedLoss: estimatedLoss(retransmissions, bytes),
  };
}

function spanOf(windows: Window[]): Window {
  const start = Math.min(...windows.map((w) => Date.parse(w.start)));
  const end = Math.max(...windows.map((w) => Date.parse(w.end)));
  return { start: instant(start), end: instant(end) };
}
