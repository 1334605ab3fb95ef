import type {
  MonitorTopContributorsRow,
  WorkloadInsightsTopContributorsRow,
} from '../aws/networkflowmonitor/index.ts';
import type { Endpoint, Flow } from '../model/case.ts';
import type { Topology } from '../network/holdings.ts';
import {
  type Answer,
  type Identified,
  identifyInsightRow,
  identifyMonitorRow,
  type Joined,
  joinAnswers,
  placeInsightRemote,
} from './flows.ts';

/** Flows of monitors, each with all of its path. */
export function joinMonitorRows(answers: readonly Answer<MonitorTopContributorsRow>[]): Joined {
  const { flows, ...joined } = joinAnswers(answers, identifyMonitorRow);
  const details = new Map<string, Pick<Flow, 'path'>>();
  for (const { tile, category, rows } of answers) {
    for (const row of rows ?? []) {
      const { traversedConstructs: path } = row;
      details.set(keyOf({ tile, category, ...identifyMonitorRow(row) }), {
        ...(path?.length ? { path: path.map(withoutBlanks) } : {}),
      });
    }
  }
  return { ...joined, flows: flows.map((flow) => ({ ...flow, ...details.get(keyOf(flow)) })) };
}

/** Flows of workload insights; a remote subnet's zone and VPC are EC2's to tell. */
export function joinInsightRows(
  answers: readonly Answer<WorkloadInsightsTopContributorsRow>[],
  topology: Topology,
): Joined {
  const { flows, ...joined } = joinAnswers(answers, identifyInsightRow);
  return {
    ...joined,
    flows: flows.map((flow) => ({ ...flow, remote: placeRemote(flow.remote.ip, topology) })),
  };
}

/** Or the name of a service (an inference of the sandbox). */
function placeRemote(identifier: string | undefined, topology: Topology): Flow['remote'] {
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
  return JSON.stringify([tile, category, targetPort, withoutEni(local), withoutEni(remote)]);
}

/** Not every list of a flow tells its interfaces. */
function withoutEni({ eniId: _, ...end }: Endpoint): Endpoint {
  return end;
}

function withoutBlanks<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v)) as Partial<T>;
}
