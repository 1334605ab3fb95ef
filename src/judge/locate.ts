import type { Case, Endpoint, Flow } from '../model/case.ts';
import type { Location, Reason } from '../model/report.ts';
import type { FlowSums } from './flow-sums.ts';
import { type Hypothesis, hypothesesOf, type Kind } from './hypotheses.ts';
import { type Level, type Member, memberKey } from './members.ts';
import { type Share, type Spread, spreadOf } from './spread.ts';
import {
  CLEAR_SCORE,
  EXPLAINED,
  MARGIN,
  MATCHED_LEAST,
  NEW_PART_LIFT,
  PART_LIFT,
  SURE,
  TILE_LEAST,
} from './thresholds.ts';

export interface Culprit {
  level: Level;
  member: Member;
  /** Its part of what was added in its zone, or in all of the target. */
  share: Share;
  /** How many others there are beside it. */
  peers: number;
}

/** What kind of answer the explanations give: one part of the workload, the far end, one zone, or more than one. */
export type Breadth = 'part' | 'remote' | 'zone' | 'wider' | 'unclear';

export interface Where {
  breadth: Breadth;
  /** How probable that kind of answer is among all explanations, 0 to 1; and any that lies in the network. */
  probability: number;
  network: number;
  /** The likeliest explanation, and the likeliest of another kind. */
  best: Hypothesis | null;
  runnerUp: Hypothesis | null;
  /** The zone, where that is the answer. */
  azId: string | null;
  culprit: Culprit | null;
  /** The spread over the smallest parts that are known. */
  parts: Spread;
}

const BREADTH: Record<Kind, Exclude<Breadth, 'unclear'>> = {
  pod: 'part',
  instance: 'part',
  subnet: 'part',
  service: 'part',
  remote: 'remote',
  zone: 'zone',
  'zone-pair': 'wider',
  'cross-zone': 'wider',
  everywhere: 'wider',
};

/** What the series show. */
export interface Symptom {
  /** The zone that stands out. */
  outlier: string | null;
  /** Events that the rise has added there, or in all, in the time of the flows' tiles. */
  excess: number;
  /** The share of the flows' tiles that it lasts. */
  lasting: number;
  /** How many of the flows' events come at once. */
  clump: number;
}

/**
 * Who carries the events? The explanations of `hypotheses.ts`, weighed against each other. They must explain what the
 * series show: a pod that is noisy by itself elsewhere is no explanation of a zone that stands out. The flows of peers
 * outside the target tell a part from a whole, and are explained by the way: what is in none of the target's is no answer.
 */
export function locate(
  data: Case,
  flows: readonly FlowSums[],
  peers: readonly FlowSums[],
  symptom: Symptom,
): Where {
  const parts = spreadOf(flows, 'pod', symptom.outlier, symptom.clump);
  const nothing = {
    breadth: 'unclear' as const,
    network: 0,
    best: null,
    runnerUp: null,
    azId: null,
    culprit: null,
  };
  // Workload insights name subnets only: the top one of a zone's few is no culprit.
  if (data.flowsFrom?.kind === 'workload-insights') return { ...nothing, probability: 0, parts };
  const own = new Set(flows.map(({ flow }) => flow));
  const ranked = withoutWholeZones(
    hypothesesOf(data, [...flows, ...peers], symptom.clump).filter((h) => possible(h, own, symptom)),
  );
  const [best] = ranked;
  if (!best || best.score < CLEAR_SCORE) return { ...nothing, probability: 0, best: best ?? null, parts };
  const weight = (hypotheses: readonly Hypothesis[]) =>
    hypotheses.reduce((sum, h) => sum + Math.exp(h.score - best.score), 0);
  const share = (is: (h: Hypothesis) => boolean) => weight(ranked.filter(is)) / weight(ranked);
  const answer = answerOf(best);
  const probability = share((h) => answerOf(h) === answer);
  const named = smallest(best, ranked);
  const clear =
    probability >= SURE && !isBlurred(best, flows, symptom) && standsOut(best, symptom) && isSeen(named);
  const breadth = clear ? BREADTH[named.kind] : 'unclear';
  return {
    breadth,
    probability,
    network: share((h) => NETWORK.includes(h.kind)),
    best,
    runnerUp: ranked.find((h) => answerOf(h) !== answer) ?? null,
    azId: breadth === 'zone' ? (best.identity.azId ?? null) : null,
    culprit: culpritOf(flows, named, breadth, symptom.clump),
    parts,
  };
}

/** Where most parts of the zone beside it show it too, one of a zone's few subnets is the zone, seen through noise. */
function isBlurred(best: Hypothesis, flows: readonly FlowSums[], { outlier, clump }: Symptom): boolean {
  if (best.kind !== 'subnet') return false;
  const inside = new Set(best.flows.map(({ flow }) => flow));
  const beside = flows.filter(({ flow }) => !inside.has(flow));
  return spreadOf(beside, 'pod', outlier, clump).wide;
}

/** One that is known only by what is sent to it may as well be well, and its one caller bad. */
function isSeen(hypothesis: Hypothesis): boolean {
  const { sent, flows } = hypothesis;
  if (answerOf(hypothesis) !== 'part' || sent > 0) return true;
  return (
    new Set(flows.filter((f) => f.events > f.expected).map(({ flow }) => memberKey(flow, 'pod'))).size > 1
  );
}

const NETWORK: readonly Kind[] = ['zone', 'zone-pair', 'cross-zone', 'everywhere'];

