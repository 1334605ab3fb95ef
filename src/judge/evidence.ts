import type { Case } from '../model/case.ts';
import type { Evidence } from '../model/report.ts';
import { instant } from '../model/time.ts';
import * as units from '../model/units.ts';
import { type Culprit, locationAt, type Where } from './locate.ts';
import type { Observation, ObservedZone } from './observe.ts';
import { perGib } from './rates.ts';
import { isWidespread } from './verdict.ts';
import { witnessEvidence } from './witnesses.ts';
import { explanationName, nameOf, zoneName } from './words.ts';

/** The trace of the verdict: what was asked, what was found, and which side it speaks for. */
export function evidenceOf(data: Case, seen: Observation): Evidence[] {
  if (!seen.series) return [];
  return [
    ...(seen.change.window.bins > 0 ? [changeEvidence(seen)] : []),
    ...onsetEvidence(seen),
    ...matchedEvidence(seen),
    ...pollutionEvidence(data, seen),
    ...zoneEvidence(data, seen),
    ...silenceEvidence(data, seen),
    ...nhiEvidence(data, seen),
    ...spreadEvidence(data, seen),
    ...witnessEvidence(data, seen),
    ...blindSpots(seen),
  ];
}

function rateOf(events: number, bytes: number): string {
  return `${units.rate(perGib(events, bytes))} per GiB (${units.count(events)} in ${units.bytes(bytes)})`;
}

function changeEvidence({ change }: Observation): Evidence {
  const now = rateOf(change.window.retransmissions, change.window.bytes);
  const before = rateOf(change.baseline.retransmissions, change.baseline.bytes);
  const statement = {
    up: `Retransmissions rose to ${now}, from ${before} in the baseline.`,
    'not-up': `Retransmissions are at ${now}, against ${before} in the baseline: no rise.`,
    'too-few-events': `Retransmissions are at ${now}, against ${before} in the baseline: too few to call a rise.`,
    'no-baseline': `Retransmissions are at ${now}; there is no baseline to compare with.`,
  }[change.verdict];
  const code =
    change.verdict === 'up' ? 'rate-up' : change.verdict === 'not-up' ? 'rate-not-up' : change.verdict;
  return {
    code,
    supports: 'none',
    strength: 'requisite',
    statement,
    data: { ratio: change.ratio, low: change.low, high: change.high },
  };
}

function onsetEvidence({ onset, onsetWithin }: Observation): Evidence[] {
  if (onset === null || onsetWithin === null) return [];
  const [earliest, latest] = [instant(onsetWithin.earliest), instant(onsetWithin.latest)];
  return [
    {
      code: 'onset',
      supports: 'none',
      strength: 'requisite',
      statement:
        earliest === latest
          ? `The rise began at ${units.dateTime(instant(onset))}: no other minute is nearly as likely.`
          : `The rise began at ${units.dateTime(instant(onset))}, or from ${units.dateTime(earliest)} to ${units.dateTime(latest)} (95 %).`,
      data: { onset: instant(onset), earliest, latest },
    },
  ];
}

/** The same question without what is new and what is gone. */
function matchedEvidence({ risen, matched }: Observation): Evidence[] {
  const { ratio, low, high, flows, coverage } = matched;
  if (!risen || ratio === null || low === null || high === null) return [];
  return [
    {
      code: 'matched',
      supports: 'none',
      strength: 'requisite',
      statement: `Each flow against itself: ${units.ratioWithInterval({ ratio, low, high })} in ${units.count(flows)} flows that were there before, with ${units.share(coverage)} of the bytes.`,
      data: { ratio, low, high, flows, coverage },
    },
  ];
}

/** A sender counts its own losses: what was lost on the way to us shows where it was sent. */
function blindSpots({ change, outlier }: Observation): Evidence[] {
  if (outlier || change.verdict !== 'not-up') return [];
  return [
    {
      code: 'blind-spots',
      supports: 'none',
      strength: 'optional',
      statement:
        'Agents count what their own hosts send, over TCP: losses of what a database, a load balancer or clients without an agent send are not seen here.',
      data: {},
    },
  ];
}

