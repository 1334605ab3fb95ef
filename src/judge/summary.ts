import type { Case } from '../model/case.ts';
import { aws, kubectl, nfm } from '../model/command-line.ts';
import { type Impairment, NEARLY, type Next } from '../model/report.ts';
import { instant } from '../model/time.ts';

import { count, dateTime, lossShare, span } from '../model/units.ts';
import type { Decision } from './decision.ts';
import { elsewhereNext } from './elsewhere.ts';

import type { Observation } from './observe.ts';
import { leaveZone, replaceInstance } from './remedies.ts';
import { opinionOf } from './second-opinion.ts';
import { collapses } from './silence.ts';
import { missingFor, twice, unseenOf } from './unseen.ts';
import { covered } from './verdict.ts';
import { endName, explanationName, nameOf, targetFlags, targetName, zoneName } from './words.ts';

/** One sentence that a person can paste; and one more where its amounts are not the true ones. */
export function summarise(
  data: Case,
  seen: Observation,
  decision: Decision,
  impairment: Impairment | null,
): string {
  const sentence = conclude(data, seen, decision, impairment);
  const [counted] = seen.risen ? twice(data) : [];
  const otherwise =
    decision.verdict !== 'no-data' && opinionOf(data, seen)?.says === 'otherwise'
      ? ' The same hours on the earlier day say otherwise.'
      : '';
  return `${sentence}${counted ? ` Not known: ${counted.what}.` : ''}${otherwise}`;
}

function conclude(
  data: Case,
  seen: Observation,
  { verdict, reason }: Decision,
  impairment: Impairment | null,
): string {
  const target = targetName(data.target);
  const zone = seen.outlier ? zoneName(data, seen.outlier.azId) : null;
  const since = whenOf(seen);
  const { culprit } = seen.where;
  const who = culprit ? nameOf(culprit.member.identity) : null;
  const loss = impairment?.estimatedLoss ? lossShare(impairment.estimatedLoss) : null;
  const again = loss ? `about ${loss} of its segments` : 'far more than before';
  // A part can be picked out where no indicator covers its flows.
  const healthy = seen.nhiHere === 'healthy' && covered(seen) ? ' and AWS reports its network healthy' : '';
  const has = seen.end === null ? 'has retransmitted' : 'retransmitted';
  switch (verdict) {
    case 'workload':
      if (culprit?.received) {
        return `The evidence points to the workload, not to AWS: ${loss ? `about ${loss} of what is` : 'what is'} sent to ${who} ${be(seen)} retransmitted${since}, while what the same senders send elsewhere is not${healthy}.`;
      }
      return `The evidence points to the workload, not to AWS: ${who ?? 'it'}${zone ? ` in ${zone}` : ''} ${has} ${again}${since}, while its neighbours are well${healthy}.`;
    case 'aws-infrastructure':
      if (reason === 'host-impaired') {
        const what = culprit?.received
          ? `what is sent to ${who} ${be(seen)} retransmitted`
          : `${who}${zone ? ` in ${zone}` : ''} ${has} ${again}`;
        return `The evidence points to AWS's infrastructure: ${what}${since}, while its neighbours are well, and EC2's system status check of it fails.`;
      }
      return `The evidence points to AWS's infrastructure: ${zone ?? target} ${has} ${again}${since}, in all of its parts, and AWS ${seen.end === null ? 'reports' : 'reported'} its own network degraded there.`;
    case 'no-impairment':
      return withNotSeen(
        `No impairment: ${target} has no more retransmissions per GiB than before.`,
        unseenOf(data, seen),
      );
    case 'no-data':
      return because(
        data,
        reason === 'metrics-unreadable'
          ? `No verdict on ${target}: its metrics could not be read, which says nothing about its health.`
          : `No data for ${target} in this window, which is not the same as healthy.${data.coverage?.running === 0 ? ' None of its instances is running.' : ''}`,
      );
    case 'inconclusive':
      if (reason === 'evidence-incomplete' || reason === 'partly-unseen') {
        return unsure(data, seen, reason, { target, who: who ?? zone, since });
      }
      return inconclusive(data, target, zone, who, since, seen, reason);
  }
}

