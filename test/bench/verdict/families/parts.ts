import type { Location, Verdict } from '../../../../src/model/report.ts';
import type { Label, Level, Scene } from '../incident.ts';
import { type Effect, type Load, SEGMENT_BYTES } from '../traffic.ts';

/** ×1.5 is below what any rule here calls a rise; ×2 is on the edge of it. */
export const SIZES = [1.5, 2, 3, 6, 20];
export const CLEAR = [3, 6, 20];
export const NO_SIZE = [1];

export const from =
  (onset: number, end = Number.POSITIVE_INFINITY): Effect['during'] =>
  (minute) =>
    minute >= onset && minute < end;

/** Traffic of a zone in both directions: what its part of the network carries. */
export const touches =
  (zoneId: string): Effect['hits'] =>
  ({ local, remote }) =>
    local.zoneId === zoneId || remote.zoneId === zoneId;

export const sentFrom =
  (zoneId: string): Effect['hits'] =>
  ({ local }) =>
    local.zoneId === zoneId;

/** One flow of the window, whose sender stays: incidents are made around it. */
export function anchor({ loads, draw }: Scene, where: Effect['hits'] = () => true): Load {
  return draw.pick(candidates(loads, where));
}

function candidates(loads: readonly Load[], where: Effect['hits']): Load[] {
  return loads.filter((l) => l.life === 'all' && where(l));
}

/** A fifth of all segments: above that TCP starves (`starved`), and nothing is left that could be raised so far. */
const MOST_LOSS = 0.2 / SEGMENT_BYTES;

/** An anchor, and the effect made around it: of those that have the traffic for so much loss. */
export function anchored(
  { loads, draw }: Scene,
  where: Effect['hits'],
  effectOf: (chosen: Load) => Effect,
): { chosen: Load; effect: Effect } {
  const tried = draw
    .shuffle(candidates(loads, where))
    .map((chosen) => ({ chosen, effect: effectOf(chosen) }));
  const [first] = tried.sort(
    (a, b) => Math.max(a.effect.loss ?? 0, MOST_LOSS) - Math.max(b.effect.loss ?? 0, MOST_LOSS),
  );
  if (!first) throw new Error('There is no flow to make an incident around.');
  return first;
}

export const NOTHING: Label = {
  verdicts: ['no-impairment'],
  level: null,
  location: {},
  culprits: [],
  onset: null,
  end: null,
  answer: 'due',
};

/**
 * The label of an incident of a size. Below ×2 it may pass for nothing; at ×2 an answer is welcome and none is due.
 */
export function sized(size: number, label: Omit<Label, 'answer' | 'end'> & Partial<Label>): Label {
  const unsure: Verdict[] = size > 2 ? [] : ['no-impairment', 'inconclusive'];
  return {
    end: null,
    ...label,
    verdicts: [...label.verdicts, ...unsure],
    answer: size > 2 ? (label.answer ?? 'due') : 'open',
  };
}

/** A label of what nobody could tell. */
export function unknowable(
  onset: number | null,
  verdicts: readonly Verdict[] = ['inconclusive', 'no-data'],
): Label {
  return { ...NOTHING, verdicts, onset, answer: 'impossible' };
}

export function podsOf(loads: readonly Load[], hits: Effect['hits']): string[] {
  return [...new Set(loads.filter((l) => l.life !== 'before' && hits(l)).map((l) => l.local.pod))];
}

export type Spot = Exclude<Level, 'zone' | 'remote'>;

/** The flows of the pod, instance, subnet or service that the anchor belongs to. */
export function spotOf(level: Spot, { local }: Load): { hits: Effect['hits']; location: Location } {
  const azId = local.zoneId;
  switch (level) {
    case 'pod':
      return { hits: (l) => l.local.pod === local.pod, location: { azId, podName: local.pod } };
    case 'instance':
      return {
        hits: (l) => l.local.instanceId === local.instanceId,
        location: { azId, instanceId: local.instanceId },
      };
    case 'subnet':
      return {
        hits: (l) => l.local.subnetId === local.subnetId,
        location: { azId, subnetId: local.subnetId },
      };
    case 'service':
      return {
        hits: (l) => l.local.service === local.service,
        location: { serviceName: local.service },
      };
  }
}
