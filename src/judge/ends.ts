import type { Flow } from '../model/case.ts';
import type { Hypothesis, Kind } from './hypotheses.ts';
import { type Level, memberKey } from './members.ts';
import { EXPLAINED } from './thresholds.ts';

/*
 * Where on its flows an explanation lies: at the end that sends, at the one that is sent to, on the way, or around both.
 */

/** What kind of answer the explanations give: one part of the workload, the far end, what lies on the way, one zone, or more than one. */
export type Breadth = 'part' | 'remote' | 'path' | 'zone' | 'wider' | 'unclear';

export const BREADTH: Record<Kind, Exclude<Breadth, 'unclear'>> = {
  pod: 'part',
  instance: 'part',
  subnet: 'part',
  service: 'part',
  remote: 'remote',
  component: 'path',
  category: 'path',
  zone: 'zone',
  'zone-pair': 'wider',
  'cross-zone': 'wider',
  everywhere: 'wider',
};

/** Is most of it in what is sent to the place? */
export function isReceived({ kind, flows, sent }: Hypothesis): boolean {
  return isEnd(kind) && sent < EXPLAINED * flows.reduce((sum, f) => sum + f.events, 0);
}

/**
 * Two places at the two ends of the same flows, or at one end and on the way: a service that sends to one database only,
 * and what is sent to that database. No count tells them apart.
 */
export function isOtherEnd(one: Hypothesis, other: Hypothesis): boolean {
  if (NETWORK.includes(one.kind) || NETWORK.includes(other.kind)) return false;
  const shared = sharedFlows(one, other);
  return shared.length > 0 && shared.every(({ flow }) => sideOf(one, flow) !== sideOf(other, flow));
}

/** Where on a flow the place lies; a kind of destination is its far end. */
function sideOf({ kind, key }: Hypothesis, flow: Flow): 'from' | 'way' | 'to' {
  if (kind === 'component') return isEndpoint(key) ? 'to' : 'way';
  if (kind === 'remote' || !isEnd(kind)) return 'to';
  return memberKey(flow, kind) === key ? 'from' : 'to';
}

/** What flows pass and end at: a load balancer, an endpoint. */
export function isEndpoint(component: string): boolean {
  return /::(LoadBalancer|VPCEndpoint) /.test(component);
}

export function sharedFlows(one: Hypothesis, other: Hypothesis): Hypothesis['flows'] {
  const [less, more] = one.flows.length < other.flows.length ? [one, other] : [other, one];
  const inMore = setOf(more);
  return less.flows.filter((flow) => inMore.has(flow));
}

/** Of a hundred thousand far ends each is compared with the place that holds them all. */
const sets = new WeakMap<Hypothesis, ReadonlySet<Hypothesis['flows'][number]>>();

function setOf(hypothesis: Hypothesis): ReadonlySet<Hypothesis['flows'][number]> {
  const set = sets.get(hypothesis) ?? new Set(hypothesis.flows);
  sets.set(hypothesis, set);
  return set;
}

export function haveSameFlows(one: Hypothesis, other: Hypothesis): boolean {
  return one.flows.length === other.flows.length && sharedFlows(one, other).length === one.flows.length;
}

/** A part of the workload, or a far end: what sends, or is sent to. */
export function isEnd(kind: Kind): kind is Level {
  return BREADTH[kind] === 'part' || BREADTH[kind] === 'remote';
}

export const NETWORK: readonly Kind[] = ['zone', 'zone-pair', 'cross-zone', 'everywhere'];

/** The port that all of what is sent to it goes to, where it is one. */
export function portOf(hypothesis: Hypothesis): number | null {
  const ports = new Set(
    hypothesis.flows.flatMap(({ flow }) => (sideOf(hypothesis, flow) === 'to' ? [flow.targetPort] : [])),
  );
  const [port] = ports;
  return ports.size === 1 && port ? port : null;
}
