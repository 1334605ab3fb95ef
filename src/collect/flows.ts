import { counterOf } from '../aws/answers.ts';
import type {
  MonitorTopContributorsRow,
  WorkloadInsightsTopContributorsRow,
} from '../aws/networkflowmonitor/index.ts';
import type { Construct, Endpoint, Flow, LostList } from '../model/case.ts';
import { QUERY_MAX_ROWS, type QueryMetric } from '../model/service.ts';
import type { Topology } from '../network/holdings.ts';

/** What a query's list counts. */
export const LISTED: Record<QueryMetric, LostList['counter']> = {
  DATA_TRANSFERRED: 'bytes',
  RETRANSMISSIONS: 'retransmissions',
  TIMEOUTS: 'timeouts',
  ROUND_TRIP_TIME: 'rttMicros',
};

/** What one query answered; null where it was refused or failed. */
export interface Answer<Row> {
  tile: number;
  category: string;
  metric: QueryMetric;
  rows: readonly Row[] | null;
}

export interface Identified {
  targetPort: number | null;
  local: Endpoint;
  remote: Endpoint;
  path?: Construct[];
  /** Network interfaces of the two ends. */
  enis?: Ends;
  snatIp?: string | undefined;
  dnatIp?: string | undefined;
  /** Null where the row has none that can be used. */
  value: number | null;
}

interface Ends {
  local?: string | undefined;
  remote?: string | undefined;
}

export interface Joined {
  flows: Flow[];
  truncated: boolean;
  /** Lists that were not answered, or not whole. */
  lost: LostList[];
  /** All lists that were asked for. */
  asked: LostList[];
}

/**
 * One flow of one tile from up to four lists. A list holds the flows with the highest value of its own metric,
 * and only flows with events for the two event metrics. So a flow that a complete list leaves out has 0 there;
 * one that a full (cut off) or failed list leaves out is unknown, null.
 */
export function joinAnswers<Row>(
  answers: readonly Answer<Row>[],
  identify: (row: Row) => Identified,
): Joined {
  const flows = new Map<string, Flow>();
  const complete = new Set<string>();
  // Two monitors may both be asked: one of them cannot vouch for what the other one's list cut off.
  const incomplete = new Set<string>();
  const lost = new Map<string, LostList>();
  const asked = new Map<string, LostList>();
  let truncated = false;
  for (const { tile, category, metric, rows } of answers) {
    const counter = LISTED[metric];
    const list = `${tile} ${category} ${counter}`;
    asked.set(list, { tile, category, counter });
    const cutOff = rows !== null && rows.length >= QUERY_MAX_ROWS;
    if (cutOff) truncated = true;
    const whole = rows?.every((row) => identify(row).value !== null) ?? false;
    if (!whole) lost.set(list, { tile, category, counter });
    if (!whole || cutOff) incomplete.add(list);
    // A round-trip time is not always measured: a flow without one has none, not 0.
    else if (metric !== 'ROUND_TRIP_TIME') complete.add(list);
    for (const row of rows ?? []) {
      const { value, path, enis, snatIp, dnatIp, ...identity } = identify(row);
      const key = JSON.stringify([tile, category, identity]);
      const flow = flows.get(key) ?? {
        tile,
        category,
        ...identity,
        ...(path?.length ? { path } : {}),
        ...(snatIp ? { snatIp } : {}),
        ...(dnatIp ? { dnatIp } : {}),
        bytes: null,
        retransmissions: null,
        timeouts: null,
        rttMicros: null,
      };
      // Of a hundred thousand flows, those with events are shown.
      if (counter === 'retransmissions' || counter === 'timeouts') nameInterfaces(flow, enis);
      // A row that comes twice is one flow; one without a value takes nothing from it.
      flow[counter] = value ?? flow[counter];
      flows.set(key, flow);
    }
  }
  for (const flow of flows.values()) {
    for (const column of ['bytes', 'retransmissions', 'timeouts'] as const) {
      const list = `${flow.tile} ${flow.category} ${column}`;
      if (complete.has(list) && !incomplete.has(list)) flow[column] ??= 0;
    }
  }
  return { flows: [...flows.values()], truncated, lost: [...lost.values()], asked: [...asked.values()] };
}