function possible(
  hypothesis: Hypothesis,
  own: ReadonlySet<Flow>,
  { outlier, excess, clump }: Symptom,
): boolean {
  const { kind, identity, flows, added } = hypothesis;
  if (outlier !== null && (kind === 'everywhere' || kind === 'cross-zone')) return false;
  if (outlier !== null && kind === 'zone' && identity.azId !== outlier) return false;
  const inside = flows.filter(
    ({ flow }) => own.has(flow) && (outlier === null || flow.local.azId === outlier),
  );
  const explained = clump * added * inside.reduce((sum, f) => sum + f.bytes, 0);
  return inside.some(({ events }) => events > 0) && explained >= EXPLAINED * excess;
}

/** The only subnet of a zone is no part of it: nothing can tell them apart, and the zone is the wider claim. */
function withoutWholeZones(hypotheses: readonly Hypothesis[]): Hypothesis[] {
  const zones = hypotheses.filter(({ kind }) => kind === 'zone').map(({ flows }) => new Set(flows));
  const isZone = ({ kind, flows }: Hypothesis) =>
    kind === 'subnet' && zones.some((zone) => zone.size === flows.length && flows.every((f) => zone.has(f)));
  return hypotheses.filter((h) => !isZone(h));
}

/**
 * A part of a place that rose by a factor of 2 must itself have risen far more; parts drift by more than places do, and
 * one that is new has only others to be compared with. A tile that is mostly something else is not taken for more than
 * twice what it shows: the rest of it has bursts too.
 */
function standsOut({ kind, flows }: Hypothesis, { lasting }: Symptom): boolean {
  if (NETWORK.includes(kind)) return true;
  const sum = (of: (f: Hypothesis['flows'][number]) => number) =>
    flows.reduce((total, f) => total + of(f), 0);
  const lift = sum((f) => f.events) / sum((f) => f.expected);
  const known = sum((f) => f.knownBytes) >= MATCHED_LEAST * sum((f) => f.bytes);
  return 1 + (lift - 1) / Math.max(lasting, TILE_LEAST) >= (known ? PART_LIFT : NEW_PART_LIFT);
}

function answerOf({ kind, identity, key }: Hypothesis): string {
  const breadth = BREADTH[kind];
  if (breadth === 'zone') return `zone ${identity.azId}`;
  // A far end with an agent, or known as a pod, is a part of the workload like any sender.
  if (breadth === 'remote') return identity.podName || identity.instanceId ? 'part' : key;
  return breadth;
}

/** From the smallest place to the largest. */
const BY_SIZE: readonly Kind[] = ['pod', 'instance', 'remote', 'service', 'subnet'];

/**
 * The smallest place inside the likeliest one that explains it as well: where it holds next to no other flows, nothing
 * speaks for the larger (BlameIt, SIGCOMM'19: the smaller set of faults is the right one in over 98 %).
 */
function smallest(best: Hypothesis, ranked: readonly Hypothesis[]): Hypothesis {
  const flows = new Set(best.flows);
  const inside = ranked.filter(
    (h) =>
      BY_SIZE.includes(h.kind) &&
      BY_SIZE.indexOf(h.kind) <= BY_SIZE.indexOf(best.kind) &&
      h.score >= best.score - MARGIN &&
      h.flows.every((f) => flows.has(f)),
  );
  return (
    inside.sort((a, b) => BY_SIZE.indexOf(a.kind) - BY_SIZE.indexOf(b.kind) || b.score - a.score)[0] ?? best
  );
}

/** One that sends nothing itself: only what is sent to it is known. */
function unseen(key: string, identity: Endpoint): Member {
  const none = { retransmissions: 0, timeouts: 0, bytes: null, baselineRetransmissions: 0, baselineBytes: 0 };
  return { key, identity, ...none, flows: [] };
}

function culpritOf(
  flows: readonly FlowSums[],
  { kind, key, identity }: Hypothesis,
  breadth: Breadth,
  clump: number,
): Culprit | null {
  if (breadth !== 'part' && breadth !== 'remote') return null;
  const level = kind as Level;
  const azId = level === 'service' || level === 'remote' ? null : (identity.azId ?? null);
  const { members, shares } = spreadOf(flows, level, azId, clump);
  const member = members.find((m) => m.key === key) ?? unseen(key, identity);
  const share = shares.get(member.key) ?? { excess: 0, bytes: 0 };
  return { level, member, share, peers: members.length - 1 };
}

const REASON: Record<Level, Reason> = {
  pod: 'pod-concentrated',
  instance: 'instance-concentrated',
  subnet: 'subnet-concentrated',
  service: 'service-concentrated',
  remote: 'remote-concentrated',
};

export function reasonOf({ level, member }: Culprit): Reason {
  // A host without Kubernetes is reported for what it is.
  return level === 'pod' && !member.identity.podName ? 'instance-concentrated' : REASON[level];
}

export function locationOf(data: Case, azId: string | null, culprit: Culprit | null): Location {
  // A remote is where it is, not where those are that send to it.
  const zone = culprit ? culprit.member.identity.azId : azId;
  const az = data.zones.find((z) => z.azId === zone)?.az;
  const location: Location = { ...(az ? { az } : {}), ...(zone ? { azId: zone } : {}) };
  if (!culprit) return location;
  const { ip, instanceId, subnetId, podNamespace, podName, serviceName } = culprit.member.identity;
  return {
    ...location,
    ...(subnetId ? { subnetId } : {}),
    ...(instanceId ? { instanceId } : {}),
    ...(podNamespace ? { podNamespace } : {}),
    ...(podName ? { podName } : {}),
    ...(serviceName ? { serviceName } : {}),
    ...(culprit.level === 'remote' && ip ? { remoteIp: ip } : {}),
  };
}
