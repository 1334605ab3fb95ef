import parseDuration from 'parse-duration';
import type { Moment, WindowOptions } from '../collect/window.ts';
import { UsageError } from '../model/errors.ts';
import { DAY } from '../model/time.ts';
import type { Options } from './program.ts';

export function windowOptions(options: Options): WindowOptions {
  return {
    since: moment('--since', String(options.since ?? '1h')),
    until: moment('--until', String(options.until ?? 'now')),
    baseline: baseline(options.baseline),
  };
}

/** '45m' (before the end of the window), '2h ago', '1h30m', 'now', '2026-11-21T20:00:00Z'. */
function moment(option: string, text: string): Moment {
  if (text === 'now') return { ago: 0 };
  const length = durationOf(text.replace(/\s+ago$/, ''));
  if (length !== null)
    return / ago$/.test(text) || option === '--until' ? { ago: length } : { before: length };
  return { at: instantOf(option, text) };
}

function baseline(value: Options[string]): WindowOptions['baseline'] {
  if (value === undefined) return 'default';
  const text = String(value);
  if (text === 'none') return 'none';
  const length = durationOf(text);
  return length === null ? { at: instantOf('--baseline', text) } : { length };
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

/** Longer than anything is kept, and short enough to count with. */
const LONGEST = 3650 * DAY;

/** Null where the text is no duration at all; plain numbers have no unit, so they are none. */
export function durationOf(text: string): number | null {
  if (!/^\s*\d+(\.\d+)?\s*[a-z]/i.test(text) || /^\d{4}-\d/.test(text)) return null;
  const ms = parseDuration(text);
  return ms !== null && ms > 0 && ms <= LONGEST ? ms : null;
}

function instantOf(option: string, text: string): number {
  // Without a zone, an instant would mean another one on each machine.
  const ms = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
    ? Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) || !/[T ]/.test(text) ? text : `${text}Z`)
    : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError('bad-time', `${option} does not understand '${text}'.`, {
    hint: `Give a duration (45m, 2h, 1h30m), ${option === '--baseline' ? "'none'" : "'now'"}, or an instant in UTC such as 2026-11-21T20:00:00Z.`,
  });
}
