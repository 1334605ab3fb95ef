import type { Aws } from '../aws/aws.ts';
import type { MonitorRecord } from '../aws/monitors.ts';
import type { Series, Zone } from '../model/case.ts';
import { nameIn } from '../model/ids.ts';
import type { MonitorState } from '../model/monitor-documents.ts';
import { instant, MINUTE } from '../model/time.ts';
import { monitorExtent, type Topology, TYPES, zonesOf } from '../network/holdings.ts';
import { allMonitors, monitorNamed, toItem } from '../network/monitors.ts';
import { unknownMonitor } from '../network/targets.ts';
import type { Gaps } from './gaps.ts';
import { readSeries } from './metrics.ts';

/** The NHI is 'now' this long: metrics land with a delay, and older than this is history. */
export const NOW_MINUTES = 30;

/** A monitor's state, and the series that it was told from. */
export interface SurveyedMonitor {
  state: MonitorState;
  series: Series | null;
}

/** What each monitor of the Region watches, where that is, and how it is. Only the monitors themselves are indispensable. */
export async function surveyMonitors(aws: Aws, now: number, gaps: Gaps): Promise<SurveyedMonitor[]> {
  return survey(aws, await allMonitors(aws), now, gaps);
}

export async function surveyMonitor(
  aws: Aws,
  name: string,
  now: number,
  gaps: Gaps,
): Promise<SurveyedMonitor> {
  const [found] = await survey(aws, [await monitorNamed(aws, name)], now, gaps);
  if (!found) throw unknownMonitor(name, [], aws.region);
  return found;
}

async function survey(
  aws: Aws,
  monitors: readonly MonitorRecord[],
  now: number,
  gaps: Gaps,
): Promise<SurveyedMonitor[]> {
  if (monitors.length === 0) return [];
  const [topology, series] = await Promise.all([
    topologyOf(aws, monitors, gaps),
    readSeries(aws, {
      arns: monitors.map((m) => m.arn),
      window: windowBefore(now),
      periodSeconds: 60,
      gaps,
      effect: 'The health indicators are unknown.',
    }),
  ]);
  return monitors.map((monitor) => {
    const own = series?.get(monitor.arn) ?? null;
    const zones = zonesOf(monitorExtent(monitor, topology), topology);
    return {
      series: own,
      state: {
        ...toItem(monitor, aws.region),
        zones: zones?.map((azId) => zoneOf(azId, topology)).sort(byName) ?? null,
        nhi: latest(own),
      },
    };
  });
}

/** Whole minutes, as CloudWatch keeps them. */
export function windowBefore(now: number) {
  const end = Math.ceil(now / MINUTE) * MINUTE;
  return { start: instant(end - NOW_MINUTES * MINUTE), end: instant(end) };
}

/** Above 0 is degraded: 1 by the documentation, 100 in the field (docs/network-flow-monitor.md). No datapoint is neither. */
function latest(series: Series | null): MonitorState['nhi'] {
  const last = series?.nhi.findLastIndex((value) => value !== null) ?? -1;
  const value = series?.nhi[last];
  if (!series || value === null || value === undefined) return { state: 'unknown', at: null };
  return {
    state: value > 0 ? 'degraded' : 'healthy',
    at: instant(Date.parse(series.start) + last * series.periodSeconds * 1000),
  };
}

/** Zones, subnets and the VPCs of clusters: as much as tells where monitors lie. */
export async function topologyOf(
  aws: Aws,
  monitors: readonly MonitorRecord[],
  gaps: Gaps,
): Promise<Topology> {
  const { ec2 } = await import('../aws/ec2.ts');
  const client = ec2(aws);
  const effect = 'Which zones the monitors lie in is not fully known.';
  const [zones, subnets, clusterVpcs] = await Promise.all([
    gaps.tolerate<Zone[]>([], effect, () => client.zones()),
    gaps.tolerate<Topology['subnets']>([], effect, () => client.subnets()),
    clusterVpcsOf(aws, monitors, gaps, effect),
  ]);
  return { zones, subnets, clusterVpcs };
}

async function clusterVpcsOf(aws: Aws, monitors: readonly MonitorRecord[], gaps: Gaps, effect: string) {
  const names = new Set(
    monitors.flatMap((m) => m.local).flatMap((r) => (r.type === TYPES.cluster ? nameIn(r.identifier) : [])),
  );
  const found = new Map<string, string>();
  if (names.size === 0) return found;
  const { eks } = await import('../aws/eks.ts');
  await Promise.all(
    [...names].map(async (name) => {
      const vpcId = await gaps.tolerate(null, effect, async () => (await eks(aws).cluster(name)).vpcId);
      if (vpcId) found.set(name, vpcId);
    }),
  );
  return found;
}

/** As the console lists them; their IDs are in another order in most accounts. */
function byName(a: Zone, b: Zone): number {
  return (a.az ?? a.azId) < (b.az ?? b.azId) ? -1 : 1;
}

function zoneOf(azId: string, { zones }: Topology): Zone {
  return { azId, az: zones.find((z) => z.azId === azId)?.az ?? null };
}
