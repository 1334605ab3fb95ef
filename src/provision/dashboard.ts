import type { Zone } from '../model/case.ts';
import { UsageError } from '../model/errors.ts';
import { GIB, METRIC_NAMESPACE } from '../model/service.ts';
import type { Stack } from '../model/stack.ts';
import { many, zoneName } from '../model/units.ts';
import { ALARM_PERIOD } from './alarms.ts';
import { partOf } from './words.ts';

/** A monitor on a dashboard. `zone` is the only one that it lies in, where it lies in one. */
export interface Shown {
  name: string;
  arn: string;
  zone: Zone | null;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const COLUMNS = 24;
const MOST_WIDGETS = 500;
/** In one graph, and on one dashboard (CloudWatch's quotas). */
const MOST_IN_GRAPH = 500;
const MOST_METRICS = 2500;
/** Narrower, a graph shows nothing. */
const NARROWEST = 6;
const HIGH = 6;

/** A metric, or an expression, as a graph takes it. */
type Line = readonly (string | object)[];

interface Graph {
  title: string;
  lines: readonly Line[];
  stat: string;
  label: string;
}

/** Rates and indicator of all in one graph each; below, each zone in a column of its own. */
export function dashboardStack(
  monitors: readonly Shown[],
  { region, asked }: { region: string; asked: readonly string[] },
): Stack {
  const part = partOf(asked);
  const sorted = [...monitors].sort(inOrder);
  const zonal = sorted.filter(({ zone }) => zone !== null);
  const columns = zonal.length > 0 ? zonal : sorted;
  const widgets = [
    text(0, heading(sorted, zonal, region)),
    ...row(2, [
      graph(region, {
        title: zonal.length > 0 ? 'Retransmissions per GiB, by zone' : 'Retransmissions per GiB, by monitor',
        lines: columns.flatMap((one, i) => rateLines(one, i, titleOf(one))),
        stat: 'Sum',
        label: 'per GiB',
      }),
      graph(region, {
        title: "AWS's network health indicator (above 0: degraded; no line: unknown)",
        lines: sorted.map((one) => metric('HealthIndicator', one, { label: one.name })),
        stat: 'Maximum',
        label: 'above 0: degraded',
      }),
    ]),
    ...grid(2 + HIGH, columns, region),
  ];
  checkSize(widgets, sorted, columns);
  return {
    name: ['nfm-dashboard', ...part].join('-'),
    title: `Dashboard of Network Flow Monitor in ${region}: ${many(sorted.length, 'monitor', 'monitors')}`,
    region: null,
    notes: [
      'Dashboards belong to no Region; each graph names the one that its metrics are in.',
      'Its name is fixed: a dashboard of this name that others made, CloudFormation refuses to make again, and Terraform writes over.',
      `The only dimension is MonitorId, the monitor's ARN.`,
    ],
    lacks: zonal.length > 0 ? [] : [ZONELESS],
    parameters: [],
    resources: [
      {
        kind: 'dashboard',
        id: ['dashboard'],
        name: ['network-flow-monitor', region, ...part].join('-'),
        body: { start: '-PT3H', periodOverride: 'inherit', widgets },
      },
    ],
  };
}

const ZONELESS =
  'No monitor lies in one zone alone: monitors stand side by side. One for each zone: nfm monitor create --vpc VPC --per-zone.';

/** By zone, as the console lists them; then what lies in several. */
function inOrder(a: Shown, b: Shown): number {
  const key = ({ zone, name }: Shown) => `${zone === null ? 1 : 0} ${zone?.az ?? zone?.azId ?? ''} ${name}`;
  return key(a) < key(b) ? -1 : 1;
}

function titleOf({ zone, name }: Shown): string {
  return zone ? `${zoneName(zone)} · ${name}` : name;
}

function heading(all: readonly Shown[], zonal: readonly Shown[], region: string): string {
  const zones = new Set(zonal.map(({ zone }) => zone?.azId)).size;
  const what =
    zonal.length > 0
      ? `${many(zonal.length, 'monitor', 'monitors')} of ${many(zones, 'zone', 'zones')} side by side, ${many(all.length, 'monitor', 'monitors')} in all`
      : many(all.length, 'monitor', 'monitors');
  return `## Network Flow Monitor, ${region}\n${what}. A rate without bytes is no rate; what is missing is unknown, not 0. Whose problem is it: \`nfm triage --region ${region}\``;
}

function metric(name: string, { arn }: Shown, options: object = {}): Line {
  return [METRIC_NAMESPACE, name, 'MonitorId', arn, options];
}

/** Where there are no bytes there is no rate: CloudWatch drops what is divided by 0. */
function rateLines(one: Shown, i: number, label: string): Line[] {
  return [
    [{ expression: `events${i} / bytes${i} * ${GIB}`, label, id: `rate${i}` }],
    metric('Retransmissions', one, { id: `events${i}`, visible: false }),
    metric('DataTransferred', one, { id: `bytes${i}`, visible: false }),
  ];
}

function graph(region: string, { title, lines, stat, label }: Graph): object {
  return {
    title,
    view: 'timeSeries',
    stacked: false,
    region,
    period: ALARM_PERIOD,
    stat,
    metrics: lines,
    yAxis: { left: { min: 0, label, showUnits: false } },
  };
}

/** The graphs of one zone, from above to below. */
function graphsOf(one: Shown, region: string): object[] {
  const title = titleOf(one);
  return [
    graph(region, {
      title: `${title}: per GiB`,
      lines: rateLines(one, 0, 'Retransmissions per GiB'),
      stat: 'Sum',
      label: 'per GiB',
    }),
    graph(region, {
      title: `${title}: events`,
      lines: [
        metric('Retransmissions', one, { label: 'Retransmissions' }),
        metric('Timeouts', one, { label: 'Timeouts' }),
      ],
      stat: 'Sum',
      label: 'events in 5 min',
    }),
    graph(region, {
      title: `${title}: bytes`,
      lines: [metric('DataTransferred', one, { label: 'Bytes' })],
      stat: 'Sum',
      label: 'bytes in 5 min',
    }),
    graph(region, {
      title: `${title}: round-trip time (sparse)`,
      lines: [metric('RoundTripTime', one, { label: 'Round-trip time' })],
      stat: 'Average',
      label: 'µs',
    }),
  ];
}

/** As many columns as have room beside each other, then the next ones below. */
function grid(top: number, columns: readonly Shown[], region: string): object[] {
  const most = COLUMNS / NARROWEST;
  const widgets: object[] = [];
  let y = top;
  for (let at = 0; at < columns.length; at += most) {
    const stacks = columns.slice(at, at + most).map((one) => graphsOf(one, region));
    for (let line = 0; line < (stacks[0]?.length ?? 0); line++) {
      widgets.push(
        ...row(
          y,
          stacks.flatMap((stack) => stack.slice(line, line + 1)),
        ),
      );
      y += HIGH;
    }
  }
  return widgets;
}

function row(y: number, graphs: readonly object[]): object[] {
  const width = Math.floor(COLUMNS / graphs.length);
  return graphs.map((properties, i) => ({
    type: 'metric',
    x: i * width,
    y,
    width,
    height: HIGH,
    properties,
  }));
}

function text(y: number, markdown: string): object {
  return { type: 'text', x: 0, y, width: COLUMNS, height: 2, properties: { markdown } };
}

function checkSize(widgets: readonly object[], all: readonly Shown[], columns: readonly Shown[]): void {
  const inFirst = 3 * columns.length;
  const metrics = inFirst + all.length + 7 * columns.length;
  if (widgets.length <= MOST_WIDGETS && inFirst <= MOST_IN_GRAPH && metrics <= MOST_METRICS) return;
  throw new UsageError(
    'dashboard-too-large',
    `A dashboard holds ${MOST_WIDGETS} graphs and ${MOST_METRICS} metrics, ${MOST_IN_GRAPH} in a graph; ${columns.length} monitors would make ${widgets.length} and ${metrics}.`,
    { hint: 'Name some of the monitors, and make a dashboard of each part.' },
  );
}
