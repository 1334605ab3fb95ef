import type { Case, Series, Window } from '../model/case.ts';
import type { NhiReport } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { type Change, type Counts, change } from './change.ts';
import { type Bin, clumpOf, clumpOfFlows, dispersion, drawnTo } from './clumps.ts';
import { type Elsewhere, elsewhereOf } from './elsewhere.ts';
import { type FlowSums, sumFlows } from './flow-sums.ts';
import { findIncident, type Incident } from './incident.ts';
import { rated } from './known.ts';
import { locate, type Where } from './locate.ts';
import { denies, type MatchedChange, matchedChange } from './matched.ts';
import { nhiOf, readNhi } from './nhi.ts';
import { isDrifting, type Onset, without } from './onset.ts';
import { binStart, type Count, count, exposed } from './rates.ts';
import { type Signs, signsOf } from './signs.ts';
import { type State, statesOf } from './silence.ts';
import { targetSeries, type ZoneSource, zoneSources } from './sources.ts';
import { COLLAPSE, MIN_EVENTS, RISE, STRONG_SCORE } from './thresholds.ts';
import { countsOfFlows, tileIncident } from './tile-incident.ts';
import { bytesShare, type Cover, coverOf, within } from './tiles.ts';
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
  /** What the target's counts are of: series that are its own; else its flows, by the tile; null where there are neither. */
  from: 'series' | 'flows' | null;
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
  /** What rose outside the target, and not as its peers did: it is named, and decides nothing. */
  elsewhere: Elsewhere[];
  /** The flows of the zone that it is in, or all, each against itself. */
  matched: MatchedChange;
  /** A few minutes that were raised, and are over. */
  burst: Onset | null;
  signs: Signs;
}

/** Each zone against its own baseline and its peers. */
export function observeZones(
  data: Case,
  sources: readonly ZoneSource[] = zoneSources(data),
  incident: Incident = incidentIn(data, sources),
): ObservedZone[] {
  const compared = compareZones(sources.map(({ azId, series }) => ({ azId, ...countsOf(series, incident) })));
  const places = sources.map((s) => ({ ...s, isWell: wellnessOf(s.series, incident.reference) }));
  const states = statesOf(data, places);
  return sources.flatMap((source, i) => {
    const [comparison, state] = [compared[i], states[i]];
    if (!comparison || !state) return [];
    const { window, baseline } = data;
    const counts = { window: count(source.series, window), baseline: count(source.series, baseline) };
    const own = change(countsOf(source.series, incident));
    const zone = { ...source, ...counts, own, comparison, state };
    // Peers that improve, or its own drift, make it no culprit.
    return [own.verdict === 'up' || own.verdict === 'no-baseline' ? zone : notOutlying(zone)];
  });
}

/** What a rise is looked for in: the whole target, and each of its zones. */
function seriesOf(data: Case, sources: readonly ZoneSource[]): Series[] {
  const reported = targetSeries(data, sources);
  const whole = reported && rated(reported);
  const own = sources.filter((s) => s.inside).map((s) => s.series);
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
  const from = sourceOf(given, series);
  const incident = from === 'flows' ? incidentOfFlows(given, sources) : incidentIn(given, sources);
  const { symptom, reference } = incident;
  // What the incident had reached of the baseline is no baseline for the flows either.
  const polluted = given.baseline && reference && reference.end < given.baseline.end;
  const data = polluted ? { ...given, baseline: reference } : given;
  const allZones = observeZones(data, sources, incident);
  const cover = coverOf(data, incident);
  const flows = sumFlows(data, cover);
  const peers = sumFlows({ ...data, flows: data.outside ?? [] }, cover);
  const counts = from === 'series' ? countsOf(series, incident) : null;
  const clump = clumpIn(flows, [...(counts ? [counts.clump] : []), ...allZones.map((z) => z.own.clump)]);
  const seemingly = change(counts ?? countsOfFlows(flows, clump));
  const locateIn = (zones: readonly ObservedZone[], all: Change) => {
    const zone = mostOutlying(zones.filter((z) => z.inside));
    return locate(data, flows, peers, {
      outlier: zone?.azId ?? null,
      outliers: zones.filter((z) => z.comparison.outlier).map((z) => z.azId),
      excess: cover.seen * excessOf(zone?.own ?? all),
      lasting: cover.lasting,
      clump,
    });
  };
  const sentFrom = (azId: string) => flows.filter(({ flow }) => flow.local.azId === azId);
  const claimed = locateIn(allZones, seemingly);
  // One part that is new explains a rise that no flow shows which was there before.
  const isMix = (
    of: Change,
    own: readonly FlowSums[],
    reported: Series | null,
    stands = of.verdict === 'up',
  ) =>
    claimed.culprit === null &&
    stands &&
    denies(matchedChange(own, clump), of, shareIn(data, cover, reported, symptom) ?? cover.lasting);
  const overall = isMix(seemingly, flows, reported)
    ? { ...seemingly, verdict: 'not-up' as const }
    : seemingly;
  const zones = allZones.map((z) =>
    isMix(z.own, sentFrom(z.azId), z.reported, z.own.verdict === 'up' || z.comparison.outlier)
      ? unraised(z)
      : z,
  );
  const ownZones = zones.filter((z) => z.inside);
  const outstanding = mostOutlying(ownZones);
  const isSame = overall === seemingly && zones.every((z, i) => z === allZones[i]);
  const where = isSame ? claimed : locateIn(zones, overall);
  const place = placeOf(where, outstanding?.azId ?? null);
  const outlier = ownZones.find((z) => z.azId === place) ?? null;
  const zoneUp = ownZones.some((z) => z.own.verdict === 'up');
  const isOpen = where.breadth === 'unclear' && flows.length > 0;
  const risen =
    outstanding !== null ||
    overall.verdict === 'up' ||
    // One that is up, and neither above its peers nor by any part, is no rise of all.
    (zoneUp && !isOpen) ||
    (where.breadth !== 'unclear' && !incident.burst && isHidden(where, zones) && isStrong(where, flows));
  return {
    baseline: data.baseline,
    from,
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
    elsewhere: elsewhereOf(data, zones, peers, clump),
    matched: matchedChange(outlier ? sentFrom(outlier.azId) : flows, clump),
    burst: incident.burst,
    signs: signsOf(flows, clumpOf(timeoutsIn(series, incident.reference), [])),
  };
}

