import type { Case, Series, Window } from './case.ts';
import { DAY, SECOND } from './time.ts';

/*
 * What the schema of a case cannot say: a case file may come from anywhere, and one that contradicts itself would be
 * judged all the same.
 */

/** The first thing that cannot be true at that time, as '<where>: <what>'; null for a sound case. */
export function flawIn(data: Case, now: number): string | null {
  for (const [where, what] of flaws(data, now)) return `${where}: ${what}`;
  return null;
}

type Flaw = readonly [where: string, what: string];

const COUNTERS = ['bytes', 'retransmissions', 'timeouts', 'rttMicros'] as const;
const COLUMNS = [...COUNTERS, 'nhi'] as const;

/** Longer than CloudWatch keeps anything. */
const LONGEST_WINDOW = 3650 * DAY;
/** CloudWatch's longest period is shorter. */
const LONGEST_PERIOD = DAY;
/** Clocks differ; by more than this, one of them is wrong. */
const LEEWAY = DAY;

function* flaws(data: Case, now: number): Generator<Flaw> {
  if (Date.parse(data.collectedAt) > now + LEEWAY) yield ['collectedAt', 'is in the future'];
  yield* ofWindow('window', data.window);
  if (data.baseline) yield* ofWindow('baseline', data.baseline);
  if (data.baseline && Date.parse(data.baseline.end) > Date.parse(data.window.end)) {
    yield ['baseline', 'ends after the window'];
  }
  if (data.baseline && Date.parse(data.baseline.end) > Date.parse(data.window.start)) {
    yield ['baseline', 'overlaps the window'];
  }
  // What is not over cannot have been collected.
  if (Date.parse(data.window.end) > Date.parse(data.collectedAt) + LEEWAY) {
    yield ['window', 'ends after the case was collected'];
  }
  for (const [i, tile] of data.tiles.entries()) yield* ofWindow(`tiles.${i}`, tile);
  for (const [i, { series }] of data.monitors.entries()) {
    if (series) yield* ofSeries(`monitors.${i}.series`, series, data.window);
  }
  for (const [i, { series }] of data.insights.entries()) {
    yield* ofSeries(`insights.${i}.series`, series, data.window);
  }
  for (const [i, flow] of data.flows.entries()) {
    if (flow.tile >= data.tiles.length) yield [`flows.${i}.tile`, 'is an index beyond tiles'];
    for (const name of COUNTERS) yield* ofCounter(`flows.${i}.${name}`, flow[name]);
  }
  const { coverage } = data;
  if (coverage) {
    yield* ofCounter('coverage.running', coverage.running);
    if (coverage.silent.length > coverage.running) yield ['coverage.silent', 'is more than run'];
  }
  const latency = data.witnesses?.latency;
  if (latency) yield* ofPeriod('witnesses.latency.periodSeconds', latency.periodSeconds);
  for (const { median } of latency?.pairs ?? []) {
    for (const value of median) yield* ofCounter('witnesses.latency', value);
  }
  for (const [i, { periodSeconds, values }] of (data.witnesses?.metrics ?? []).entries()) {
    yield* ofPeriod(`witnesses.metrics.${i}.periodSeconds`, periodSeconds);
    for (const value of values) yield* ofCounter(`witnesses.metrics.${i}`, value);
  }
}

function* ofWindow(where: string, { start, end }: Window): Generator<Flaw> {
  const length = Date.parse(end) - Date.parse(start);
  if (length <= 0) yield [where, 'ends before it starts'];
  if (length > LONGEST_WINDOW) yield [where, 'is longer than ten years'];
}

function* ofPeriod(where: string, seconds: number): Generator<Flaw> {
  if (seconds * SECOND > LONGEST_PERIOD) yield [where, 'is longer than a day'];
}

function* ofSeries(where: string, series: Series, window: Window): Generator<Flaw> {
  yield* ofPeriod(`${where}.periodSeconds`, series.periodSeconds);
  const start = Date.parse(series.start);
  const end = start + series.bytes.length * series.periodSeconds * SECOND;
  if (start > Date.parse(window.start) || end < Date.parse(window.end)) {
    yield [where, 'does not cover the window'];
  }
  for (const name of COLUMNS) {
    if (series[name].length !== series.bytes.length) yield [`${where}.${name}`, 'is not as long as bytes'];
    for (const value of series[name]) yield* ofCounter(`${where}.${name}`, value);
  }
}

function* ofCounter(where: string, value: number | null): Generator<Flaw> {
  if (value !== null && value < 0) yield [where, 'is below 0'];
}
