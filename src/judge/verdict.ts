import type { Case, Flow, Window } from '../model/case.ts';
import { NEARLY, type Reason } from '../model/report.ts';
import { isLocalZone, NHI_CATEGORIES } from '../model/service.ts';
import { type Decision, inconclusive } from './decision.ts';
import type { FlowSums } from './flow-sums.ts';
import type { Hypothesis } from './hypotheses.ts';
import { readOf, readShare } from './known.ts';
import type { Culprit } from './locate.ts';
import { memberKey } from './members.ts';
import type { Observation } from './observe.ts';
import { isHost, reasonOf } from './place.ts';
import { withOpinion } from './second-opinion.ts';
import { inTarget } from './sources.ts';
import {
  BURST,
  CLEAR_SCORE,
  COVERED_LEAST,
  ENOUGH_BINS,
  EXPLAINED,
  LIKELY,
  MATCHED_LEAST,
  MIN_EVENTS,
  OWN_RISE,
  READ_LEAST,
  SURE,
  SURE_HIGH,
  WIDE_MEMBERS,
} from './thresholds.ts';
import { withUnseen } from './unseen.ts';
import { hostOf } from './witnesses.ts';

/* Suspects, the likelier first. */
const AWS = ['aws-infrastructure'] as const;
const WORKLOAD = ['workload'] as const;
const EITHER = ['workload', 'aws-infrastructure'] as const;
const RATHER_AWS = ['aws-infrastructure', 'workload'] as const;

/**
 * Rules, not weights (CoreSec, OSDI'26): the first that applies decides. Blame needs its required evidence;
 * without it the answer is 'inconclusive' with the suspect named. A wrong blame is worse than no blame.
 */
export function decide(data: Case, seen: Observation): Decision {
  const decision = noData(data, seen) ?? starvation(seen) ?? noRise(data, seen) ?? blame(data, seen);
  return withOpinion(data, seen, withUnseen(data, seen, decision));
}

function noData(data: Case, { from, reported, change, risen, nhi }: Observation): Decision | null {
  // Where no series is its own, only its flows could tell.
  if (from === null && data.asked?.length === 0 && data.monitors.some(({ series }) => series !== null)) {
    return inconclusive('evidence-incomplete', EITHER);
  }
  if (from === null) return { verdict: 'no-data', confidence: 'low', reason: whyNothing(data) };
  if (change.window.bins > 0) return null;
  // Traffic without counts is no silence.
  if (readOf(reported, data.window).reported > 0 && !risen) {
    const degraded = nhi.some((n) => n.state === 'degraded');
    return inconclusive('evidence-incomplete', degraded ? AWS : EITHER);
  }
  return risen ? null : { verdict: 'no-data', confidence: 'low', reason: whyNothing(data) };
}

/** The first thing that is missing on the way from the scope to a datapoint. */
function whyNothing({ gaps, monitors }: Case): Reason {
  const has = (code: string) => gaps.some((g) => g.code === code);
  if (has('no-scope')) return 'no-scope';
  if (has('scope-not-ready')) return 'scope-not-ready';
  if (gaps.some((g) => g.action !== null && READS.includes(g.action))) return 'metrics-unreadable';
  return monitors.length === 0 ? 'no-monitor' : 'no-datapoints';
}

const READS = [
  'cloudwatch:GetMetricData',
  'networkflowmonitor:ListMonitors',
  'networkflowmonitor:ListScopes',
  'networkflowmonitor:GetMonitor',
];

/** Loss so bad that the traffic is gone leaves few retransmissions to count: it must be asked before 'no rise'. */
function starvation({ starved, outlier, nhiHere }: Observation): Decision | null {
  if (!starved.length || outlier) return null;
  return inconclusive('traffic-collapsed', nhiHere === 'healthy' ? EITHER : RATHER_AWS);
}

