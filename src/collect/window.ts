import type { Case, Series, Window } from '../model/case.ts';
import { UsageError } from '../model/errors.ts';
import { MINUTE_RETENTION_DAYS, QUERY_MAX_SECONDS, SETTLE_MINUTES } from '../model/service.ts';
import { DAY, HOUR, instant, MINUTE, SECOND } from '../model/time.ts';
import { duration } from '../model/units.ts';

/** A point in time as the user gave it, ms: so long ago, so long before the end of the window, or an instant. */
export type Moment = { ago: number } | { before: number } | { at: number };

export interface WindowOptions {
  since: Moment;
  until: Moment;
  /** Length of the baseline right before the window, an instant where it starts, or none. */
  baseline: { length: number } | { at: number } | 'default' | 'none';
}

export interface Windows {
  window: Window;
  baseline: Window | null;
  periodSeconds: number;
  /** The same hours on an earlier day: a second opinion. */
  earlier?: Window;
  /** The stretches of time that flows are asked by, where they are to stay the same while time goes on; absent: hours. */
  tiles?: Window[];
}

/** Where the hours before are odd, the same hours of another day may be what is usual. */
export function sameHours({ window }: Windows, days: number, now: number): Window {
  const [start, end] = [window.start, window.end].map((at) => Date.parse(at) - days * DAY);
  if (start === undefined || end === undefined || end > Date.parse(window.start)) {
    throw new UsageError(
      'baseline-overlaps',
      `The same hours ${days === 1 ? 'a day' : `${days} days`} ago lie in the window.`,
      {
        hint: 'Give a shorter window (--since), or --baseline 7d-ago.',
      },
    );
  }
  if (now - start > MINUTE_RETENTION_DAYS * DAY) {
    throw new UsageError(
      'baseline-too-old',
      `CloudWatch keeps minutes for ${MINUTE_RETENTION_DAYS} days: ${instant(start)} is gone.`,
      {
        hint: 'Give a later window, or --baseline 1d-ago.',
      },
    );
  }
  return { start: instant(start), end: instant(end) };
}

/**
 * Default baseline: three times the window, right before it (docs/verdict.md, 'What it rests on'), a day at most. Three hours at least:
 * one that is as short as the window may lie inside the incident.
 */
const BASELINE_FACTOR = 3;
const SHORTEST_BASELINE = 3 * HOUR;

/** Three days by the minute, fifteen in five-minute steps: with all five metrics of 20 monitors, some five pages. */
const MOST_POINTS = 4_320;

/** How long CloudWatch keeps points of each period (GetMetricData, StartTime). */
const KEPT = [
  { seconds: MINUTE / SECOND, days: MINUTE_RETENTION_DAYS },
  { seconds: (5 * MINUTE) / SECOND, days: 63 },
  { seconds: HOUR / SECOND, days: 455 },
] as const;

/** How fine a series may be, and how old. */
export interface Resolution {
  mostPoints?: number;
  /** No shorter than so. */
  leastSeconds?: number;
  /** As asked for; absent: the shortest that is kept and has no more than `mostPoints`. */
  periodSeconds?: number;
  /** How far back, days. */
  oldest?: (typeof KEPT)[number]['days'];
}

/**
 * Whole periods, ended where data has settled: the newest minutes are still landing and would read as a drop.
 * Periods are minutes until a series of them has more than `mostPoints`, or is older than minutes are kept.
 */
export function resolveWindows(options: WindowOptions, now: number, resolution: Resolution = {}): Windows {
  refuseFractions(options);
  const minutes = align(options, now, MINUTE);
  const periodSeconds = periodFor(minutes, now, resolution);
  // CloudWatch rounds the start of a longer period down to a multiple of it; so do we, or bins would be off.
  const { window, baseline } = periodSeconds === 60 ? minutes : align(options, now, periodSeconds * SECOND);
  return { window, baseline, periodSeconds };
}

/** Windows that are known, as if they were asked for now. */
export function sameWindows(
  { window, baseline }: Pick<Windows, 'window' | 'baseline'>,
  now: number,
  resolution?: Resolution,
): Windows {
  const at = (instant: string) => ({ at: Date.parse(instant) });
  const options: WindowOptions = {
    since: at(window.start),
    until: at(window.end),
    baseline: baseline ? at(baseline.start) : 'none',
  };
  return resolveWindows(options, now, resolution);
}

/** CloudWatch has one value a minute: less than a minute holds none, and a whole one would be another window than asked. */
function refuseFractions({ since, baseline }: WindowOptions): void {
  const tooShort = (name: string) =>
    new UsageError(
      'window-too-short',
      `${name} is shorter than a minute; windows are whole minutes, at least 1m.`,
      {
        hint: 'An incident shows in 30m and more: leave it out, or give more.',
      },
    );
  if ('before' in since && since.before < MINUTE) throw tooShort('The window (--since)');
  if (typeof baseline === 'object' && 'length' in baseline && baseline.length < MINUTE) {
    throw tooShort('The baseline (--baseline)');
  }
}

