import type { ZoneReport } from '../../model/report.ts';
import { GIB } from '../../model/service.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import { groups } from '../charts.ts';

/** More points than these no screen shows. */
const MOST_POINTS = 240;
export interface Point {
  start: number;
  end: number;
  perGib: number | null;
  retransmissions: number | null;
  /** A minute. */
  bytes: number | null;
  timeouts: number | null;
  rttMicros: number | null;
}

/** A zone's minutes, several as one where they are too many. */
export function pointsOf({ minutes }: ZoneReport): Point[] {
  const { start, periodSeconds, retransmissions } = minutes;
  const at = Date.parse(start);
  const period = periodSeconds * SECOND;
  return groups([...retransmissions.keys()], MOST_POINTS).map((group) => {
    const of = (values: readonly (number | null)[] | undefined) => group.map((bin) => values?.[bin] ?? null);
    const [events, carried] = [of(retransmissions), of(minutes.bytes)];
    const both = group.flatMap((_, i) => {
      const [e = null, b = null] = [events[i], carried[i]];
      return e === null || b === null ? [] : [{ events: e, bytes: b }];
    });
    const bytesOfBoth = total(both.map((b) => b.bytes)) ?? 0;
    const length = (group.length * period) / MINUTE;
    const aMinute = (values: readonly (number | null)[]) => {
      const sum = total(values);
      return sum === null ? null : sum / length;
    };
    const trips = of(minutes.rttMicros).filter((value) => value !== null);
    const first = at + (group[0] ?? 0) * period;
    return {
      start: first,
      end: first + group.length * period,
      perGib: bytesOfBoth > 0 ? ((total(both.map((b) => b.events)) ?? 0) / bytesOfBoth) * GIB : null,
      retransmissions: aMinute(events),
      bytes: aMinute(carried),
      timeouts: aMinute(of(minutes.timeouts)),
      rttMicros: trips.length > 0 ? (total(trips) ?? 0) / trips.length : null,
    };
  });
}

/** Null where nothing is known. */
export function total(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** Points that follow each other, all of which hold. */
export function runsOf(points: readonly Point[], holds: (point: Point) => boolean): Point[][] {
  const runs: Point[][] = [];
  let last: Point[] | undefined;
  for (const point of points) {
    if (!holds(point)) last = undefined;
    else if (last) last.push(point);
    else {
      last = [point];
      runs.push(last);
    }
  }
  return runs;
}
