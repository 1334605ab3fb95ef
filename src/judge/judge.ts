import type { Case, Gap } from '../model/case.ts';
import type { Findings, Location } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { loadBalancersIn } from './balancers.ts';
import { changeEvidence, changesIn } from './changes.ts';
import { contributorsOf } from './contributors.ts';
import { coverageGaps } from './coverage.ts';
import { evidenceOf } from './evidence.ts';
import { impairmentOf } from './impairment.ts';
import { known } from './known.ts';
import { type Observation, observe } from './observe.ts';
import { locationAt, locationOf } from './place.ts';
import { opinionIn } from './second-opinion.ts';
import { collapses } from './silence.ts';
import { nextSteps, summarise } from './summary.ts';
import { trafficIn } from './traffic.ts';
import { unaccountedGap } from './unseen.ts';
import { decide, placeIn } from './verdict.ts';
import { missingWitnesses } from './witnesses.ts';
import { explanationName } from './words.ts';
import { silentZones, zoneReport } from './zone-report.ts';

/** The same Case gives the same Findings, on any machine, for ever: no clock, no I/O, no randomness in here. */
export function judge(given: Case): Findings {
  const data = known(given);
  const seen = observe(data);
  const decision = decide(data, seen);
  const blamed = decision.verdict !== 'no-impairment' && decision.verdict !== 'no-data';
  const impairment = blamed ? impairmentOf(data, seen) : null;
  const [starved = null] = decision.reason === 'traffic-collapsed' ? collapses(seen) : [];
  const onset = starved ? starved.since : seen.onset;
  const end = starved ? null : seen.end;
  const location = blamed ? placeOf(data, seen, starved?.azId ?? null) : {};
  const { changes } = changesIn(data, location, blamed ? onset : null);
  const { alternatives } = blamed && seen.risen ? alternativesOf(data, seen, location) : {};
  const places = [location, ...(alternatives ?? []).map((alternative) => alternative.location)];
  return {
    target: data.target,
    window: data.window,
    baseline: seen.baseline,
    ...opinionIn(data, seen),
    ...decision,
    summary: summarise(data, seen, decision, impairment),
    onset: blamed && onset !== null ? instant(onset) : null,
    end: blamed && end !== null ? instant(end) : null,
    ongoing: blamed && onset !== null && end === null,
    ...(alternatives && { alternatives }),
    location,
    ...elsewhereIn(data, seen),
    impairment,
    nhi: seen.nhi,
    zones: [...seen.zones.map((zone) => zoneReport(data, zone)), ...silentZones(data, seen.zones)].sort(
      (a, b) => (a.azId < b.azId ? -1 : 1),
    ),
    contributors: contributorsOf(data, seen.flows),
    ...trafficIn(seen.flows, location),
    ...loadBalancersIn(data, seen.flows, { places, told: changes }),
    ...(changes && { changes }),
    evidence: [...evidenceOf(data, seen), ...changeEvidence(data, changes)],
    gaps: [
      ...gapsOf(data),
      ...unaccountedGap(data),
      ...coverageGaps(data),
      ...missingWitnesses(data, decision.verdict),
    ],
    next: nextSteps(data, seen, decision),
  };
}

/** A place of the workload's, or one that flows pass. */
function placeOf(data: Case, seen: Observation, starved: string | null): Location {
  if (starved) return locationOf(data, placeIn(data, seen) ?? starved, null);
  const { breadth, named, culprit } = seen.where;
  if (seen.risen && breadth === 'path' && named) return locationAt(data, named);
  return { ...itself(data, seen), ...locationOf(data, placeIn(data, seen), culprit) };
}

/** A subnet that is as a whole what is asked about: no part of it is named, and no zone. */
function itself(
  { target }: Case,
  { risen, outlier, where }: Observation,
): Pick<Findings['location'], 'subnetId'> {
  const none = !risen || outlier !== null || where.azId !== null || where.culprit !== null;
  return target.kind !== 'subnet' || none ? {} : { subnetId: target.id };
}

/** What stands out beside the target. */
function elsewhereIn(data: Case, { elsewhere }: Observation): Pick<Findings, 'elsewhere'> {
  const places = elsewhere.map(({ azId, subnetId }) => ({
    ...locationOf(data, azId, null),
    ...(subnetId ? { subnetId } : {}),
  }));
  return places.length > 0 ? { elsewhere: places } : {};
}

/** What explains it nearly as well: who acts on one of them should know the others. */
function alternativesOf(
  data: Case,
  { where }: Observation,
  location: Location,
): Pick<Findings, 'alternatives'> {
  const alternatives = where.alternatives
    .map(({ hypothesis, timesLessLikely }) => ({
      what: explanationName(data, hypothesis),
      location: locationAt(data, hypothesis),
      timesLessLikely,
    }))
    .filter((alternative) => JSON.stringify(alternative.location) !== JSON.stringify(location))
    .slice(0, ALTERNATIVES);
  return alternatives.length > 0 ? { alternatives } : {};
}

const ALTERNATIVES = 4;

/** Why there is no data is what is missing most. */
function gapsOf({ gaps, diagnosis }: Case): Gap[] {
  const cause = diagnosis?.cause;
  if (!cause) return gaps;
  return [{ code: cause.id, action: null, effect: cause.finding, fix: cause.fix }, ...gaps];
}
