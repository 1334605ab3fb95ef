import type { Aws } from '../aws/aws.ts';
import { METRICS, type MetricColumn } from '../aws/cloudwatch.ts';
import type { Case, Insight } from '../model/case.ts';
import { covers, emptyExtent } from '../network/holdings.ts';
import { type CollectOptions, WINDOW_TILES } from './collect.ts';
import { Gaps } from './gaps.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { readSeries } from './metrics.ts';
import { outlineOf } from './outline.ts';
import { counter } from './progress.ts';
import { insightSeries } from './read-insights.ts';
import { arnsOf, targetMonitors } from './target-monitors.ts';
import { tile } from './window.ts';

export interface NamedSeries {
  /** Of all monitors of the Region; null where they could not be listed. */
  names: string[] | null;
  /** Nothing but series, and of those only the metrics that were asked for. */
  data: Case;
}

export interface SeriesOptions extends Omit<CollectOptions, 'flows' | 'assess' | 'onSeries'> {
  /** The metrics; absent: all. */
  only?: readonly MetricColumn[];
  /** Series of workload insights: never by default, where no monitor publishes, or instead of those of monitors. */
  insights?: 'if-needed' | 'instead';
}

/** The metrics of the named monitors, or of all that watch the target: no query, unless workload insights are asked for. */
export async function collectSeries(
  aws: Aws,
  options: SeriesOptions,
  named: readonly string[],
): Promise<NamedSeries> {
  const { windows, only, insights } = options;
  const gaps = new Gaps();
  const { names, ...inventory } = await takeInventory(aws, options, gaps);
  const chosen = inventory.monitors.filter((m) => named.length === 0 || named.includes(m.name));
  const nowhere = (named.length > 0 && chosen.length === 0) || insights === 'instead';
  const monitors = nowhere ? [] : targetMonitors({ ...inventory, monitors: chosen }, gaps);
  const arns = arnsOf(monitors);
  const wanted =
    insights === 'instead' || (insights === 'if-needed' && arns.length === 0 && named.length === 0);
  const [series, found] = await Promise.all([
    readSeries(aws, {
      arns,
      window: windows.window,
      periodSeconds: windows.periodSeconds,
      gaps,
      effect:
        only?.join() === 'nhi' ? 'The health indicator is unknown.' : 'The metrics of monitors are unknown.',
      ...(only && { only }),
    }),
    wanted ? scopeSeries(aws, options, inventory, gaps) : [],
  ]);
  const outline = outlineOf(
    options,
    { ...inventory, names, monitors: chosen },
    { region: aws.region, accountId: inventory.accountId ?? '', monitors, tiles: [] },
  );
  // Nothing is known of what was not asked: no datapoint there says anything.
  const unasked = only ? METRICS.map(({ column }) => column).filter((column) => !only.includes(column)) : [];
  return {
    names,
    data: {
      ...outline,
      monitors: monitors.map((m) => {
        const own = series?.get(m.arn);
        return { ...m, series: own ? { ...own, lost: [...unasked, ...(own.lost ?? [])] } : null };
      }),
      insights: found,
      asked: [],
      gaps: gaps.list,
    },
  };
}

/** By zone and category; they hold the whole scope, and say nothing of a part of it. */
async function scopeSeries(
  aws: Aws,
  { windows: { window }, onProgress }: SeriesOptions,
  { scope, extent, topology }: Pick<Inventory, 'scope' | 'extent' | 'topology'>,
  gaps: Gaps,
): Promise<Insight[]> {
  if (scope?.status !== 'SUCCEEDED') return [];
  if (!covers(extent, { ...emptyExtent(), everything: true }, topology)) {
    gaps.add({
      code: 'insights-whole-scope',
      action: null,
      effect: 'Workload insights hold the whole scope only: of a part of it they have no series.',
      fix: 'Leave out the target, or watch it by a monitor.',
    });
    return [];
  }
  const hours = tile(window);
  if (hours.length > WINDOW_TILES) {
    gaps.add({
      code: 'series-partial',
      action: null,
      effect: `Series of workload insights are read for the last ${WINDOW_TILES} hours of the window only.`,
      fix: null,
    });
  }
  const { insights } = await insightSeries(aws, {
    scopeId: scope.id,
    hours: hours.slice(-WINDOW_TILES),
    window,
    whole: window,
    topology,
    gaps,
    progress: counter(onProgress, 'Reading series by zone'),
  });
  return insights;
}
