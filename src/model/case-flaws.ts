import type { Case, Series, Window } from './case.ts';

/*
 * What the schema of a case cannot say: a case file may come from anywhere, and one that contradicts itself would be
 * judged all the same.
 */

/** The first thing that cannot be true, as '<where>: <what>'; null for a sound case. */
export function flawIn(data: Case): string | null {
  for (const [where, what] of flaws(data)) return `${where}: ${what}`;
  return null;
}

type Flaw = readonly [where: string, what: string];

const COUNTERS = ['bytes', 'retransmissions', 'timeouts', 'rttMicros'] as const;
const COLUMNS = [...COUNTERS, 'nhi'] as const;

function* flaws(data: Case): Generator<Flaw> {
  yield* ofWindow('window', data.window);
  if (data.baseline) yield* ofWindow('baseline', data.baseline);
  if (data.baseline && Date.parse(data.baseline.end) > Date.parse(data.window.end)) {
    yield ['baseline', 'ends after the window'];
  }
  for (const [i, tile] of data.tiles.entries()) yield* ofWindow(`tiles.${i}`, tile);
  for (const [i, { series }] of data.monitors.entries()) {
    if (series) yield* ofSeries(`monitors.${i}.series`, series);
  }
  for (const [i, { series }] of data.insights.entries()) yield* ofSeries(`insights.${i}.series`, series);
  for (const [i, flow] of data.flows.entries()) {
    if (flow.tile >= data.tiles.length) yield [`flows.${i}.tile`, 'is an index beyond tiles'];
    for (const name of COUNTERS) yield* ofCounter(`flows.${i}.${name}`, flow[name]);
  }
  for (const { median } of data.witnesses?.latency?.pairs ?? []) {
    for (const value of median) yield* ofCounter('witnesses.latency', value);
  }
}

function* ofWindow(where: string, { start, end }: Window): Generator<Flaw> {
  if (Date.parse(end) <= Date.parse(start)) yield [where, 'ends before it starts'];
}

function* ofSeries(where: string, series: Series): Generator<Flaw> {
  for (const name of COLUMNS) {
    if (series[name].length !== series.bytes.length) yield [`${where}.${name}`, 'is not as long as bytes'];
    for (const value of series[name]) yield* ofCounter(`${where}.${name}`, value);
  }
}

function* ofCounter(where: string, value: number | null): Generator<Flaw> {
  if (value !== null && value < 0) yield [where, 'is below 0'];
}
