import type { Instance } from '../../../src/aws/ec2.ts';
import { coverageOf } from '../../../src/collect/coverage.ts';
import { isRead, type Planned, planFlows } from '../../../src/collect/flow-plan.ts';
import { type Answer, identifyMonitorRow, joinAnswers } from '../../../src/collect/flows.ts';
import { finer, tile } from '../../../src/collect/window.ts';
import { assess } from '../../../src/judge/assess.ts';
import type { Case, Monitor, Series, Target, Window } from '../../../src/model/case.ts';
import { monitorCategories } from '../../../src/model/categories.ts';
import { CASE_SCHEMA } from '../../../src/model/schema-names.ts';
import { QUERY_MAX_ROWS, type QueryMetric } from '../../../src/model/service.ts';
import { instant, MINUTE } from '../../../src/model/time.ts';
import {
  covers,
  type Extent,
  emptyExtent,
  holds,
  membership,
  monitorExtent,
  networkOf,
  type Topology,
  touches,
  zonesOf,
} from '../../../src/network/holdings.ts';
import type { FlowSource } from '../../../src/sandbox/measure/flows.ts';
import { groupBy, mean, sum } from '../../../src/sandbox/measure/group.ts';
import type { MetricName } from '../../../src/sandbox/measure/publications.ts';
import { createPublications, type Publications } from '../../../src/sandbox/measure/publications.ts';
import { contributors, ofCategory } from '../../../src/sandbox/measure/rows.ts';
import { arn, covers as coversFlow } from '../../../src/sandbox/world/place.ts';
import type { FlowReport, World } from '../../../src/sandbox/world/world.ts';
import { condense } from './condense.ts';

/** What there is to look at, and when: the benchmark's fleets, or the lab's recordings. */
export interface Scene {
  world: World;
  source: FlowSource;
  /** What is asked about. */
  target: Asked;
  window: Window;
  baseline: Window | null;
  now: number;
}

export type Asked = Pick<Target, 'kind' | 'id'>;

/** How it is asked. */
export interface Asking {
  /** Is this query refused? Each is asked about once, in the order of tiles, categories and metrics. */
  refused(metric: QueryMetric): boolean;
  /** Is told of each query. */
  onAsked?(): void;
  /** False: CloudWatch refuses. */
  metrics?: boolean;
  insights?: Case['insights'];
}

export type Made = Omit<Monitor, 'series' | 'zones' | 'coversTarget'>;

const COLUMNS = {
  bytes: 'DataTransferred',
  retransmissions: 'Retransmissions',
  timeouts: 'Timeouts',
  rttMicros: 'RoundTripTime',
  nhi: 'HealthIndicator',
} as const satisfies Record<string, MetricName>;

/** A monitor of a whole VPC. */
export function vpcMonitor(world: World, name: string, vpcId: string): Made {
  return monitor(world, name, [{ type: 'AWS::EC2::VPC', identifier: arn(world, 'ec2', `vpc/${vpcId}`) }]);
}

/** A monitor of a zone's subnets of a VPC. */
export function zoneMonitor(world: World, name: string, vpcId: string, zoneId: string): Made {
  const subnets = world.subnets.filter((subnet) => subnet.vpcId === vpcId && subnet.zoneId === zoneId);
  return monitor(
    world,
    name,
    subnets.map(({ id }) => ({ type: 'AWS::EC2::Subnet', identifier: arn(world, 'ec2', `subnet/${id}`) })),
  );
}

/** A monitor of a cluster's nodes. */
export function clusterMonitor(world: World, name: string, cluster: string): Made {
  return monitor(world, name, [
    { type: 'AWS::EKS::Cluster', identifier: arn(world, 'eks', `cluster/${cluster}`) },
  ]);
}

function monitor(world: World, name: string, local: Made['local']): Made {
  return {
    name,
    arn: arn(world, 'networkflowmonitor', `monitor/${name}`),
    status: 'ACTIVE',
    createdAt: '2026-10-01T09:00:00Z',
    local,
    remote: [],
  };
}

/**
 * The Case that `nfm triage --vpc` collects from flow reports: the sandbox's own computation of metrics and rows, and
 * collect's own joining, without the HTTP between them. The first monitor is the one that is asked for flows.
 */
