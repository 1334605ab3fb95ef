import type { Case, Endpoint, Flow } from '../model/case.ts';
import { NEARLY } from '../model/report.ts';
import {
  BREADTH,
  type Breadth,
  haveSameFlows,
  isOtherEnd,
  isReceived,
  NETWORK,
  portOf,
  sharedFlows,
} from './ends.ts';
import type { FlowSums } from './flow-sums.ts';
import { type Hypothesis, hypothesesOf, type Kind } from './hypotheses.ts';
import { type Level, type Member, memberKey } from './members.ts';
import { type Share, type Spread, spreadOf } from './spread.ts';
import {
  ALTERNATIVE_MOST,
  CLEAR_SCORE,
  ELIGIBLE_EVENTS,
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
  /** It is known by what is sent to it: so are its counts, its share and its peers. */
  received: boolean;
  /** The one port that this is sent to. */
  port: number | null;
}

/** Another explanation than the one that is named. */
export interface Alternative {
  hypothesis: Hypothesis;
  timesLessLikely: number;
}

export interface Where {
  breadth: Breadth;
  /** How probable that kind of answer is among all explanations, 0 to 1; and any that lies in the network. */
  probability: number;
  network: number;
  /** The likeliest explanation, and the likeliest of another kind. */
  best: Hypothesis | null;
  runnerUp: Hypothesis | null;
  /** The smallest place inside the likeliest. */
  named: Hypothesis | null;
  /** What else explains it, the likelier first; where the place is left open, the likeliest too. */
  alternatives: Alternative[];
  /** What is at the other end of the same flows, and explains them nearly as well as the culprit. */
  otherEnd: Hypothesis | null;
  /** The zone, where that is the answer. */
  azId: string | null;
  culprit: Culprit | null;
  /** The spread over the smallest parts that are known. */
  parts: Spread;
}

