import type { ZoneReport } from '../model/report.ts';
import { MINUTE } from '../model/time.ts';
import { count, duration, time } from '../model/units.ts';
import { binSize, bins, marks, sparkline } from './sparkline.ts';

/** Retransmissions a minute below which a chart is not filled: a handful must not look like an outage. */
const CALM = 10;

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
    ...(counts.includes(null) ? [`${missing} = not reported`] : []),
  ].join('; ');
  return { lines, key };
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
