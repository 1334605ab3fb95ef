import type { Case } from '../model/case.ts';
import type { Evidence } from '../model/report.ts';
import { instant } from '../model/time.ts';
import * as units from '../model/units.ts';
import type { Observation, ObservedZone } from './observe.ts';
import { perGib } from './rates.ts';
import { nameOf, zoneName } from './words.ts';

/** The trace of the verdict: what was asked, what was found, and which side it speaks for. */
export function evidenceOf(data: Case, seen: Observation): Evidence[] {
  if (!seen.series) return [];
  return [
    changeEvidence(seen),
    ...pollutionEvidence(data, seen),
    ...zoneEvidence(data, seen),
    ...silenceEvidence(data, seen),
    ...nhiEvidence(data, seen),
    ...spreadEvidence(data, seen),
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
        statement: `${zoneName(data, outlier.azId)} changed ${ratio} against its peers${onset === null ? '' : `, from ${units.dateTime(instant(onset))} on`}.`,
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
            statement: `The network health indicator of ${degraded.map((n) => n.monitor).join(', ')} was degraded, which does not explain what is seen here.`,
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

function spreadEvidence(data: Case, { where, outlier, change }: Observation): Evidence[] {
  const { culprit, parts } = where;
  if ((!outlier && change.verdict !== 'up') || !parts.top) return [];
  const place = outlier ? zoneName(data, outlier.azId) : 'the target';
  if (culprit) {
    const { topShare, topByteShare, members } = culprit.spread;
    return [
      {
        code: 'concentrated',
        supports: 'workload',
        strength: 'required',
        statement: `${sentence(nameOf(culprit.member.identity))} carries ${units.share(topShare)} of what was added in ${place}, on ${units.share(topByteShare)} of its bytes; ${others(members.length - 1)}.`,
        data: {
          level: culprit.level,
          key: culprit.member.key,
          share: topShare,
          byteShare: topByteShare,
          peers: members.length - 1,
        },
      },
    ];
  }
  const seenIn = `${parts.elevated} of ${parts.eligible} pods or instances of ${place} with enough traffic show it`;
  return [
    parts.shape === 'wide'
      ? {
          code: 'widespread',
          supports: 'aws-infrastructure',
          strength: 'required',
          statement: `${seenIn}: it is not one workload.`,
          data: { elevated: parts.elevated, eligible: parts.eligible },
        }
      : {
          code: 'spread-unclear',
          supports: 'none',
          strength: 'required',
          statement: `${seenIn}: neither one workload nor all of them.`,
          data: { elevated: parts.elevated, eligible: parts.eligible },
        },
  ];
}

function others(peers: number): string {
  return peers === 1 ? 'the one other there does not show it' : `the ${peers} others there do not show it`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
