import type { Case } from '../model/case.ts';
import { NEARLY, type Reason } from '../model/report.ts';
import { isLocalZone, NHI_CATEGORIES } from '../model/service.ts';
import { type Decision, inconclusive } from './decision.ts';
import { readOf, readShare } from './known.ts';
import { reasonOf } from './locate.ts';
import type { Observation } from './observe.ts';
import {
  CLEAR_SCORE,
  COVERED_LEAST,
  ENOUGH_BINS,
  EXPLAINED,
  LIKELY,
  MATCHED_LEAST,
  MIN_EVENTS,
  READ_LEAST,
  SURE,
  SURE_HIGH,
  WIDE_MEMBERS,
} from './thresholds.ts';
import { withUnseen } from './unseen.ts';

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
  return withUnseen(data, seen, decision);
}

function noData(data: Case, { series, reported, change, risen, nhi }: Observation): Decision | null {
  if (!series) return { verdict: 'no-data', confidence: 'high', reason: whyNothing(data) };
  if (change.window.bins > 0) return null;
  // Traffic without counts is no silence.
  if (readOf(reported, data.window).reported > 0 && !risen) {
    const degraded = nhi.some((n) => n.state === 'degraded');
    return inconclusive('evidence-incomplete', degraded ? AWS : EITHER);
  }
  return risen ? null : { verdict: 'no-data', confidence: 'high', reason: whyNothing(data) };
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

function noRise(data: Case, { change, risen, reported, zones, where, signs }: Observation): Decision | null {
  if (risen || change.verdict === 'up') return null;
  // Where so few events are expected that a rise would be a handful, and something hints at one. Expected, not seen:
  // more of the same must not read as less.
  const { window, baseline, clump } = change;
  if (reported && readShare(reported, data.window) < READ_LEAST)
    return inconclusive('evidence-incomplete', EITHER);
  const expected = baseline.bytes > 0 ? (baseline.retransmissions * window.bytes) / baseline.bytes : 0;
  const hint = expected < 2 * MIN_EVENTS * clump && (where.best?.score ?? 0) > 0;
  const thin = hint || zones.some((z) => z.own.verdict === 'too-few-events');
  switch (thin ? 'too-few-events' : change.verdict) {
    case 'not-up':
      if (signs.slow) return inconclusive('rtt-up', EITHER);
      if (signs.timeouts) return inconclusive('timeouts-up', EITHER);
      return {
        verdict: 'no-impairment',
        confidence: Math.min(window.bins, baseline.bins) >= ENOUGH_BINS ? 'high' : 'medium',
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
  const { culprit, breadth, parts } = where;
  if (!data.flows.length || parts.members.length === 0) {
    return inconclusive('contributors-unknown', nhiHere === 'degraded' ? AWS : EITHER);
  }
  if (!culprit && isReplaced(seen)) {
    return inconclusive('workloads-replaced', EITHER);
  }
  if (nhiHere === 'degraded') {
    if (culprit) return inconclusive('nhi-degraded-not-localised', RATHER_AWS);
    if (!isWidespread(seen)) return inconclusive('nhi-degraded-not-localised', AWS);
    // It is degraded for other flows than these.
    if (!covered(seen)) return inconclusive('category-not-covered', RATHER_AWS);
    const clear =
      breadth !== 'unclear' && parts.eligible >= WIDE_MEMBERS && outlier?.comparison.confirmed !== false;
    const confidence = clear ? 'high' : 'medium';
    return {
      verdict: 'aws-infrastructure',
      confidence,
      reason: outlier ? 'nhi-degraded-zone-wide' : 'nhi-degraded-region-wide',
    };
  }
  // AWS runs it and we size it, such as a NAT gateway's ports: neither's by itself.
  if (breadth === 'path') return inconclusive('path-concentrated', EITHER);
  if (!covered(seen)) return inconclusive('category-not-covered', culprit ? WORKLOAD : RATHER_AWS);
  if (nhiHere === 'unknown') return inconclusive('nhi-unknown', culprit ? WORKLOAD : RATHER_AWS);
  if (where.otherEnd) return inconclusive('pair-concentrated', EITHER);
  if (culprit?.level === 'remote') {
    // What drops segments on the way to a machine without an agent is out of sight.
    const seenThere = culprit.member.identity.podName ?? culprit.member.identity.instanceId;
    if (!seenThere) return inconclusive('remote-concentrated', WORKLOAD);
    return { verdict: 'workload', confidence: 'medium', reason: 'remote-concentrated' };
  }
  if (culprit) {
    const clear =
      // Its own kernel counted it.
      !culprit.received &&
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
  if (outlier) return inconclusive('zone-wide-nhi-healthy', AWS);
  return inconclusive('region-wide-nhi-healthy', EITHER);
}

/** Most of the traffic was not there before: what looks like a rise may be another workload (docs/verdict.md, 'The simulation'). */
function isReplaced({ matched, flows }: Observation): boolean {
  return flows.some((f) => f.reference.bytes > 0) && matched.coverage < MATCHED_LEAST;
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

/** Are most events in flows that the indicator speaks of at all? */
function covered({ where }: Observation): boolean {
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
