import { emptySeries } from '../../src/aws/cloudwatch.ts';
import { type Answer, identifyMonitorRow, joinAnswers } from '../../src/collect/flows.ts';
import { resolveWindows, tile } from '../../src/collect/window.ts';
import {
  CASE_SCHEMA,
  type Case,
  type Endpoint,
  type Monitor,
  type Resource,
  type Series,
  type Window,
} from '../../src/model/case.ts';
import { monitorCategories } from '../../src/model/categories.ts';
import { QUERY_MAX_ROWS, type QueryMetric } from '../../src/model/facts.ts';
import { instant } from '../../src/model/time.ts';
import { destinationCategory } from '../../src/sandbox/categories.ts';
import { type FlowSource, MINUTE, minutesBetween } from '../../src/sandbox/flows.ts';
import { groupBy } from '../../src/sandbox/group.ts';
import type { MetricName } from '../../src/sandbox/metrics.ts';
import { arn, locate } from '../../src/sandbox/place.ts';
import { createPublications, type Publications } from '../../src/sandbox/publications.ts';
import { contributors } from '../../src/sandbox/rows.ts';
import type { AwsEvent, FlowReport, World } from '../../src/sandbox/world.ts';
import { type ClientPlace, labWorld, VPC, zoneId } from './lab-world.ts';
import type { LabInterval, LabRecording } from './recording.ts';

/** The recording's last interval ends here; five minutes on, so that all of it has landed and settled. */
const END = Date.parse('2026-11-21T20:00:00Z');
const NOW = END + 5 * MINUTE;

export interface LabOptions {
  client?: ClientPlace;
  /** AWS's own network is at fault in the recording's zone for as long as the fault lasts, and its indicator says so. */
  awsEvent?: boolean;
  /** Minutes of the window; the baseline is three times as long. */
  minutes?: number;
}

export interface LabCase {
  data: Case;
  /** First minute of the fault and the first after it, as the truth has them. */
  onset: string | null;
  end: string | null;
}

/** What `nfm triage --vpc` would collect if the recording's hosts had stood in AWS, each interval a minute. */
export function toCase(recording: LabRecording, options: LabOptions = {}): LabCase {
  const { client = 'internet', awsEvent = false, minutes = 60 } = options;
  const world = labWorld(recording, client);
  const fault = faultOf(recording.intervals);
  const events = awsEvent && fault ? [{ zoneId: zoneId(recording.truth.zone), ...fault }] : [];
  const publications = createPublications(world, play(world, recording.intervals, events), () => NOW);
  const { window, baseline, periodSeconds } = resolveWindows(
    { since: { at: END - minutes * MINUTE }, until: { at: END }, baseline: 'default' },
    NOW,
  );
  const whole: Window = { start: baseline?.start ?? window.start, end: window.end };
  const monitors = monitorsOf(world).map((monitor): Monitor => {
    publications.begin(monitor.arn, monitor.local, [], 0);
    return { ...monitor, series: seriesOf(publications, monitor.arn, whole, periodSeconds) };
  });
  const tiles = [...tile(baseline), ...tile(window)];
  const [vpc] = monitors;
  const answers = tiles.flatMap((hour, i) => answersOf(world, publications, vpc?.arn ?? '', hour, i));
  const joined = joinAnswers(answers, identifyMonitorRow);
  return {
    data: {
      schema: CASE_SCHEMA,
      collectedAt: instant(NOW),
      tool: { name: 'nfm', version: 'lab' },
      target: { kind: 'vpc', id: VPC, region: world.region, accountId: world.accountId },
      window,
      baseline,
      zones: world.zones.map(({ id, name }) => ({ azId: id, az: name })),
      scope: { id: 'lab', arn: arn(world, 'networkflowmonitor', 'scope/lab'), status: 'SUCCEEDED' },
      monitors,
      insights: [],
      flowsFrom: { kind: 'monitor', name: vpc?.name ?? '' },
      tiles,
      flows: joined.flows.map((flow) => ({ ...flow, remote: withPodName(world, flow.remote) })),
      truncated: joined.truncated,
      gaps: [],
    },
    onset: fault && instant(fault.fromMinute),
    end: fault && fault.toMinute < END ? instant(fault.toMinute) : null,
  };
}

/** A row of the load balancer does not name the pod at its other end; collect finds it in the pod's own rows. */
function withPodName({ pods }: World, remote: Endpoint): Endpoint {
  const pod = pods.find(({ ip }) => ip === remote.ip);
  if (!pod) return remote;
  const { name: podName, namespace: podNamespace, service: serviceName } = pod;
  return { ...remote, podName, podNamespace, ...(serviceName ? { serviceName } : {}) };
}

/**
 * One interval a minute up to the end; before it, the quiet intervals at the recording's start go round. Of an all
 * quiet recording that is its first half only: a baseline of the very minutes it is compared with would test nothing.
 */
