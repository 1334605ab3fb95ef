import type { Playable } from '../scenarios/scenario.ts';
import { locate } from '../world/place.ts';
import { type Publishing, watchAgents } from '../world/publishing.ts';
import { wayBetween } from '../world/way-out.ts';
import type { AwsEvent, FlowReport, FlowSpec, World } from '../world/world.ts';
import { type Counters, type Interval, RECORDINGS } from './recording.ts';

export const MINUTE = 60_000;

/** A minute's data can be read two minutes after its end: nfm-dashboard queries up to `now - 2 min` and finds it. */
const LANDING = 2 * MINUTE;

/** The end, exclusive, of the minutes that have landed at this time. */
export function landedUntil(now: number): number {
  return Math.floor((now - LANDING) / MINUTE) * MINUTE;
}

/** What the agents report, minute by minute, for ever in both directions. */
export interface FlowSource {
  at(minute: number): FlowReport[];
  /** Every report of the minutes in the range, start inclusive, end exclusive; of these flows, if given. */
  between(start: number, end: number, of?: ReadonlySet<FlowSpec>): FlowReport[];
  awsEvents: AwsEvent[];
}

/** The intervals of a scenario from the start of the sandbox on; null where the recording has begun before. */
function courseOf({ course }: Playable, intervals: readonly Interval[]): Interval[] | null {
  if (!course) return null;
  const quiet = intervals.filter(({ fault }) => fault === null);
  const faulty = intervals.filter(({ fault }) => fault !== null);
  return course.flatMap(({ minutes, fault }) =>
    Array.from({ length: minutes }, (_, minute) => {
      if (fault === null) return cycle(quiet, minute);
      const recorded = cycle(faulty, minute);
      return fault === 'recorded' ? recorded : mirrored(recorded);
    }),
  );
}

/** One that tells of the other zone what happened in this one, and the one that it tells it of. */
const mirrors = new WeakMap<Interval, Interval>();
const mirrorOf = new WeakMap<Interval, Interval>();

function mirrored(interval: Interval): Interval {
  const known = mirrors.get(interval);
  if (known) return known;
  const { fault, pods } = interval;
  const made: Interval = { fault: fault && { ...fault, where: twin(fault.where) }, pods };
  mirrors.set(interval, made);
  mirrorOf.set(made, interval);
  return made;
}

/** `web-a` is to `web-b` what `worker-a` is to `worker-b`. */
function twin(name: string): string {
  return name.replace(/-[ab]$/, (zone) => (zone === '-a' ? '-b' : '-a'));
}

/** What was counted, of the twins' flows. */
function inMirror(counted: readonly Counted[]): Counted[] {
  const keyOf = (local: string, remote: string, { targetPort }: FlowSpec) =>
    `${local} ${remote} ${targetPort}`;
  const flows = new Map(counted.map(({ flow }) => [keyOf(flow.local, flow.remote, flow), flow]));
  return counted.map((report) => {
    const { flow } = report;
    return { ...report, flow: flows.get(keyOf(twin(flow.local), twin(flow.remote), flow)) ?? flow };
  });
}

/**
 * Plays a recording, one interval a minute, so that its last interval is the newest minute that has landed at
 * `startedAt`. Before it, its quiet intervals go round; after it, its last phase does: the incident is going on.
 */
export function playFlows(
  world: World,
  scenario: Playable,
  startedAt: number,
  publishing: Publishing = watchAgents(world),
): FlowSource {
  const recorded = RECORDINGS[scenario.recording].intervals;
  const course = courseOf(scenario, recorded);
  const intervals = course ?? recorded;
  const first = landedUntil(startedAt) - (course ? 0 : intervals.length * MINUTE);
  const quiet = recorded.filter((interval) => interval.fault === null);
  const last = intervals.slice(phaseStart(intervals));
  const counted = new Map(
    [...intervals, ...(course ? quiet : [])].map((interval, i) => [
      interval,
      count(world, scenario, world.flows, interval, cycle(quiet, i)),
    ]),
  );
  const hosts = new Map(world.flows.map((flow) => [flow, locate(world, flow.local).instance?.id ?? '']));

  const intervalAt = (minute: number) => {
    const index = (minute - first) / MINUTE;
    if (index < 0) return cycle(quiet, index);
    return intervals[index] ?? cycle(last, index - intervals.length);
  };
  // A monitor asks for the same flows again and again.
  const chosen = new WeakMap<ReadonlySet<FlowSpec>, typeof counted>();
  const countedOf = (of: ReadonlySet<FlowSpec> | undefined) => {
    if (!of) return counted;
    const known =
      chosen.get(of) ??
      new Map([...counted].map(([interval, all]) => [interval, all.filter(({ flow }) => of.has(flow))]));
    chosen.set(of, known);
    return known;
  };
  const at = (minute: number, of?: ReadonlySet<FlowSpec>) => {
    const reports: FlowReport[] = [];
    for (const report of countedOf(of).get(intervalAt(minute)) ?? []) {
      const agents = publishing.agents(hosts.get(report.flow) ?? '', minute);
      for (let agent = 0; agent < agents; agent++) reports.push({ minute, ...report });
    }
    return reports;
  };

  return {
    at: (minute) => at(minute),
    between: (start, end, of) => minutesBetween(start, end).flatMap((minute) => at(minute, of)),
    awsEvents: (scenario.awsEvents ?? []).flatMap(({ zoneId }) =>
      faults(intervals).map(({ from, to }) => ({
        zoneId,
        fromMinute: first + from * MINUTE,
        toMinute: to === intervals.length ? Number.POSITIVE_INFINITY : first + to * MINUTE,
      })),
    ),
  };
}

