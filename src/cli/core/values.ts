import parseDuration from 'parse-duration';
import {
  type Moment,
  type Resolution,
  resolveWindows,
  sameHours,
  type WindowOptions,
  type Windows,
} from '../../collect/window.ts';
import { UsageError } from '../../model/errors.ts';
import { FORMS } from '../../model/ids.ts';
import { SETTLE_MINUTES } from '../../model/service.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../model/time.ts';
import type { TargetSpec } from '../../network/targets.ts';
import type { BASELINE, TARGET, WINDOW } from './options.ts';
import type { OptionsOf } from './spec.ts';

/* What the texts of options mean. */

type WindowGiven = OptionsOf<typeof WINDOW> & Partial<OptionsOf<typeof BASELINE>>;

/** The time of a run, and whom to tell what became of it. */
interface Clock {
  now(): number;
  note(text: string): void;
}

/** `1d-ago`, `7d-ago`: the same hours so many days ago, beside the usual baseline; null where it is none of them. */
function daysAgo(baseline: string | undefined): 1 | 7 | null {
  return baseline === '1d-ago' ? 1 : baseline === '7d-ago' ? 7 : null;
}

/** The windows, and the same hours on an earlier day where they are asked for. */
export function windowsWithEarlier(clock: Clock, { baseline, ...options }: WindowGiven): Windows {
  const days = daysAgo(baseline);
  const usual = days !== null || baseline === undefined ? options : { ...options, baseline };
  const windows = windowsOf(clock, usual);
  return days === null ? windows : { ...windows, earlier: sameHours(windows, days, clock.now()) };
}

/** The window that the options ask for, and what is compared with it. An end that had to be moved is said. */
export function windowsOf(clock: Clock, options: WindowGiven, resolution?: Resolution): Windows {
  const now = clock.now();
  const asked = windowOptions(options, now);
  const windows = resolveWindows(asked, now, resolution);
  const { until } = asked;
  const wanted = 'at' in until ? until.at : 'ago' in until ? now - until.ago : now;
  const { end } = windows.window;
  const moved = wanted - Date.parse(end);
  if (options.until !== 'now' && windows.periodSeconds === 60 && moved >= MINUTE)
    clock.note(`the window ends at ${end}: data of the last ${SETTLE_MINUTES} minutes is still landing.`);
  return windows;
}

function windowOptions({ since, until, baseline }: WindowGiven, now: number): WindowOptions {
  const end: Moment = until === 'now' ? { ago: 0 } : moment('--until', until, now);
  const start = moment('--since', since, now);
  // Two durations count from now both: '--since 2h --until 1h' is the hour before the last. Else it is the window's length.
  const isLength = 'ago' in start && !/ ago$|^now$/.test(since) && !('ago' in end && end.ago > 0);
  return {
    since: isLength ? { before: start.ago } : start,
    until: end,
    baseline: baselineOf(baseline, now),
  };
}

/** Whole minutes, a day at most: '1m', '5m', '1h'. */
export function periodOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const millis = lengthOf('--period', text);
  if (millis % MINUTE === 0) return millis / SECOND;
  throw new UsageError('bad-period', `--period takes whole minutes, not '${text}'.`, {
    hint: 'For example: --period 5m',
  });
}

/** '45m', '2h ago', '1h30m', 'now', '14:30', '2026-11-21T20:00:00Z'. */
function moment(option: string, text: string, now: number): { ago: number } | { at: number } {
  if (text === 'now') return { ago: 0 };
  const length = durationOf(text.replace(/\s+ago$/, ''));
  return length === null ? { at: instantOf(option, text, now) } : { ago: length };
}

function baselineOf(text: string | undefined, now: number): WindowOptions['baseline'] {
  if (text === undefined) return 'default';
  if (text === 'none') return 'none';
  if (daysAgo(text) !== null) {
    throw new UsageError('no-earlier-day', `--baseline ${text} is a second opinion of 'nfm triage' only.`, {
      hint: 'Give a length such as 3h, or an instant.',
    });
  }
  // '2d-ago' would be read as a length.
  const length = text.endsWith('-ago') ? null : durationOf(text);
  return length === null ? { at: instantOf('--baseline', text, now) } : { length };
}

