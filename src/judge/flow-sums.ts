import type { Case, Endpoint, Flow } from '../model/case.ts';

/** What one flow did on one side of the comparison. */
export interface FlowSum {
  retransmissions: number;
  timeouts: number;
  /** Of the rows that say both events and bytes. */
  bytes: number;
  /** Tiles whose list by bytes left it out, though it had events: its bytes there are not known. */
  unlisted: number[];
  rttMicros: number[];
}

/** One flow over all tiles. */
export interface FlowSums {
  key: string;
  /** One of its rows, of the window where there is one: who sends to whom. */
  flow: Flow;
  window: FlowSum;
  baseline: FlowSum;
  /** The baseline's hours by themselves. */
  hours: { retransmissions: number; bytes: number }[];
}

export type Phase = 'window' | 'baseline' | null;

/** Which side of the comparison each tile is on, by its index; null where it lies between baseline and window. */
export function phasesOf({ tiles, window, baseline }: Pick<Case, 'tiles' | 'window' | 'baseline'>): Phase[] {
  return tiles.map((tile) => {
    if (Date.parse(tile.start) >= Date.parse(window.start)) return 'window';
    return baseline && Date.parse(tile.end) <= Date.parse(baseline.end) ? 'baseline' : null;
  });
}

/** All rows of a Case, by flow: every question about flows begins here. */
export function sumFlows(data: Case): FlowSums[] {
  const phases = phasesOf(data);
  const flows = new Map<string, FlowSums>();
  for (const flow of data.flows) {
    const phase = phases[flow.tile];
    if (!phase) continue;
    const key = flowKey(flow);
    let sums = flows.get(key);
    if (!sums) {
      sums = { key, flow, window: nothing(), baseline: nothing(), hours: [] };
      flows.set(key, sums);
    }
    if (phase === 'window') sums.flow = flow;
    else if (flow.retransmissions !== null && flow.bytes !== null) {
      sums.hours.push({ retransmissions: flow.retransmissions, bytes: flow.bytes });
    }
    add(sums[phase], flow);
  }
  return [...flows.values()];
}

function nothing(): FlowSum {
  return { retransmissions: 0, timeouts: 0, bytes: 0, unlisted: [], rttMicros: [] };
}

function add(sum: FlowSum, { tile, retransmissions, timeouts, bytes, rttMicros }: Flow): void {
  sum.timeouts += timeouts ?? 0;
  if (rttMicros !== null) sum.rttMicros.push(rttMicros);
  // A query that failed says nothing of either side of a rate.
  if (retransmissions === null) return;
  sum.retransmissions += retransmissions;
  if (bytes === null) sum.unlisted.push(tile);
  else sum.bytes += bytes;
}

/** The same for all rows of one flow, whatever their tile. */
function flowKey({ category, targetPort, local, remote }: Flow): string {
  return `${category} ${targetPort} ${endKey(local)} ${endKey(remote)}`;
}

function endKey({ podNamespace, podName, instanceId, ip, subnetId, serviceName }: Endpoint): string {
  return `${podNamespace ?? ''} ${podName ?? ''} ${instanceId ?? ''} ${ip ?? ''} ${subnetId ?? ''} ${serviceName ?? ''}`;
}

/** What is missing from a list by bytes has no more than the last one on it: bytes, by tile. */
export function smallestListed({ flows }: Pick<Case, 'flows'>): Map<number, number> {
  const least = new Map<number, number>();
  for (const { tile, bytes } of flows) {
    if (bytes !== null && bytes < (least.get(tile) ?? Number.POSITIVE_INFINITY)) least.set(tile, bytes);
  }
  return least;
}