/** What the series show. */
export interface Symptom {
  /** The zone that stands out the most, of the target's; and all that do. */
  outlier: string | null;
  outliers: readonly string[];
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
    named: null,
    alternatives: [],
    otherEnd: null,
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
  const named = smallest(best, ranked);
  const others = alternativesTo(best, named, ranked);
  const ends = ranked.filter((h) => isTied(named, h) && timesLess(best, h) < NEARLY);
  // Both ends of the same flows are one answer: between the two.
  const isAnswer = (h: Hypothesis) => [answer, answerOf(named)].includes(answerOf(h)) || ends.includes(h);
  const probability = share(isAnswer);
  const clear =
    probability >= SURE &&
    !isBlurred(best, flows, symptom) &&
    standsOut(best, symptom) &&
    (ends.length > 0 || isSeen(named, [...flows, ...peers], symptom));
  const breadth = clear ? BREADTH[named.kind] : 'unclear';
  return {
    breadth,
    probability,
    network: share((h) => NETWORK.includes(h.kind) && isOfTarget(h, data)),
    best,
    runnerUp: ranked.find((h) => !isAnswer(h)) ?? null,
    named,
    alternatives: clear ? others : [{ hypothesis: named, timesLessLikely: 1 }, ...others],
    otherEnd: (clear && others.find(({ hypothesis }) => ends.includes(hypothesis))?.hypothesis) || null,
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

/** Of a target of one zone: what is on the way to another zone only is no impairment of all of it. */
function isOfTarget({ kind, identity }: Hypothesis, { targetZones }: Case): boolean {
  if (targetZones?.length !== 1) return true;
  return kind === 'everywhere' || (kind === 'zone' && identity.azId === targetZones[0]);
}

/**
 * One that is known by what is sent to it may as well be well, and its one caller bad; or all that is sent anywhere is
 * lost. So more than one caller must see it, and others that are sent to, as much as would show it, must be well.
 */
function isSeen(hypothesis: Hypothesis, sums: readonly FlowSums[], { clump }: Symptom): boolean {
  if (answerOf(hypothesis) !== 'part' || !isReceived(hypothesis)) return true;
  const { key, flows, added } = hypothesis;
  const callers = new Set(
    flows.filter((f) => f.events > f.expected).map(({ flow }) => memberKey(flow, 'pod')),
  );
  const { members, shares } = rivalsOf(hypothesis, sums, clump);
  const elsewhere = members.reduce((sum, m) => sum + (m.key === key ? 0 : (m.bytes ?? 0)), 0);
  const own = shares.get(key)?.excess ?? 0;
  return callers.size > 1 && added * elsewhere >= ELIGIBLE_EVENTS && own >= EXPLAINED;
}

/** One machine that counted most of it itself, towards all of a service, is the smaller fault of the two (BlameIt). */
function isTied(named: Hypothesis, other: Hypothesis): boolean {
  const single = (named.kind === 'pod' || named.kind === 'instance') && !isReceived(named);
  const many = other.kind === 'service' || other.kind === 'subnet';
  return isOtherEnd(named, other) && !(single && many);
}

/** Of the same flows, how many others there are of a kind speaks neither for the one nor for the other. */
function timesLess(best: Hypothesis, other: Hypothesis): number {
  const alike = haveSameFlows(best, other) || isOtherEnd(best, other);
  return Math.max(1, Math.exp(alike ? best.gain - other.gain : best.score - other.score));
}

/** Every other place that is nearly as likely, of those inside each other the smallest. */
function alternativesTo(best: Hypothesis, named: Hypothesis, ranked: readonly Hypothesis[]): Alternative[] {
  const likely = ranked
    .map((hypothesis) => ({ hypothesis, timesLessLikely: timesLess(best, hypothesis) }))
    .filter(({ timesLessLikely }) => timesLessLikely < ALTERNATIVE_MOST)
    .sort((a, b) => a.timesLessLikely - b.timesLessLikely || sizeOf(a.hypothesis) - sizeOf(b.hypothesis));
  const places = [named];
  return likely.filter(({ hypothesis }) => {
    if (places.some((place) => isSamePlace(place, hypothesis))) return false;
    places.push(hypothesis);
    return true;
  });
}

/** The same answer: one inside the other at the same end of flows, or the same part of the network. */
function isSamePlace(one: Hypothesis, other: Hypothesis): boolean {
  const [oneWide, otherWide] = [NETWORK.includes(one.kind), NETWORK.includes(other.kind)];
  if (oneWide || otherWide) return oneWide && otherWide && answerOf(one) === answerOf(other);
  return sharedFlows(one, other).length > 0 && !isOtherEnd(one, other);
}

function possible(
  hypothesis: Hypothesis,
  own: ReadonlySet<Flow>,
  { outlier, outliers, excess, clump }: Symptom,
): boolean {
  const { kind, identity, flows, added } = hypothesis;
  if (outlier !== null && (kind === 'everywhere' || kind === 'cross-zone')) return false;
  // One may stand out by what it sends to another that does.
  if (outlier !== null && kind === 'zone' && !outliers.includes(identity.azId ?? '')) return false;
  const inside = flows.filter(
    ({ flow }) => own.has(flow) && (outlier === null || flow.local.azId === outlier),
  );
  const explained = clump * added * inside.reduce((sum, f) => sum + f.bytes, 0);
  return inside.some(({ events }) => events > 0) && explained >= EXPLAINED * excess;
}

/**
 * The only subnet of a zone is no part of it, nor is all that is known of one zone more than that: nothing can tell them
 * apart, and the zone is what is claimed.
 */
function withoutWholeZones(hypotheses: readonly Hypothesis[]): Hypothesis[] {
  const zones = hypotheses.filter(({ kind }) => kind === 'zone');
  const isZone = (h: Hypothesis) =>
    (h.kind === 'subnet' || h.kind === 'everywhere') && zones.some((zone) => haveSameFlows(zone, h));
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
const BY_SIZE: readonly Kind[] = ['pod', 'instance', 'remote', 'service', 'subnet', 'component', 'category'];

function sizeOf({ kind }: Hypothesis): number {
  const size = BY_SIZE.indexOf(kind);
  return size < 0 ? BY_SIZE.length : size;
}

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
      // Of the same flows, that there are more of its kind is nothing against the smaller.
      (h.score >= best.score - MARGIN || haveSameFlows(best, h)) &&
      h.flows.every((f) => flows.has(f)) &&
      // What is only sent the same flows is no part of who sends them.
      !(haveSameFlows(best, h) && isOtherEnd(best, h) && isReceived(h)),
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
  named: Hypothesis,
  breadth: Breadth,
  clump: number,
): Culprit | null {
  if (breadth !== 'part' && breadth !== 'remote') return null;
  const { kind, key, identity } = named;
  const { members, shares } = rivalsOf(named, flows, clump);
  const member = members.find((m) => m.key === key) ?? unseen(key, identity);
  const share = shares.get(member.key) ?? { excess: 0, bytes: 0 };
  return {
    level: kind as Level,
    member,
    share,
    peers: members.filter((m) => m.key !== key).length,
    received: isReceived(named),
    port: portOf(named),
  };
}

/**
 * Its like, with what each sends: those in its zone, or in every zone. Of one that is known by what is sent to it, all that
 * are sent to.
 */
function rivalsOf(named: Hypothesis, flows: readonly FlowSums[], clump: number): Spread {
  const level = named.kind as Level;
  if (isReceived(named)) return spreadOf(level === 'remote' ? flows : flows.map(turned), level, null, clump);
  return spreadOf(flows, level, level === 'service' ? null : (named.identity.azId ?? null), clump);
}

/** The same flow, as its far end sees it. */
function turned(sums: FlowSums): FlowSums {
  const { local, remote } = sums.flow;
  return { ...sums, flow: { ...sums.flow, local: remote, remote: local } };
}