function align(options: WindowOptions, now: number, step: number): Omit<Windows, 'periodSeconds'> {
  const settled = floor(now - SETTLE_MINUTES * MINUTE, step);
  const asked = toInstant(options.until, now);
  if (asked > now + MINUTE) {
    throw new UsageError('window-in-future', `The window ends in the future (${instant(asked)}).`, {
      hint: 'Leave out --until: it defaults to the newest minute that has settled.',
    });
  }
  const end = Math.min(floor(asked, step), settled);
  const from =
    'before' in options.since
      ? end - roundUp(options.since.before, step)
      : floor(toInstant(options.since, now), step);
  if (from >= end) {
    throw new UsageError(
      'window-empty',
      `The window is empty: it would start at ${instant(from)} and end at ${instant(end)}.`,
      {
        hint:
          from >= asked
            ? '--since must be earlier than --until.'
            : `Data of the last ${SETTLE_MINUTES} minutes is still landing; ask for an earlier --since or a later --until.`,
      },
    );
  }
  const baseline = resolveBaseline(options.baseline, from, end - from, step);
  return {
    window: { start: instant(from), end: instant(end) },
    baseline: baseline === null ? null : { start: instant(baseline), end: instant(from) },
  };
}

function resolveBaseline(
  option: WindowOptions['baseline'],
  from: number,
  length: number,
  step: number,
): number | null {
  if (option === 'none') return null;
  if (option === 'default') {
    const longest = Math.max(DAY, length);
    return from - Math.min(Math.max(length * BASELINE_FACTOR, SHORTEST_BASELINE), longest);
  }
  const start = 'length' in option ? from - roundUp(option.length, step) : floor(option.at, step);
  if (start < from) return start;
  throw new UsageError('baseline-empty', 'The baseline must start before the window.', {
    hint: 'Give a length such as --baseline 3h, an earlier instant, or --baseline none.',
  });
}

function periodFor(
  { window, baseline }: Omit<Windows, 'periodSeconds'>,
  now: number,
  { mostPoints = MOST_POINTS, leastSeconds = 0, periodSeconds, oldest: most = 63 }: Resolution,
): number {
  const oldest = Date.parse((baseline ?? window).start);
  const [age, length] = [now - oldest, Date.parse(window.end) - oldest];
  const usable = KEPT.filter(({ seconds, days }) => age <= days * DAY && seconds >= leastSeconds);
  const [finest] = usable;
  if (finest === undefined || age > most * DAY) {
    throw new UsageError(
      'window-too-old',
      `The window reaches back to ${instant(oldest)}, longer than is kept.`,
      {
        hint: `${most === 63 ? 'Five-minute' : 'Hourly'} metrics are kept for ${most} days: start after ${instant(now - most * DAY)}${baseline ? ', baseline included' : ''}.`,
      },
    );
  }
  if (periodSeconds === undefined) {
    const fits = ({ seconds }: { seconds: number }) => length / (seconds * SECOND) <= mostPoints;
    return (usable.find(fits) ?? KEPT[2]).seconds;
  }
  if (periodSeconds % finest.seconds === 0) return periodSeconds;
  const kept = KEPT.map(({ seconds, days }) => `${duration(seconds * SECOND)} for ${days} days`).join(', ');
  throw new UsageError(
    'period-too-short',
    `CloudWatch has no points of ${duration(periodSeconds * SECOND)} at ${instant(oldest)} any more.`,
    {
      hint: `It keeps points of ${kept}: give a multiple of ${duration(finest.seconds * SECOND)}, or a later --since.`,
    },
  );
}

/** Hours, and what is left of one at the start: no query may be longer. */
export function tile(window: Window | null, length = QUERY_MAX_SECONDS * SECOND): Window[] {
  if (!window) return [];
  const tiles: Window[] = [];
  const start = Date.parse(window.start);
  for (let to = Date.parse(window.end); to > start; to -= length) {
    tiles.unshift({ start: instant(Math.max(start, to - length)), end: instant(to) });
  }
  return tiles;
}

const HALF_HOUR = HOUR / 2;
/** Of the last half hour and more, by so much: where it moves is seen the sooner. */
const LATELY = 10 * MINUTE;
/** So much of the baseline is asked for by flows, as a triage does. */
const FLOWS_BEFORE = 3 * HOUR;
/** So much of an incident that goes on is watched from its beginning. */
const LONGEST_WATCH = DAY;

/** Tiles that do not move with the end: hours until an hour before the anchor, then half hours, and shorter ones lately. */
function anchored(window: Window, anchor: number, latest: number): Window[] {
  const tiles: Window[] = [];
  const end = Date.parse(window.end);
  const lately = Math.max(anchor, down(latest, anchor) - HALF_HOUR);
  for (let from = Date.parse(window.start); from < end; ) {
    const step = from < anchor - HOUR ? HOUR : from < lately ? HALF_HOUR : LATELY;
    const to = Math.min(end, anchor + (Math.floor((from - anchor) / step) + 1) * step);
    tiles.push({ start: instant(from), end: instant(to) });
    from = to;
  }
  return tiles;
}

