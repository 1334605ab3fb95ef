import type { Case } from '../model/case.ts';
import { nfm } from '../model/command-line.ts';
import type { Evidence, Next } from '../model/report.ts';
import { times } from '../model/units.ts';
import { change } from './change.ts';
import type { FlowSums } from './flow-sums.ts';
import { inTarget } from './sources.ts';
import { countsOfFlows } from './tile-incident.ts';
import { zoneName } from './words.ts';
import type { ZoneComparison } from './zones.ts';

/*
 * Not here, but there: what is outside the target supplies neither its rate nor its verdict, and is worth a look.
 */

export interface Elsewhere {
  azId: string;
  /** Of a subnet beside a subnet. */
  subnetId: string | null;
  /** Of a zone: its change against its peers'. */
  versusPeers: ZoneComparison['versusPeers'];
}

/** Zones that stand out and that the target does not lie in; of a subnet's peers, those that rose. */
export function elsewhereOf(
  data: Case,
  zones: readonly { azId: string; comparison: ZoneComparison }[],
  peers: readonly FlowSums[],
  clump: number,
): Elsewhere[] {
  const others = zones
    .filter(({ azId, comparison }) => comparison.outlier && !inTarget(data, azId))
    .map(({ azId, comparison }) => ({ azId, subnetId: null, versusPeers: comparison.versusPeers }));
  if (data.target.kind !== 'subnet') return others;
  const subnets = new Map<string, FlowSums[]>();
  for (const sums of peers) {
    const { subnetId } = sums.flow.local;
    if (subnetId) subnets.set(subnetId, [...(subnets.get(subnetId) ?? []), sums]);
  }
  const beside = [...subnets].flatMap(([subnetId, flows]): Elsewhere[] => {
    const azId = flows[0]?.flow.local.azId;
    const rose = change(countsOfFlows(flows, clump)).verdict === 'up';
    return azId && rose ? [{ azId, subnetId, versusPeers: null }] : [];
  });
  return [...others, ...beside];
}

export function elsewhereEvidence(data: Case, elsewhere: readonly Elsewhere[]): Evidence[] {
  return elsewhere.map(({ azId, subnetId, versusPeers }) => {
    const zone = zoneName(data, azId);
    return {
      code: 'elsewhere',
      supports: 'none',
      strength: 'optional',
      statement: subnetId
        ? `Outside the target: retransmissions of subnet ${subnetId} in ${zone} rose.`
        : `Outside the target: ${zone} rose ${versusPeers ? `${times(versusPeers.ratio)} as much as its peers` : 'far more than its peers'}.`,
      data: { azId, ...(subnetId ? { subnetId } : {}), ...versusPeers },
    };
  });
}

export function elsewhereNext({ target, window }: Case, elsewhere: readonly Elsewhere[]): Next[] {
  const span = { since: window.start, until: window.end, region: target.region };
  return elsewhere.map(({ azId, subnetId }) => ({
    command: nfm('triage', subnetId ? { subnet: subnetId, ...span } : { zone: azId, ...span }),
    why: 'what stands out beside the target, and is not in this verdict',
  }));
}
