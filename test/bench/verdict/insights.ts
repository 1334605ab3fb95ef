import type { Case, Insight } from '../../../src/model/case.ts';
import { INSIGHT_CATEGORIES } from '../../../src/model/categories.ts';
import { instant, MINUTE } from '../../../src/model/time.ts';
import type { FlowSource } from '../../../src/sandbox/measure/flows.ts';
import { groupBy } from '../../../src/sandbox/measure/group.ts';
import { insightSeries, ofCategory } from '../../../src/sandbox/measure/rows.ts';
import type { World } from '../../../src/sandbox/world/world.ts';

import { mergeByFlow } from './case-of-reports.ts';
import { WINDOWS } from './window.ts';

const GRID = 5 * MINUTE;

const METRICS = [
  ['DATA_TRANSFERRED', 'bytes'],
  ['RETRANSMISSIONS', 'retransmissions'],
  ['TIMEOUTS', 'timeouts'],
] as const;

/** Series by zone from workload insights, as collect reads them where zone monitors are missing. */
export function readInsights(
  world: World,
  source: FlowSource,
  tiles: Case['tiles'],
  from: number,
): Insight[] {
  const grid = new Map<string, Insight>();
  const first = Math.floor(from / GRID) * GRID;
  const bins = Math.ceil((Date.parse(WINDOWS.window.end) - first) / GRID);
  for (const { start, end } of tiles) {
    const reports = source.between(Date.parse(start), Date.parse(end));
    const slots = groupBy(reports, ({ minute }) => Math.floor(minute / GRID));
    const merged = [...slots.values()].flatMap(mergeByFlow);
    for (const category of INSIGHT_CATEGORIES) {
      const own = ofCategory(world, merged, category);
      for (const [metric, column] of METRICS) {
        for (const { label, timestamps, values } of insightSeries(world, own, metric)) {
          const series = seriesOf(grid, label, category, first, bins);
          for (const [i, at] of timestamps.entries()) {
            const bin = Math.floor((Date.parse(at) - Date.parse(series.start)) / GRID);
            if (bin >= 0 && bin < bins) series[column][bin] = (series[column][bin] ?? 0) + (values[i] ?? 0);
          }
        }
      }
    }
  }
  return [...grid.values()].sort((a, b) => (`${a.azId} ${a.category}` < `${b.azId} ${b.category}` ? -1 : 1));
}

function seriesOf(
  grid: Map<string, Insight>,
  azId: string,
  category: string,
  from: number,
  bins: number,
): Insight['series'] {
  const key = `${azId} ${category}`;
  const known = grid.get(key);
  if (known) return known.series;
  const nothing = () => new Array<number | null>(bins).fill(null);
  const series: Insight['series'] = {
    start: instant(from),
    periodSeconds: GRID / 1000,
    bytes: nothing(),
    retransmissions: nothing(),
    timeouts: nothing(),
    rttMicros: nothing(),
    nhi: nothing(),
  };
  grid.set(key, { azId, category, series });
  return series;
}
