import type { Case, Insight, Monitor, Series } from '../model/case.ts';
import { rated, readOf, readShare } from './known.ts';
import { READ_LEAST } from './thresholds.ts';

export interface ZoneSource {
  azId: string;
  /** The minutes of which a rate can be told. */
  series: Series;
  /** All that was reported. */
  reported: Series;
  source: 'monitor' | 'workload-insights';
  monitor: string | null;
  /** It holds nothing but the target. The others are there to be compared with, and are never themselves the answer. */
  inside: boolean;
}

/** Monitors that publish and see all remotes: one with remote resources counts only a part of its traffic. */
function whole(monitors: readonly Monitor[]): Monitor[] {
  return monitors.filter((m) => m.series !== null && m.remote.length === 0 && hasTraffic(m.series));
}

function hasTraffic(series: Series): boolean {
  // What was lost is there, and not known.
  return series.bytes.some((b) => b !== null) || (series.lost?.includes('bytes') ?? false);
}

/** Where the target lies. */
export function inTarget({ targetZones }: Case, azId: string): boolean {
  return !targetZones || targetZones.includes(azId);
}

/**
 * The one series that holds the whole target and nothing else: of a monitor that covers it, the widest one; else the
 * sum of its zones. Null where none is its own: a series of more than the target is not the target's.
 */
export function targetSeries(data: Case, zones: readonly ZoneSource[]): Series | null {
  const named =
    data.target.kind === 'monitor' ? data.monitors.find((m) => m.name === data.target.id) : undefined;
  if (named?.series) return named.series;
  const covering = whole(data.monitors).filter((m) => m.coversTarget && m.insideTarget !== false);
  const byWidth = covering.sort((a, b) => total(b.series) - total(a.series) || (a.name < b.name ? -1 : 1));
  const read = byWidth.find(({ series }) => series && readShare(series, data.window) >= READ_LEAST);
  if (read) return read.series;
  const sum = sumSeries(zones.filter((z) => z.inside).map((z) => z.reported));
  return sum && readOf(sum, data.window).counted > 0 ? sum : (byWidth[0]?.series ?? sum);
}

/**
 * One series a zone, all from one kind of source: series that were counted differently cannot be compared.
 * Zone monitors if there are any, else workload insights.
 */
export function zoneSources(data: Case): ZoneSource[] {
  const own = new Map<string, Monitor>();
  for (const monitor of whole(data.monitors)) {
    const [azId, ...others] = monitor.zones ?? [];
    if (!azId || others.length) continue;
    const rival = own.get(azId);
    // Where the target lies, one of another VPC must not stand for it.
    const isCloser = rival && inTarget(data, azId) ? holdsOnly(monitor) - holdsOnly(rival) : 0;
    const isLarger = total(monitor.series) > total(rival?.series ?? null);
    if (!rival || isCloser > 0 || (isCloser === 0 && isLarger)) own.set(azId, monitor);
  }
  const fromMonitors = [...own].flatMap(([azId, m]) =>
    m.series
      ? [
          {
            azId,
            ...told(m.series),
            source: 'monitor' as const,
            monitor: m.name,
            inside: inTarget(data, azId) && holdsOnly(m) > 0,
          },
        ]
      : [],
  );
  const fromInsights = [...groupInsights(data.insights)].map(([azId, series]) => ({
    azId,
    ...told(series),
    source: 'workload-insights' as const,
    monitor: null,
    inside: inTarget(data, azId),
  }));
  const chosen = fromMonitors.length >= Math.min(2, fromInsights.length) ? fromMonitors : fromInsights;
  return chosen.sort((a, b) => (a.azId < b.azId ? -1 : 1));
}

/** Is all that it counts the target's? */
function holdsOnly({ insideTarget }: Monitor): 0 | 1 {
  return insideTarget === false ? 0 : 1;
}

function told(reported: Series): Pick<ZoneSource, 'series' | 'reported'> {
  return { series: rated(reported), reported };
}

function groupInsights(insights: readonly Insight[]): Map<string, Series> {
  const zones = new Map<string, Series[]>();
  for (const { azId, series } of insights) zones.set(azId, [...(zones.get(azId) ?? []), series]);
  const summed = new Map<string, Series>();
  for (const [azId, series] of zones) {
    const sum = sumSeries(series);
    if (sum && hasTraffic(sum)) summed.set(azId, sum);
  }
  return summed;
}

function total(series: Series | null): number {
  return (series?.bytes ?? []).reduce<number>((sum, b) => sum + (b ?? 0), 0);
}

/**
 * Bin by bin. Bytes are null only where no part reported; events also where a part that has bytes does not tell its own.
 * The parts share one grid, because one collection made them.
 */
export function sumSeries(parts: readonly Series[]): Series | null {
  const [first] = parts;
  if (!first) return null;
  const at = (key: 'bytes' | 'retransmissions' | 'timeouts') =>
    first.bytes.map((_, i) => {
      if (parts.some((p) => (p.bytes[i] ?? null) !== null && (p[key][i] ?? null) === null)) return null;
      const values = parts.map((p) => p[key][i] ?? null).filter((v) => v !== null);
      return values.length ? values.reduce((a, b) => a + b, 0) : null;
    });
  const nothing = first.bytes.map(() => null);
  const lost = [...new Set(parts.flatMap((p) => p.lost ?? []))];
  return {
    start: first.start,
    periodSeconds: first.periodSeconds,
    bytes: at('bytes'),
    retransmissions: at('retransmissions'),
    timeouts: at('timeouts'),
    rttMicros: nothing,
    nhi: nothing,
    ...(lost.length > 0 ? { lost } : {}),
  };
}
