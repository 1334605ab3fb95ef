import type { Case, Flow, LostList, Series, Window } from '../model/case.ts';
import { allRows, flowKey } from './flow-sums.ts';
import { binsWithin } from './rates.ts';
import { LISTED_MOST } from './thresholds.ts';

/*
 * What of a Case is known. A counter that is missing says nothing, unless something else vouches that it is 0.
 */

/** A Case in which nothing is there twice, and a missing counter that its lists of flows account for is 0. */
export function known(data: Case): Case {
  const once = {
    ...data,
    monitors: unique(data.monitors, (m) => m.arn),
    insights: unique(data.insights, ({ azId, category }) => `${azId} ${category}`),
    flows: unique(data.flows, (flow) => `${flow.tile} ${flowKey(flow)}`),
    ...(data.outside && { outside: unique(data.outside, (flow) => `${flow.tile} ${flowKey(flow)}`) }),
  };
  return {
    ...once,
    ...exhausted(once),
    monitors: once.monitors.map((monitor) => {
      const { series, remote, insideTarget, coversTarget, zones } = monitor;
      if (!series || remote.length > 0 || insideTarget === false) return monitor;
      const own = coversTarget
        ? once.flows
        : once.flows.filter(({ local }) => zones?.includes(local.azId ?? '') ?? true);
      return { ...monitor, series: accounted(series, own, once) };
    }),
  };
}

function unique<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * Only flows with events are listed: where whole lists of a tile hold no more events than the minutes that are known,
 * a minute with bytes and no counter had none.
 */
function accounted(series: Series, flows: readonly Flow[], data: Case): Series {
  const filled = { ...series };
  for (const counter of ['retransmissions', 'timeouts'] as const) {
    const isOpen = (bin: number) => series.bytes[bin] != null && (series[counter][bin] ?? null) === null;
    if (!series.bytes.some((_, bin) => isOpen(bin))) continue;
    const values = [...series[counter]];
    for (const [tile, window] of data.tiles.entries()) {
      // A list that lost its rows on the way looks whole, and empty: it must hold the bytes at least.
      if (!isWhole(data, tile, counter) || !hasBytes(series, flows, tile, window)) continue;
      const [from, to] = binsWithin(series, window);
      const told = series[counter].slice(from, to).reduce<number>((sum, v) => sum + (v ?? 0), 0);
      const listed = flows.reduce((sum, f) => (f.tile === tile ? sum + (f[counter] ?? 0) : sum), 0);
      if (listed > told) continue;
      for (let bin = from; bin < to; bin++) if (isOpen(bin)) values[bin] = 0;
    }
    filled[counter] = values;
  }
  return filled;
}

/**
 * Lists that were lost and can hold nothing: where those that were read have all the events that the minutes of a tile
 * have, no other flow had any.
 */
function exhausted(data: Case): Pick<Case, 'flows' | 'incomplete'> {
  const { flows, incomplete, tiles, truncated } = data;
  if (!incomplete || truncated) return { flows, incomplete };
  const empty = incomplete.lists.filter(({ tile, counter }) => {
    const window = tiles[tile];
    if ((counter !== 'retransmissions' && counter !== 'timeouts') || !window) return false;
    const told = toldBySources(data, counter, window);
    const listed = allRows(data).reduce((sum, f) => (f.tile === tile ? sum + (f[counter] ?? 0) : sum), 0);
    return told !== null && listed >= told;
  });
  if (empty.length === 0) return { flows, incomplete };
  const key = ({ tile, category }: Pick<LostList, 'tile' | 'category'>) => `${tile} ${category}`;
  const none = (counter: LostList['counter']) => new Set(empty.filter((l) => l.counter === counter).map(key));
  const [retransmissions, timeouts] = [none('retransmissions'), none('timeouts')];
  return {
    flows: flows.map((flow) => ({
      ...flow,
      retransmissions: flow.retransmissions ?? (retransmissions.has(key(flow)) ? 0 : null),
      timeouts: flow.timeouts ?? (timeouts.has(key(flow)) ? 0 : null),
    })),
    incomplete: {
      ...incomplete,
      lists: incomplete.lists.map((list) => (empty.includes(list) ? { ...list, vouched: true } : list)),
    },
  };
}

