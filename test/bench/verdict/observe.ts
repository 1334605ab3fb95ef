import { covers, emptyExtent, monitorExtent, type Topology, zonesOf } from '../../../src/collect/extent.ts';
import { type Answer, identifyMonitorRow, joinAnswers } from '../../../src/collect/flows.ts';
import { tile } from '../../../src/collect/window.ts';
import { CASE_SCHEMA, type Case, type Gap, type Monitor, type Series } from '../../../src/model/case.ts';
import { monitorCategories } from '../../../src/model/categories.ts';
import { QUERY_MAX_ROWS, type QueryMetric } from '../../../src/model/facts.ts';
import { instant, MINUTE } from '../../../src/model/time.ts';
import { covers as coversFlow } from '../../../src/sandbox/coverage.ts';
import type { FlowSource } from '../../../src/sandbox/flows.ts';
import { groupBy, mean, sum } from '../../../src/sandbox/group.ts';
import type { MetricName } from '../../../src/sandbox/metrics.ts';
import { arn } from '../../../src/sandbox/place.ts';
import { createPublications, type Publications } from '../../../src/sandbox/publications.ts';
import { contributors, ofCategory } from '../../../src/sandbox/rows.ts';
import type { FlowReport, World } from '../../../src/sandbox/world.ts';
import { condense } from './condense.ts';
import { VPC } from './fleet.ts';
import { readInsights } from './insights.ts';
import type { Draw } from './random.ts';
import { NOW, START, WINDOWS } from './window.ts';

/** What there is to collect from, and what of it fails. */
export interface Collection {
  /** One monitor of the VPC and one of each zone; the VPC's only; none at all. */
  monitors: 'all' | 'whole' | 'none';
  baseline: boolean;
  metrics: 'read' | 'denied';
  /** Share of queries that are throttled to the end. */
  failed: number;
}

export const COLLECT_ALL: Collection = { monitors: 'all', baseline: true, metrics: 'read', failed: 0 };

type Made = Omit<Monitor, 'series' | 'zones' | 'coversTarget'>;

const METRICS: readonly QueryMetric[] = [
  'DATA_TRANSFERRED',
  'RETRANSMISSIONS',
  'TIMEOUTS',
  'ROUND_TRIP_TIME',
];

const COLUMNS: readonly [MetricName, 'bytes' | 'retransmissions' | 'timeouts' | 'rttMicros' | 'nhi'][] = [
  ['DataTransferred', 'bytes'],
  ['Retransmissions', 'retransmissions'],
  ['Timeouts', 'timeouts'],
  ['RoundTripTime', 'rttMicros'],
  ['HealthIndicator', 'nhi'],
];

/**
 * The Case that `nfm triage --vpc` collects from these flow reports: the sandbox's own computation of metrics and
 * rows, and collect's own joining, without the HTTP between them.
 */
export function observeCase(world: World, source: FlowSource, collection: Collection, draw: Draw): Case {
  const topology: Topology = {
    zones: world.zones.map(({ id, name }) => ({ azId: id, az: name })),
    subnets: world.subnets.map(({ id, vpcId, zoneId }) => ({ id, arn: null, vpcId, azId: zoneId })),
    clusterVpcs: new Map(),
  };
  const vpc = { ...emptyExtent(), vpcIds: new Set([VPC]) };
  const made = makeMonitors(world, collection);
  const baseline = collection.baseline ? WINDOWS.baseline : null;
  const tiles = [...tile(baseline), ...tile(WINDOWS.window)];
  const from = baseline ? START : Date.parse(WINDOWS.window.start);
  const gaps: Gap[] = [];
  if (collection.metrics === 'denied') gaps.push(deniedGap());
  const [whole] = made;
  const joined = whole
    ? joinAnswers(
        queries(world, publish(world, source, whole), whole, tiles, collection, gaps, draw),
        identifyMonitorRow,
      )
    : { flows: [], truncated: false };
  return {
    schema: CASE_SCHEMA,
    collectedAt: instant(NOW),
    tool: { name: 'nfm', version: '0' },
    target: { kind: 'vpc', id: VPC, region: world.region, accountId: world.accountId },
    window: WINDOWS.window,
    baseline,
    zones: topology.zones,
    scope: { id: 'bench', arn: arn(world, 'networkflowmonitor', 'scope/bench'), status: 'SUCCEEDED' },
    monitors: made.map((monitor) => {
      const extent = monitorExtent(monitor, topology);
      return {
        ...monitor,
        zones: zonesOf(extent, topology),
        coversTarget: covers(extent, vpc, topology),
        series: collection.metrics === 'denied' ? null : seriesOf(world, source, monitor, from),
      };
    }),
    insights: made.length > 2 ? [] : readInsights(world, source, tiles, from),
    flowsFrom: whole ? { kind: 'monitor', name: whole.name } : null,
    tiles,
    ...joined,
    gaps,
  };
}

