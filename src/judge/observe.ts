import type { Case, Series, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { type Change, change } from './change.ts';
import { locate, type Where } from './locate.ts';
import { nhiOf, readNhi } from './nhi.ts';
import { findOnset } from './onset.ts';
import { type Count, count, dispersion, exposed } from './rates.ts';
import { type State, stateOf } from './silence.ts';
import { inTarget, targetSeries, type ZoneSource, zoneSources } from './sources.ts';
import { CLEAN_BASELINE, RISE } from './thresholds.ts';
import { compareZones, type ZoneComparison } from './zones.ts';

export interface ObservedZone extends ZoneSource {
  window: Count;
  baseline: Count;
  comparison: ZoneComparison;
  state: State;
}

/** Every question answered once; the verdict only combines the answers. */
export interface Observation {
  /** What was compared with: the baseline that was asked for, less what the incident had reached already. */
  baseline: Window | null;
  series: Series | null;
  change: Change;
  zones: ObservedZone[];
  /** The zone that stands out against its peers, if exactly one does; else the clearest of them. */
  outlier: ObservedZone | null;
  starved: ObservedZone[];
  /** When the rate of the outlier, or of the whole target, rose. */
  onset: number | null;
  end: number | null;
  /** The minutes that the symptom is set against the NHI in: from onset to end, inside the window. */
  symptom: Window;
  nhi: NhiReport[];
  nhiHere: NhiReport['state'];
  where: Where;
}

/** Each zone against its own baseline and its peers. */
export function observeZones(data: Case, sources: readonly ZoneSource[] = zoneSources(data)): ObservedZone[] {
  const counts = sources.map((s) => ({
    ...s,
    window: count(s.series, data.window),
    baseline: count(s.series, data.baseline),
    phi: dispersion(exposed(s.series, data.window)),
  }));
  const comparisons = compareZones(counts);
  return counts.flatMap((zone, i) => {
    const comparison = comparisons[i];
    return comparison ? [{ ...zone, comparison, state: stateOf(zone, counts) }] : [];
  });
}

export function observe(given: Case): Observation {
  const sources = zoneSources(given);
  const series = targetSeries(given, sources);
  const own = sources.filter((s) => inTarget(given, s.azId)).map((s) => s.series);
  const early = earlyOnset(given, series ? [series, ...own] : own);
  const data =
    early === null || !given.baseline
      ? given
      : { ...given, baseline: { ...given.baseline, end: instant(early) } };
  const zones = observeZones(data, sources);
  const ownZones = zones.filter((z) => inTarget(data, z.azId));
  const outlier = mostOutlying(ownZones);
  const overall = change(
    count(series, data.window),
    count(series, data.baseline),
    dispersion(exposed(series, data.window)),
  );
  const affected = outlier?.series ?? series;
  const found = affected && (outlier || overall.verdict === 'up') ? findOnset(affected) : null;
  const symptom = symptomWindow(data.window, found?.start ?? null, found?.end ?? null);
  const nhi = readNhi(data, data.window);
  return {
    baseline: data.baseline,
    series,
    change: overall,
    zones,
    outlier,
    starved: ownZones.filter((z) => z.state !== 'reporting' && z.baseline.bytes > 0),
    onset: found?.start ?? null,
    end: found?.end ?? null,
    symptom,
    nhi,
    nhiHere: nhiOf(readNhi(data, symptom), outlier?.azId ?? null),
    where: locate(data, outlier?.azId ?? null),
  };
}

/**
 * An incident that was there before the window has its first part in the baseline, and would be measured against
 * itself. Its onset, if enough of the baseline lies before it; null where the baseline is clean.
 */
function earlyOnset({ baseline, window }: Case, series: readonly Series[]): number | null {
  if (!baseline) return null;
  const [from, to] = [Date.parse(baseline.start) + CLEAN_BASELINE, Date.parse(window.start)];
  const onsets = series.flatMap((s) => {
    const found = findOnset(s);
    const lasts = found && (found.end === null || found.end > to);
    return found && lasts && found.ratio >= RISE && found.start >= from && found.start < to
      ? [found.start]
      : [];
  });
  return onsets.length ? Math.min(...onsets) : null;
}

function mostOutlying(zones: readonly ObservedZone[]): ObservedZone | null {
  const ratio = (z: ObservedZone) => z.comparison.versusPeers?.ratio ?? 0;
  return zones.filter((z) => z.comparison.outlier).sort((a, b) => ratio(b) - ratio(a))[0] ?? null;
}

function symptomWindow(window: Window, onset: number | null, end: number | null): Window {
  const start = Math.max(Date.parse(window.start), onset ?? Number.NEGATIVE_INFINITY);
  const stop = Math.min(Date.parse(window.end), end ?? Number.POSITIVE_INFINITY);
  return start < stop ? { start: instant(start), end: instant(stop) } : window;
}
