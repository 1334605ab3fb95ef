import type { Aws } from '../aws/aws.ts';
import type { MetricColumn } from '../aws/cloudwatch.ts';
import type { Case } from '../model/case.ts';
import type { CollectOptions } from './collect.ts';
import { Gaps } from './gaps.ts';
import { takeInventory } from './inventory.ts';
import { readSeries } from './metrics.ts';
import { outlineOf } from './outline.ts';
import { arnsOf, targetMonitors } from './target-monitors.ts';

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
  named: readonly string[],
): Promise<Indicators> {
  const { window, periodSeconds } = options.windows;
  const gaps = new Gaps();
  const { names, ...inventory } = await takeInventory(aws, options, gaps);
  const chosen = inventory.monitors.filter((m) => named.length === 0 || named.includes(m.name));
  const nowhere = named.length > 0 && chosen.length === 0;
  const monitors = nowhere ? [] : targetMonitors({ ...inventory, monitors: chosen }, gaps);
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
  return {
    names,
    data: {
      ...outline,
      monitors: monitors.map((m) => {
        const own = series?.get(m.arn);
        return { ...m, series: own ? { ...own, lost: [...NOT_ASKED, ...(own.lost ?? [])] } : null };
      }),
      asked: [],
      gaps: gaps.list,
    },
  };
}