function pollutionEvidence(data: Case, { baseline }: Observation): Evidence[] {
  if (!baseline || !data.baseline || baseline.end === data.baseline.end) return [];
  return [
    {
      code: 'baseline-polluted',
      supports: 'none',
      strength: 'requisite',
      statement: `The rise began before the window, at ${units.dateTime(baseline.end)}: the baseline ends there.`,
      data: { from: baseline.start, to: baseline.end },
    },
  ];
}

function zoneEvidence(data: Case, { zones, outlier, onset, change }: Observation): Evidence[] {
  if (outlier) {
    const { versusPeers } = outlier.comparison;
    const ratio = versusPeers ? `${units.ratioWithInterval(versusPeers)}` : '';
    return [
      {
        code: 'zone-outlier',
        supports: 'none',
        strength: 'required',
        statement: `${zoneName(data, outlier.azId)} changed ${ratio} against its peers.`,
        data: { azId: outlier.azId, ...versusPeers, onset: onset === null ? null : instant(onset) },
      },
    ];
  }
  if (change.verdict !== 'up') return [];
  const compared = zones.filter((z) => z.comparison.versusPeers !== null);
  const statement =
    compared.length < 2
      ? 'There are no two zones with traffic to compare: a fault of the zone and a fault of the workload look the same.'
      : 'No zone stands out against its peers.';
  return [
    {
      code: compared.length < 2 ? 'zones-not-comparable' : 'no-zone-outlier',
      supports: 'none',
      strength: 'required',
      statement,
      data: { zones: compared.length },
    },
  ];
}

function silenceEvidence(data: Case, { starved }: Observation): Evidence[] {
  return starved.map((zone: ObservedZone) => ({
    code: zone.state === 'silent' ? 'zone-silent' : 'zone-starved',
    supports: 'none',
    strength: 'requisite',
    statement:
      zone.state === 'silent'
        ? `${zoneName(data, zone.azId)} reports nothing in the window, and did before: no data is not health.`
        : `Traffic of ${zoneName(data, zone.azId)} collapsed while its peers hold: what is left says little about loss.`,
    data: { azId: zone.azId, bytes: zone.window.bytes, baselineBytes: zone.baseline.bytes },
  }));
}

function nhiEvidence(data: Case, { nhi, nhiHere, outlier, symptom, change }: Observation): Evidence[] {
  const degraded = nhi.filter((n) => n.state === 'degraded');
  const where = outlier ? zoneName(data, outlier.azId) : 'the target';
  const asked = outlier !== null || change.verdict === 'up';
  const notice: Evidence[] =
    degraded.length && (nhiHere !== 'degraded' || !asked)
      ? [
          {
            code: 'nhi-degraded-elsewhere',
            supports: 'none',
            strength: 'optional',
            statement: `The network health indicator of ${degraded.map((n) => n.monitor).join(', ')} was degraded${asked ? ', which does not explain what is seen here' : ', and no rise is seen beside it'}.`,
            data: { monitors: degraded.map((n) => n.monitor) },
          },
        ]
      : [];
  if (!asked) return notice;
  const data_ = { from: symptom.start, to: symptom.end, azId: outlier?.azId ?? null };
  switch (nhiHere) {
    case 'degraded':
      return [
        {
          code: 'nhi-degraded',
          supports: 'aws-infrastructure',
          strength: 'sufficient',
          statement: `AWS's network health indicator was degraded for ${where} in the minutes of the symptom.`,
          data: { ...data_, monitors: degraded.map((n) => n.monitor) },
        },
      ];
    case 'healthy':
      return [
        {
          code: 'nhi-healthy',
          supports: 'workload',
          strength: 'required',
          statement: `AWS's network health indicator reported ${where} healthy throughout the symptom.`,
          data: data_,
        },
        ...notice,
      ];
    case 'unknown':
      return [
        {
          code: 'nhi-unknown',
          supports: 'none',
          strength: 'required',
          statement: `There is no network health indicator for ${where} in the minutes of the symptom.`,
          data: data_,
        },
        ...notice,
      ];
  }
}

