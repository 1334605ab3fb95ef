import type { Case, Endpoint } from '../model/case.ts';
import { type Expected, expectedFlows } from './expected.ts';
import type { FlowSums } from './flow-sums.ts';
import { identityOf, memberKey } from './members.ts';
import { ELIGIBLE_EVENTS } from './thresholds.ts';

/** What may be wrong: some part of the workload, the far end of flows, what they pass on the way, or a part of the network. */
export type Kind =
  | 'pod'
  | 'instance'
  | 'subnet'
  | 'service'
  | 'remote'
  | 'component'
  | 'category'
  | 'zone'
  | 'zone-pair'
  | 'cross-zone'
  | 'everywhere';

/** All flows of one place lose a share more of what they send than before. */
export interface Hypothesis {
  kind: Kind;
  key: string;
  identity: Endpoint;
  /** Only what it sends; else what is sent to it as well. */
  sends: boolean;
  flows: Expected[];
  /** Clumps of events in what it sends itself. */
  sent: number;
  /** Clumps of events per byte that they have on top. */
  added: number;
  /** Log-likelihood that this explains beyond 'as before'. */
  gain: number;
  /** The same, less the number of its kind that were tried, in logarithms (Bonferroni). */
  score: number;
}

/**
 * Every explanation with one place, the likeliest first (Flock, CoNEXT'23, in miniature: with few places all can be
 * enumerated). A place explains well where its flows have the events that an equal added loss would give them, and the
 * flows outside have none to explain; so that a bad pod is told from its zone by the zone's other pods.
 */
export function hypothesesOf(data: Case, flows: readonly FlowSums[], clump: number): Hypothesis[] {
  const kinds = new Map<Kind, Map<string, Candidate>>();
  for (const flow of expectedFlows(data, flows, clump)) addTo(kinds, flow);
  const whole = kinds.get('everywhere')?.get(TOUCHES)?.flows.length;
  const all = [...kinds].flatMap(([kind, candidates]) => {
    // Sending and touching are two readings of one place.
    const tried = Math.log(new Set([...candidates.values()].map((c) => c.key)).size);
    return [...candidates.values()].flatMap(({ key, identity, sends, flows, sent }): Hypothesis[] => {
      // The one service that there is is everything, and no part of it.
      if (kind === 'service' && flows.length === whole) return [];
      const { added, gain } = fitted(flows);
      return gain > 0
        ? [{ kind, key, identity: identity(), sends, flows, sent, added, gain, score: gain - tried }]
        : [];
    });
  });
  return all.sort(byScore);
}

/** Of those that explain the same flows alike, who sends them, or most of their events: its kernel counted them. */
function byScore(a: Hypothesis, b: Hypothesis): number {
  return (
    b.score - a.score ||
    a.flows.length - b.flows.length ||
    Number(b.sends) - Number(a.sends) ||
    b.sent - a.sent ||
    (a.key < b.key ? -1 : 1)
  );
}

interface Candidate {
  key: string;
  identity(): Endpoint;
  sends: boolean;
  flows: Expected[];
  sent: number;
}

const PARTS = ['pod', 'instance', 'subnet', 'service'] as const;

/** A flow belongs to the places that send it, to those that it is sent to, and to what lies between. */
function addTo(kinds: Map<Kind, Map<string, Candidate>>, expected: Expected): void {
  const { flow } = expected;
  const { local, remote } = flow;
  const add = (kind: Kind, key: string, reading: string, identity: () => Endpoint, sender = false) => {
    const sent = sender ? expected.events : 0;
    let ofKind = kinds.get(kind);
    if (!ofKind) {
      ofKind = new Map();
      kinds.set(kind, ofKind);
    }
    const candidate = ofKind.get(reading + key);
    if (candidate) {
      candidate.flows.push(expected);
      candidate.sent += sent;
    } else ofKind.set(reading + key, { key, identity, sends: reading === SENDS, flows: [expected], sent });
  };
  const turned = { local: remote, remote: local };
  for (const kind of PARTS) {
    const sender = memberKey(flow, kind);
    const receiver = remote.podName || remote.instanceId ? memberKey(turned, kind) : null;
    if (sender) add(kind, sender, SENDS, () => identityOf(flow, kind), true);
    if (sender) add(kind, sender, TOUCHES, () => identityOf(flow, kind), true);
    if (receiver && receiver !== sender) add(kind, receiver, TOUCHES, () => identityOf(turned, kind));
  }
  const far = memberKey(flow, 'remote');
  if (far) add('remote', far, SENDS, () => remote);
  const [from, to] = [local.azId, remote.azId];
  if (from) add('zone', from, SENDS, () => ({ azId: from }));
  if (from) add('zone', from, TOUCHES, () => ({ azId: from }));
  if (from && to && from !== to) {
    add('zone', to, TOUCHES, () => ({ azId: to }));
    add('zone-pair', from < to ? `${from} ${to}` : `${to} ${from}`, TOUCHES, () => ({}));
    add('cross-zone', '', TOUCHES, () => ({}));
  }
  for (const { componentType = 'component', componentId } of flow.path ?? []) {
    if (componentId) add('component', `${componentType} ${componentId}`, TOUCHES, () => ({}));
  }
  // What is sent inside one zone, and between zones, are places of their own.
  if (!BY_ZONE.includes(flow.category)) add('category', flow.category, TOUCHES, () => ({}));
  add('everywhere', '', TOUCHES, () => ({}));
}

const BY_ZONE = ['INTRA_AZ', 'INTER_AZ'];

/** All that a place sends; or all that it sends and is sent. */
const SENDS = '> ';
const TOUCHES = '<> ';

/** The added loss that makes the flows' events the likeliest, and by how much. */
function fitted(flows: readonly Expected[]): { added: number; gain: number } {
  const excess = flows.reduce((sum, f) => sum + f.events - f.expected, 0);
  const bytes = flows.reduce((sum, f) => sum + f.bytes, 0);
  if (excess < ELIGIBLE_EVENTS || bytes === 0) return { added: 0, gain: 0 };
  // The slope falls through zero once: bisected in logarithms, around the plain estimate.
  let low = Math.log(excess / bytes) - 5;
  let high = low + 12;
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (slope(flows, Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  const added = Math.exp((low + high) / 2);
  return { added, gain: Math.max(0, gainOf(flows, added)) };
}

/** Log-likelihood of negative binomial counts with so much added, less that without. */
function gainOf(flows: readonly Expected[], added: number): number {
  let gain = 0;
  for (const { events, bytes, expected, shape } of flows) {
    const more = expected + added * bytes;
    gain += events * Math.log(more / expected);
    gain -= (events + shape) * Math.log((shape + more) / (shape + expected));
  }
  return gain;
}

function slope(flows: readonly Expected[], added: number): number {
  let total = 0;
  for (const { events, bytes, expected, shape } of flows) {
    const more = expected + added * bytes;
    total += (bytes * events) / more - (bytes * (events + shape)) / (shape + more);
  }
  return total;
}
