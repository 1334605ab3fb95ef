import { resolveWindows } from '../../../src/collect/window.ts';
import { HOUR, MINUTE } from '../../../src/model/time.ts';

/** Every incident is looked at from the same instant: nothing may depend on the date. */
export const NOW = Date.parse('2026-11-21T20:16:30Z');

/** What `nfm triage` looks at by default. */
export const WINDOWS = resolveWindows(
  { since: { before: HOUR }, until: { ago: 0 }, baseline: 'default' },
  NOW,
);

/** Minute 0: where the baseline starts. */
export const START = Date.parse(WINDOWS.baseline?.start ?? WINDOWS.window.start);

/** The start of a minute, ms since the epoch. */
export function minuteAt(minute: number): number {
  return START + minute * MINUTE;
}