export function caseOfReports(scene: Scene, made: readonly Made[], asking: Asking): Case {
  const { world, target, window, baseline, now } = scene;
  const nodes = instancesOf(world);
  const topology: Topology = {
    zones: world.zones.map(({ id, name }) => ({ azId: id, az: name })),
    subnets: world.subnets.map(({ id, vpcId, zoneId }) => ({ id, arn: null, vpcId, azId: zoneId })),
    clusterVpcs: new Map(nodes.flatMap(({ cluster, vpcId }) => (cluster ? [[cluster, vpcId]] : []))),
  };
  const part = extentAsked(target, made, topology);
  const tiles = finer([...tile(baseline), ...tile(window)]);
  const monitors = made.flatMap((monitor) => {
    const extent = monitorExtent(monitor, topology);
    const zones = zonesOf(extent, topology);
    // Those that watch any of it, and of the others those of single zones: `collect/target-monitors.ts`.
    if (monitor.name !== target.id && zones?.length !== 1 && !touches(extent, part, topology)) return [];
    return [
      {
        ...monitor,
        zones,
        coversTarget: covers(extent, part, topology),
        insideTarget: covers(networkOf(part, topology), extent, topology),
        series: asking.metrics === false ? null : seriesOf(scene, monitor),
      },
    ];
  });
  const whole = sourceOf(target, monitors, made);
  const data: Case = {
    schema: CASE_SCHEMA,
    collectedAt: instant(now),
    tool: { name: 'nfm', version: '0' },
    target: { ...target, region: world.region, accountId: world.accountId },
    window,
    baseline,
    zones: topology.zones,
    targetZones: part.everything ? null : zonesOf(part, topology),
    scope: { id: 'reports', arn: arn(world, 'networkflowmonitor', 'scope/reports'), status: 'SUCCEEDED' },
    monitors,
    insights: asking.insights ?? [],
    flowsFrom: whole ? { kind: 'monitor', name: whole.name } : null,
    tiles,
    flows: [],
    truncated: false,
    gaps: [],
  };
  if (!whole) return data;
  const assessment = assess({ ...data, insights: [] });
  const answers = follow(
    planFlows<Row>({
      tiles,
      window,
      categories: monitorCategories(whole.remote),
      series: monitors.find(({ name }) => name === whole.name)?.series ?? null,
      incomplete: !monitors.every(({ series }) => isRead(series)),
      assessment,
    }),
    answering(scene, whole, asking),
  );
  const { flows, truncated, lost, asked } = joinAnswers(answers, identifyMonitorRow);
  const coverage = coverageOf(
    nodes.filter(holds(part, topology)),
    { from: data.flowsFrom, tiles, flows, truncated, lost },
    { window, monitors, target, topology },
  );
  const inside = target.kind === 'monitor' ? () => true : membership(part, topology);
  const outside = flows.filter(({ local }) => !inside(local));
  return {
    ...data,
    flows: flows.filter(({ local }) => inside(local)),
    ...(outside.length > 0 ? { outside } : {}),
    truncated,
    asked,
    coverage,
    ...(lost.length > 0 ? { incomplete: { monitors: false, series: false, lists: lost } } : {}),
  };
}

function extentAsked(
  { kind, id }: { kind: string; id: string },
  made: readonly Made[],
  topology: Topology,
): Extent {
  switch (kind) {
    case 'subnet':
      return { ...emptyExtent(), subnetIds: new Set([id]) };
    case 'zone':
      return { ...emptyExtent(), azIds: new Set([id]) };
    case 'cluster':
      return { ...emptyExtent(), clusters: new Set([id]) };
    case 'monitor':
      return monitorExtent({ local: made.find(({ name }) => name === id)?.local ?? [] }, topology);
    case 'scope':
      return { ...emptyExtent(), everything: true };
    default:
      return { ...emptyExtent(), vpcIds: new Set([id]) };
  }
}

/** As EC2 lists them. */
function instancesOf({ instances, subnets }: World): Instance[] {
  return instances.map(({ id, name, subnetId, ip, cluster, launchedAt }) => ({
    id,
    name,
    vpcId: subnets.find((subnet) => subnet.id === subnetId)?.vpcId ?? '',
    subnetId,
    ip,
    publicIp: null,
    imageId: null,
    platform: 'Linux/UNIX',
    profileArn: null,
    metadata: true,
    securityGroupIds: [],
    cluster: cluster ?? null,
    launchedAt,
  }));
}

/** As `flowSources` has it: the narrowest that holds all of it. */
function sourceOf(
  { kind, id }: { kind: string; id: string },
  monitors: readonly Omit<Monitor, 'series'>[],
  made: readonly Made[],
): Made | undefined {
  const width = ({ zones }: Omit<Monitor, 'series'>) => zones?.length ?? 3;
  const [narrowest] = monitors.filter((m) => m.coversTarget).sort((a, b) => width(a) - width(b));
  const name = kind === 'monitor' ? id : narrowest?.name;
  return made.find((m) => m.name === name);
}

function follow(
  rounds: ReturnType<typeof planFlows<Row>>,
  answer: (lists: readonly Planned[]) => Answer<Row>[],
): Answer<Row>[] {
  let round = rounds.next();
  while (!round.done) round = rounds.next(answer(round.value));
  return round.value;
}

