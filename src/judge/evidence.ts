import type { Case, Window } from '../model/case.ts';
import { type Evidence, NEARLY } from '../model/report.ts';
import { instant, MINUTE } from '../model/time.ts';
import * as units from '../model/units.ts';
import { twiceEvidence } from './coverage.ts';
import { elsewhereEvidence } from './elsewhere.ts';
import type { Where } from './locate.ts';
import type { Member } from './members.ts';
import type { Observation, ObservedZone } from './observe.ts';
import { otherEvidence } from './other-witnesses.ts';
import { isHost, locationAt } from './place.ts';
import { binsWithin, type Count, mean, perGib } from './rates.ts';
import { opinionEvidence } from './second-opinion.ts';
import { collapses } from './silence.ts';
import { LATER_LEAST, RISE } from './thresholds.ts';
import { covered, isBrief, isWidespread } from './verdict.ts';
import { hostOf, witnessEvidence } from './witnesses.ts';
import { explanationName, nameOf, shortZone, targetName } from './words.ts';

/** The trace of the verdict: what was asked, what was found, and which side it speaks for. */
export function evidenceOf(data: Case, seen: Observation): Evidence[] {
  if (seen.from === null) return elsewhereEvidence(data, seen.elsewhere);
  return [
    ...(seen.change.window.bins > 0 ? [changeEvidence(data, seen)] : []),
    ...twiceEvidence(data),
    ...onsetEvidence(seen),
    ...burstEvidence(seen),
    ...matchedEvidence(seen),
    ...pollutionEvidence(data, seen),
    ...zoneEvidence(data, seen),
    ...latenessEvidence(data, seen),
    ...silenceEvidence(data, seen),
    ...nhiEvidence(data, seen),
    ...spreadEvidence(data, seen),
    ...elsewhereEvidence(data, seen.elsewhere),
    ...opinionEvidence(data, seen),
    ...witnessEvidence(data, seen),
    ...otherEvidence(data, seen),
    ...blindSpots(seen),
  ];
}

function changeEvidence({ target }: Case, { change, risen }: Observation): Evidence {
  const { window, baseline, ratio, low, high } = change;
  const rateOf = ({ retransmissions, bytes }: Count) => units.rate(perGib(retransmissions, bytes));
  const whose = `Retransmissions of ${targetName(target)}`;
  const [now, before] = [rateOf(window), rateOf(baseline)];
  const statement = {
    up: `${whose} rose to ${now} per GiB, from ${before} before.`,
    'not-up': `${whose} are at ${now} per GiB, and were at ${before} before: ${risen ? 'the whole hides what rose in a part of it' : 'no rise'}.`,
    'too-few-events': `${whose} are at ${now} per GiB, and were at ${before} before: too few to call it a rise.`,
    'no-baseline': `${whose} are at ${now} per GiB; there is no earlier time to compare with.`,
  }[change.verdict];
  const code =
    change.verdict === 'up' ? 'rate-up' : change.verdict === 'not-up' ? 'rate-not-up' : change.verdict;
  return {
    code,
    supports: 'none',
    strength: 'requisite',
    statement,
    data: {
      ratio,
      low,
      high,
      retransmissions: window.retransmissions,
      bytes: window.bytes,
      baselineRetransmissions: baseline.retransmissions,
      baselineBytes: baseline.bytes,
    },
  };
}

function onsetEvidence({ onset, onsetWithin, series, from, end, symptom }: Observation): Evidence[] {
  if (onset === null || onsetWithin === null) return [];
  const [earliest, latest] = [instant(onsetWithin.earliest), instant(onsetWithin.latest)];
  const period = (series?.periodSeconds ?? 60) / 60;
  const exact = period === 1 ? 'within a minute' : `within ${period} minutes`;
  const around = `between ${units.time(earliest)} and ${units.time(latest)}`;
  const known =
    from === 'flows'
      ? `It began ${around} UTC: its flows are known by the half hour and the hour only.`
      : earliest === latest
        ? `It began at ${units.time(instant(onset))} UTC, ${exact}.`
        : `It began at about ${units.time(instant(onset))} UTC, ${around}.`;
  const recent = from === 'series' && end === null && isBrief(symptom);
  return [
    {
      code: 'onset',
      supports: 'none',
      strength: 'requisite',
      statement: `${known}${recent ? ' That is too short a while ago to know whether it lasts.' : ''}`,
      data: { onset: instant(onset), earliest, latest, ...(from === 'flows' ? { byTile: true } : {}) },
    },
  ];
}

