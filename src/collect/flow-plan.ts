import type { Case, Series, Window } from '../model/case.ts';
import type { QueryMetric } from '../model/service.ts';
import { SECOND } from '../model/time.ts';
import { type Answer, LISTED } from './flows.ts';
import { timedTiles } from './window.ts';

/*
 * Which lists of flows can change the verdict. Each is a query of 3 to 10 s, and most would come back empty: what the
 * series say decides where to look first, and what is found there where else.
 */

/** What the series say, before any flow is asked for. */
export interface Assessment {
  /** Is there anything to find? False only where all is known to be as before. */
  risen: boolean;
  /** By tile: is it the symptom's, what it is compared with, or neither? */
  sides: readonly ('symptom' | 'reference' | null)[];
  /** Names of the monitors of which the rate itself rose. */
  rose: readonly string[];
}

/** Judges a Case that has no flows yet; collect does not judge. */
export type Assess = (data: Case) => Assessment;

/** The plan where nothing is known of the series: all lists may matter. */
export function unassessed({ tiles, window }: Pick<Case, 'tiles' | 'window'>): Assessment {
  return {
    risen: true,
    sides: tiles.map(({ start }) => (start >= window.start ? 'symptom' : 'reference')),
    rose: [],
  };
}

export interface Planned extends Omit<Answer<never>, 'rows'> {
  window: Window;
}

/** Every tile × category × metric is a query of its own. */
export function plan(
  tiles: readonly Window[],
  categories: readonly string[],
  metrics: readonly QueryMetric[],
): Planned[] {
  return tiles.flatMap((window, tile) =>
    categories.flatMap((category) => metrics.map((metric) => ({ tile, window, category, metric }))),
  );
}

export interface FlowPlan {
  tiles: readonly Window[];
  window: Window;
  categories: readonly string[];
  /** Of the monitor that is asked; null where it could not be read. */
  series: Series | null;
  /** Minutes of some series are missing: lists of flows may vouch for them, if all are read. */
  incomplete: boolean;
  assessment: Assessment;
}

const RATE = ['DATA_TRANSFERRED', 'RETRANSMISSIONS'] as const satisfies readonly QueryMetric[];
const COUNTERS = [...RATE, 'TIMEOUTS'] as const satisfies readonly QueryMetric[];

/** So many of the symptom's tiles are asked in all categories; the others only in those that carry anything. */
const FIRST_TILES = 2;

/** So many hours say what was usual: a third one changed no figure of the benchmark (docs/verdict.md). */
const REFERENCE_TILES = 2;

/** Rounds of lists to ask for, each in the light of the one before; in the end all answers, with those that are known unasked. */
export function* planFlows<Row>(
  given: FlowPlan,
): Generator<Planned[], Answer<Row>[], readonly Answer<Row>[]> {
  const { tiles, window, categories, assessment } = given;
  const { risen, sides } = assessment;
  const answers: Answer<Row>[] = [];
  const timed = timedTiles(tiles, window);
  function* ask(lists: readonly Planned[]): Generator<Planned[], void, readonly Answer<Row>[]> {
    const known = lists.filter((list) => isEmpty(given, list));
    answers.push(...known.map(({ window: _, ...list }) => ({ ...list, rows: [] })));
    const open = lists.filter((list) => !known.includes(list));
    if (open.length > 0) answers.push(...(yield open));
  }
  const on = (which: readonly number[], metrics: readonly QueryMetric[], of = categories) =>
    plan(tiles, of, metrics).filter(({ tile }) => which.includes(tile));
  const all = tiles.map((_, tile) => tile);
  if (given.incomplete || !given.series) {
    yield* ask([...on(all, COUNTERS), ...on(timed, ['ROUND_TRIP_TIME'])]);
    return answers;
  }
  const newest = all.slice(-1);
  const symptom = all.filter((tile) => sides[tile] === 'symptom');
  const first = risen ? symptom.slice(-FIRST_TILES) : newest;
  const firstOf: readonly QueryMetric[] = risen && !isSilent(given.series) ? RATE : ['DATA_TRANSFERRED'];
  yield* ask(on(first, firstOf));
  const carrying = categories.filter((category) =>
    answers.some(({ category: own, rows }) => own === category && rows?.length !== 0),
  );
  const isBefore = (tile: number) => (tiles[tile]?.end ?? '') <= window.start;
  const reference = all.filter((tile) => sides[tile] === 'reference');
  const usual = reference.filter(isBefore).slice(-REFERENCE_TILES);
  // Of a long window, no more of the hours before the onset than of the baseline.
  const earlier = reference.slice(0, -REFERENCE_TILES);
  const others = risen
    ? all.filter((tile) => !isBefore(tile) && !first.includes(tile) && !earlier.includes(tile))
    : [];
  yield* ask([
    ...on([...usual, ...others], COUNTERS, carrying),
    ...on(
      first,
      COUNTERS.filter((metric) => !firstOf.includes(metric)),
      carrying,
    ),
    // Who sent anything in the last hour is no silent instance.
    ...(risen
      ? []
      : on(
          all.slice(-2, -1).filter((tile) => !isBefore(tile)),
          ['DATA_TRANSFERRED'],
          carrying,
        )),
    // They decide only where nothing else rose.
    ...(risen ? [] : on(timed, ['ROUND_TRIP_TIME'], carrying)),
  ]);
  return answers;
}

/** Events that sum up to 0 over a tile are none of any flow; a list of times where none was measured is empty too. */
function isEmpty({ series, incomplete }: FlowPlan, { metric, window }: Planned): boolean {
  if (!series || incomplete || metric === 'DATA_TRANSFERRED') return false;
  const counter = LISTED[metric];
  if (series.lost?.includes(counter) || series.lost?.includes('bytes')) return false;
  const [from, to] = binsOf(series, window);
  const reported = series.bytes.slice(from, to);
  const values = series[counter].slice(from, to);
  if (reported.every((bytes) => bytes === null)) return false;
  if (metric === 'ROUND_TRIP_TIME') return values.every((value) => value === null);
  return values.every((value, bin) => value === 0 || (value === null && reported[bin] === null));
}

/** Every minute with bytes has its retransmissions, and nothing was lost: or there is no minute at all. */
export function isRead(series: Series | null): boolean {
  if (!series || (series.lost?.length ?? 0) > 0) return false;
  return series.bytes.every((bytes, bin) => bytes === null || (series.retransmissions[bin] ?? null) !== null);
}

function isSilent({ bytes }: Series): boolean {
  return bytes.every((value) => value === null);
}

/** All bins that the window touches. */
function binsOf({ start, periodSeconds }: Series, window: Window): [from: number, to: number] {
  const bin = (at: string) => (Date.parse(at) - Date.parse(start)) / (periodSeconds * SECOND);
  return [Math.max(0, Math.floor(bin(window.start))), Math.max(0, Math.ceil(bin(window.end)))];
}
