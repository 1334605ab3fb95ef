import type { Aws } from '../aws/aws.ts';
import { emptySeries } from '../aws/cloudwatch.ts';
import { flowMonitor, type ScopeSummary } from '../aws/monitors.ts';
import { insightsDataQuery } from '../aws/queries.ts';
import type { Insight, Monitor, Window } from '../model/case.ts';
import { INSIGHT_CATEGORIES } from '../model/categories.ts';
import type { QueryMetric } from '../model/facts.ts';
import { MINUTE, SECOND } from '../model/time.ts';
import type { Topology } from './extent.ts';
import type { Gaps } from './gaps.ts';
import type { Counted } from './progress.ts';
import { perZone, type TargetSpec } from './target.ts';

export interface InsightsRequest {
  monitors: readonly Monitor[];
  scope: ScopeSummary | null;
  hours: readonly Window[];
  whole: Window;
  target: TargetSpec;
  topology: Topology;
  gaps: Gaps;
  progress: Counted;
}

const COLUMNS = {
  DATA_TRANSFERRED: 'bytes',
  RETRANSMISSIONS: 'retransmissions',
  TIMEOUTS: 'timeouts',
} as const;
type InsightMetric = keyof typeof COLUMNS;

/** The grid of workload insights. */
const PERIOD = (5 * MINUTE) / SECOND;

/** Series by zone ID of the whole scope, where zone monitors are missing: they need no monitor at all. */
export async function readInsights(aws: Aws, request: InsightsRequest): Promise<Insight[]> {
  const { monitors, scope, hours, gaps, progress } = request;
  if (scope?.status !== 'SUCCEEDED' || zonesWithMonitor(monitors) >= 2) return [];
  gaps.add({
    code: 'no-zone-monitors',
    action: null,
    effect:
      'Zones are compared by workload insights: in five-minute steps, without a health indicator by zone.',
    fix: perZone(request.target, request.topology),
  });
  const { client } = flowMonitor(aws);
  const metrics = Object.keys(COLUMNS) as InsightMetric[];
  const grid = new Map<string, Insight>();
  await Promise.all(
    hours.flatMap((window) =>
      INSIGHT_CATEGORIES.flatMap((category) =>
        metrics.map(async (metric) => {
          const points = await progress(() =>
            gaps.tolerate([], `Series by zone are incomplete: ${metric}.`, () =>
              insightsDataQuery(aws, client, scope.id, {
                window,
                category,
                metric: metric satisfies QueryMetric,
              }),
            ),
          );
          for (const { label, timestamps = [], values = [] } of points) {
            if (!label) continue;
            const series = seriesOf(grid, label, category, request.whole);
            for (const [i, at] of timestamps.entries()) put(series, COLUMNS[metric], at, values[i]);
          }
        }),
      ),
    ),
  );
  return [...grid.values()].sort((a, b) => (`${a.azId} ${a.category}` < `${b.azId} ${b.category}` ? -1 : 1));
}

function zonesWithMonitor(monitors: readonly Monitor[]): number {
  const single = monitors.filter(
    (m) => m.status === 'ACTIVE' && m.zones?.length === 1 && m.remote.length === 0,
  );
  return new Set(single.map((m) => m.zones?.[0])).size;
}

function seriesOf(
  grid: Map<string, Insight>,
  azId: string,
  category: string,
  whole: Window,
): Insight['series'] {
  const key = `${azId} ${category}`;
  const known = grid.get(key);
  if (known) return known.series;
  const start = Math.floor(Date.parse(whole.start) / (PERIOD * SECOND)) * PERIOD * SECOND;
  const bins = Math.ceil((Date.parse(whole.end) - start) / (PERIOD * SECOND));
  const insight = { azId, category, series: emptySeries(start, PERIOD, bins) };
  grid.set(key, insight);
  return insight.series;
}

function put(
  series: Insight['series'],
  column: 'bytes' | 'retransmissions' | 'timeouts',
  at: Date,
  value: number | undefined,
): void {
  const bin = Math.floor((at.getTime() - Date.parse(series.start)) / (PERIOD * SECOND));
  if (value === undefined || bin < 0 || bin >= series[column].length) return;
  // Two tiles may both hold a part of one bin.
  series[column][bin] = (series[column][bin] ?? 0) + value;
}