/** What was raised for a few minutes, where that is all. */
function burstEvidence({ burst }: Observation): Evidence[] {
  if (!burst) return [];
  const { start, end, ratio } = burst;
  const [from, to] = [instant(start), end === null ? null : instant(end)];
  const minutes = end === null ? null : Math.round((end - start) / MINUTE);
  return [
    {
      code: 'burst',
      supports: 'none',
      strength: 'optional',
      statement:
        to === null
          ? `Retransmissions are ${ratio.toFixed(1)} times as many per byte since ${units.dateTime(from)}: too short to tell from a burst yet.`
          : `Retransmissions were ${ratio.toFixed(1)} times as many per byte from ${units.dateTime(from)} to ${units.dateTime(to)}: a burst of ${minutes} minutes, which is over.`,
      data: { start: from, end: to, ratio },
    },
  ];
}

/** The same question without what is new and what is gone. */
function matchedEvidence({ risen, matched, where }: Observation): Evidence[] {
  const { ratio, low, high, flows, coverage, events } = matched;
  if (!risen || ratio === null || low === null || high === null) return [];
  if (events.now === 0 && events.before === 0) return [];
  const who = `${units.many(flows, 'flow was', 'flows were')} there before, with ${partOf(coverage)} of the bytes`;
  const often = `${units.times(ratio)} as many retransmissions per GiB`;
  const statement =
    low <= 1
      ? // Of one part that rose, the others are what makes it unclear.
        `${oldTraffic(ratio, where)}: ${who}; ${often} as then.`
      : events.before === 0
        ? `New traffic is not the reason: ${who}, and had no retransmission then.`
        : `New traffic is not the reason: ${who}; ${often} as then.`;
  return [
    {
      code: 'matched',
      supports: 'none',
      strength: 'requisite',
      statement,
      data: {
        ratio,
        low,
        high,
        flows,
        coverage,
        retransmissions: events.now,
        baselineRetransmissions: events.before,
      },
    },
  ];
}

function oldTraffic(ratio: number, { culprit }: Where): string {
  if (!culprit) return 'Old traffic shows no clear rise';
  return ratio > 1 ? 'Not all of the old traffic rose' : 'Old traffic did not rise';
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
        'What a database, a load balancer or a client without an agent sends and loses: agents count what their own hosts send, over TCP.',
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
      statement: `It began before the window, at ${units.dateTime(baseline.end)}: only what was before that is compared with.`,
      data: { from: baseline.start, to: baseline.end },
    },
  ];
}