/** With its verb: `has been … since`, `was … from … to`. */
function whenOf({ onset, onsetWithin, end, from }: Observation): string {
  if (onset === null) return '';
  if (end !== null) return ` from ${dateTime(instant(onset))} to ${dateTime(instant(end))}`;
  // By the tile, the minute is not known.
  if (from !== 'flows' || !onsetWithin) return ` since ${dateTime(instant(onset))}`;
  const { earliest, latest } = onsetWithin;
  return ` since some time within ${span(instant(earliest), instant(latest))}`;
}

function unsure(
  data: Case,
  seen: Observation,
  reason: Decision['reason'],
  { target, who, since }: { target: string; who: string | null; since: string },
): string {
  if (!seen.risen) {
    const found = reason === 'partly-unseen' ? 'in what is seen' : 'in what could be read';
    return withNotSeen(`Cannot tell: nothing rose ${found} of ${target}.`, unseenOf(data, seen));
  }
  const missing = (['workload', 'aws-infrastructure'] as const).flatMap((verdict) =>
    missingFor(data, seen, { verdict }).map((what) => ({ what })),
  );
  return withNotSeen(
    `Cannot tell: ${who ?? target} ${be(seen)} impaired${since}, but evidence is missing.`,
    missing,
  );
}

function withNotSeen(sentence: string, unseen: readonly { what: string }[]): string {
  const parts = [...new Set(unseen.map(({ what }) => what))];
  return parts.length === 0 ? sentence : `${sentence} Not known: ${parts.join('; ')}.`;
}

function because({ diagnosis }: Case, sentence: string): string {
  return diagnosis?.cause ? `${sentence} ${diagnosis.cause.finding}` : sentence;
}

function inconclusive(
  data: Case,
  target: string,
  zone: string | null,
  who: string | null,
  since: string,
  seen: Observation,
  reason: Decision['reason'],
): string {
  const { breadth, named } = seen.where;
  const way = breadth === 'path' && named ? explanationName(data, named) : null;
  const place = way ?? (who ? `${who}${zone ? ` in ${zone}` : ''}` : (zone ?? target));
  const impaired = `${way ? 'retransmitted' : 'impaired'}${since}`;
  const is = be(seen);
  switch (reason) {
    case 'traffic-collapsed': {
      const all = collapses(seen);
      const at = all[0]?.since ?? null;
      const when = at === null ? '' : ` at ${dateTime(instant(at))}`;
      return `Cannot tell: traffic of ${all.map((z) => zoneName(data, z.azId)).join(', ')} collapsed${when} while other zones hold, so its retransmissions say nothing.`;
    }
    case 'low-traffic':
      return `Cannot tell: ${target} may have risen, but there are too few ${eventsOf(seen)} to tell that from chance.`;
    case 'workloads-replaced':
      return `Cannot tell: ${way ? `${way} ${is} retransmitted more` : `${place} ${seen.end === null ? 'has retransmitted' : 'retransmitted'} more`}${since}, but most of the traffic was not there before, and nothing can be compared with itself.`;
    case 'rtt-up': {
      const { slow } = seen.signs;
      const what = slow ? `what is sent ${slow.side} ${nameOf(slow.identity)}` : target;
      return `Cannot tell: round-trip times of ${what} at least doubled, while retransmissions did not rise; the cause may lie where no agent counts.`;
    }
    case 'timeouts-up':
      return `Cannot tell: ${target} has ${seen.signs.timeouts?.window ?? 'more'} retransmission timeouts where ${(seen.signs.timeouts?.expected ?? 0).toFixed(1)} were to be expected, while retransmissions did not rise; the cause may lie where no agent counts.`;
    case 'no-baseline':
      return `Cannot tell: ${target} has no baseline to compare with, and no zone stands out.`;
    case 'zone-wide-nhi-healthy':
      return `Cannot tell: ${place} ${is} ${impaired} while AWS reports its network healthy, and ${besides(data, seen)}; AWS's infrastructure is the suspect.`;
    case 'path-concentrated':
      return `Cannot tell: ${place} ${is} retransmitted${since}, whoever sends it, while what takes another way is well; AWS reports its network ${seen.nhiHere === 'healthy' ? 'healthy' : 'neither healthy nor degraded'}.`;
    case 'pair-concentrated':
      return `Cannot tell: all of it lies between ${pairOf(seen)}${since}: one of the two, or the way between them.`;
    case 'no-peers':
      return `Cannot tell: all of ${target} ${is} impaired${since} while AWS reports its network healthy, and there is nothing like it to compare with.`;
    case 'region-wide-nhi-healthy':
      return `Cannot tell: every zone of ${target} ${is} impaired alike${since} while AWS reports its network healthy.`;
    case 'nhi-degraded-no-rise':
      return `Cannot tell: AWS reports its network degraded, but retransmissions of ${target} did not rise; what it speaks of may lie where no agent counts.`;
    case 'nhi-degraded-not-localised':
      return `Cannot tell: ${place} ${is} ${impaired}, and AWS reports its network degraded, but ${mismatch(data, seen)}.`;
    case 'remote-concentrated':
      return `Cannot tell: only what is sent to ${who} ${is} retransmitted${since}, and what happens there is out of sight of any agent.`;
    case 'category-not-covered':
      return `Cannot tell: ${place} ${is} ${impaired} in flows that AWS's health indicator does not cover.`;
    case 'contributors-unknown':
      return `Cannot tell: ${place} ${is} ${impaired}, but which pods or instances are behind it is not known.`;
    default:
      return `Cannot tell: ${place} ${is} ${impaired}, and there is no health indicator of AWS to set against it.`;
  }
}

