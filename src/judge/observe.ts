import type { Case, Series, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { type Change, change } from './change.ts';
import { locate, type Where } from './locate.ts';
import { nhiOf, readNhi } from './nhi.ts';
import { findOnset } from './onset.ts';
import { type Count, count, dispersion, exposed } from './rates.ts';
import { type State, stateOf } from './silence.ts';
import { targetSeries, type ZoneSource, zoneSources } from './sources.ts';
import { compareZones, type ZoneComparison } from './zones.ts';

export interface ObservedZone extends ZoneSource {
  window: Count;
  baseline: Count;
  comparison: ZoneComparison;
  state: State;
}

/** Every question answered once; the verdict only combines the answers. */
export interface Observation {
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

export function observe(data: Case): Observation {
  const sources = zoneSources(data);
  const series = targetSeries(data, sources);
  const zones = observeZones(data, sources);
  const outlier = mostOutlying(zones);
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
    series,
    change: overall,
    zones,
    outlier,
    starved: zones.filter((z) => z.state !== 'reporting' && z.baseline.bytes > 0),
    onset: found?.start ?? null,
    end: found?.end ?? null,
    symptom,
    nhi,
    nhiHere: nhiOf(readNhi(data, symptom), outlier?.azId ?? null),
    where: locate(data, outlier?.azId ?? null),
  };
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
