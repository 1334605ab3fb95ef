import { counterOf } from '../aws/answers.ts';
import type { Aws } from '../aws/aws.ts';
import { emptySeries } from '../aws/cloudwatch.ts';
import { FOR_GOOD, recall } from '../aws/memory.ts';
import { flowMonitor, type ScopeSummary } from '../aws/monitors.ts';
import type { WorkloadInsightsTopContributorsDataPoint } from '../aws/networkflowmonitor/index.ts';
import { insightsDataQuery } from '../aws/queries.ts';
import type { Insight, Monitor, Window } from '../model/case.ts';
import { INSIGHT_CATEGORIES } from '../model/categories.ts';
import { MINUTE, SECOND } from '../model/time.ts';
import type { Topology } from '../network/holdings.ts';
import { perZone, type TargetSpec } from '../network/targets.ts';
import { plan } from './flow-plan.ts';
import type { Gaps } from './gaps.ts';
import { lately } from './lately.ts';
import type { Counted } from './progress.ts';

export interface InsightsRequest {
  monitors: readonly Monitor[];
  scope: ScopeSummary | null;
  hours: readonly Window[];
  window: Window;
  whole: Window;
  target: TargetSpec;
  topology: Topology;
  allMonitors: boolean;
  gaps: Gaps;
  progress: Counted;
}

export interface Insights {
  insights: Insight[];
  /** Every query was answered whole. */
  whole: boolean;
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
export async function readInsights(aws: Aws, request: InsightsRequest): Promise<Insights> {
  const { monitors, scope, gaps } = request;
  if (scope?.status !== 'SUCCEEDED' || zonesWith(monitors.filter(isActive)) >= 2)
    return { insights: [], whole: true };
  // Whether there are zone monitors is known only where all could be looked at; those that there are need no others.
  const none = request.allMonitors && zonesWith(monitors) < 2;
  gaps.add({
    code: none ? 'no-zone-monitors' : 'zones-by-insights',
    action: null,
    effect:
      'Zones are compared by workload insights: in five-minute steps, without a health indicator by zone.',
    fix: none ? perZone(request.target, request.topology) : null,
  });
  return insightSeries(aws, { ...request, scopeId: scope.id });
}

type SeriesRequest = Omit<InsightsRequest, 'monitors' | 'scope' | 'target' | 'allMonitors'> & {
  scopeId: string;
};

/** Every series that workload insights have of the scope. */
export async function insightSeries(
  aws: Aws,
  { scopeId, gaps, progress, ...request }: SeriesRequest,
): Promise<Insights> {
  const hours = lately(aws, [...request.hours], { of: 'series', said: '', risen: true });
  const { client } = flowMonitor(aws);
  const ids = new Map(request.topology.zones.map(({ az, azId }) => [az ?? azId, azId]));
  const ask = (tiles: readonly Window[], categories: readonly string[], of: readonly InsightMetric[]) =>
    Promise.all(
      plan(tiles, categories, of).map(async ({ window, category, metric: asked }) => {
        const metric = asked as InsightMetric;
        const effect = `Series by zone are incomplete: ${metric}.`;
        const points = await progress(() =>
          gaps.tolerate(null, effect, () =>
            recall(aws, `series ${window.start} ${window.end} ${category} ${metric}`, FOR_GOOD, () =>
              insightsDataQuery(aws, client, scopeId, { window, category, metric }),
            ),
          ),
        );
        return { window, category, metric, effect, points };
      }),
    );
  // Most categories carry nothing: now, and before the window. What has vanished since then is no less there.
  const before = hours.filter(({ end }) => end <= request.window.start).at(-1) ?? hours[0];
  const probed = [...new Set([before, hours.at(-1)])].filter((hour) => hour !== undefined);
  const first = await ask(probed, INSIGHT_CATEGORIES, ['DATA_TRANSFERRED']);
  const carrying = INSIGHT_CATEGORIES.filter((category) =>
    first.some(({ category: own, points }) => own === category && points?.length !== 0),
  );
  const others = hours.filter((hour) => !probed.includes(hour));
  const rest = await Promise.all([
    ask(others, carrying, ['DATA_TRANSFERRED']),
    ask(hours, carrying, ['RETRANSMISSIONS', 'TIMEOUTS']),
  ]);
  const answers = [first, ...rest].flat();
  const grid = new Map<string, Insight>();
  for (const { category, metric, effect, points } of answers) {
    // A point that comes twice is counted once; two tiles may both hold a part of one bin.
    const seen = new Set<string>();
    for (const { label, timestamps = [], values = [] } of points ?? []) {
      if (!label) continue;
      const azId = ids.get(label) ?? label;
      const series = seriesOf(grid, azId, category, request.whole);
      for (const [i, at] of timestamps.entries()) {
        const value = counterOf(values[i]);
        if (value === null) sayUnknown(effect, gaps);
        else if (!seen.has(`${azId} ${at.getTime()}`)) put(series, COLUMNS[metric], at, value);
        seen.add(`${azId} ${at.getTime()}`);
      }
    }
  }
  const whole = answers.filter(({ points }) => points?.every(isWhole));
  for (const { window, category, metric } of whole) vouch(grid, category, COLUMNS[metric], window);
  return {
    insights: [...grid.values()].sort((a, b) =>
      `${a.azId} ${a.category}` < `${b.azId} ${b.category}` ? -1 : 1,
    ),
    whole: whole.length === answers.length,
  };
}

function isWhole({ values = [], timestamps = [] }: WorkloadInsightsTopContributorsDataPoint): boolean {
  return values.length === timestamps.length && values.every((value) => counterOf(value) !== null);
}

function sayUnknown(effect: string, gaps: Gaps): void {
  gaps.add({
    code: 'values-unknown',
    action: 'networkflowmonitor:GetQueryResultsWorkloadInsightsTopContributorsData',
    effect: `${effect} Points came without a value that can be used: it is unknown, not 0.`,
    fix: null,
  });
}

/** Events are listed only where there are any: a whole answer that leaves out a bin with bytes has none there. */
function vouch(
  grid: ReadonlyMap<string, Insight>,
  category: string,
  column: (typeof COLUMNS)[InsightMetric],
  window: Window,
): void {
  if (column === 'bytes') return;
  for (const { series, category: own } of grid.values()) {
    if (own !== category) continue;
    const first = Date.parse(series.start);
    for (const [bin, bytes] of series.bytes.entries()) {
      const start = first + bin * PERIOD * SECOND;
      const inside = start + PERIOD * SECOND > Date.parse(window.start) && start < Date.parse(window.end);
      if (inside && bytes !== null) series[column][bin] ??= 0;
    }
  }
}

const isActive = ({ status }: Monitor) => status === 'ACTIVE';

/** How many zones have a monitor of their own. */
function zonesWith(monitors: readonly Monitor[]): number {
  const single = monitors.filter((m) => m.zones?.length === 1 && m.remote.length === 0);
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
  value: number,
): void {
  const bin = Math.floor((at.getTime() - Date.parse(series.start)) / (PERIOD * SECOND));
  if (bin < 0 || bin >= series[column].length) return;
  series[column][bin] = (series[column][bin] ?? 0) + value;
}