/** As tenses go: until now, or over. */
function be({ onset, end }: Observation): string {
  if (onset === null) return 'is';
  return end === null ? 'has been' : 'was';
}

/** What is bad does not look like a degraded network. */
function mismatch(data: Case, { where: { culprit, breadth }, outlier, elsewhere }: Observation): string {
  const [there] = elsewhere.filter(({ subnetId }) => subnetId === null);
  if (there && !outlier) return `what stands out is ${zoneName(data, there.azId)}`;
  if (culprit) return 'what is near it is well, and a network that is degraded spares few';
  if (breadth === 'path') return 'what takes another way is well';
  return 'it cannot be told whether that is about the same flows';
}

/** The two ends that explain it alike, or those of the flow with the most events. */
function pairOf({ where: { best, culprit, otherEnd } }: Observation): string {
  if (culprit && otherEnd) return `${nameOf(culprit.member.identity)} and ${endName(otherEnd)}`;
  const [worst] = [...(best?.flows ?? [])].sort((a, b) => b.events - a.events);
  if (!worst) return 'two hosts';
  return `${nameOf(worst.flow.local)} and ${nameOf(worst.flow.remote)}`;
}

/** Is there a part of it that explains it too? */
function besides(data: Case, { where }: Observation): string {
  const nearly = where.alternatives.find(
    ({ hypothesis, timesLessLikely }) => timesLessLikely < NEARLY && hypothesis.kind !== 'zone',
  );
  return nearly
    ? `${explanationName(data, nearly.hypothesis)} explains it nearly as well`
    : 'no one part of it explains that';
}

/** A rise in many events is none to trust where they come many at a time. */
function eventsOf({ change: { window, clump } }: Observation): string {
  const atOnce = Math.round(clump);
  return atOnce > 1
    ? `bursts (${count(window.retransmissions)} retransmissions, some ${count(atOnce)} at a time)`
    : `retransmissions (${window.retransmissions})`;
}

