import type { Case, Monitor, Series, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { instant, SECOND } from '../model/time.ts';
import { binStart, binsWithin } from './rates.ts';

/**
 * What AWS's network health indicator said of each monitor in a window.
 * No datapoint is 'unknown', never 'healthy'. The docs publish 0 and 1, the field has seen 0 and 100: any value above 0 is degraded.
 */
export function readNhi(
  { monitors, zones, targetZones }: Pick<Case, 'monitors' | 'zones' | 'targetZones'>,
  window: Window,
): NhiReport[] {
  const own = monitors.filter(
    (m) => !targetZones || !m.zones || m.zones.some((z) => targetZones.includes(z)),
  );
  return own.map((monitor) => nhiReport(monitor, zones, window));
}

export function nhiReport(monitor: Monitor, zones: Case['zones'], window: Window): NhiReport {
  const { start, periodSeconds, values } = indicator(monitor.series, window);
  const at = (bin: number) => instant(Date.parse(start) + bin * periodSeconds * SECOND);
  const degradedMinutes = values.flatMap((value, bin) => (value === 1 ? [at(bin)] : []));
  const datapoints = values.filter((value) => value !== null).length;
  return {
    monitor: monitor.name,
    state: degradedMinutes.length ? 'degraded' : datapoints ? 'healthy' : 'unknown',
    degradedMinutes,
    ...(periodSeconds === 60 ? {} : { periodSeconds }),
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

/**
 * The indicator for one place: degraded if a monitor that covers it says so, healthy if one has datapoints
 * and none is degraded, else unknown. Without a zone, every monitor counts.
 */
export function nhiOf(reports: readonly NhiReport[], azId: string | null): NhiReport['state'] {
  const covering = reports.filter((r) => azId === null || r.covers.includes(azId));
  if (covering.some((r) => r.state === 'degraded')) {
    // A monitor of this zone alone knows better than one of all zones, where another zone's flow may be the cause.
    const narrow = covering.filter((r) => azId !== null && r.covers.length === 1 && r.state !== 'unknown');
    if (narrow.length && narrow.every((r) => r.state === 'healthy')) return 'healthy';
    return 'degraded';
  }
  return covering.some((r) => r.state === 'healthy') ? 'healthy' : 'unknown';
}