function noRise(
  data: Case,
  { from, change, risen, reported, zones, where, signs, burst }: Observation,
): Decision | null {
  if (risen || change.verdict === 'up') return null;
  // Where so few events are expected that a rise would be a handful, and something hints at one. Expected, not seen:
  // more of the same must not read as less.
  const { window, baseline, clump } = change;
  if (from === 'series' && reported && readShare(reported, data.window) < READ_LEAST)
    return inconclusive('evidence-incomplete', EITHER);
  const expected = baseline.bytes > 0 ? (baseline.retransmissions * window.bytes) / baseline.bytes : 0;
  // Flows, which are known by the tile, show a burst as well.
  const hint = !burst && expected < 2 * MIN_EVENTS * clump && (where.best?.score ?? 0) > 0;
  const thin = hint || zones.some((z) => z.inside && z.own.verdict === 'too-few-events');
  switch (thin ? 'too-few-events' : change.verdict) {
    case 'not-up':
      if (signs.slow) return inconclusive('rtt-up', EITHER);
      // A burst has its timeouts.
      if (signs.timeouts && !burst) return inconclusive('timeouts-up', EITHER);
      return {
        verdict: 'no-impairment',
        // What lists by the tile leave open is said by 'unseen'.
        confidence:
          from === 'flows' || Math.min(window.bins, baseline.bins) >= ENOUGH_BINS ? 'high' : 'medium',
        reason: 'no-rise',
      };
    case 'too-few-events':
      return inconclusive('low-traffic', EITHER);
    case 'no-baseline':
      return inconclusive('no-baseline', EITHER);
  }
}

function blame(data: Case, seen: Observation): Decision {
  const { where, nhiHere, outlier } = seen;
  const zone = placeIn(data, seen);
  const { culprit, breadth, parts } = where;
  if (!data.flows.length || parts.members.length === 0) {
    return inconclusive('contributors-unknown', nhiHere === 'degraded' ? AWS : EITHER);
  }
  if (!culprit && isReplaced(seen)) {
    return inconclusive('workloads-replaced', EITHER);
  }
  if (isOutside(data, seen)) {
    if (nhiHere === 'degraded') return inconclusive('nhi-degraded-not-localised', RATHER_AWS);
    return inconclusive(culprit ? 'remote-concentrated' : 'zone-wide-nhi-healthy', culprit ? WORKLOAD : AWS);
  }
  const host = culprit && isHost(culprit) ? hostOf(data, culprit.member.identity.instanceId) : null;
  if (host === 'aws') return { verdict: 'aws-infrastructure', confidence: 'medium', reason: 'host-impaired' };
  if (nhiHere === 'degraded') {
    if (culprit) return inconclusive('nhi-degraded-not-localised', RATHER_AWS);
    // What is sent from here to a bad zone is bad too.
    const isThere = !outlier && seen.elsewhere.some(({ subnetId }) => subnetId === null);
    if (isThere || !isWidespread(seen)) return inconclusive('nhi-degraded-not-localised', AWS);
    // It is degraded for other flows than these.
    if (!covered(seen)) return inconclusive('category-not-covered', RATHER_AWS);
    const clear =
      breadth !== 'unclear' && parts.eligible >= WIDE_MEMBERS && outlier?.comparison.confirmed !== false;
    const confidence = clear ? 'high' : 'medium';
    return {
      verdict: 'aws-infrastructure',
      confidence,
      reason: zone ? 'nhi-degraded-zone-wide' : 'nhi-degraded-region-wide',
    };
  }
  if (!covered(seen) && isPickedOut(seen)) {
    // No indicator speaks for it: what its neighbours have is what AWS's network does there.
    return { verdict: 'workload', confidence: 'medium', reason: reasonOf(seen.where.culprit) };
  }
  // AWS runs it and we size it, such as a NAT gateway's ports: neither's by itself.
  if (breadth === 'path') return inconclusive('path-concentrated', EITHER);
  if (!covered(seen)) return inconclusive('category-not-covered', culprit ? WORKLOAD : RATHER_AWS);
  if (nhiHere === 'unknown') return inconclusive('nhi-unknown', culprit ? WORKLOAD : RATHER_AWS);
  if (where.otherEnd && !isBeside(data, where.otherEnd)) return inconclusive('pair-concentrated', EITHER);
  if (culprit?.level === 'remote') {
    // What drops segments on the way to a machine without an agent is out of sight.
    const seenThere = culprit.member.identity.podName ?? culprit.member.identity.instanceId;
    if (!seenThere) return inconclusive('remote-concentrated', WORKLOAD);
    return { verdict: 'workload', confidence: 'medium', reason: 'remote-concentrated' };
  }
  if (culprit) {
    const clear =
      // A burst looks the same.
      !(seen.end === null && isBrief(seen.symptom)) &&
      // Its own kernel counted it.
      !culprit.received &&
      // Whose a whole host is, its status checks tell.
      host !== 'unknown' &&
      !where.alternatives.some((a) => a.timesLessLikely < NEARLY) &&
      outlier?.comparison.confirmed === true &&
      culprit.member.bytes !== null &&
      // One that was not there before has nothing of its own to be measured against.
      culprit.member.baselineBytes > 0 &&
      where.probability >= SURE_HIGH &&
      !data.truncated;
    return { verdict: 'workload', confidence: clear ? 'high' : 'medium', reason: reasonOf(culprit) };
  }
  if (isOnePair(where)) return inconclusive('pair-concentrated', EITHER);
  if (outlier || (hasPeers(data, seen) && (where.azId !== null || isAllOfOneZone(data, seen))))
    return inconclusive('zone-wide-nhi-healthy', AWS);
  if (where.best?.kind === 'zone-pair' && where.breadth === 'wider')
    return inconclusive('pair-concentrated', EITHER);
  if (!hasPeers(data, seen)) return inconclusive('no-peers', EITHER);
  return inconclusive(isUnchanged(seen) ? 'contributors-unknown' : 'region-wide-nhi-healthy', EITHER);
}

