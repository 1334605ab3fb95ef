import type { Case, Endpoint, Flow } from '../model/case.ts';
import type { Cover } from './tiles.ts';

/** What one flow did on one side of the comparison. */
export interface FlowSum {
  retransmissions: number;
  timeouts: number;
  /** Rows that say how many retransmissions, and how many timeouts. */
  counted: { retransmissions: number; timeouts: number };
  /** Of the rows that say both events and bytes. */
  bytes: number;
  /** Tiles whose list by bytes left it out, though it had events: its bytes there are not known. */
  unlisted: number[];
  rttMicros: number[];
}

/** One flow over all tiles. */
export interface FlowSums {
  key: string;
  /** One of its rows, of the symptom where there is one: who sends to whom. */
  flow: Flow;
  symptom: FlowSum;
  reference: FlowSum;
  /** The reference's tiles by themselves. */
  before: { retransmissions: number; bytes: number }[];
  /** What each tile says of both, by its index, whatever side it is on. */
  tiles: Map<number, { retransmissions: number; bytes: number }>;
  /** All of the window, whenever in it the symptom was. */
  window: FlowSum;
}

/** All rows of a Case, by flow: every question about flows begins here. */
export function sumFlows(data: Case, { sides }: Pick<Cover, 'sides'>): FlowSums[] {
  const flows = new Map<string, FlowSums>();
  const lost = new Set(
    (data.incomplete?.lists ?? []).flatMap(({ tile, category, counter, vouched }) =>
      !vouched && (counter === 'bytes' || counter === 'retransmissions') ? [`${tile} ${category}`] : [],
    ),
  );
  const unasked = unaskedRates(data);
  // Where one list of a tile and category is lost, the others tell half of a rate: events of nothing, or no events.
  const isLost = ({ tile, category }: Flow) => lost.has(`${tile} ${category}`) || unasked(tile, category);
  const inWindow = data.tiles.map(({ start }) => Date.parse(start) >= Date.parse(data.window.start));
  for (const flow of data.flows) {
    const key = flowKey(flow);
    let sums = flows.get(key);
    if (!sums) {
      sums = {
        key,
        flow,
        symptom: nothing(),
        reference: nothing(),
        before: [],
        tiles: new Map(),
        window: nothing(),
      };
      flows.set(key, sums);
    }
    if (inWindow[flow.tile]) add(sums.window, flow);
    const side = sides[flow.tile];
    if (isLost(flow)) continue;
    const { retransmissions, bytes } = flow;
    if (retransmissions !== null && bytes !== null) sums.tiles.set(flow.tile, { retransmissions, bytes });
    if (!side) continue;
    add(sums[side], flow);
    if (side === 'symptom') sums.flow = flow;
    else if (retransmissions !== null && bytes !== null) sums.before.push({ retransmissions, bytes });
  }
  return [...flows.values()];
}

/** Where one of the two lists that make a rate was not asked for. */
function unaskedRates({ asked }: Case): (tile: number, category: string) => boolean {
  if (!asked) return () => false;
  const lists = new Set(asked.map(({ tile, category, counter }) => `${tile} ${category} ${counter}`));
  return (tile, category) =>
    !lists.has(`${tile} ${category} bytes`) || !lists.has(`${tile} ${category} retransmissions`);
}

function nothing(): FlowSum {
  return {
    retransmissions: 0,
    timeouts: 0,
    counted: { retransmissions: 0, timeouts: 0 },
    bytes: 0,
    unlisted: [],
    rttMicros: [],
  };
}

function add(sum: FlowSum, { tile, retransmissions, timeouts, bytes, rttMicros }: Flow): void {
  sum.timeouts += timeouts ?? 0;
  if (timeouts !== null) sum.counted.timeouts++;
  if (rttMicros !== null) sum.rttMicros.push(rttMicros);
  // A query that failed says nothing of either side of a rate.
  if (retransmissions === null) return;
  sum.counted.retransmissions++;
  sum.retransmissions += retransmissions;
  if (bytes === null) sum.unlisted.push(tile);
  else sum.bytes += bytes;
}

/** The same for all rows of one flow, whatever their tile. */
export function flowKey({ category, targetPort, local, remote }: Flow): string {
  return `${category} ${targetPort} ${endKey(local)} ${endKey(remote)}`;
}

function endKey({ podNamespace, podName, instanceId, ip, subnetId, serviceName }: Endpoint): string {
  return `${podNamespace ?? ''} ${podName ?? ''} ${instanceId ?? ''} ${ip ?? ''} ${subnetId ?? ''} ${serviceName ?? ''}`;
}

/** All rows of the lists that were asked: of the target's senders, and of others. */
export function allRows({ flows, outside = [] }: Pick<Case, 'flows' | 'outside'>): Flow[] {
  return [...flows, ...outside];
}

/** What is missing from a list by bytes has no more than the last one on it: bytes, by tile. */
export function smallestListed({ flows }: Pick<Case, 'flows'>): Map<number, number> {
  const least = new Map<number, number>();
  for (const { tile, bytes } of flows) {
    if (bytes !== null && bytes < (least.get(tile) ?? Number.POSITIVE_INFINITY)) least.set(tile, bytes);
  }
  return least;
}