function nameInterfaces({ local, remote }: Flow, enis: Ends | undefined): void {
  if (enis?.local) local.eniId = enis.local;
  if (enis?.remote) remote.eniId = enis.remote;
}

/** Absent fields come as empty strings as often as not at all. */
function present<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v)) as { [K in keyof T]?: string };
}

export function identifyMonitorRow(row: MonitorTopContributorsRow): Identified {
  const k = row.kubernetesMetadata;
  const way = betweenHosts(row);
  return {
    targetPort: row.targetPort ?? null,
    path: way.filter((construct) => !isInterface(construct)),
    enis: interfacesOf(row, way),
    snatIp: row.snatIp,
    dnatIp: row.dnatIp,
    value: counterOf(row.value),
    local: present({
      ip: row.localIp,
      instanceId: row.localInstanceId,
      subnetId: row.localSubnetId,
      vpcId: row.localVpcId,
      azId: row.localAz,
      region: row.localRegion,
      podNamespace: k?.localPodNamespace,
      podName: k?.localPodName,
      serviceName: k?.localServiceName,
    }),
    remote: present({
      ip: row.remoteIp,
      instanceId: row.remoteInstanceId,
      subnetId: row.remoteSubnetId,
      vpcId: row.remoteVpcId,
      azId: row.remoteAz,
      region: row.remoteRegion,
      podNamespace: k?.remotePodNamespace,
      podName: k?.remotePodName,
      serviceName: k?.remoteServiceName,
    }),
  };
}

/**
 * What a row's flow passes: in the field instance, interface, interface, instance, from the sender on, without the
 * instances, which the row names already (docs/network-flow-monitor.md).
 */
function betweenHosts(row: MonitorTopContributorsRow): Construct[] {
  const { traversedConstructs = [], localInstanceId, remoteInstanceId } = row;
  return traversedConstructs
    .filter(({ componentId: id }) => id && id !== localInstanceId && id !== remoteInstanceId)
    .map((construct) => present({ ...construct }));
}

function isInterface({ componentType }: Construct): boolean {
  return componentType === 'AWS::EC2::NetworkInterface';
}

/** Of the ends, where the way begins and ends with them: a far end outside any VPC has none. */
function interfacesOf({ remoteVpcId }: MonitorTopContributorsRow, way: readonly Construct[]): Ends {
  const [first, last] = [way[0], way.length > 1 ? way.at(-1) : undefined];
  return {
    local: first && isInterface(first) ? first.componentId : undefined,
    remote: last && isInterface(last) && remoteVpcId ? last.componentId : undefined,
  };
}

export function identifyInsightRow(row: WorkloadInsightsTopContributorsRow): Identified {
  return {
    targetPort: null,
    value: counterOf(row.value),
    local: present({
      subnetId: row.localSubnetId,
      vpcId: row.localVpcId,
      azId: row.localAz,
      region: row.localRegion,
    }),
    remote: present({ ip: row.remoteIdentifier }),
  };
}

/** The remote of a workload-insights row: a subnet's ARN or a Region's name (API model); null where it is neither. */
export function placeInsightRemote(
  identifier: string,
  { subnets }: Pick<Topology, 'subnets'>,
): Endpoint | null {
  const subnetId = /:subnet\/(.+)$/.exec(identifier)?.[1];
  if (subnetId) {
    const subnet = subnets.find((s) => s.id === subnetId);
    return { subnetId, ...(subnet ? { vpcId: subnet.vpcId, azId: subnet.azId } : {}) };
  }
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(identifier) ? { region: identifier } : null;
}