/** The monitors that `nfm monitor create --vpc --per-zone` makes. */
function makeMonitors(world: World, { monitors }: Collection): Made[] {
  const make = (name: string, local: Made['local']): Made => ({
    name,
    arn: arn(world, 'networkflowmonitor', `monitor/${name}`),
    status: 'ACTIVE',
    createdAt: '2026-10-01T09:00:00Z',
    local,
    remote: [],
  });
  if (monitors === 'none') return [];
  const whole = make(`nfm-${VPC}`, [{ type: 'AWS::EC2::VPC', identifier: arn(world, 'ec2', `vpc/${VPC}`) }]);
  if (monitors === 'whole') return [whole];
  const zones = world.zones.map(({ id }) =>
    make(
      `nfm-${VPC}-${id}`,
      world.subnets
        .filter((subnet) => subnet.zoneId === id)
        .map((subnet) => ({
          type: 'AWS::EC2::Subnet',
          identifier: arn(world, 'ec2', `subnet/${subnet.id}`),
        })),
    ),
  );
  return [whole, ...zones];
}

/** What one monitor publishes: of the flows' reports as they are, or of condensed ones. */
function publish(world: World, source: FlowSource, monitor: Made): Publications {
  const publications = createPublications(world, source, () => NOW);
  publications.begin(monitor.arn, monitor.local, monitor.remote, 0);
  return publications;
}

/** The flows that one monitor measures: it would find the same ones among all, once more for each of its metrics. */
function measuredBy(world: World, source: FlowSource, { local, remote }: Made): FlowSource {
  const flows = new Set(world.flows.filter((flow) => coversFlow(world, local, remote, flow)));
  const end = Date.parse(WINDOWS.window.end);
  return fixed(
    source,
    source.between(START, end).filter(({ flow }) => flows.has(flow)),
  );
}

/** A source of these reports only, in order of time. */
function fixed({ awsEvents }: FlowSource, reports: FlowReport[]): FlowSource {
  const between = (start: number, end: number) => {
    const from = reports.findIndex(({ minute }) => minute >= start);
    const to = reports.findLastIndex(({ minute }) => minute < end) + 1;
    return from < 0 ? [] : from === 0 && to === reports.length ? reports : reports.slice(from, to);
  };
  return { at: (minute) => between(minute, minute + MINUTE), between, awsEvents };
}

/** As CloudWatch gives it: one-minute values, null where there is no datapoint. */
function seriesOf(world: World, source: FlowSource, monitor: Made, from: number): Series {
  const measured = measuredBy(world, source, monitor);
  const end = Date.parse(WINDOWS.window.end);
  const each = publish(world, measured, monitor);
  const condensed = publish(world, fixed(source, condense(world, measured.between(from, end))), monitor);
  const bins = (end - from) / MINUTE;
  const column = (metric: MetricName) => {
    const values = new Array<number | null>(bins).fill(null);
    const publications = metric === 'RoundTripTime' ? each : condensed;
    for (const { minute, value } of publications.points(monitor.arn, metric, from, end)) {
      values[(minute - from) / MINUTE] = value;
    }
    return values;
  };
  const [bytes, retransmissions, timeouts, rttMicros, nhi] = COLUMNS.map(([metric]) => column(metric));
  const none: null[] = [];
  return {
    start: instant(from),
    periodSeconds: 60,
    bytes: bytes ?? none,
    retransmissions: retransmissions ?? none,
    timeouts: timeouts ?? none,
    rttMicros: rttMicros ?? none,
    nhi: nhi ?? none,
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

/** Every tile × category × metric, as collect plans them: a baseline's round-trip times are not asked for. */
function queries(
  world: World,
  publications: Publications,
  monitor: Made,
  tiles: Case['tiles'],
  { failed }: Collection,
  gaps: Gap[],
  draw: Draw,
): Answer<Row>[] {
  return tiles.flatMap(({ start, end }, index) => {
    const reports = mergeByFlow(publications.reports(monitor.arn, Date.parse(start), Date.parse(end)));
    return monitorCategories(monitor.remote).flatMap((category) => {
      const own = ofCategory(world, reports, category);
      return METRICS.filter((metric) => metric !== 'ROUND_TRIP_TIME' || index === tiles.length - 1).map(
        (metric): Answer<Row> => {
          const refused = draw.uniform() < failed;
          if (refused && gaps.length === 0) gaps.push(throttledGap(metric, monitor.name));
          const rows = refused
            ? null
            : contributors(world, own.filter(counts[metric]), metric, QUERY_MAX_ROWS);
          return { tile: index, category, metric, rows };
        },
      );
    });
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

function deniedGap(): Gap {
  return {
    code: 'permission',
    action: 'cloudwatch:GetMetricData',
    effect: 'Retransmissions by minute and the health indicator are unknown.',
    fix: null,
  };
}

function throttledGap(metric: QueryMetric, monitor: string): Gap {
  return {
    code: 'throttled',
    action: 'networkflowmonitor:StartQueryMonitorTopContributors',
    effect: `Contributors by flow are incomplete: ${metric} of ${monitor}.`,
    fix: null,
  };
}