/** A duration that is an option's or variable's whole value. */
export function lengthOf(name: string, text: string): number {
  const millis = durationOf(text);
  // Node's timers end at once where they are set for more than 24.8 days.
  if (millis !== null && millis <= DAY) return millis;
  throw new UsageError('bad-time', `${name} does not understand '${text}'.`, {
    hint: 'A duration, a day at most, such as 30s or 10m.',
  });
}

/** Of a run that is not given a --timeout: long enough for a day of a large account; in an incident, who waits wants what there is by then. */
export const RUN_MILLIS = 10 * MINUTE;

/** Longer than anything is kept, and short enough to count with. */
const LONGEST = 3650 * DAY;

/** Null where the text is no duration at all; plain numbers have no unit, so they are none. */
export function durationOf(text: string): number | null {
  if (!/^\s*(\d+(\.\d+)?\s*[a-z]+[\s,]*)+$/i.test(text)) return null;
  // What it does not know it leaves out, and adds up the rest.
  const units = text.match(/[a-z]+/gi) ?? [];
  if (units.some((unit) => parseDuration(`1${unit}`) === null)) return null;
  const ms = parseDuration(text);
  return ms !== null && ms > 0 && ms <= LONGEST ? ms : null;
}

function instantOf(option: string, text: string, now: number): number {
  const ms = timeOfDay(text, now) ?? absolute(text);
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError('bad-time', `${option} does not understand '${text}'.`, {
    hint: `Give a duration (45m, 2h, 1h30m), a time of day in UTC (14:30), ${option === '--baseline' ? "'none', 1d-ago, 7d-ago" : "'now'"}, or an instant in UTC such as 2026-11-21T20:00:00Z.`,
  });
}

/** '14:30' is the latest one that has been. */
function timeOfDay(text: string, now: number): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)Z?$/.exec(text) ?? [];
  if (hours === undefined) return null;
  const at = Math.floor(now / DAY) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE;
  return at > now ? at - DAY : at;
}

/** Without a zone, an instant would mean another one on each machine: it is UTC. */
function absolute(text: string): number {
  return /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
    ? Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) || !/[T ]/.test(text) ? text : `${text}Z`)
    : Number.NaN;
}

const TARGETS = ['vpc', 'subnet', 'cluster', 'zone', 'monitor'] as const;

/** The one target that the options name; the whole scope if they name none. */
export function targetOf(options: Partial<OptionsOf<typeof TARGET>>): TargetSpec {
  const named = TARGETS.filter((kind) => options[kind] !== undefined);
  const [kind, second] = named;
  if (!kind) return { kind: 'scope', id: null };
  if (second) {
    throw new UsageError('two-targets', `--${kind} and --${second} name two targets.`, {
      hint: 'Name one, or none for the whole scope.',
    });
  }
  const id = String(options[kind]);
  const { pattern, example } = FORMS[kind];
  if (!pattern.test(id)) {
    throw new UsageError('malformed-id', `--${kind} does not look right: '${id}'.`, {
      hint: `It looks like ${example}.`,
    });
  }
  return { kind, id };
}

export function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError('bad-number', `${option} takes a whole number above 0, not '${text}'.`, {
    hint: `For example: ${option} 10`,
  });
}

/** An option or variable, and its text. */
type Named = readonly [name: string, text: string | undefined];

/** How fast a sandbox answers, in its own options: waits and limits of the real service, for whoever tests against it. */
export function paceOf(given: Readonly<Record<'latency' | 'queryTime' | 'rate' | 'atOnce', Named>>) {
  const [latency, query, rate, atOnce] = [
    lengthGiven(given.latency),
    lengthGiven(given.queryTime),
    numberGiven(given.rate),
    numberGiven(given.atOnce),
  ];
  return {
    ...((latency !== null || rate !== null) && {
      pace: {
        ...(latency !== null && { latencyMillis: latency }),
        ...(rate !== null && { callsPerSecond: rate }),
      },
    }),
    ...(query !== null && { queryMillis: query }),
    ...(atOnce !== null && { queriesAtOnce: atOnce }),
  };
}

function lengthGiven([name, text]: Named): number | null {
  return text ? lengthOf(name, text) : null;
}

/** '5' or '5/s' */
function numberGiven([name, text]: Named): number | null {
  return text ? positive(name, text.replace(/\/s$/, '')) : null;
}
