import { instant, SECOND } from '../model/time.ts';
import { dateTime, time } from '../model/units.ts';
import { groups } from './sparkline.ts';

export type Health = 0 | 1 | null;
export type HealthMark = 'healthy' | 'degraded' | 'missing';

/** The marks of the sparklines: lowest, highest, none. They differ in shape, for those who see no colour. */
const BLOCKS: Readonly<Record<HealthMark, string>> = { healthy: '▁', degraded: '█', missing: '·' };
const ASCII: Readonly<Record<HealthMark, string>> = { healthy: '_', degraded: '#', missing: '?' };

export function stripMarks(unicode: boolean): Readonly<Record<HealthMark, string>> {
  return unicode ? BLOCKS : ASCII;
}

/**
 * The health indicator over time, at most `width` marks. A mark of several minutes is degraded if one of them is,
 * and healthy only if all are: a degraded minute must not vanish, and unknown is never healthy.
 */
export function strip(values: readonly Health[], width: number): HealthMark[] {
  return groups(values, width).map((group) => {
    if (group.includes(1)) return 'degraded';
    return group.includes(null) ? 'missing' : 'healthy';
  });
}

/** First and last time under a chart of so many marks; with dates where it spans days. */
export function timeAxis(start: string, end: string, marks: number): string {
  const last = instant(Date.parse(end) - SECOND);
  const clock = start.slice(0, 10) === last.slice(0, 10) ? time : shortDateTime;
  const [left, right] = [clock(start), clock(end)];
  if (left.length + 2 + right.length > marks) return left;
  return left + right.padStart(marks - left.length);
}

/** `11-21 20:11` */
function shortDateTime(at: string): string {
  return dateTime(at).slice(5, 16);
}
