import type { Aws } from '../aws/aws.ts';
import type { Gap, Monitor, Zone } from '../model/case.ts';
import type { CollectOptions } from './collect.ts';
import { Gaps } from './gaps.ts';
import { takeInventory } from './inventory.ts';
import { readSeries } from './metrics.ts';
import { arnsOf, targetMonitors } from './target-monitors.ts';

export interface Indicators {
  region: string;
  /** Of all monitors of the Region; null where they could not be listed. */
  names: string[] | null;
  zones: Zone[];
  /** With a series that holds nothing but the health indicator. */
  monitors: Monitor[];
  gaps: Gap[];
}

/** The health indicator of the named monitors, or of all that watch the target: one metric each, and no query. */
export async function collectIndicators(
  aws: Aws,
  options: Pick<CollectOptions, 'target' | 'windows' | 'onProgress'>,
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
  return {
    region: aws.region,
    names,
    zones: inventory.topology.zones,
    monitors: monitors.map((m) => ({ ...m, series: series?.get(m.arn) ?? null })),
    gaps: gaps.list,
  };
}