/** What one monitor publishes: of the flows' reports as they are, or of condensed ones. */
function publish({ world, source, now }: Scene, { arn, local, remote }: Made): Publications {
  const publications = createPublications(world, source, () => now);
  publications.begin(arn, local, remote, 0);
  return publications;
}

/** All minutes that are collected, start inclusive, end exclusive. */
function spanOf({ window, baseline }: Scene): [start: number, end: number] {
  return [Date.parse((baseline ?? window).start), Date.parse(window.end)];
}

/** The flows that one monitor measures: it would find the same ones among all, once more for each of its metrics. */
function measuredBy({ world, source, ...scene }: Scene, { local, remote }: Made): FlowReport[] {
  const flows = new Set(world.flows.filter((flow) => coversFlow(world, local, remote, flow)));
  return source.between(...spanOf({ world, source, ...scene })).filter(({ flow }) => flows.has(flow));
}

/** The scene with these reports only, which are in order of time. */
function only(scene: Scene, reports: FlowReport[]): Scene {
  const between = (start: number, end: number) => {
    const from = reports.findIndex(({ minute }) => minute >= start);
    const to = reports.findLastIndex(({ minute }) => minute < end) + 1;
    return from < 0 ? [] : from === 0 && to === reports.length ? reports : reports.slice(from, to);
  };
  const { awsEvents } = scene.source;
  return {
    ...scene,
    source: { at: (minute) => between(minute, minute + MINUTE), between, awsEvents },
  };
}

/** As CloudWatch gives it: one-minute values, null where there is no datapoint. */
function seriesOf(scene: Scene, monitor: Made): Series {
  const reports = measuredBy(scene, monitor);
  const each = publish(only(scene, reports), monitor);
  const condensed = publish(only(scene, condense(scene.world, reports)), monitor);
  const [start, end] = spanOf(scene);
  const column = (metric: MetricName) => {
    const values = new Array<number | null>((end - start) / MINUTE).fill(null);
    const publications = metric === 'RoundTripTime' ? each : condensed;
    for (const { minute, value } of publications.points(monitor.arn, metric, start, end)) {
      values[(minute - start) / MINUTE] = value;
    }
    return values;
  };
  return {
    start: instant(start),
    periodSeconds: 60,
    bytes: column(COLUMNS.bytes),
    retransmissions: column(COLUMNS.retransmissions),
    timeouts: column(COLUMNS.timeouts),
    rttMicros: column(COLUMNS.rttMicros),
    nhi: column(COLUMNS.nhi),
  };
}

/** A flow with nothing to show is no row: it is left out before its row is written, not after. */
const counts: Record<QueryMetric, (report: FlowReport) => boolean> = {
  DATA_TRANSFERRED: ({ bytes }) => bytes > 0,
  RETRANSMISSIONS: ({ retransmissions }) => retransmissions > 0,
  TIMEOUTS: ({ timeouts }) => timeouts > 0,
  ROUND_TRIP_TIME: ({ rttMicros }) => rttMicros !== null,
};

type Row = ReturnType<typeof contributors>[number];

/** The rows of each list that is asked for. */
function answering(scene: Scene, monitor: Made, { refused, onAsked }: Asking) {
  const publications = publish(scene, monitor);
  const tiles = new Map<number, FlowReport[]>();
  const reportsIn = ({ tile, window: { start, end } }: Planned) => {
    const known = tiles.get(tile);
    if (known) return known;
    const own = mergeByFlow(publications.reports(monitor.arn, Date.parse(start), Date.parse(end)));
    tiles.set(tile, own);
    return own;
  };
  return (lists: readonly Planned[]) =>
    lists.map((list): Answer<Row> => {
      const { tile, category, metric } = list;
      onAsked?.();
      const own = () => ofCategory(scene.world, reportsIn(list), category).filter(counts[metric]);
      const rows = refused(metric) ? null : contributors(scene.world, own(), metric, QUERY_MAX_ROWS);
      return { tile, category, metric, rows };
    });
}

/**
 * One report a flow, with the sums of all: rows add counts up and average times, so they come out the same, and
 * each flow is placed once an hour and not once a minute.
 */
export function mergeByFlow(reports: FlowReport[]): FlowReport[] {
  return [...groupBy(reports, (report) => report.flow)].flatMap(([flow, own]) => {
    const [first] = own;
    if (!first) return [];
    return [
      {
        minute: first.minute,
        flow,
        bytes: sum(own, (r) => r.bytes),
        retransmissions: sum(own, (r) => r.retransmissions),
        timeouts: sum(own, (r) => r.timeouts),
        rttMicros: mean(own.map((r) => r.rttMicros)) ?? null,
      },
    ];
  });
}
