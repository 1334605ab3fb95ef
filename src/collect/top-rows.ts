import type {
  MonitorTopContributorsRow,
  WorkloadInsightsTopContributorsRow,
} from '../aws/networkflowmonitor/index.ts';
import type { Endpoint, Window } from '../model/case.ts';
import type { TopFlow } from '../model/top.ts';
import type { Topology } from '../network/holdings.ts';
import {
  type Answer,
  type Identified,
  identifyInsightRow,
  identifyMonitorRow,
  joinAnswers,
  placeInsightRemote,
} from './flows.ts';

export interface TopRows {
  flows: TopFlow[];
  /** A list was cut off or not answered. */
  truncated: boolean;
}

/** Flows of monitors, each with all of its path. */
export function joinMonitorRows(
  answers: readonly Answer<MonitorTopContributorsRow>[],
  tiles: readonly Window[],
): TopRows {
  const { flows, truncated, lost } = joinAnswers(answers, identifyMonitorRow);
  const details = new Map<string, Pick<TopFlow, 'path'>>();
  for (const { tile, category, rows } of answers) {
    for (const row of rows ?? []) {
      const { traversedConstructs: path } = row;
      details.set(keyOf({ tile, category, ...identifyMonitorRow(row) }), {
        ...(path?.length ? { path: path.map(withoutBlanks) } : {}),
      });
    }
  }
  return {
    truncated: truncated || lost.length > 0,
    flows: flows.map((flow) => ({
      ...flow,
      ...details.get(keyOf(flow)),
      seconds: secondsOf(tiles, flow.tile),
    })),
  };
}

/** Flows of workload insights; a remote subnet's zone and VPC are EC2's to tell. */
export function joinInsightRows(
  answers: readonly Answer<WorkloadInsightsTopContributorsRow>[],
  tiles: readonly Window[],
  topology: Topology,
): TopRows {
  const { flows, truncated, lost } = joinAnswers(answers, identifyInsightRow);
  return {
    truncated: truncated || lost.length > 0,
    flows: flows.map((flow) => ({
      ...flow,
      remote: placeRemote(flow.remote.ip, topology),
      seconds: secondsOf(tiles, flow.tile),
    })),
  };
}

/** Or the name of a service (an inference of the sandbox). */
function placeRemote(identifier: string | undefined, topology: Topology): TopFlow['remote'] {
  if (!identifier) return {};
  return placeInsightRemote(identifier, topology) ?? { identifier };
}

function keyOf({
  tile,
  category,
  targetPort,
  local,
  remote,
}: Pick<Identified, 'targetPort'> & { tile: number; category: string; local: Endpoint; remote: Endpoint }) {
  return JSON.stringify([tile, category, targetPort, local, remote]);
}

function withoutBlanks<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v)) as Partial<T>;
}

function secondsOf(tiles: readonly Window[], tile: number): number {
  const { start, end } = tiles[tile] ?? { start: '', end: '' };
  return (Date.parse(end) - Date.parse(start)) / 1000 || 0;
}
