import type { Aws } from '../aws/aws.ts';
import type { MetricColumn } from '../aws/cloudwatch.ts';

<<<<<<< HEAD

import type { Case } from '../model/case.ts';
import type { CollectOptions } from './collect.ts';

=======

import type { Gap, Insight, Monitor, Zone } from '../model/case.ts';
import { covers, emptyExtent } from '../network/holdings.ts';
import { type CollectOptions, WINDOW_TILES } from './collect.ts';

>>>>>>> w1

import { Gaps } from './gaps.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { readSeries } from './metrics.ts';

<<<<<<< HEAD

import { outlineOf } from './outline.ts';

=======

import { counter } from './progress.ts';
import { insightSeries } from './read-insights.ts';

>>>>>>> w1

import { arnsOf, targetMonitors } from './target-monitors.ts';
import { tile } from './window.ts';

<<<<<<< HEAD
export interface Indicators {
  /** Of all monitors of the Region; null where they could not be listed. */
  names: string[] | null;
  /** Its series hold nothing but the health indicator. */
  data: Case;
}

/** Nothing is known of them: no datapoint there says anything. */
const NOT_ASKED: MetricColumn[] = ['bytes', 'retransmissions', 'timeouts', 'rttMicros'];

/** The health indicator of the named monitors, or of all that watch the target: one metric each, and no query. */
export async function collectIndicators(
  aws: Aws,
  options: Omit<CollectOptions, 'flows' | 'assess' | 'onSeries'>,
=======
export interface NamedSeries {
  region: string;
  /** Of all monitors of the Region; null where they could not be listed. */
  names: string[] | null;
  zones: Zone[];
  /** With a series that holds nothing but the metrics that were asked for. */
  monitors: Monitor[];
  /** Of the whole scope, where no monitor publishes and they were asked for. */
  insights: Insight[];
  gaps: Gap[];
}

export interface SeriesOptions extends Pick<CollectOptions, 'target' | 'windows' | 'onProgress'> {
  /** The metrics; absent: all. */
  only?: readonly MetricColumn[];
  /** Series of workload insights: never by default, where no monitor publishes, or instead of those of monitors. */
  insights?: 'if-needed' | 'instead';
}

/** The metrics of the named monitors, or of all that watch the target: no query, unless workload insights are asked for. */
export async function collectSeries(
  aws: Aws,
  options: SeriesOptions,
>>>>>>> w1
  named: readonly string[],
): Promise<NamedSeries> {
  const { windows, only, insights } = options;
  const gaps = new Gaps();
  const { names, ...inventory } = await takeInventory(aws, options, gaps);
  const chosen = inventory.monitors.filter((m) => named.length === 0 || named.includes(m.name));
  const nowhere = (named.length > 0 && chosen.length === 0) || insights === 'instead';
  const monitors = nowhere ? [] : targetMonitors({ ...inventory, monitors: chosen }, gaps);
<<<<<<< HEAD
  const series = await readSeries(aws, {
    arns: arnsOf(monitors),
    window,
    periodSeconds,
    gaps,
    effect: 'The health indicator is unknown.',
    only: ['nhi'],
  });
  const outline = outlineOf(
    options,
    { ...inventory, names, monitors: chosen },
    { region: aws.region, accountId: inventory.accountId ?? '', monitors, tiles: [] },
  );
=======
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
>>>>>>> w1
  return {
    names,
<<<<<<< HEAD
    data: 
      ...outline,
      monitors: monitors.map((m) => {
        const own = series?.get(m.arn);
        return { ...m, series: own ? { ...own, lost: [...NOT_ASKED, ...(own.lost ?? [])] } : null };
      }),
      asked: [],
      gaps: gaps.list,,
=======
    zones: inventory.topology.zones,
    monitors: monitors.map((m) => (...m, series: series?.get(m.arn) ?? null )),
    insights: found,
    gaps: gaps.list,
>>>>>>> w1
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