function play(world: World, intervals: LabInterval[], awsEvents: AwsEvent[]): FlowSource {
  const first = END - intervals.length * MINUTE;
  const faultStart = intervals.findIndex(({ fault }) => fault !== null);
  const quiet = intervals.slice(0, faultStart < 0 ? Math.floor(intervals.length / 2) : faultStart);
  const played = new Map<number, FlowReport[]>();
  const at = (minute: number) => {
    const known = played.get(minute);
    if (known) return known;
    const index = (minute - first) / MINUTE;
    const interval = index < 0 ? quiet.at(index % quiet.length) : intervals[index];
    const reports = interval ? reportsOf(world, interval, minute) : [];
    played.set(minute, reports);
    return reports;
  };
  return { at, between: (start, end) => minutesBetween(start, end).flatMap(at), awsEvents };
}

function reportsOf(world: World, interval: LabInterval, minute: number): FlowReport[] {
  return world.flows.flatMap((flow) => {
    const own = interval.pods[flow.recorded];
    const counted = own?.peers ? own.peers[flow.remote] : own;
    if (!own || !counted) return [];
    const { bytes, retransmissions, timeouts } = counted;
    return [{ minute, flow, bytes, retransmissions, timeouts, rttMicros: own.rtt_us }];
  });
}

function faultOf(intervals: LabInterval[]): { fromMinute: number; toMinute: number } | null {
  const from = intervals.findIndex(({ fault }) => fault !== null);
  if (from < 0) return null;
  const to = intervals.findLastIndex(({ fault }) => fault !== null) + 1;
  const first = END - intervals.length * MINUTE;
  return { fromMinute: first + from * MINUTE, toMinute: first + to * MINUTE };
}

/** One for the VPC and one for each zone, as `nfm triage --create-monitors` makes them. */
function monitorsOf(world: World): Monitor[] {
  const monitor = (name: string, local: Resource[], zones: string[], coversTarget: boolean): Monitor => ({
    name,
    arn: arn(world, 'networkflowmonitor', `monitor/${name}`),
    status: 'ACTIVE',
    createdAt: '2026-10-01T00:00:00Z',
    local,
    remote: [],
    zones,
    coversTarget,
    series: null,
  });
  const all = world.zones.map(({ id }) => id).sort();
  return [
    monitor('lab-vpc', [{ type: 'AWS::EC2::VPC', identifier: arn(world, 'ec2', `vpc/${VPC}`) }], all, true),
    ...world.subnets
      .filter(({ vpcId }) => vpcId === VPC)
      .map(({ id, name, zoneId: zone }) =>
        monitor(
          name,
          [{ type: 'AWS::EC2::Subnet', identifier: arn(world, 'ec2', `subnet/${id}`) }],
          [zone],
          false,
        ),
      ),
  ];
}

const METRICS = {
  bytes: 'DataTransferred',
  retransmissions: 'Retransmissions',
  timeouts: 'Timeouts',
  rttMicros: 'RoundTripTime',
  nhi: 'HealthIndicator',
} as const satisfies Record<string, MetricName>;

function seriesOf(
  publications: Publications,
  monitorArn: string,
  window: Window,
  periodSeconds: number,
): Series {
  const start = Date.parse(window.start);
  const end = Date.parse(window.end);
  const series = emptySeries(start, periodSeconds, (end - start) / (periodSeconds * 1000));
  for (const column of Object.keys(METRICS) as (keyof typeof METRICS)[]) {
    for (const { minute, value } of publications.points(monitorArn, METRICS[column], start, end)) {
      series[column][(minute - start) / MINUTE] = value;
    }
  }
  return series;
}

const QUERIES: readonly QueryMetric[] = [
  'DATA_TRANSFERRED',
  'RETRANSMISSIONS',
  'TIMEOUTS',
  'ROUND_TRIP_TIME',
];

/** Every category × metric of an hour, as the collector asks for them. */
function answersOf(
  world: World,
  publications: Publications,
  monitorArn: string,
  hour: Window,
  index: number,
) {
  const reports = publications.reports(monitorArn, Date.parse(hour.start), Date.parse(hour.end));
  const categoryOf = new Map(
    world.flows.map((flow) => [
      flow,
      destinationCategory(locate(world, flow.local), locate(world, flow.remote)),
    ]),
  );
  const byCategory = groupBy(reports, ({ flow }) => categoryOf.get(flow) ?? '');
  return monitorCategories([]).flatMap((category) =>
    QUERIES.map(
      (metric): Answer<ReturnType<typeof contributors>[number]> => ({
        tile: index,
        category,
        metric,
        rows: contributors(world, byCategory.get(category) ?? [], metric, QUERY_MAX_ROWS),
      }),
    ),
  );
}