/** The starts of the whole minutes in a range, start inclusive, end exclusive. */
export function minutesBetween(start: number, end: number): number[] {
  const first = Math.ceil(start / MINUTE);
  return Array.from({ length: Math.max(0, Math.ceil(end / MINUTE) - first) }, (_, i) => (first + i) * MINUTE);
}

/** When the fault of a recording begins that is played from this moment on. */
export function faultStart(recording: Playable['recording'], startedAt: number): number {
  const { intervals } = RECORDINGS[recording];
  const [first] = faults(intervals);
  if (!first) throw new Error(`The recording ${recording} has no fault.`);
  return landedUntil(startedAt) + (first.from - intervals.length) * MINUTE;
}

type Counted = Omit<FlowReport, 'minute'>;

/** One interval's counters, shared out among the flows. */
function count(
  world: World,
  scenario: Playable,
  flows: FlowSpec[],
  interval: Interval,
  quiet: Interval,
): Counted[] {
  const original = mirrorOf.get(interval);
  if (original) return inMirror(count(world, scenario, flows, original, quiet));
  const { spread } = scenario;
  const where = interval.fault?.where;
  const reports = [...new Set(flows.map((flow) => flow.recorded))].flatMap((name) =>
    share(
      countersOf(typeof spread === 'object' ? quiet : interval, name),
      flows.filter((flow) => flow.recorded === name),
    ),
  );
  if (!spread || where === undefined) return reports;
  const zone = locate(world, where).zone;
  return spreadOver(reports, countersOf(interval, where), ({ local, remote }) => {
    const [from, to] = [locate(world, local), locate(world, remote)];
    if (typeof spread === 'object') {
      const { through } = spread;
      return (
        to.peer?.loadBalancer === through || wayBetween(world, from, to).some(({ id }) => id === through)
      );
    }
    return from.pod !== undefined && from.zone === zone;
  });
}

function share(recorded: Counters, flows: FlowSpec[]): Counted[] {
  const { peers } = recorded;
  if (peers) return flows.map((flow) => ofPeer(flow, peers[flow.remote]));
  const bytes = portions(
    recorded.bytes,
    flows.map((flow) => flow.bytes),
  );
  const retransmissions = portions(
    recorded.retransmissions,
    flows.map((flow) => flow.events),
  );
  const timeouts = portions(
    recorded.timeouts,
    flows.map((flow) => flow.events),
  );
  return flows.map((flow, i) => ({
    flow,
    bytes: bytes[i] ?? 0,
    retransmissions: retransmissions[i] ?? 0,
    timeouts: timeouts[i] ?? 0,
    rttMicros: recorded.rtt_us,
  }));
}

function ofPeer(flow: FlowSpec, counted: Counters | undefined): Counted {
  if (!counted) throw new Error(`The recording has no counters of ${flow.local} towards ${flow.remote}.`);
  const { bytes, retransmissions, timeouts, rtt_us: rttMicros } = counted;
  return { flow, bytes, retransmissions, timeouts, rttMicros };
}

/** Gives every flow that is hit the faulty pod's events per byte. */
function spreadOver(reports: Counted[], faulty: Counters, isHit: (flow: FlowSpec) => boolean): Counted[] {
  const hit = reports.filter(({ flow }) => isHit(flow));
  const volumes = hit.map((report) => report.bytes / faulty.bytes);
  const retransmissions = portions(faulty.retransmissions, volumes);
  const timeouts = portions(faulty.timeouts, volumes);
  return reports.map((report) => {
    const i = hit.indexOf(report);
    return i < 0
      ? report
      : { ...report, retransmissions: retransmissions[i] ?? 0, timeouts: timeouts[i] ?? 0 };
  });
}

/** Whole numbers near `total × share`, each carrying the remainder of those before it, so that their sum is right. */
export function portions(total: number, shares: number[]): number[] {
  let sum = 0;
  let given = 0;
  return shares.map((part) => {
    sum += part;
    const portion = Math.round(total * sum) - given;
    given += portion;
    return portion;
  });
}

function countersOf(interval: Interval, name: string): Counters {
  const counters = interval.pods[name];
  if (!counters) throw new Error(`The recording has no counters of ${name}.`);
  return counters;
}

function phaseStart(intervals: readonly Interval[]): number {
  const isFault = intervals.at(-1)?.fault !== null;
  return intervals.findLastIndex((interval) => (interval.fault !== null) !== isFault) + 1;
}

/** The runs of intervals with a fault, as index ranges. */
function faults(intervals: readonly Interval[]): { from: number; to: number }[] {
  return intervals.flatMap((interval, from) => {
    if (interval.fault === null || (intervals[from - 1]?.fault ?? null) !== null) return [];
    const length = intervals.slice(from).findIndex((later) => later.fault === null);
    return [{ from, to: length < 0 ? intervals.length : from + length }];
  });
}

function cycle<T>(items: readonly T[], index: number): T {
  const item = items.at(index % items.length);
  if (item === undefined) throw new Error('The recording has no quiet interval.');
  return item;
}
