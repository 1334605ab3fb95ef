import type { Window } from '../model/case.ts';
import { UsageError } from '../model/errors.ts';
import { MINUTE_RETENTION_DAYS, QUERY_MAX_SECONDS, SETTLE_MINUTES } from '../model/facts.ts';
import { DAY, HOUR, instant, MINUTE, SECOND } from '../model/time.ts';

/** A point in time as the user gave it: so long ago, or an instant; ms. */
export type Moment = { ago: number } | { at: number };

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
}

/** Default baseline: three times the window, right before it (verdict.md §3), a day at most. */
const BASELINE_FACTOR = 3;

/** Whole minutes, ended where data has settled: the newest minutes are still landing and would read as a drop. */
export function resolveWindows(options: WindowOptions, now: number): Windows {
  const settled = floor(now - SETTLE_MINUTES * MINUTE);
  const asked = toInstant(options.until, now);
  if (asked > now + MINUTE) {
    throw new UsageError('window-in-future', `The window ends in the future (${instant(asked)}).`, {
      hint: 'Leave out --until: it defaults to the newest minute that has settled.',
    });
  }
  const end = Math.min(floor(asked), settled);
  const start = floor('ago' in options.since ? now - options.since.ago : options.since.at);
  const from = 'ago' in options.since && end === settled ? end - roundUp(options.since.ago) : start;
  if (from >= end) {
    throw new UsageError(
      'window-empty',
      `The window is empty: it would start at ${instant(from)} and end at ${instant(end)}.`,
      {
        hint: `Data of the last ${SETTLE_MINUTES} minutes is still landing; ask for an earlier --since or a later --until.`,
      },
    );
  }
  const baseline = resolveBaseline(options.baseline, from, end - from);
  const oldest = Math.min(from, baseline ?? from);
  return {
    window: { start: instant(from), end: instant(end) },
    baseline: baseline === null ? null : { start: instant(baseline), end: instant(from) },
    periodSeconds: periodFor(now - oldest, oldest, now),
  };
}

function resolveBaseline(option: WindowOptions['baseline'], from: number, length: number): number | null {
  if (option === 'none') return null;
  if (option === 'default') return from - Math.min(length * BASELINE_FACTOR, Math.max(DAY, length));
  const start = 'length' in option ? from - roundUp(option.length) : floor(option.at);
  if (start < from) return start;
  throw new UsageError('baseline-empty', 'The baseline must start before the window.', {
    hint: 'Give a length such as --baseline 3h, an earlier instant, or --baseline none.',
  });
}

/** CloudWatch keeps one-minute points for 15 days and five-minute points for 63. */
function periodFor(age: number, oldest: number, now: number): number {
  if (age <= MINUTE_RETENTION_DAYS * DAY) return 60;
  if (age <= 63 * DAY) return 300;
  throw new UsageError(
    'window-too-old',
    `The window reaches back to ${instant(oldest)}, longer than is kept.`,
    {
      hint: `Five-minute metrics are kept for 63 days: start after ${instant(now - 63 * DAY)}, baseline included.`,
    },
  );
}

/** Hours, or what is left of one: no query may be longer. */
export function tile(window: Window | null): Window[] {
  if (!window) return [];
  const tiles: Window[] = [];
  const end = Date.parse(window.end);
  for (let from = Date.parse(window.start); from < end; from += QUERY_MAX_SECONDS * SECOND) {
    tiles.push({ start: instant(from), end: instant(Math.min(from + HOUR, end)) });
  }
  return tiles;
}

function toInstant(moment: Moment, now: number): number {
  return 'ago' in moment ? now - moment.ago : moment.at;
}

function floor(ms: number): number {
  return Math.floor(ms / MINUTE) * MINUTE;
}

function roundUp(ms: number): number {
  return Math.ceil(ms / MINUTE) * MINUTE;
}
