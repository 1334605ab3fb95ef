import type { Case } from '../model/case.ts';
import type { MonitorHealth } from '../model/documents.ts';
import { DESTINATION_CATEGORIES, NHI_CATEGORIES } from '../model/service.ts';
import { indicator, nhiReport } from './nhi.ts';

/** The network health indicator of the named monitors, or of each, period by period; those that need a look first. */
export function healthOf(
  { monitors, window, zones, target }: Pick<Case, 'monitors' | 'window' | 'zones' | 'target'>,
  named: readonly string[],
  withoutSeries: number,
): MonitorHealth[] {
  return monitors
    .filter(({ name }) => named.length === 0 || named.includes(name))
    .map((monitor) => {
      const {
        periodSeconds: _,
        missing: __,
        missingMinutes: ___,
        ...report
      } = nhiReport(monitor, zones, window);
      const minutes = indicator(monitor.series, window, withoutSeries);
      const datapoints = minutes.values.filter((value) => value !== null).length;
      return { region: target.region, ...report, datapoints, minutes };
    })
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.monitor < b.monitor ? -1 : 1));
}

const ORDER: readonly MonitorHealth['state'][] = ['degraded', 'unknown', 'healthy'];

/** All of them together: one degraded monitor is enough; healthy takes one that says so. */
export function overallHealth(items: readonly MonitorHealth[]): MonitorHealth['state'] {
  if (items.some((item) => item.state === 'degraded')) return 'degraded';
  return items.some((item) => item.state === 'healthy') ? 'healthy' : 'unknown';
}

/** What no value of the indicator can mean (observability-best-practices, Network Flow Monitor guide). */
export const HEALTH_NOTES: readonly string[] = [
  `The indicator knows AWS's network only, and TCP only. It is blind to flows of ${DESTINATION_CATEGORIES.filter(
    (category) => !NHI_CATEGORIES.includes(category),
  ).join(
    ', ',
  )}, and to the inside of an instance. 'Degraded' names no flow and no zone; no datapoint is unknown, not healthy.`,
];