/** What the minutes of the monitors that the flows are of sum up to; null where one of them is not known. */
export function toldBySources(
  { flowsFrom, monitors }: Case,
  counter: 'bytes' | 'retransmissions' | 'timeouts',
  window: Window,
): number | null {
  const names = flowsFrom?.kind === 'monitor' ? flowsFrom.name.split(', ') : [];
  const sums = names.map((name) => {
    const series = monitors.find((m) => m.name === name)?.series;
    return series ? sumOf(series, counter, window, 1) : null;
  });
  if (sums.length === 0) return null;
  return sums.reduce((all, sum) => (all === null || sum === null ? null : all + sum), 0);
}

function hasBytes(series: Series, flows: readonly Flow[], tile: number, window: Window): boolean {
  const told = sumOf(series, 'bytes', window, 0) ?? 0;
  const listed = flows.reduce((sum, f) => (f.tile === tile ? sum + (f.bytes ?? 0) : sum), 0);
  return listed >= LISTED_MOST * told;
}

/** Every list of the tile was asked of monitors, answered, and not cut off. */
function isWhole(
  { flowsFrom, truncated, tiles, incomplete, asked }: Case,
  tile: number,
  counter: LostList['counter'],
) {
  return (
    flowsFrom?.kind === 'monitor' &&
    !truncated &&
    tiles[tile] !== undefined &&
    isAskedInFull(asked, tile, counter) &&
    !incomplete?.lists.some((l) => l.tile === tile && l.counter === counter && !l.vouched)
  );
}

export function isAskedInFull(asked: Case['asked'], tile: number, counter: LostList['counter']): boolean {
  const own = asked?.filter((list) => list.tile === tile && list.counter === counter);
  return new Set(own?.map((l) => l.category)).size === new Set(asked?.map((l) => l.category)).size;
}

/** A minute is one of a rate where both its events and its bytes are known; else it is none. */
export function rated(series: Series): Series {
  const both = series.bytes.map((bytes, i) => bytes !== null && (series.retransmissions[i] ?? null) !== null);
  const only = (values: readonly (number | null)[]) => values.map((v, i) => (both[i] ? v : null));
  return { ...series, bytes: only(series.bytes), retransmissions: only(series.retransmissions) };
}

/** So many bins of a window there are, have bytes, and have bytes and events. */
export interface Read {
  bins: number;
  reported: number;
  counted: number;
}

export function readOf(series: Series | null, window: Window): Read {
  if (!series) return { bins: 0, reported: 0, counted: 0 };
  const [from, to] = binsWithin(series, window);
  const bytes = series.bytes.slice(from, to);
  const counted = bytes.filter((b, i) => b !== null && (series.retransmissions[from + i] ?? null) !== null);
  return {
    bins: to - from,
    reported: bytes.filter((b) => b !== null).length,
    counted: counted.length,
  };
}

/** The share of its minutes with traffic whose events are known; where CloudWatch lost some, of all its minutes. */
export function readShare(series: Series, window: Window): number {
  const { bins, reported, counted } = readOf(series, window);
  const of = series.lost?.includes('bytes') ? bins : reported;
  return of > 0 ? counted / of : 0;
}

/** The sum of a counter over a window; null where it is not known in enough of the minutes with traffic. */
export function sumOf(
  series: Series,
  counter: 'bytes' | 'retransmissions' | 'timeouts',
  window: Window,
  least: number,
): number | null {
  const [from, to] = binsWithin(series, window);
  const lost = series.lost?.includes('bytes') ?? false;
  let [sum, told, all] = [0, 0, 0];
  for (let bin = from; bin < to; bin++) {
    if (series.bytes[bin] === null && !lost) continue;
    all++;
    const value = series[counter][bin] ?? null;
    if (value === null) continue;
    told++;
    sum += value;
  }
  return told > 0 && told >= least * all ? sum : null;
}
