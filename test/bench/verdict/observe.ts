import { tile } from '../../../src/collect/window.ts';
import type { Case, Gap } from '../../../src/model/case.ts';
import type { QueryMetric } from '../../../src/model/service.ts';
import type { FlowSource } from '../../../src/sandbox/measure/flows.ts';
import type { World } from '../../../src/sandbox/world/world.ts';
import {
  type Asked,
  caseOfReports,
  clusterMonitor,
  type Made,
  vpcMonitor,
  zoneMonitor,
} from './case-of-reports.ts';
import { readInsights } from './insights.ts';
import type { Draw } from './random.ts';
import { NOW, WINDOWS } from './window.ts';

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

export const SCOPE: Asked = { kind: 'scope', id: 'reports' };

/** What a triage collects, less what fails; and how many lists of flows it asks for. */
export function observeCase(
  world: World,
  source: FlowSource,
  collection: Collection,
  draw: Draw,
  target: Asked = SCOPE,
): { data: Case; queries: number } {
  const made = makeMonitors(world, collection, target);
  const denied = collection.metrics === 'denied';
  const gaps: Gap[] = denied ? [deniedGap()] : [];
  const { window } = WINDOWS;
  const baseline = collection.baseline ? WINDOWS.baseline : null;
  let queries = 0;
  const from = Date.parse((baseline ?? window).start);
  const data = caseOfReports({ world, source, target, window, baseline, now: NOW }, made, {
    refused: (metric) => {
      const refused = draw.uniform() < collection.failed;
      if (refused && gaps.length === 0) gaps.push(throttledGap(metric, made[0]?.name ?? ''));
      return refused;
    },
    onAsked: () => queries++,
    metrics: !denied,
    insights:
      // They hold the whole scope only, and are for zones without a monitor.
      made.length > 2 || target.kind !== 'scope'
        ? []
        : readInsights(world, source, [...tile(baseline), ...tile(window)], from),
  });
  return { data: { ...data, gaps }, queries };
}

/** The monitors that `nfm monitor create --vpc --per-zone` makes; of a cluster, one of its own in place of the VPC's. */
function makeMonitors(world: World, { monitors }: Collection, { kind }: Asked): Made[] {
  if (monitors === 'none') return [];
  const whole = world.vpcs.map(({ id }) => vpcMonitor(world, monitorName(id), id));
  if (monitors === 'whole') return whole;
  const clusters = [...new Set(world.instances.flatMap(({ cluster }) => cluster ?? []))];
  return [
    ...(kind === 'cluster' ? clusters.map((name) => clusterMonitor(world, `nfm-${name}`, name)) : whole),
    ...world.vpcs.flatMap((vpc) =>
      world.zones.map(({ id }) => zoneMonitor(world, monitorName(vpc.id, id), vpc.id, id)),
    ),
  ];
}

export function monitorName(vpcId: string, zoneId?: string): string {
  return ['nfm', vpcId, ...(zoneId ? [zoneId] : [])].join('-');
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
