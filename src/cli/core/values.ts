import parseDuration from 'parse-duration';
import type { TargetSpec } from '../../collect/target.ts';
import type { Moment, WindowOptions } from '../../collect/window.ts';
import { UsageError } from '../../model/errors.ts';
import { DAY } from '../../model/time.ts';
import type { Options } from './parse.ts';

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

/** What each kind of target must look like (patterns of the EC2, EKS and Network Flow Monitor APIs). */
const PATTERNS: Readonly<Record<Exclude<TargetSpec['kind'], 'scope'>, { pattern: RegExp; example: string }>> =
  {
    vpc: { pattern: /^vpc-[0-9a-f]{8,17}$/, example: 'vpc-0123456789abcdef0' },
    subnet: { pattern: /^subnet-[0-9a-f]{8,17}$/, example: 'subnet-0123456789abcdef0' },
    cluster: { pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, example: 'my-cluster' },
    zone: { pattern: /^[a-z]{2,}[a-z0-9-]*\d[a-z0-9-]*$/, example: 'eu-central-1a or euc1-az2' },
    monitor: { pattern: /^[a-zA-Z0-9_.-]{1,255}$/, example: 'my-monitor' },
  };

/** The one target that the options name; the whole scope if they name none. */
export function targetOf(options: Options): TargetSpec {
  const kinds = Object.keys(PATTERNS) as (keyof typeof PATTERNS)[];
  const named = kinds.filter((kind) => options[kind] !== undefined);
  const [kind, second] = named;
  if (!kind) return { kind: 'scope', id: null };
  if (second) {
    throw new UsageError('two-targets', `--${kind} and --${second} name two targets.`, {
      hint: 'Name one, or none for the whole scope.',
    });
  }
  const id = String(options[kind]);
  const { pattern, example } = PATTERNS[kind];
  if (!pattern.test(id)) {
    throw new UsageError('malformed-id', `--${kind} does not look right: '${id}'.`, {
      hint: `It looks like ${example}.`,
    });
  }
  return { kind, id };
}