/** What to run next, the most useful first. */
export function nextSteps(data: Case, seen: Observation, decision: Decision): Next[] {
  const { verdict, reason } = decision;
  const target = targetFlags(data);
  const times = { since: data.window.start, until: data.window.end };
  const seenWell = verdict === 'no-impairment' || reason === 'partly-unseen';
  const impaired = verdict !== 'no-data' && !seenWell;
  const steps: Next[] = leaveZone(data, seen, decision);
  const { podName, podNamespace = 'default', instanceId } = seen.where.culprit?.member.identity ?? {};
  if (impaired && podName) {
    steps.push({
      command: kubectl(podNamespace, 'describe pod', {}, podName),
      why: 'its node, restarts and events around the onset',
    });
  } else if (impaired && instanceId && !isChecked(data, instanceId)) {
    steps.push({
      command: aws('ec2 describe-instance-status', {
        'include-all-instances': true,
        'instance-ids': instanceId,
        region: data.target.region,
      }),
      why: 'whether AWS sees the instance itself as impaired',
    });
  }
  const vpcId = vpcOf(data);
  if (
    verdict !== 'no-impairment' &&
    data.monitors.length === 0 &&
    !data.incomplete?.monitors &&
    data.scope?.status === 'SUCCEEDED' &&
    vpcId
  ) {
    const flags = targetFlags({ ...data, target: { ...data.target, kind: 'vpc', id: vpcId } });
    steps.push({
      command: nfm('monitor create', { ...flags, 'per-zone': true, 'dry-run': true }),
      why: 'what it takes to have a health indicator for each zone',
    });
  }
  const isThere = !seen.where.culprit && !seen.outlier;
  if (isThere) steps.push(...elsewhereNext(data, seen.elsewhere));
  if (impaired && data.gaps.some(({ action }) => action?.includes(':StartQuery'))) {
    steps.push({
      command: nfm('policy', {}, 'triage'),
      why: 'what you must be allowed, to see who is behind it',
    });
  } else if (impaired && data.asked?.length === 0) {
    steps.push({
      command: nfm('triage', { ...target, ...times }),
      why: 'who is behind it, in a minute or two',
    });
  } else if (impaired && data.flowsFrom?.kind === 'monitor') {
    steps.push({
      command: nfm('top', { ...target, ...times, by: ['pod', 'remote'] }),
      why: 'who sends to whom, with rates',
    });
  }
  // After what only looks: the last line of a terminal has the first command.
  steps.push(...replaceInstance(data, seen, decision));
  if (verdict === 'aws-infrastructure' || (verdict === 'inconclusive' && seen.outlier)) {
    steps.push({
      command: nfm('triage', { ...target, ...times, output: 'support' }),
      why: 'the text of a case with AWS Support, to paste',
    });
  }
  if (verdict === 'no-data')
    steps.push({
      command: nfm('doctor', target),
      why: 'each thing that it takes to have data, and how to mend it',
    });
  if (seenWell && (data.coverage?.silent.length ?? 0) > 0) {
    steps.push({ command: nfm('doctor', target), why: 'why a part of the target reports nothing' });
  } else if (verdict !== 'no-data' && data.agents?.twice?.length) {
    steps.push({ command: nfm('doctor', target), why: 'which nodes have two agents, and how to end it' });
  }
  if (seenWell && data.agents?.fargate?.length) {
    steps.push({
      command: kubectl(null, 'get nodes', { selector: 'eks.amazonaws.com/compute-type=fargate' }),
      why: 'the pods on Fargate, a node for each: whether one of them matters here',
    });
  }
  if (!isThere) steps.push(...elsewhereNext(data, seen.elsewhere));
  if (verdict === 'no-impairment') {
    steps.push({ command: nfm('triage', { ...target, since: '3h' }), why: 'look further back' });
  }
  return steps;
}

function isChecked({ witnesses }: Case, id: string): boolean {
  return witnesses?.statusChecks?.some(({ instanceId }) => instanceId === id) ?? false;
}

/** The VPC that the target is, or that all of its flows come from. */
function vpcOf({ target, flows }: Case): string | null {
  if (target.kind === 'vpc') return target.id;
  const [first, ...others] = new Set(flows.flatMap((f) => f.local.vpcId ?? []));
  return others.length === 0 ? (first ?? null) : null;
}