function zoneEvidence(
  data: Case,
  { zones, outlier, onset, change, elsewhere, risen }: Observation,
): Evidence[] {
  if (!risen) return [];
  if (outlier) {
    const { versusPeers } = outlier.comparison;
    const peers = zones.filter((z) => z.azId !== outlier.azId && z.window.bytes > 0).length;
    return [
      {
        code: 'zone-outlier',
        supports: 'none',
        strength: 'required',
        statement: versusPeers
          ? `${shortZone(data, outlier.azId)} rose ${units.times(versusPeers.ratio)} as much as the other ${peers === 1 ? 'zone' : 'zones'}.`
          : `${shortZone(data, outlier.azId)} rose; there is no other zone to compare it with.`,
        data: { azId: outlier.azId, ...versusPeers, onset: onset === null ? null : instant(onset) },
      },
    ];
  }
  const own = zones.filter((z) => z.inside);
  if (change.verdict !== 'up' || own.length === 0) return [];
  const compared = zones.filter((z) => z.comparison.versusPeers !== null);
  const statement =
    compared.length < 2
      ? 'There is no second zone with traffic to compare with: a fault of the zone and one of the workload look the same.'
      : elsewhere.length > 0
        ? `${own.map(({ azId }) => shortZone(data, azId)).join(', ')} does not stand out from the others.`
        : 'No zone stands out from the others.';
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

/** Late as well as lost. A queue that overflows does both, whosever it is: it speaks for nobody. */
function latenessEvidence(
  data: Case,
  { risen, outlier, reported, symptom, baseline }: Observation,
): Evidence[] {
  const series = outlier?.reported ?? reported;
  if (!risen || !series || !baseline) return [];
  const micros = (window: Window) => mean(series.rttMicros.slice(...binsWithin(series, window)));
  const [now, before] = [micros(symptom), micros(baseline)];
  if (now === null || before === null) return [];
  if (now < RISE * before || now < before + LATER_LEAST) return [];
  const whose = outlier ? shortZone(data, outlier.azId) : targetName(data.target);
  return [
    {
      code: 'rtt-up-too',
      supports: 'none',
      strength: 'requisite',
      statement: `Round-trip times of ${whose} rose too: ${units.rtt(now)} on average over its flows, from ${units.rtt(before)} before.`,
      data: { azId: outlier?.azId ?? null, rttMicros: now, baselineRttMicros: before },
    },
  ];
}

function silenceEvidence(data: Case, seen: Observation): Evidence[] {
  const since = new Map(collapses(seen).map((zone) => [zone.azId, zone.since]));
  return seen.starved.map((zone: ObservedZone) => {
    const at = since.get(zone.azId) ?? null;
    const when = at === null ? null : instant(at);
    const name = shortZone(data, zone.azId);
    return {
      code: zone.state === 'silent' ? 'zone-silent' : 'zone-starved',
      supports: 'none',
      strength: 'requisite',
      statement:
        zone.state === 'silent'
          ? `${name} reports nothing ${when ? `since ${units.dateTime(when)}` : 'in the window'}, and did before: that is not health.`
          : `Traffic of ${name} collapsed${when ? ` at ${units.dateTime(when)}` : ''} while other zones keep theirs: what is left says little about loss.`,
      data: { azId: zone.azId, bytes: zone.window.bytes, baselineBytes: zone.baseline.bytes, since: when },
    };
  });
}

function nhiEvidence(data: Case, seen: Observation): Evidence[] {
  const { nhi, nhiHere, outlier, symptom, risen } = seen;
  const degraded = nhi.filter((n) => n.state === 'degraded');
  const where = outlier ? shortZone(data, outlier.azId) : 'the target';
  const notice: Evidence[] =
    degraded.length && (nhiHere !== 'degraded' || !risen)
      ? [
          {
            code: 'nhi-degraded-elsewhere',
            supports: 'none',
            strength: 'optional',
            statement: `AWS's network health indicator was degraded in ${degraded.map((n) => n.monitor).join(', ')}, ${risen ? 'which does not explain what is seen here' : 'and no rise is seen beside it'}.`,
            data: { monitors: degraded.map((n) => n.monitor) },
          },
        ]
      : [];
  if (!risen) return notice;
  const data_ = { from: symptom.start, to: symptom.end, azId: outlier?.azId ?? null };
  switch (nhiHere) {
    case 'degraded':
      return [
        {
          code: 'nhi-degraded',
          supports: 'aws-infrastructure',
          strength: 'sufficient',
          statement: `AWS's network health indicator was degraded for ${where} in the same minutes.`,
          data: { ...data_, monitors: degraded.map((n) => n.monitor) },
        },
      ];
    case 'healthy':
      if (!covered(seen)) {
        return [
          {
            code: 'nhi-not-covering',
            supports: 'none',
            strength: 'required',
            statement: `AWS's network health indicator was healthy for ${where}, but does not cover most of the flows that this is in.`,
            data: data_,
          },
          ...notice,
        ];
      }
      return [
        {
          code: 'nhi-healthy',
          supports: 'workload',
          strength: 'required',
          statement: `AWS's network health indicator was healthy for ${where} all that time.`,
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
          statement: `AWS's network health indicator says nothing of ${where} in that time.`,
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
  const place = outlier ? shortZone(data, outlier.azId) : 'the target';
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
  if (culprit) {
    const { member, share, peers, level, received } = culprit;
    const isKnown = seen.flows.some(({ reference }) => reference.bytes > 0);
    const name = nameOf(member.identity);
    // Of what is sent to it, the rest is what is sent to others, from anywhere in the target.
    const [who, whole, rest] = received
      ? [`what is sent to ${name}`, 'the target', othersSentTo(peers)]
      : [name, place, others(peers)];
    return [
      {
        code: 'concentrated',
        // Of a whole host, its status checks tell whose it is.
        supports: isHost(culprit) && hostOf(data, member.identity.instanceId) === 'aws' ? 'none' : 'workload',
        strength: 'required',
        statement: `${sentence(who)} ${isKnown ? past(member) : 'cannot be compared with its own past'} and makes ${partOf(share.excess)} of the rise in ${whole}, with ${partOf(share.bytes)} of its bytes; ${rest}.${runnerUpIn(data, where)}`,
        data: {
          level,
          key: member.key,
          ...(received ? { received } : {}),
          share: share.excess,
          byteShare: share.bytes,
          peers,
          ...weighed,
        },
      },
    ];
  }
  const seenIn = `${parts.elevated === 0 ? 'None' : parts.elevated} of ${units.many(parts.eligible, 'pod or instance', 'pods or instances')} of ${place} with enough traffic to tell ${parts.elevated <= 1 ? 'shows' : 'show'} it`;
  const counts = { elevated: parts.elevated, eligible: parts.eligible, ...weighed };
  if (breadth === 'zone' || breadth === 'wider' || isWidespread(seen)) {
    return [
      {
        code: 'widespread',
        supports: 'aws-infrastructure',
        strength: 'required',
        statement: `${seenIn}: not one of them alone.${runnerUpIn(data, where)}`,
        data: counts,
      },
    ];
  }
  return [
    {
      code: 'spread-unclear',
      supports: 'none',
      strength: 'required',
      statement:
        parts.eligible === 0
          ? `No pod or instance of ${place} has enough traffic to tell whose it is.`
          : `${seenIn}${unclear(parts)}.${likeliestIn(data, where)}`,
      data: counts,
    },
  ];
}

/** What it takes to say whose it is, and is not there. */
function unclear({ elevated, eligible }: Where['parts']): string {
  if (elevated === 0) return ' by itself';
  if (elevated < eligible) return elevated === 1 ? ', and not all of it' : ': not one alone, nor all of them';
  return eligible === 1
    ? '; there is no other to compare it with'
    : '; what they have in common is not clear';
}

/** Where nothing is named: what comes nearest. */
function likeliestIn(data: Case, where: Where): string {
  if (!where.best) return '';
  return ` Likeliest: ${explanationName(data, where.best)}.${runnerUpIn(data, where)}`;
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
  const other = explanationName(data, where.runnerUp);
  if (timesLikelier < NEARLY) return ` Nearly as likely: ${other}.`;
  const odds = timesLikelier > MAX_ODDS * 0.99 ? 'Over a million' : units.count(Math.round(timesLikelier));
  return ` ${odds} times less likely: ${other}.`;
}

/** Against itself: `is at 51 times its own past`. */
function past({ retransmissions, bytes, baselineRetransmissions, baselineBytes }: Member): string {
  if (baselineBytes === 0) return 'was not there before';
  if (baselineRetransmissions === 0) return 'had no retransmission before';
  const now = bytes === null ? null : perGib(retransmissions, bytes);
  const before = perGib(baselineRetransmissions, baselineBytes);
  return now === null || before === null ? 'rose' : `is at ${units.times(now / before)} its own past`;
}

function others(peers: number): string {
  if (peers <= 0) return 'there is no other to compare it with';
  return peers === 1
    ? 'its one neighbour there does not show it'
    : `its ${peers} neighbours there do not show it`;
}

function othersSentTo(peers: number): string {
  if (peers <= 0) return 'nothing is sent to any other';
  return peers === 1
    ? 'what is sent to the one other does not show it'
    : `what is sent to the ${peers} others does not show it`;
}

/** `all`, `87 %`: of something that follows. */
function partOf(share: number): string {
  return share >= 0.995 ? 'all' : units.share(share);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
