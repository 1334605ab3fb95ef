import type { Case, Insight, Series, Window } from '../model/case.ts';
import type { MetricsItem } from '../model/documents.ts';
import { instant, SECOND } from '../model/time.ts';
import { sumOf } from './known.ts';
import { indicator, nhiReport } from './nhi.ts';
import { binStart, binsWithin, mean, perGib } from './rates.ts';
import { READ_LEAST } from './thresholds.ts';

type Given = Pick<Case, 'monitors' | 'zones' | 'insights' | 'window' | 'target'>;

/** The five metrics over time: of each monitor, and of each zone and kind of destination of workload insights. */
export function metricsOf(
  { monitors, zones, insights, window, target: { region } }: Given,
  named: readonly string[],
  periodSeconds: number,
): MetricsItem[] {
  const nameOf = (azId: string) => zones.find((z) => z.azId === azId)?.az ?? null;
  return [
    ...monitors
      .filter(({ name }) => named.length === 0 || named.includes(name))
      .map((monitor): MetricsItem => {
        const { covers, coversNames, state } = nhiReport(monitor, zones, window);
        const series = within(monitor.series ?? unknownSeries(window, periodSeconds), window);
        return {
          region,
          source: 'monitor',
          monitor: monitor.name,
          az: null,
          azId: null,
          category: null,
          covers,
          coversNames,
          ...summed(series, window, state),
        };
      }),
    ...insights.map(({ azId, category, series }): MetricsItem => {
      const az = nameOf(azId);
      return {
        region,
        source: 'workload-insights',
        monitor: null,
        az,
        azId,
        category,
        covers: [azId],
        coversNames: [az ?? azId],
        ...summed(within(coarser(series, periodSeconds), window), window, 'unknown'),
      };
    }),
  ];
}

function summed(
  series: Series,
  window: Window,
  nhi: MetricsItem['total']['nhi'],
): Pick<MetricsItem, 'total' | 'missing' | 'series'> {
  const [bytes, retransmissions, timeouts] = (['bytes', 'retransmissions', 'timeouts'] as const).map(
    (counter) => sumOf(series, counter, window, READ_LEAST),
  ) as [number | null, number | null, number | null];
  return {
    total: {
      bytes,
      retransmissions,
      timeouts,
      rttMicros: mean(series.rttMicros),
      retransmissionsPerGiB:
        bytes === null || retransmissions === null ? null : perGib(retransmissions, bytes),
      nhi,
    },
    missing: series.bytes.filter((value) => value === null).length,
    series,
  };
}

/** The periods of the window; the indicator as 0 and 1. */
function within(series: Series, window: Window): Series {
  const [from, to] = binsWithin(series, window);
  const cut = (values: Series['bytes']) => values.slice(from, to);
  return {
    ...series,
    start: instant(binStart(series, from)),
    bytes: cut(series.bytes),
    retransmissions: cut(series.retransmissions),
    timeouts: cut(series.timeouts),
    rttMicros: cut(series.rttMicros),
    nhi: indicator(series, window).values,
  };
}

function unknownSeries({ start, end }: Window, periodSeconds: number): Series {
  const bins = Math.ceil((Date.parse(end) - Date.parse(start)) / (periodSeconds * SECOND));
  const none = () => new Array<null>(bins).fill(null);
  return {
    start,
    periodSeconds,
    bytes: none(),
    retransmissions: none(),
    timeouts: none(),
    rttMicros: none(),
    nhi: none(),
  };
}

/** Workload insights come in five minutes; where longer periods are asked for, so many of them together. */
function coarser(series: Insight['series'], periodSeconds: number): Series {
  const size = periodSeconds / series.periodSeconds;
  if (size <= 1 || !Number.isInteger(size)) return series;
  const sums = (values: Series['bytes']) =>
    Array.from({ length: Math.ceil(values.length / size) }, (_, bin) => {
      const known = values.slice(bin * size, (bin + 1) * size).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
    });
  const none = (values: Series['bytes']) => new Array<null>(Math.ceil(values.length / size)).fill(null);
  return {
    ...series,
    periodSeconds,
    bytes: sums(series.bytes),
    retransmissions: sums(series.retransmissions),
    timeouts: sums(series.timeouts),
    rttMicros: none(series.rttMicros),
    nhi: none(series.nhi),
  };
}

/** What the numbers cannot tell (docs/network-flow-monitor.md). */
export function metricsNotes(items: readonly MetricsItem[]): string[] {
  return [
    ...(items.some(({ source }) => source === 'monitor')
      ? [
          "A monitor's metrics are those of all its flows together, TCP only. Not every period has a round-trip time, and no indicator is unknown, not healthy.",
        ]
      : []),
    ...(items.some(({ source }) => source === 'workload-insights')
      ? [
          'Workload insights hold the whole scope, in five-minute steps, and have neither round-trip time nor health indicator.',
        ]
      : []),
  ];
}
