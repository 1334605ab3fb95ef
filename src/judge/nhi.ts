import type { Case, Monitor, Series, Window } from '../model/case.ts';
import { metricsUrl } from '../model/console.ts';
import type { NhiReport } from '../model/report.ts';
import { instant, SECOND } from '../model/time.ts';
import { binStart, binsWithin } from './rates.ts';
import { READ_LEAST } from './thresholds.ts';

/**
 * What AWS's network health indicator said of each monitor in a window.
 * No datapoint is 'unknown', never 'healthy', and so are too few of them. The docs publish 0 and 1, the field has seen 0 and 100: any value above 0 is degraded.
 */
export function readNhi(
  { monitors, zones, targetZones, sandbox }: Pick<Case, 'monitors' | 'zones' | 'targetZones' | 'sandbox'>,
  window: Window,
): NhiReport[] {
  const own = monitors.filter(
    (m) => !targetZones || !m.zones || m.zones.some((z) => targetZones.includes(z)),
  );
  return own.map((monitor) => {
    const url = sandbox === undefined ? metricsUrl(monitor.arn, window) : null;
    return { ...nhiReport(monitor, zones, window), ...(url === null ? {} : { metricsUrl: url }) };
  });
}

export function nhiReport(monitor: Monitor, zones: Case['zones'], window: Window): NhiReport {
  const { start, periodSeconds, values } = indicator(monitor.series, window);
  const at = (bin: number) => instant(Date.parse(start) + bin * periodSeconds * SECOND);
  const degradedMinutes = values.flatMap((value, bin) => (value === 1 ? [at(bin)] : []));
  const missingMinutes = values.flatMap((value, bin) => (value === null ? [at(bin)] : []));
  const missing = missingMinutes.length;
  const datapoints = values.length - missing;
  return {
    monitor: monitor.name,
    state: degradedMinutes.length
      ? 'degraded'
      : datapoints > 0 && datapoints >= READ_LEAST * values.length
        ? 'healthy'
        : 'unknown',
    degradedMinutes,
    ...(periodSeconds === 60 ? {} : { periodSeconds }),
    ...(missing > 0 ? { missing, ...(datapoints > 0 ? { missingMinutes } : {}) } : {}),
    covers: monitor.zones ?? [],
    coversNames: (monitor.zones ?? []).map((id) => zones.find((z) => z.azId === id)?.az ?? id),
  };
}

/** The indicator bin by bin: 1 degraded, 0 healthy, null no datapoint. Without a series there is none in the whole window. */
export function indicator(
  series: Series | null,
  window: Window,
  withoutSeries = 60,
): { start: string; periodSeconds: number; values: (0 | 1 | null)[] } {
  if (!series) {
    const seconds = (Date.parse(window.end) - Date.parse(window.start)) / SECOND;
    const values = new Array<null>(Math.ceil(seconds / withoutSeries)).fill(null);
    return { start: window.start, periodSeconds: withoutSeries, values };
  }
  const [from, to] = binsWithin(series, window);
  return {
    start: instant(binStart(series, from)),
    periodSeconds: series.periodSeconds,
    values: series.nhi.slice(from, to).map((value) => (value === null ? null : value > 0 ? 1 : 0)),
  };
}

/** Are all minutes that wide monitors call degraded those of another zone's own monitor? */
function isElsewhere(reports: readonly NhiReport[], covering: readonly NhiReport[]): boolean {
  const others = reports.filter((r) => r.covers.length === 1 && !covering.includes(r));
  const theirs = new Set(others.flatMap((r) => r.degradedMinutes));
  return covering.flatMap((r) => r.degradedMinutes).every((minute) => theirs.has(minute));
}

/**
 * The indicator for a place, which is one zone or several: degraded if a monitor of any of them says so; healthy if none
 * does and for each a monitor has the datapoints to say so; else unknown. Without zones, every monitor counts.
 */
export function nhiOf(reports: readonly NhiReport[], place: readonly string[] | null): NhiReport['state'] {
  const covers = (r: NhiReport, azId: string) => r.covers.includes(azId);
  const covering = reports.filter((r) => !place || place.some((azId) => covers(r, azId)));
  if (covering.some((r) => r.state === 'degraded')) {
    // A monitor of this zone alone knows better than one of all zones, where another zone's flow may be the cause.
    if (place?.length !== 1) return 'degraded';
    const narrow = covering.filter((r) => r.covers.length === 1);
    if (narrow.some((r) => r.state === 'degraded')) return 'degraded';
    if (narrow.length > 0) return narrow.every((r) => r.state === 'healthy') ? 'healthy' : 'unknown';
    return isElsewhere(reports, covering) ? 'unknown' : 'degraded';
  }
  const zones = place ?? [...new Set(covering.flatMap((r) => r.covers))];
  const healthy = covering.filter((r) => r.state === 'healthy');
  const everywhere = zones.every((azId) => healthy.some((r) => covers(r, azId)));
  return healthy.length > 0 && everywhere ? 'healthy' : 'unknown';
}
