import type { Series } from '../model/case.ts';
import { GIB } from '../model/service.ts';
import { DAY, SECOND } from '../model/time.ts';
import { perGib } from './rates.ts';
import { MIN_EVENTS, READ_LEAST, RISE } from './thresholds.ts';

/*
 * What is usual for a monitor, from its own past: where alarms begin. They are constants, so that what an alarm would
 * have done in that past can be told before it is made. CloudWatch's own band (ANOMALY_DETECTION_BAND) cannot: its model
 * is not published, it learns an impairment that goes on, and a series that is 0 most of the time has a band of no width.
 */

/** M of N periods. */
export interface Rule {
  breaching: number;
  periods: number;
}

export interface RateLimit {
  /** Retransmissions per GiB, above which a period is bad. */
  perGib: number;
  /** Below either, a period says nothing: few bytes make a rate of anything. */
  leastEvents: number;
  leastBytes: number;
  /** What 99 % of the periods of a usual day stayed at or below, as the alarm sees them. */
  usualPerGib: number;
  /** How often the alarm would have gone off in that past. */
  wouldHaveFired: number;
}

/** Below this, bytes are connections being kept alive. */
const LEAST_BYTES = 1024 ** 2;
/** A period with less than this share of the usual traffic is no longer the same workload. */
const LEAST_SHARE = 0.1;
const QUANTILE = 0.99;

/** Null where less than a day of reports, or of traffic, tells what is usual: its nights are unknown. */
export function rateLimit(series: Series, rule: Rule): RateLimit | null {
  if (isLost(series, ['bytes', 'retransmissions'])) return null;
  const sent = series.bytes.filter((bytes) => bytes !== null && bytes > 0) as number[];
  if (!isEnough(series, sent.length)) return null;
  const median = quantile(sent, 0.5);
  const leastBytes = rounded(Math.max(LEAST_BYTES, LEAST_SHARE * median));
  const seen = series.bytes.map((bytes, bin) => {
    const events = series.retransmissions[bin] ?? 0;
    if (bytes === null) return null;
    return bytes >= leastBytes && events >= MIN_EVENTS ? (perGib(events, bytes) ?? 0) : 0;
  });
  // Of the days the one in the middle: what comes back every day is usual, the incident of one day is not.
  const usualPerGib = quantile(
    days(seen, series.periodSeconds).map((day) => quantile(day, QUANTILE)),
    0.5,
  );
  // Where there is next to nothing, what the least of events would be in the usual traffic.
  const limit = rounded(Math.max(RISE * usualPerGib, (MIN_EVENTS / median) * GIB));
  const bad = seen.map((value) => value !== null && value > limit);
  return {
    perGib: limit,
    leastEvents: MIN_EVENTS,
    leastBytes,
    usualPerGib,
    wouldHaveFired: firings(bad, rule),
  };
}

export interface Silence {
  /** Periods between two reports, at most. */
  longest: number;
  /** Periods without a report up to the end. */
  now: number;
}

/** Null where it never reported, or its reports could not be read: whether it should report is unknown. */
export function silences(series: Series): Silence | null {
  const { bytes } = series;
  const reports = bytes.flatMap((value, bin) => (value === null ? [] : [bin]));
  if (isLost(series, ['bytes']) || !isEnough(series, reports.length)) return null;
  const last = reports.at(-1) ?? 0;
  const longest = Math.max(0, ...reports.slice(1).map((bin, i) => bin - (reports[i] ?? 0) - 1));
  return { longest, now: bytes.length - 1 - last };
}

function isLost({ lost = [] }: Series, columns: readonly ('bytes' | 'retransmissions')[]): boolean {
  return columns.some((column) => lost.includes(column));
}

/** A day, less what may be missing of it. */
function isEnough({ periodSeconds }: Series, periods: number): boolean {
  return periods * periodSeconds * SECOND >= READ_LEAST * DAY;
}

/** What was seen on each day, counted from the end: the last one is whole. */
function days(seen: readonly (number | null)[], periodSeconds: number): number[][] {
  const length = DAY / (periodSeconds * SECOND);
  const found: number[][] = [];
  for (let end = seen.length; end > 0; end -= length) {
    const day = seen.slice(Math.max(0, end - length), end).filter((value) => value !== null);
    if (day.length > 0) found.push(day);
  }
  return found;
}

/** How often `breaching` of the last `periods` are bad, and were not a period before. */
function firings(bad: readonly boolean[], { breaching, periods }: Rule): number {
  let [count, was, fired] = [0, false, 0];
  for (const [bin, isBad] of bad.entries()) {
    count += Number(isBad) - Number(bad[bin - periods] ?? false);
    const is = count >= breaching;
    if (is && !was) fired++;
    was = is;
  }
  return fired;
}

/** The least value that so large a share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Up to two digits: what was exported yesterday stays the same where little has changed. */
function rounded(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / step) * step).toPrecision(2));
}