function down(at: number, anchor: number): number {
  return anchor + Math.floor((at - anchor) / HALF_HOUR) * HALF_HOUR;
}

/** An incident: where the window began when it was found, and where it is to begin since it moved, or is over. */
export interface Held {
  found: number;
  from: number;
  /** It is over: the window goes on from there. */
  rolls?: boolean;
}

/**
 * The windows of one that watches, some time after the first ones: their end goes on by the minute, their start by the
 * half hour, and not at all while an incident goes on: what it is set against stays what was before it.
 */
export function goneOn(first: Windows, now: number, held: Held | null): Windows {
  const at = (instant: string) => Date.parse(instant);
  const anchor = at(first.window.end);
  const end = Math.max(anchor, floor(now - SETTLE_MINUTES * MINUTE, MINUTE));
  const rolling = down(end - (anchor - at(first.window.start)), anchor);
  const isHeld = held !== null && end - held.found <= LONGEST_WATCH;
  const start = !isHeld ? rolling : held.rolls ? Math.max(held.from, rolling) : held.from;
  const window = { start: instant(start), end: instant(end) };
  const before = first.baseline && at(first.baseline.end) - at(first.baseline.start);
  const baseline =
    before === null
      ? null
      : { start: instant((isHeld ? Math.min(held.found, start) : start) - before), end: window.start };
  const asked = baseline && {
    start: instant(Math.max(at(baseline.start), (isHeld ? held.found : start) - FLOWS_BEFORE)),
    end: baseline.end,
  };
  return {
    window,
    baseline,
    periodSeconds: first.periodSeconds,
    tiles: [...(asked ? anchored(asked, anchor, end) : []), ...anchored(window, anchor, end)],
  };
}

/** The last minutes of a Case, against all that it holds from before: where is it now? Null where it holds no more than those. */
export function latelyIn(data: Case): Case | null {
  const { window, baseline, tiles } = data;
  const latest = Date.parse(window.end) - LATELY;
  const start = tiles.findLast((tile) => Date.parse(tile.start) <= latest)?.start;
  if (!baseline || start === undefined || start <= window.start) return null;
  return { ...data, window: { ...window, start }, baseline: { ...baseline, end: start } };
}

/** A Case without the minutes that lead up to its window: its baseline ends before them, and neither series nor flows tell of them. */
export function leaving(data: Case, { start, end }: Window): Case {
  // A list of flows does not tell its minutes apart: where some are left, all of it is.
  const isKept = ({ tile }: { tile: number }) => {
    const own = data.tiles[tile];
    return !own || own.end <= start || own.start >= end;
  };
  const without = (series: Series): Series => {
    const { start: first, periodSeconds } = series;
    const isLeft = (i: number) => {
      const at = Date.parse(first) + i * periodSeconds * SECOND;
      return at >= Date.parse(start) && at < Date.parse(end);
    };
    const rest = (values: (number | null)[]) => values.map((value, i) => (isLeft(i) ? null : value));
    const { bytes, retransmissions, timeouts, rttMicros, nhi } = series;
    return {
      ...series,
      bytes: rest(bytes),
      retransmissions: rest(retransmissions),
      timeouts: rest(timeouts),
      rttMicros: rest(rttMicros),
      nhi: rest(nhi),
    };
  };
  return {
    ...data,
    baseline: data.baseline && { ...data.baseline, end: start },
    monitors: data.monitors.map((m) => ({ ...m, series: m.series && without(m.series) })),
    insights: data.insights.map((insight) => ({ ...insight, series: without(insight.series) })),
    flows: data.flows.filter(isKept),
    ...(data.outside && { outside: data.outside.filter(isKept) }),
    ...(data.asked && { asked: data.asked.filter(isKept) }),
  };
}

/**
 * The newest hour in halves: what an hour did to a flow says little of its last ten minutes. Quarters would say little
 * more (docs/verdict.md), and queries take 3 to 10 s each in the field.
 */
export function finer(tiles: readonly Window[]): Window[] {
  return [...tiles.slice(0, -1), ...tile(tiles.at(-1) ?? null, HOUR / 2)];
}

function toInstant(moment: Moment, now: number): number {
  if ('at' in moment) return moment.at;
  return now - ('ago' in moment ? moment.ago : moment.before);
}

function floor(ms: number, step: number): number {
  return Math.floor(ms / step) * step;
}

function roundUp(ms: number, step: number): number {
  return Math.ceil(ms / step) * step;
}

/**
 * The tiles whose round-trip times are asked: the newest, and the last one of the baseline to compare it with.
 * Each is as many queries as the categories there are.
 */
export function timedTiles(tiles: readonly Window[], window: Window): number[] {
  const before = tiles.findLastIndex((tile) => tile.end <= window.start);
  return [before, tiles.length - 1].filter((index, i, all) => index >= 0 && all.indexOf(index) === i);
}
