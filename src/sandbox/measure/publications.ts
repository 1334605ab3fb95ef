import { NHI_CATEGORIES } from '../../model/service.ts';
import { covers, destinationCategory, locate, type Resource } from '../world/place.ts';
import type { AwsEvent, FlowReport, FlowSpec, World } from '../world/world.ts';
import { type FlowSource, landedUntil, MINUTE } from './flows.ts';
import { groupBy, mean, sum } from './group.ts';

export type MetricName =
  | 'DataTransferred'
  | 'Retransmissions'
  | 'Timeouts'
  | 'RoundTripTime'
  | 'HealthIndicator';

/** Units as Network Flow Monitor publishes them (CloudWatch-NetworkFlowMonitor-cw-metrics). */
export const METRIC_UNITS: Record<MetricName, string> = {
  DataTransferred: 'Bytes',
  Retransmissions: 'Count',
  Timeouts: 'Count',
  RoundTripTime: 'Microseconds',
  HealthIndicator: 'None',
};

interface MetricPoint {
  /** Start of the minute, ms since the epoch. */
  minute: number;
  value: number;
}

/** What the monitors have published to CloudWatch: one value a minute. */
export interface MonitorMetrics {
  /** Every monitor ARN that has published, with its metric names. */
  list(): { monitorArn: string; metricName: MetricName }[];
  /** One-minute values, oldest first, start inclusive, end exclusive, only minutes that have landed. */
  points(monitorArn: string, metricName: MetricName, start: number, end: number): MetricPoint[];
}

/**
 * The network health indicator of the flows that a monitor measured in one minute: 1 if any of them traversed an
 * impaired part of AWS's network, 0 if none did, undefined if it covers none of them. It knows AWS's side only:
 * the flows' own losses are not looked at.
 */
export function healthIndicator(
  world: World,
  awsEvents: AwsEvent[],
  reports: FlowReport[],
): number | undefined {
  let indicator: 0 | undefined;
  for (const { minute, bytes, flow } of reports) {
    // What one flow has shown, the others need not where nothing is impaired.
    if (bytes === 0 || (indicator === 0 && awsEvents.length === 0)) continue;
    const [from, to] = [locate(world, flow.local), locate(world, flow.remote)];
    if (!NHI_CATEGORIES.includes(destinationCategory(from, to))) continue;
    indicator = 0;
    const hit = awsEvents.some(
      (event) =>
        event.fromMinute <= minute &&
        minute < event.toMinute &&
        (event.zoneId === from.zone?.id || event.zoneId === to.zone?.id),
    );
    if (hit) return 1;
  }
  return indicator;
}

/** CloudWatch lists a metric for two weeks after its last datapoint (ListMetrics). */
const LISTED = 14 * 24 * 60 * MINUTE;

/** What monitors measured, and when: the metrics that they published and the flows that their queries look at. */
export interface Publications extends MonitorMetrics {
  /** From now on this monitor measures these resources, instead of what it measured before. */
  begin(monitorArn: string, local: Resource[], remote: Resource[], from: number): void;
  end(monitorArn: string, to: number): void;
  /** The reports of the monitor's flows in the minutes that have landed, start inclusive, end exclusive. */
  reports(monitorArn: string, start: number, end: number): FlowReport[];
}

/**
 * A stretch of time in which a monitor measured the same flows. It starts when the monitor does (nothing is filled
 * in from before: docs/network-flow-monitor.md), and what was published stays when the monitor is changed or deleted.
 */
interface Stretch {
  monitorArn: string;
  flows: ReadonlySet<FlowSpec>;
  from: number;
  to: number;
}

export function createPublications(world: World, source: FlowSource, now: () => number): Publications {
  const stretches: Stretch[] = [];
  // The metrics of a monitor are asked for together, and what has landed changes no more: its last reading is kept.
  const readings = new Map<string, { start: number; until: number; byMinute: Map<number, FlowReport[]> }>();
  const of = (monitorArn: string) => stretches.filter((stretch) => stretch.monitorArn === monitorArn);

  const end: Publications['end'] = (monitorArn, to) => {
    for (const stretch of of(monitorArn)) stretch.to = Math.min(stretch.to, to);
    readings.delete(monitorArn);
  };

  const begin: Publications['begin'] = (monitorArn, local, remote, from) => {
    end(monitorArn, from);
    const flows = new Set(world.flows.filter((flow) => covers(world, local, remote, flow)));
    stretches.push({ monitorArn, flows, from, to: Number.POSITIVE_INFINITY });
  };

  const reports: Publications['reports'] = (monitorArn, start, until) => {
    const landed = Math.min(until, landedUntil(now()));
    return of(monitorArn).flatMap(({ flows, from, to }) =>
      source.between(Math.max(start, from), Math.min(landed, to), flows),
    );
  };

  const minutesOf = (monitorArn: string, start: number, until: number) => {
    const landed = Math.min(until, landedUntil(now()));
    const last = readings.get(monitorArn);
    if (last?.start === start && last.until === landed) return last.byMinute;
    const byMinute = groupBy(reports(monitorArn, start, landed), (report) => report.minute);
    readings.set(monitorArn, { start, until: landed, byMinute });
    return byMinute;
  };

  const points: Publications['points'] = (monitorArn, metricName, start, until) => {
    return [...minutesOf(monitorArn, start, until)].flatMap(([minute, measured]) => {
      const value = valueFrom(metricName, measured);
      return value === undefined ? [] : [{ minute, value }];
    });
  };

  /** A minute without a flow has no datapoint at all; one without a round-trip time has none of that. */
  const valueFrom = (metricName: MetricName, measured: FlowReport[]): number | undefined => {
    switch (metricName) {
      case 'DataTransferred':
        return sum(measured, (report) => report.bytes);
      case 'Retransmissions':
        return sum(measured, (report) => report.retransmissions);
      case 'Timeouts':
        return sum(measured, (report) => report.timeouts);
      case 'RoundTripTime':
        return mean(measured.map((report) => report.rttMicros));
      case 'HealthIndicator':
        return healthIndicator(world, source.awsEvents, measured);
    }
  };

  const list: Publications['list'] = () => {
    const metricNames = Object.keys(METRIC_UNITS) as MetricName[];
    const arns = [...new Set(stretches.map((stretch) => stretch.monitorArn))];
    return arns.flatMap((monitorArn) =>
      metricNames
        .filter((metricName) => hasPublished(monitorArn, metricName))
        .map((metricName) => ({ monitorArn, metricName })),
    );
  };

  const hasPublished = (monitorArn: string, metricName: MetricName) => {
    const oldest = now() - LISTED;
    return of(monitorArn).some(({ from, to }) => {
      const until = Math.min(to, landedUntil(now()));
      const since = Math.max(from, oldest);
      // The flows of a stretch are the same all along, so its newest hour shows what it publishes.
      return points(monitorArn, metricName, Math.max(since, until - 60 * MINUTE), until).length > 0;
    });
  };

  return { begin, end, reports, list, points };
}
