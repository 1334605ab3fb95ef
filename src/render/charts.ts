import type { ReportedChange, ZoneReport } from '../model/report.ts';
import { instant, MINUTE, SECOND } from '../model/time.ts';
import { count, dateTime, duration, time } from '../model/units.ts';

/** Retransmissions a minute below which a chart is not filled: a handful must not look like an outage. */
const CALM = 10;

/** The lowest mark is for zero alone, so that one event never looks like none. */
const BLOCKS = { levels: '▁▂▃▄▅▆▇█', missing: '·' };
const ASCII = { levels: '_.:-=+*#', missing: '?' };

/** One sparkline a zone, all on one scale, and the line that explains them. */
export function zoneCharts(zones: readonly ZoneReport[], width: number, unicode: boolean) {
  const counts = zones.flatMap((zone) => zone.minutes.retransmissions);
  const tallest = Math.max(CALM, ...zones.flatMap((zone) => perMinute(zone, width)));
  const lines = zones.map((zone) =>
    sparkline(zone.minutes.retransmissions, { width, unicode, max: tallest * markMinutes(zone, width) }),
  );

  const { full, missing } = marks(unicode);
  const start = zones[0]?.minutes.start;
  const [length, ...others] = new Set(zones.map((zone) => markMinutes(zone, width)));
  const [from, mark] = [
    start === undefined ? '' : ` from ${time(start)} UTC`,
    length === undefined || others.length > 0 ? '' : `, ${duration(length * MINUTE)} a mark`,
  ];
  const key = [
    `chart${from}${mark}`,
    ...(counts.some((value) => value !== null) ? [`${full} = ${count(tallest)} a minute`] : []),
    ...(counts.includes(null) ? [`${missing} = no count`] : []),
  ].join('; ');
  return { lines, key };
}

/**
 * Under the charts: the numbers of what changed, from 1, each where it happened; the nearer one where two meet. Null
 * where nothing happened within them, or where their marks are of different times.
 */
export function changeMarks(
  zones: readonly ZoneReport[],
  changes: readonly Pick<ReportedChange, 'at'>[],
  width: number,
): string | null {
  const [first] = zones;
  if (!first || new Set(zones.map((zone) => `${zone.minutes.start} ${markMinutes(zone, width)}`)).size > 1)
    return null;
  const { start, periodSeconds, retransmissions } = first.minutes;
  const all = groups([...retransmissions.keys()], width);
  const line = all.map(() => ' ');
  for (const [i, { at }] of changes.entries()) {
    const bin = Math.floor((Date.parse(at) - Date.parse(start)) / (periodSeconds * SECOND));
    const mark = all.findIndex((group) => group.includes(bin));
    if (line[mark] === ' ') line[mark] = String(i + 1);
  }
  return line.join('').trimEnd() || null;
}

/** Minutes that one mark of a zone's chart stands for. */
function markMinutes({ minutes }: ZoneReport, width: number): number {
  return (binSize(minutes.retransmissions.length, width) * minutes.periodSeconds) / 60;
}

/** Per minute, so that zones whose data comes in bins of one and of five minutes share a scale. */
function perMinute(zone: ZoneReport, width: number): number[] {
  const length = markMinutes(zone, width);
  return bins(zone.minutes.retransmissions, width).map((sum) => (sum ?? 0) / length);
}

export type Health = 0 | 1 | null;
export type HealthMark = 'healthy' | 'degraded' | 'missing';

/** The lowest mark, the highest, and none: they differ in shape, for those who see no colour. */
export function stripMarks(unicode: boolean): Readonly<Record<HealthMark, string>> {
  const { levels, missing } = unicode ? BLOCKS : ASCII;
  return { healthy: levels.charAt(0), degraded: levels.charAt(levels.length - 1), missing };
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

type Counts = readonly (number | null)[];

interface SparklineOptions {
  width: number;
  unicode: boolean;
  /** The value of the tallest mark; give the same one to lines that stand under each other. */
  max?: number;
  /** Of averages, a mark is an average too. */
  averages?: boolean;
}

/** The marks that a key under a chart explains. */
export function marks(unicode: boolean): { full: string; missing: string } {
  const { levels, missing } = unicode ? BLOCKS : ASCII;
  return { full: levels.charAt(levels.length - 1), missing };
}

/** How many values share one mark when `length` values must fit into `width` marks. */
export function binSize(length: number, width: number): number {
  return Math.max(1, Math.ceil(length / Math.max(1, width)));
}

/**
 * Sums of equal bins. Where the values do not divide evenly, the first bin is the short one:
 * the newest minutes matter most. A bin is null only where nothing in it was reported.
 */
export function bins(values: Counts, width: number): (number | null)[] {
  return groups(values, width).map((group) => {
    const known = group.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

/** The values of each mark. */
export function groups<T>(values: readonly T[], width: number): T[][] {
  const size = binSize(values.length, width);
  const first = values.length % size;
  const starts = Array.from({ length: Math.ceil(values.length / size) }, (_, bin) =>
    first === 0 ? bin * size : Math.max(0, first + (bin - 1) * size),
  );
  return starts.map((start, bin) => values.slice(start, starts[bin + 1]));
}

/** The average of each mark; null where nothing in it was measured. */
export function averages(values: Counts, width: number): (number | null)[] {
  return groups(values, width).map((group) => {
    const known = group.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

export function sparkline(values: Counts, options: SparklineOptions): string {
  const { width, unicode, max } = options;
  const { levels, missing } = unicode ? BLOCKS : ASCII;
  const sums = options.averages ? averages(values, width) : bins(values, width);
  const top = max ?? Math.max(0, ...sums.map((sum) => sum ?? 0));
  const highest = levels.length - 1;
  return sums
    .map((sum) => {
      if (sum === null) return missing;
      if (sum <= 0 || top <= 0) return levels.charAt(0);
      return levels.charAt(Math.min(highest, Math.max(1, Math.ceil((sum / top) * highest))));
    })
    .join('');
}