function spreadEvidence(data: Case, seen: Observation): Evidence[] {
  const { where, outlier, risen } = seen;
  const { culprit, parts, breadth, best } = where;
  if (!risen || parts.members.length === 0) return [];
  const place = outlier ? zoneName(data, outlier.azId) : 'the target';
  const weighed = best ? { probability: where.probability, ...againstRunnerUp(where) } : {};
  if (breadth === 'path' && where.named) {
    return [
      {
        code: 'on-the-way',
        supports: 'none',
        strength: 'required',
        statement: `${sentence(explanationName(data, where.named))} explains it, whoever sends it; what takes another way does not show it.${runnerUpIn(data, where)}`,
        data: { ...locationAt(data, where.named), ...weighed },
      },
    ];
  }
  if (culprit?.received) return [receivedEvidence(data, where, culprit, weighed)];
  if (culprit) {
    const { member, share, peers, level } = culprit;
    return [
      {
        code: 'concentrated',
        supports: 'workload',
        strength: 'required',
        statement: `${sentence(nameOf(member.identity))} carries ${units.share(share.excess)} of what was added in ${place}, on ${units.share(share.bytes)} of its bytes; ${others(peers)}.${runnerUpIn(data, where)}`,
        data: { level, key: member.key, share: share.excess, byteShare: share.bytes, peers, ...weighed },
      },
    ];
  }
  const seenIn = `${parts.elevated} of ${parts.eligible} pods or instances of ${place} with enough traffic show it`;
  const counts = { elevated: parts.elevated, eligible: parts.eligible, ...weighed };
  if (breadth === 'zone' || breadth === 'wider' || isWidespread(seen)) {
    return [
      {
        code: 'widespread',
        supports: 'aws-infrastructure',
        strength: 'required',
        statement: `${seenIn}: no one part of the workload explains it.${runnerUpIn(data, where)}`,
        data: counts,
      },
    ];
  }
  return [
    {
      code: 'spread-unclear',
      supports: 'none',
      strength: 'required',
      statement: `${seenIn}: neither one workload nor all of them.${runnerUpIn(data, where)}`,
      data: counts,
    },
  ];
}

/** Others count what they send to it: of that are its share, and those beside it. */
function receivedEvidence(
  data: Case,
  where: Where,
  { member, share, peers, level }: Culprit,
  weighed: Record<string, unknown>,
): Evidence {
  const beside =
    peers === 0
      ? 'nothing is sent anywhere else'
      : peers === 1
        ? 'what is sent to the one other is not lost like that'
        : `what is sent to the ${peers} others is not lost like that`;
  return {
    code: 'concentrated',
    supports: 'workload',
    strength: 'required',
    statement: `What is sent to ${nameOf(member.identity)} has ${units.share(share.excess)} of what was added, on ${units.share(share.bytes)} of the bytes; ${beside}.${runnerUpIn(data, where)}`,
    data: {
      level,
      key: member.key,
      received: true,
      share: share.excess,
      byteShare: share.bytes,
      peers,
      ...weighed,
    },
  };
}

/** The margin as a likelihood ratio, cut off where nobody would tell one from the other any more. */
function againstRunnerUp({ best, runnerUp }: Where): { runnerUp?: string; timesLikelier?: number } {
  if (!best || !runnerUp) return {};
  const timesLikelier = Math.exp(Math.min(best.score - runnerUp.score, Math.log(MAX_ODDS)));
  return { runnerUp: `${runnerUp.kind} ${runnerUp.key}`, timesLikelier };
}

const MAX_ODDS = 1e6;

function runnerUpIn(data: Case, where: Where): string {
  const { timesLikelier } = againstRunnerUp(where);
  if (timesLikelier === undefined || !where.runnerUp) return '';
  const odds =
    timesLikelier > MAX_ODDS * 0.99 ? 'over a million' : units.count(Math.max(1, Math.round(timesLikelier)));
  return ` Next best, ${odds} times less likely: ${explanationName(data, where.runnerUp)}.`;
}

function others(peers: number): string {
  if (peers <= 0) return 'there is no other to compare it with';
  return peers === 1 ? 'the one other there does not show it' : `the ${peers} others there do not show it`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
