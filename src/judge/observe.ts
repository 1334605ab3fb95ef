import type { Case, Series, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { type Change, change } from './change.ts';
import { impairedZone } from './edge.ts';
import { findIncident, type Incident } from './incident.ts';
import { locate, type Where } from './locate.ts';
import { nhiOf, readNhi } from './nhi.ts';
import { type Count, count, dispersion, exposed } from './rates.ts';
import { type State, statesOf } from './silence.ts';
import { inTarget, targetSeries, type ZoneSource, zoneSources } from './sources.ts';
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
export function observeZones(
  data: Case,
  sources: readonly ZoneSource[] = zoneSources(data),
  { symptom, reference }: Incident = findIncident(data, seriesOf(data, sources)),
): ObservedZone[] {
  const compared = compareZones(
    sources.map(({ azId, series }) => ({
      azId,
      window: count(series, symptom),
      baseline: count(series, reference),
      phi: dispersion(exposed(series, symptom)),
    })),
  );
  const states = statesOf(data, sources);
  return sources.flatMap((source, i) => {
    const [comparison, state] = [compared[i], states[i]];
    if (!comparison || !state) return [];
    const window = count(source.series, data.window);
    return [{ ...source, window, baseline: count(source.series, data.baseline), comparison, state }];
  });
}

/** What a rise is looked for in: the whole target, and each of its zones. */
function seriesOf(data: Case, sources: readonly ZoneSource[]): Series[] {
  const whole = targetSeries(data, sources);
  const own = sources.filter((s) => inTarget(data, s.azId)).map((s) => s.series);
  return whole ? [whole, ...own] : own;
}

export function observe(given: Case): Observation {
  const sources = zoneSources(given);
  const series = targetSeries(given, sources);
  const incident = findIncident(given, seriesOf(given, sources));
  const { symptom, reference } = incident;
  // What the incident had reached of the baseline is no baseline for the flows either.
  const polluted = given.baseline && reference && reference.end < given.baseline.end;
  const data = polluted ? { ...given, baseline: reference } : given;
  const zones = observeZones(data, sources, incident);
  const ownZones = zones.filter((z) => inTarget(data, z.azId));
  const overall = change(
    count(series, symptom),
    count(series, reference),
    dispersion(exposed(series, symptom)),
  );
  const outlier = mostOutlying(ownZones) ?? (overall.verdict === 'up' ? zoneByEdges(data, ownZones) : null);
  const risen = outlier !== null || overall.verdict === 'up';
  return {
    baseline: data.baseline,
    series,
    change: overall,
    zones,
    outlier,
    starved: ownZones.filter((z) => z.state !== 'reporting' && z.baseline.bytes > 0),
    onset: risen ? incident.onset : null,
    end: risen ? incident.end : null,
    symptom,
    nhi: readNhi(data, data.window),
    nhiHere: nhiOf(readNhi(data, symptom), outlier?.azId ?? null),
    where: locate(data, outlier?.azId ?? null),
  };
}

/** The zone that every impaired flow begins or ends in, though its peers rise too by what they send there. */
function zoneByEdges(data: Case, zones: readonly ObservedZone[]): ObservedZone | null {
  const azId = impairedZone(data);
  return zones.find((z) => z.azId === azId) ?? null;
}

function mostOutlying(zones: readonly ObservedZone[]): ObservedZone | null {
  const ratio = (z: ObservedZone) => z.comparison.versusPeers?.ratio ?? 0;
  return zones.filter((z) => z.comparison.outlier).sort((a, b) => ratio(b) - ratio(a))[0] ?? null;
}