/** The flows that were there do not surely show it: then it is not all of them alike. */
function isUnchanged({ matched: { low } }: Observation): boolean {
  return low !== null && low <= 1;
}

/** The zone that it is in: the one that stands out, or that its flows tell, or the only one of the target. */
export function placeIn({ targetZones }: Case, { outlier, where, risen }: Observation): string | null {
  const only = targetZones?.length === 1 ? targetZones[0] : undefined;
  return outlier?.azId ?? (risen ? (where.azId ?? only ?? null) : null);
}

/** What explains it is no part of the target: it is named, and a verdict on it takes its own flows. */
function isOutside(data: Case, { where, flows }: Observation): boolean {
  const { culprit, azId, best } = where;
  if (culprit) {
    if (culprit.level === 'remote') return false;
    const { level, member } = culprit;
    const isPart = flows.some(({ flow }) => memberKey(flow, level) === member.key);
    return (data.outside?.length ?? 0) > 0 || isNarrow(data)
      ? !isPart || (level === 'service' && best !== null && mostlyOutside(best, flows))
      : false;
  }
  return azId !== null && !inTarget(data, azId);
}

/**
 * A host or pod of the workload's in another zone than the part that was asked about: who else sends to it is not listed,
 * so that it cannot be told from the part's own end. It stays an alternative.
 */
function isBeside(data: Case, { identity: { azId, podName, instanceId } }: Hypothesis): boolean {
  return isNarrow(data) && azId !== undefined && !inTarget(data, azId) && Boolean(podName ?? instanceId);
}

/** A part of a VPC. */
function isNarrow({ target }: Case): boolean {
  return target.kind === 'subnet' || target.kind === 'zone' || target.kind === 'monitor';
}

/** Nearly all of its events are of others. */
function mostlyOutside(best: Hypothesis, flows: readonly FlowSums[]): boolean {
  const own = new Set(flows.map(({ flow }) => flow));
  const events = (all: Hypothesis['flows']) => all.reduce((sum, f) => sum + f.events - f.expected, 0);
  return events(best.flows.filter(({ flow }) => own.has(flow))) < EXPLAINED * events(best.flows);
}

/** Its peers in the one zone that flows were listed of show it too: else it alone would explain it. */
function isAllOfOneZone({ outside = [], targetZones }: Case, { from }: Observation): boolean {
  return (
    from === 'flows' &&
    targetZones?.length === 1 &&
    outside.every(({ local }) => local.azId === targetZones[0])
  );
}

