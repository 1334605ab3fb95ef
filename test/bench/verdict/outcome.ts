import type { Findings, Location } from '../../../src/model/report.ts';
import type { World } from '../../../src/sandbox/world/world.ts';
import { type BaselineName, baselinesOf, type ZoneBlame } from './baselines.ts';
import type { Incident, Label } from './incident.ts';
import { START } from './window.ts';

export type Place = 'exact' | 'near' | 'wrong' | 'none';

/** One incident and what was said of it, without the Case: what the tables are counted from. */
export interface Outcome {
  family: string;
  size: number;
  tier: string;
  churn: number;
  zones: number;
  seed: number;
  /** What kind of target was asked about; and is the bad place beside it? */
  target: string;
  beside: boolean;
  /** Is all of it seen, or a part, or no metric? */
  seen: Incident['seen'];
  answer: Label['answer'];
  /** Lists of flows that were asked for. */
  queries: number;
  /** Is anything wrong at all? */
  quiet: boolean;
  verdict: Findings['verdict'];
  confidence: Findings['confidence'];
  reason: string;
  said: string;
  truth: string;
  accurate: boolean;
  wrongBlame: boolean;
  /** The answer that is due: the right verdict (or the right suspect) at the right place. */
  found: boolean;
  /** It cannot be told from its one far end, and both are named. */
  paired: boolean;
  abstained: boolean;
  /** 'no-impairment' of what is impaired. */
  falseHealth: boolean;
  /** null where the label has none, or nothing was blamed or suspected. */
  zone: boolean | null;
  resource: Place | null;
  onsetError: number | null;
  endError: number | null;
  /** Is it said whether it goes on, of what was found? */
  ongoing: boolean | null;
  baselines: Record<BaselineName, ZoneBlame>;
}

export function outcomeOf(incident: Incident, findings: Findings): Outcome {
  const { label, world, data } = incident;
  const { verdict, location, suspects = [] } = findings;
  const blames = verdict === 'aws-infrastructure' || verdict === 'workload';
  // Who stands behind a bad remote cannot be told from here: naming the remote is the answer, with any suspect.
  const suspected =
    verdict === 'inconclusive' &&
    (label.level === 'remote'
      ? location.remoteIp !== undefined
      : label.suspect !== undefined && suspects[0] === label.suspect);
  const named = blames || suspected;
  const place = named ? placeOf(world, label, location) : 'none';
  const accurate = label.verdicts.includes(verdict);
  const wrongBlame = blames && (!accurate || place === 'wrong');
  const quiet = label.verdicts.length === 1 && label.verdicts[0] === 'no-impairment';
  const answered = accurate && (quiet || blames || (suspected && label.verdicts.includes('inconclusive')));
  const located =
    (label.level !== 'zone' || location.azId === label.location.azId) &&
    (label.level !== 'remote' || place === 'exact');
  const found = answered && !wrongBlame && located;
  const minute = (at: string | null) => (at === null ? null : (Date.parse(at) - START) / 60_000);
  const errorOf = (truth: number | null, at: number | null) =>
    found && truth !== null && at !== null ? at - truth : null;
  return {
    family: incident.family,
    size: incident.size,
    tier: incident.tier,
    churn: incident.churn,
    zones: incident.zones,
    seed: incident.seed,
    target: data.target.kind,
    beside: label.beside ?? false,
    seen: incident.seen,
    answer: label.answer,
    queries: incident.queries,
    quiet,
    verdict,
    confidence: findings.confidence,
    reason: findings.reason,
    said: describe(location),
    truth: describe(label.location),
    accurate,
    wrongBlame,
    found,
    paired: findings.reason === 'pair-concentrated' && hasOneFarEnd(incident, findings),
    abstained: (verdict === 'inconclusive' || verdict === 'no-data') && !found,
    falseHealth: verdict === 'no-impairment' && !label.verdicts.includes('no-impairment'),
    zone: named && label.location.azId ? location.azId === label.location.azId : null,
    resource: named && label.level !== null && label.level !== 'zone' ? place : null,
    onsetError: errorOf(label.onset, minute(findings.onset)),
    endError: errorOf(label.end, minute(findings.end)),
    ongoing:
      found && label.onset !== null
        ? findings.onset !== null && findings.ongoing === (label.end === null)
        : null,
    baselines: baselinesOf(data, label),
  };
}

/** All that the culprit sends goes to one far end, to which nobody else sends: and that, and a culprit, are what is named. */
function hasOneFarEnd(
  { label: { culprits }, streams }: Incident,
  { location, alternatives = [] }: Findings,
): boolean {
  const now = streams.filter(({ life }) => life !== 'before');
  const sent = now.filter(({ local }) => culprits.includes(local.pod));
  const [one] = sent;
  const named = [location, ...alternatives.map((a) => a.location)];
  return (
    one !== undefined &&
    now.every(({ local, remote }) => culprits.includes(local.pod) === (remote.name === one.remote.name)) &&
    named.some(({ podName }) => podName !== undefined && culprits.includes(podName)) &&
    named.some(({ podName, remoteIp }) => podName === one.remote.name || remoteIp === one.remote.ip)
  );
}

/** The finest thing that a location names, against the truth. */
function placeOf(world: World, label: Label, said: Location): Place {
  const truth = label.location;
  if (said.azId && truth.azId && said.azId !== truth.azId) return 'wrong';
  if (label.level === 'remote') return remotePlace(truth, said);
  if (said.remoteIp) return 'wrong';
  if (label.level === null && label.culprits.length === 0) return 'none';
  const members = world.pods.filter((pod) => {
    const node = world.instances.find(({ id }) => id === pod.node);
    const zone = world.subnets.find(({ id }) => id === node?.subnetId)?.zoneId;
    return (
      (said.podName === undefined || said.podName === pod.name) &&
      (said.instanceId === undefined || said.instanceId === pod.node) &&
      (said.subnetId === undefined || said.subnetId === node?.subnetId) &&
      (said.serviceName === undefined || said.serviceName === pod.service) &&
      (said.azId === undefined || said.azId === zone)
    );
  });
  if (!members.some(({ name }) => label.culprits.includes(name))) return 'wrong';
  return finest(said) === label.level ? 'exact' : 'near';
}

function remotePlace(truth: Location, said: Location): Place {
  if (said.remoteIp) return said.remoteIp === truth.remoteIp ? 'exact' : 'wrong';
  return finest(said) === null ? 'none' : 'wrong';
}

function finest({ podName, instanceId, subnetId, serviceName, azId }: Location) {
  if (podName) return 'pod';
  if (instanceId) return 'instance';
  if (subnetId) return 'subnet';
  if (serviceName) return 'service';
  return azId ? 'zone' : null;
}

function describe(location: Location): string {
  return Object.entries(location)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
