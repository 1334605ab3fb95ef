import type { Case, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { binStart, binsWithin } from './rates.ts';

/**
 * What AWS's network health indicator said of each monitor in a window.
 * No datapoint is 'unknown', never 'healthy'. The docs publish 0 and 1, the field has seen 0 and 100: any value above 0 is degraded.
 */
export function readNhi({ monitors, zones }: Case, window: Window): NhiReport[] {
  return monitors.map((monitor) => {
    const series = monitor.series;
    const [from, to] = series ? binsWithin(series, window) : [0, 0];
    const degradedMinutes: string[] = [];
    let datapoints = 0;
    for (let i = from; series && i < to; i++) {
      const value = series.nhi[i] ?? null;
      if (value === null) continue;
      datapoints++;
      if (value > 0) degradedMinutes.push(instant(binStart(series, i)));
    }
    return {
      monitor: monitor.name,
      state: degradedMinutes.length ? 'degraded' : datapoints ? 'healthy' : 'unknown',
      degradedMinutes,
      covers: monitor.zones ?? [],
      coversNames: (monitor.zones ?? []).map((id) => zones.find((z) => z.azId === id)?.az ?? id),
    };
  });
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