/** Something of its own kind reports beside it, or it is made of more than one zone that does. */
function hasPeers(data: Case, { from, zones, flows }: Observation): boolean {
  if (from === 'series') return zones.filter(({ window }) => window.bytes > 0).length > 1;
  const senders = [...flows.map(({ flow }) => flow), ...(data.outside ?? [])];
  const places = senders.map(({ local }) => (data.target.kind === 'subnet' ? local.subnetId : local.azId));
  return new Set(places).size > 1;
}

/**
 * Most of the traffic was not there before: what looks like a rise may be another workload (docs/verdict.md, 'The
 * simulation'), unless what was there has surely risen by itself.
 */
function isReplaced({ matched, flows }: Observation): boolean {
  const { coverage, low } = matched;
  const isNew = flows.some((f) => f.reference.bytes > 0) && coverage < MATCHED_LEAST;
  return isNew && !(low !== null && low >= OWN_RISE);
}

/**
 * More than a part of the workload: the explanations say so; or, where a tile's flows say nothing of some of its minutes, a zone
 * stands out and no part of it has half of what was added there.
 */
export function isWidespread({ where, outlier }: Observation): boolean {
  const { parts, best, network } = where;
  if (isOnePair(where)) return false;
  if (network >= SURE) return true;
  if (!outlier?.comparison.outlier) return false;
  if (best !== null && best.score >= CLEAR_SCORE) return network >= LIKELY;
  return parts.members.length >= WIDE_MEMBERS && parts.topShare < EXPLAINED;
}

/** All that was added lies between one host and another: either of them, or what lies between. */
function isOnePair({ best }: Observation['where']): boolean {
  const loud = best?.flows.filter((f) => f.events > f.expected) ?? [];
  const pairs = loud.map(({ flow: { local, remote } }) =>
    [local.instanceId ?? local.ip, remote.instanceId ?? remote.ip].sort().join(' '),
  );
  return new Set(pairs).size === 1;
}

/**
 * One part of the workload alone, as far as it can be told without the indicator: neighbours on the same host, and others
 * in the same zone, send in the categories of its events and are well; AWS's network does not pick one pod. And its events
 * lie on more than one far end, of which one could as well be the cause.
 */
function isPickedOut(seen: Observation): seen is Observation & { where: { culprit: Culprit } } {
  const { where, flows } = seen;
  const { culprit } = where;
  if (culprit?.level !== 'pod' || !culprit.member.identity.podName) return false;
  if (culprit.received || where.otherEnd) return false;
  const { key, identity } = culprit.member;
  const loud = culprit.member.flows.filter(({ symptom }) => symptom.retransmissions > 0);
  const farEnds = new Set(loud.map(({ flow }) => memberKey(flow, 'remote')));
  const categories = new Set(loud.map(({ flow }) => flow.category));
  const others = flows.filter(({ flow, symptom }) => symptom.bytes > 0 && memberKey(flow, 'pod') !== key);
  const sentIn = (isNear: (flow: Flow) => boolean) =>
    [...categories].every((category) =>
      others.some(({ flow }) => flow.category === category && isNear(flow)),
    );
  return (
    farEnds.size > 1 &&
    sentIn(({ local }) => local.instanceId !== undefined && local.instanceId === identity.instanceId) &&
    sentIn(({ local }) => local.azId === identity.azId && local.instanceId !== identity.instanceId)
  );
}

/** So short that a burst looks the same. */
export function isBrief({ start, end }: Window): boolean {
  return Date.parse(end) - Date.parse(start) < BURST;
}

/** Are most events in flows that the indicator speaks of at all? */
export function covered({ where }: Observation): boolean {
  let inside = 0;
  let all = 0;
  for (const { flow, symptom } of where.parts.members.flatMap((m) => m.flows)) {
    all += symptom.retransmissions;
    const zones = [flow.local.azId, flow.remote.azId].filter((azId) => azId !== undefined);
    if (NHI_CATEGORIES.includes(flow.category) && !zones.some(isLocalZone)) {
      inside += symptom.retransmissions;
    }
  }
  return all === 0 || inside / all >= COVERED_LEAST;
}
