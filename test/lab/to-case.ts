import { resolveWindows } from '../../src/collect/window.ts';
import type { Case, Endpoint } from '../../src/model/case.ts';
import { instant } from '../../src/model/time.ts';
import { type FlowSource, MINUTE, minutesBetween } from '../../src/sandbox/measure/flows.ts';
import type { AwsEvent, FlowReport, World } from '../../src/sandbox/world/world.ts';
import { caseOfReports, vpcMonitor, zoneMonitor } from '../bench/verdict/case-of-reports.ts';
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
  const { window, baseline } = resolveWindows(
    { since: { at: END - minutes * MINUTE }, until: { at: END }, baseline: 'default' },
    NOW,
  );
  const source = play(world, recording.intervals, events);
  // One for the VPC and one for each zone, as `nfm triage --create-monitors` makes them.
  const monitors = [
    vpcMonitor(world, 'lab-vpc', VPC),
    ...world.zones.map(({ id, name }) => zoneMonitor(world, `lab-${name.at(-1)}`, VPC, id)),
  ];
  const data = caseOfReports(
    { world, source, target: { kind: 'vpc', id: VPC }, window, baseline, now: NOW },
    monitors,
    {
      refused: () => false,
    },
  );
  return {
    data: {
      ...data,
      flows: data.flows.map((flow) => ({ ...flow, remote: withPodName(world, flow.remote) })),
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
  return {
    at,
    between: (start, end, of) =>
      minutesBetween(start, end)
        .flatMap(at)
        .filter(({ flow }) => of?.has(flow) ?? true),
    awsEvents,
  };
}

function reportsOf(world: World, interval: LabInterval, minute: number): FlowReport[] {
  return world.flows.flatMap((flow) => {
    const own = interval.pods[flow.recorded];
    const counted = own?.peers ? own.peers[flow.remote] : own;
    if (!own || !counted) return [];
    const { bytes, retransmissions, timeouts, rtt_us: rttMicros = own.rtt_us } = counted;
    return [{ minute, flow, bytes, retransmissions, timeouts, rttMicros }];
  });
}

function faultOf(intervals: LabInterval[]): { fromMinute: number; toMinute: number } | null {
  const from = intervals.findIndex(({ fault }) => fault !== null);
  if (from < 0) return null;
  const to = intervals.findLastIndex(({ fault }) => fault !== null) + 1;
  const first = END - intervals.length * MINUTE;
  return { fromMinute: first + from * MINUTE, toMinute: first + to * MINUTE };
}
