import type { Case, Series, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { type Change, type Counts, change } from './change.ts';
import { type Bin, clumpOf, clumpOfFlows, dispersion, drawnTo } from './clumps.ts';
import { type FlowSums, sumFlows } from './flow-sums.ts';
import { findIncident, type Incident } from './incident.ts';
import { rated } from './known.ts';
import { locate, type Where } from './locate.ts';
import { type MatchedChange, matchedChange } from './matched.ts';
import { nhiOf, readNhi } from './nhi.ts';
import { type Count, count, exposed } from './rates.ts';
import { type Signs, signsOf } from './signs.ts';
import { type State, statesOf } from './silence.ts';
import { inTarget, targetSeries, type ZoneSource, zoneSources } from './sources.ts';
import { MIN_EVENTS, RISE, STRONG_SCORE } from './thresholds.ts';
import { coverOf } from './tiles.ts';
import { compareZones, type ZoneComparison } from './zones.ts';

export interface ObservedZone extends ZoneSource {
  window: Count;
  baseline: Count;
  /** Against its own baseline. */
  own: Change;
  comparison: ZoneComparison;
  state: State;
}

/** Every question answered once; the verdict only combines the answers. */
export interface Observation {
  /** What was compared with: the baseline that was asked for, less what the incident had reached already. */
  baseline: Window | null;
  /** The minutes of the target of which a rate can be told. */
  series: Series | null;
  /** All that was reported of it. */
  reported: Series | null;
  change: Change;
  /** Is there anything to explain? */
  risen: boolean;
  zones: ObservedZone[];
  /** The zone that it is in, where it is one zone. */
  outlier: ObservedZone | null;
  starved: ObservedZone[];
  /** When the rate of the outlier, or of the whole target, rose. */
  onset: number | null;
  /** 95 % interval of the onset. */
  onsetWithin: { earliest: number; latest: number } | null;
  end: number | null;
  /** The minutes that the symptom is set against the NHI in: from onset to end, inside the window. */
  symptom: Window;
  nhi: NhiReport[];
  nhiHere: NhiReport['state'];
  where: Where;
  flows: FlowSums[];
  /** The flows of the zone that it is in, or all, each against itself. */
  matched: MatchedChange;
  signs: Signs;
}

/** Each zone against its own baseline and its peers. */
export function observeZones(
  data: Case,
  sources: readonly ZoneSource[] = zoneSources(data),
  incident: Incident = incidentIn(data, sources),
): ObservedZone[] {
  const compared = compareZones(sources.map(({ azId, series }) => ({ azId, ...countsOf(series, incident) })));
  const states = statesOf(data, sources);
  return sources.flatMap((source, i) => {
    const [comparison, state] = [compared[i], states[i]];
    if (!comparison || !state) return [];
    const { window, baseline } = data;
    const counts = { window: count(source.series, window), baseline: count(source.series, baseline) };
    const own = change(countsOf(source.series, incident));
    return [{ ...source, ...counts, own, comparison, state }];
  });
}

/** What a rise is looked for in: the whole target, and each of its zones. */
function seriesOf(data: Case, sources: readonly ZoneSource[]): Series[] {
  const reported = targetSeries(data, sources);
  const whole = reported && rated(reported);
  const own = sources.filter((s) => inTarget(data, s.azId)).map((s) => s.series);
  return whole ? [whole, ...own] : own;
}

/** When something happened to the target, or to one of its zones. */
export function incidentIn(data: Case, sources: readonly ZoneSource[] = zoneSources(data)): Incident {
  return findIncident(data, seriesOf(data, sources));
}

export function observe(given: Case): Observation {
  const sources = zoneSources(given);
  const reported = targetSeries(given, sources);
  const series = reported && rated(reported);
  const incident = incidentIn(given, sources);
  const { symptom, reference } = incident;
  // What the incident had reached of the baseline is no baseline for the flows either.
  const polluted = given.baseline && reference && reference.end < given.baseline.end;
  const data = polluted ? { ...given, baseline: reference } : given;
  const zones = observeZones(data, sources, incident);
  const ownZones = zones.filter((z) => inTarget(data, z.azId));
  const overall = change(countsOf(series, incident));
  const outstanding = mostOutlying(ownZones);
  const cover = coverOf(data, incident);
  const flows = sumFlows(data, cover);
  const clump = clumpOfFlows(flows) ?? Math.min(overall.clump, ...zones.map((z) => z.own.clump));
  const where = locate(data, flows, {
    outlier: outstanding?.azId ?? null,
    excess: cover.seen * excessOf(outstanding?.own ?? overall),
    lasting: cover.lasting,
    clump,
  });
  const place = placeOf(where, outstanding?.azId ?? null);
  const outlier = ownZones.find((z) => z.azId === place) ?? null;
  const zoneUp = ownZones.some((z) => z.own.verdict === 'up');
  const risen =
    outstanding !== null ||
    overall.verdict === 'up' ||
    zoneUp ||
    (where.breadth !== 'unclear' && isStrong(where));
  return {
    baseline: data.baseline,
    series,
    reported,
    change: overall,
    risen,
    zones,
    outlier,
    starved: ownZones.filter((z) => hasCollapsed(z) && z.baseline.bytes > 0),
    onset: risen ? incident.onset : null,
    onsetWithin: risen ? incident.onsetWithin : null,
    end: risen ? incident.end : null,
    symptom,
    nhi: readNhi(data, data.window),
    nhiHere: nhiOf(readNhi(data, symptom), outlier ? [outlier.azId] : (data.targetZones ?? null)),
    where,
    flows,
    matched: matchedChange(outlier ? flows.filter((f) => f.flow.local.azId === outlier.azId) : flows, clump),
    signs: signsOf(flows, clumpOf(timeoutsIn(series, incident.reference), [])),
  };
}

function hasCollapsed({ state }: ObservedZone): boolean {
  return state === 'starved' || state === 'silent';
}

export function countsOf(series: Series | null, { symptom, reference }: Incident): Counts {
  const [now, before] = [exposed(series, symptom), exposed(series, reference)];
  const usual = dispersion(before) ?? 1;
  return {
    window: count(series, symptom),
    baseline: count(series, reference),
    phi: { window: dispersionBeside(now, before, usual), baseline: usual },
    clump: clumpOf(before, now),
  };
}

/** Of few minutes: no less than what is usual where as many events are. Noise that is relative grows with their number. */
function dispersionBeside(now: readonly Bin[], before: readonly Bin[], usual: number): number {
  const own = dispersion(now) ?? 1;
  const times = perBin(now) / perBin(before);
  const expected = Number.isFinite(times) ? 1 + (usual - 1) * times : usual;
  return Math.max(own, drawnTo(expected, own, now.length));
}

function perBin(bins: readonly Bin[]): number {
  return bins.reduce((sum, { events }) => sum + events, 0) / bins.length;
}

function timeoutsIn(series: Series | null, window: Window | null): Bin[] {
  return exposed(series && { ...series, retransmissions: series.timeouts }, window);
}

/** The zone that is meant; null where it is not one. */
function placeOf({ breadth, azId, culprit }: Where, outstanding: string | null): string | null {
  switch (breadth) {
    case 'part':
      return culprit?.member.identity.azId ?? null;
    case 'zone':
      return azId;
    case 'unclear':
      return outstanding;
    default:
      return null;
  }
}

/** Events that the reference does not explain. */
function excessOf({ window, baseline, verdict }: Change): number {
  if (verdict !== 'up' || baseline.bytes === 0) return 0;
  return window.retransmissions - (window.bytes * baseline.retransmissions) / baseline.bytes;
}

/** Flows show what the zone's minutes hide, where one of its smaller parts has it all. */
function isStrong({ best }: Where): boolean {
  if (!best || best.score < STRONG_SCORE) return false;
  const events = best.flows.reduce((sum, f) => sum + f.events, 0);
  const expected = best.flows.reduce((sum, f) => sum + f.expected, 0);
  return events >= MIN_EVENTS && events >= RISE * expected;
}

function mostOutlying(zones: readonly ObservedZone[]): ObservedZone | null {
  const ratio = (z: ObservedZone) => z.comparison.versusPeers?.ratio ?? 0;
  return zones.filter((z) => z.comparison.outlier).sort((a, b) => ratio(b) - ratio(a))[0] ?? null;
}