/** Series that hold anything of the window; flows where there is none, or none of it could be read. */
function sourceOf({ window, flows, flowsFrom }: Case, series: Series | null): Observation['from'] {
  if (series && count(series, window).bins > 0) return 'series';
  const counted = flows.some(({ bytes, retransmissions }) => bytes !== null && retransmissions !== null);
  if (flowsFrom && counted) return 'flows';
  return series ? 'series' : null;
}

function incidentOfFlows(data: Case, sources: readonly ZoneSource[]): Incident {
  const whole = { symptom: data.window, reference: data.baseline };
  const flows = sumFlows(data, coverOf(data, whole));
  const usual = sources.map(({ series }) => countsOf(series, { ...NEVER, ...whole }).clump);
  return tileIncident(data, flows, clumpIn(flows, usual));
}

const NEVER = { onset: null, onsetWithin: null, end: null, burst: null };

/** The share of the symptom's tiles that it has, by what is sent in them: where traffic fell, that is less than its time. */
function shareIn({ tiles }: Case, { sides }: Cover, series: Series | null, symptom: Window): number | null {
  const own = tiles.filter((_, tile) => sides[tile] === 'symptom');
  return bytesShare(
    series,
    own.flatMap((tile) => within(tile, symptom)),
    own,
  );
}

/** How many events come at once: of flows; where these cannot tell, the least that a series has. */
function clumpIn(flows: readonly FlowSums[], ofSeries: readonly number[]): number {
  return clumpOfFlows(flows) ?? (ofSeries.length > 0 ? Math.min(...ofSeries) : 1);
}

/** Where traffic went elsewhere, what stays loses no more than before. */
function wellnessOf(series: Series, reference: Window | null): (from: number, to: number) => boolean {
  return (from, to) => {
    const symptom = {
      start: instant(binStart(series, from)),
      end: instant(binStart(series, to)),
    };
    const { high, verdict } = change(countsOf(series, { symptom, reference, burst: null }));
    return verdict === 'not-up' && high !== null && high < 1 / COLLAPSE ** 2;
  };
}

/** What a zone of other flows has more than before is theirs. */
function unraised(zone: ObservedZone): ObservedZone {
  return notOutlying({ ...zone, own: { ...zone.own, verdict: 'not-up' } });
}

function notOutlying(zone: ObservedZone): ObservedZone {
  return { ...zone, comparison: { ...zone.comparison, outlier: false, confirmed: false } };
}

function hasCollapsed({ state }: ObservedZone): boolean {
  return state === 'starved' || state === 'silent';
}

export function countsOf(
  given: Series | null,
  { symptom, reference, burst }: Pick<Incident, 'symptom' | 'reference' | 'burst'>,
): Counts {
  const series = given && burst ? without(given, burst) : given;
  const [now, before] = [exposed(series, symptom), exposed(series, reference)];
  const usual = dispersion(before) ?? 1;
  return {
    window: count(series, symptom),
    baseline: count(series, reference),
    phi: { window: dispersionBeside(now, before, usual), baseline: usual },
    clump: clumpOf(before, now),
    drifting: () => series !== null && isDrifting(series),
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

/** All of a zone is not hidden in its minutes, nor everything in those of the target. */
function isHidden({ best }: Where, zones: readonly ObservedZone[]): boolean {
  if (best?.kind === 'everywhere') return zones.length === 0;
  return best?.kind !== 'zone' || zones.every((z) => z.azId !== best.identity.azId);
}

/** Flows show what the zone's minutes hide, where one of its smaller parts has it all. */
function isStrong({ best }: Where, flows: readonly FlowSums[]): boolean {
  if (!best || best.score < STRONG_SCORE) return false;
  const own = new Set(flows.map(({ flow }) => flow));
  const ours = best.flows.filter(({ flow }) => own.has(flow));
  const events = ours.reduce((sum, f) => sum + f.events, 0);
  const expected = ours.reduce((sum, f) => sum + f.expected, 0);
  return events >= MIN_EVENTS && events >= RISE * expected;
}

function mostOutlying(zones: readonly ObservedZone[]): ObservedZone | null {
  const ratio = (z: ObservedZone) => z.comparison.versusPeers?.ratio ?? 0;
  return zones.filter((z) => z.comparison.outlier).sort((a, b) => ratio(b) - ratio(a))[0] ?? null;
}
