import { tile } from '../../../src/collect/window.ts';
import type { Case, Gap } from '../../../src/model/case.ts';
import type { QueryMetric } from '../../../src/model/service.ts';
import type { FlowSource } from '../../../src/sandbox/measure/flows.ts';
import type { World } from '../../../src/sandbox/world/world.ts';
import { type Asked, caseOfReports, type Made, vpcMonitor, zoneMonitor } from './case-of-reports.ts';
import { VPC } from './fleet.ts';
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

/** What a triage of the fleet's VPC collects, less what fails; and how many lists of flows it asks for. */
export function observeCase(
  world: World,
  source: FlowSource,
  collection: Collection,
  draw: Draw,
  target?: Asked,
): { data: Case; queries: number } {
  const made = makeMonitors(world, collection);
  const denied = collection.metrics === 'denied';
  const gaps: Gap[] = denied ? [deniedGap()] : [];
  const { window } = WINDOWS;
  const baseline = collection.baseline ? WINDOWS.baseline : null;
  let queries = 0;
  const from = Date.parse((baseline ?? window).start);
  const data = caseOfReports({ world, source, vpcId: VPC, target, window, baseline, now: NOW }, made, {
    refused: (metric) => {
      const refused = draw.uniform() < collection.failed;
      if (refused && gaps.length === 0) gaps.push(throttledGap(metric, made[0]?.name ?? ''));
      return refused;
    },
    onAsked: () => queries++,
    metrics: !denied,
    insights:
      made.length > 2 || target
        ? []
        : readInsights(world, source, [...tile(baseline), ...tile(window)], from),
  });
  return { data: { ...data, gaps }, queries };
}

/** The monitors that `nfm monitor create --vpc --per-zone` makes. */
function makeMonitors(world: World, { monitors }: Collection): Made[] {
  if (monitors === 'none') return [];
  const whole = vpcMonitor(world, `nfm-${VPC}`, VPC);
  if (monitors === 'whole') return [whole];
  return [whole, ...world.zones.map(({ id }) => zoneMonitor(world, `nfm-${VPC}-${id}`, VPC, id))];
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
