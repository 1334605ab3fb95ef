import type { Aws } from '../aws/aws.ts';
import { type MetricColumn, monitorSeries } from '../aws/cloudwatch.ts';
import { flowMonitor, type MonitorDetails, type MonitorSummary } from '../aws/monitors.ts';
import type { Gap, Series, Window, Zone } from '../model/case.ts';
import { monitorExtent, type Topology, TYPES, zonesOf } from '../network/holdings.ts';
import { isGoing, isReady, meaningOf, scopeInUse } from '../network/status.ts';
import { Gaps } from './gaps.ts';
import { readSeries } from './metrics.ts';
import type { Windows } from './window.ts';

export interface SweepOptions {
  windows: Windows;
  /** Steps of the closer look; null where none are kept that are shorter. */
  finePeriodSeconds: number | null;
  /** Zones and timeouts of every monitor, not only of those that are worth a closer look. */
  details: boolean;
  /** The ARNs of those that are. */
  worthALook(series: ReadonlyMap<string, Series | null>): readonly string[];
}

/** A monitor, as far as it was looked at. */
export interface SeenMonitor extends MonitorSummary {
  series: Series | null;
  fine: Series | null;
  /** Null where not asked, or not known. */
  zones: Zone[] | null;
}

export interface SeenPlace {
  state: 'seen' | 'no-monitor' | 'scope-not-ready' | 'no-scope';
  /** What its scope's state means, where there is no monitor. */
  why: string | null;
  monitors: SeenMonitor[];
  gaps: Gap[];
}

/** What a first look takes, in two calls: each metric of each monitor has its price. */
const COARSE: readonly MetricColumn[] = ['bytes', 'retransmissions', 'nhi'];
const COARSE_WITH_TIMEOUTS: readonly MetricColumn[] = [...COARSE, 'timeouts'];

/**
 * One account in one Region, from metrics alone: what monitors there are and three metrics of each; then, of those that
 * may stand out, all metrics by the minute, and what they watch. One call after another, as long as the first ones say
 * what the next are: a sweep has many places, and is nowhere in a hurry.
 */
export async function lookAtPlace(aws: Aws, options: SweepOptions): Promise<SeenPlace> {
  const { windows, details } = options;
  const service = flowMonitor(aws);
  const monitors = (await service.list()).filter((m) => !isGoing(m));
  if (monitors.length === 0) return withoutMonitors(aws);
  const gaps = new Gaps();
  const whole: Window = { start: windows.baseline?.start ?? windows.window.start, end: windows.window.end };
  const coarse = await readSeries(aws, {
    arns: monitors.map((m) => m.arn),
    window: whole,
    periodSeconds: windows.periodSeconds,
    gaps,
    effect: 'The metrics of its monitors are unknown.',
    only: details ? COARSE_WITH_TIMEOUTS : COARSE,
  });
  const series = new Map(monitors.map(({ arn }) => [arn, coarse?.get(arn) ?? null]));
  const chosen = coarse === null ? [] : options.worthALook(series);
  const named = details ? monitors : monitors.filter(({ arn }) => chosen.includes(arn));
  const [fine, zones] = await Promise.all([
    finer(aws, options, { arns: chosen, window: whole, gaps }),
    zonesOfMonitors(aws, named, gaps),
  ]);
  return {
    state: 'seen',
    why: null,
    monitors: monitors.map((m) => ({
      ...m,
      series: series.get(m.arn) ?? null,
      fine: fine.get(m.arn) ?? null,
      zones: zones.get(m.arn) ?? null,
    })),
    gaps: gaps.list,
  };
}

async function withoutMonitors(aws: Aws): Promise<SeenPlace> {
  const scope = scopeInUse(await flowMonitor(aws).scopes());
  const state = !scope ? 'no-scope' : isReady(scope) ? 'no-monitor' : 'scope-not-ready';
  const why =
    state === 'scope-not-ready'
      ? `The scope is ${scope?.status}. ${meaningOf(scope?.status ?? '') ?? ''}`
      : null;
  return { state, why: why?.trim() ?? null, monitors: [], gaps: [] };
}

/** What the closer look does not get, the first one has told already. */
async function finer(
  aws: Aws,
  { finePeriodSeconds }: SweepOptions,
  { arns, window, gaps }: { arns: readonly string[]; window: Window; gaps: Gaps },
): Promise<ReadonlyMap<string, Series>> {
  if (finePeriodSeconds === null || arns.length === 0) return new Map();
  const answer = await gaps.tolerate(null, 'What stands out was not looked at by the minute.', () =>
    monitorSeries(aws, arns, window, finePeriodSeconds),
  );
  const lost = new Set(answer?.lost.map(({ arn }) => arn));
  return new Map([...(answer?.series ?? [])].filter(([arn]) => !lost.has(arn)));
}

/** The zones that each lies in, by ARN. */
async function zonesOfMonitors(
  aws: Aws,
  monitors: readonly MonitorSummary[],
  gaps: Gaps,
): Promise<ReadonlyMap<string, Zone[]>> {
  if (monitors.length === 0) return new Map();
  const service = flowMonitor(aws);
  const effect = 'Which zones its monitors lie in is not fully known.';
  const details = await Promise.all(
    monitors.map(({ name }) =>
      aws.queries(() => gaps.tolerate<MonitorDetails | null>(null, effect, () => service.monitor(name))),
    ),
  );
  const known = details.filter((m) => m !== null);
  if (known.length === 0) return new Map();
  const topology = await topologyFor(aws, known, gaps, effect);
  return new Map(
    known.flatMap((m) => {
      const found = zonesOf(monitorExtent(m, topology), topology);
      return found ? [[m.arn, found.map((azId) => zoneOf(azId, topology))] as const] : [];
    }),
  );
}

/** Zones always, for their names; subnets only where a monitor is not of a zone by itself. */
async function topologyFor(
  aws: Aws,
  monitors: readonly MonitorDetails[],
  gaps: Gaps,
  effect: string,
): Promise<Topology> {
  const { ec2 } = await import('../aws/ec2.ts');
  const client = ec2(aws);
  const needsSubnets = monitors.some(({ local }) =>
    local.some(({ type }) => type !== TYPES.zone && type !== TYPES.cluster),
  );
  const [zones, subnets] = await Promise.all([
    gaps.tolerate<Zone[]>([], effect, () => client.zones()),
    needsSubnets ? gaps.tolerate<Topology['subnets']>([], effect, () => client.subnets()) : [],
  ]);
  return { zones, subnets, clusterVpcs: new Map() };
}

function zoneOf(azId: string, { zones }: Topology): Zone {
  return { azId, az: zones.find((z) => z.azId === azId)?.az ?? null };
}
