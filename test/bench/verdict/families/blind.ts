import { awsEvent, type Family, type Label, type Plan, type Scene } from '../incident.ts';
import { type Effect, raise } from '../traffic.ts';
import { CLEAR, from, NOTHING, podsOf, sentFrom, sized, touches, unknowable } from './parts.ts';
import { hotSpot } from './workload.ts';

const NONE = [1];

/** A zone's traffic falls away from the onset on; `left` of it is still reported. */
function collapse({ fleet, onset, draw }: Scene, left: (draw: Scene['draw']) => Partial<Effect>) {
  const { id } = draw.pick(fleet.zones);
  return { id, effects: [{ hits: touches(id), during: from(onset), ...left(draw) }] };
}

/** So few events that a factor of 3 or 6 adds a handful, as chance does (docs/verdict.md, 'The simulation'). */
const SCARCE: readonly Family[] = (['pod', 'zone'] as const).map((what) => ({
  name: `scarce-${what}`,
  sizes: CLEAR,
  tiers: ['scarce'],
  plan: (scene) => {
    const { loads, fleet, size, onset, draw } = scene;
    const plan: Plan =
      what === 'pod'
        ? hotSpot(scene, 'pod')
        : {
            effects: [raise(loads, size, sentFrom(draw.pick(fleet.zones).id), { during: from(onset) })],
            label: NOTHING,
          };
    const open: Label = { ...NOTHING, verdicts: ['workload', 'inconclusive', 'no-data'], answer: 'open' };
    const culprits = what === 'pod' ? { location: plan.label.location, culprits: plan.label.culprits } : {};
    return { ...plan, label: size < 20 ? unknowable(onset) : { ...open, ...culprits, onset } };
  },
}));

/** What cannot be told apart, or not be seen: silence where the answer would be. */
export const BLIND: Family[] = [
  ...SCARCE,
  {
    // Loss and delay so bad that next to nothing gets through (the second field report): few bytes, few events.
    name: 'starved',
    sizes: NONE,
    plan: (scene) => ({
      effects: collapse(scene, (draw) => ({ volume: draw.between(0.03, 0.2) })).effects,
      label: unknowable(scene.onset),
    }),
  },
  {
    // The agents cannot publish either.
    name: 'silent',
    sizes: NONE,
    plan: (scene) => {
      const { id } = scene.draw.pick(scene.fleet.zones);
      return {
        effects: [{ hits: sentFrom(id), during: from(scene.onset), mute: true }],
        label: unknowable(scene.onset),
      };
    },
  },
  {
    name: 'silent-all-window',
    sizes: NONE,
    plan: ({ fleet, draw }) => ({
      effects: [{ hits: sentFrom(draw.pick(fleet.zones).id), during: from(180), mute: true }],
      label: unknowable(null),
    }),
  },
  {
    name: 'silent-everywhere',
    sizes: NONE,
    plan: () => ({
      effects: [{ hits: () => true, during: from(180), mute: true }],
      label: unknowable(null),
    }),
  },
  {
    // The newest quarter of an hour of one zone has not landed, and that is when it happens.
    name: 'late-data',
    sizes: CLEAR,
    plan: (scene) => {
      const onset = 225;
      const plan = hotSpot({ ...scene, onset }, 'pod');
      return {
        effects: [...(plan.effects ?? []), { hits: sentFrom(plan.zoneId), during: from(onset), mute: true }],
        label: unknowable(onset),
      };
    },
  },
  {
    name: 'one-zone',
    sizes: CLEAR,
    fleet: { zones: 1, peersOutside: 0, peersInside: 2 },
    plan: ({ loads, size, onset }) => ({
      effects: [raise(loads, size, () => true, { during: from(onset) })],
      label: unknowable(onset),
    }),
  },
  {
    name: 'two-zones-no-baseline',
    sizes: CLEAR,
    fleet: { zones: 2 },
    collection: { baseline: false },
    plan: ({ loads, size, fleet, draw }) => ({
      // The whole window is hit: there is no 'before' in it either.
      effects: [raise(loads, size, sentFrom(draw.pick(fleet.zones).id), { during: () => true })],
      label: unknowable(null),
    }),
  },
  {
    // The indicator says nothing of flows whose ends AWS cannot place.
    name: 'uncovered-only',
    sizes: CLEAR,
    fleet: { unclassified: 1 },
    plan: ({ loads, size, fleet, onset, draw }) => ({
      effects: [raise(loads, size, sentFrom(draw.pick(fleet.zones).id), { during: from(onset) })],
      label: unknowable(onset),
    }),
  },
  {
    name: 'unclassified-majority',
    sizes: CLEAR,
    fleet: { unclassified: 0.7 },
    plan: ({ loads, size, fleet, onset, draw }) => {
      const { id } = draw.pick(fleet.zones);
      const uncovered: Effect['hits'] = (l) => l.category === 'UNCLASSIFIED' && l.local.zoneId === id;
      const hits = loads.some((l) => l.life !== 'before' && uncovered(l)) ? uncovered : sentFrom(id);
      return {
        effects: [raise(loads, size, sentFrom(id), { hits, during: from(onset) })],
        label: unknowable(onset),
      };
    },
  },
  {
    // Workload insights alone: no indicator at all.
    name: 'no-monitor',
    sizes: CLEAR,
    collection: { monitors: 'none' },
    plan: (scene) => ({
      effects: hotSpot(scene, 'pod').effects ?? [],
      label: unknowable(scene.onset),
    }),
  },
];

/** What is harder to see, and can be seen. */
export const PARTIAL: Family[] = [
  {
    name: 'vpc-monitor-only-pod',
    sizes: CLEAR,
    minZones: 3,
    collection: { monitors: 'whole' },
    plan: (scene) => hotSpot(scene, 'pod'),
  },
  {
    name: 'vpc-monitor-only-zone',
    sizes: CLEAR,
    minZones: 3,
    collection: { monitors: 'whole' },
    plan: ({ loads, fleet, size, onset, draw }) => {
      const { id } = draw.pick(fleet.zones);
      return {
        effects: [{ ...raise(loads, size, sentFrom(id), { during: from(onset) }), hits: touches(id) }],
        awsEvents: [awsEvent(id, onset)],
        label: sized(size, {
          verdicts: ['aws-infrastructure', 'inconclusive'],
          level: 'zone',
          location: { azId: id },
          culprits: podsOf(loads, sentFrom(id)),
          onset,
          answer: 'open',
        }),
      };
    },
  },
  {
    name: 'throttled-pod',
    sizes: CLEAR,
    collection: { failed: 0.1 },
    plan: (scene) => {
      const plan = hotSpot(scene, 'pod');
      return { ...plan, label: { ...plan.label, verdicts: ['workload', 'inconclusive'], answer: 'open' } };
    },
  },
  {
    // More flows than a query may list: the lists are cut off.
    name: 'truncated-pod',
    sizes: CLEAR,
    fleet: { peersInside: 0, peersOutside: 11, zones: 4 },
    plan: (scene) => {
      const plan = hotSpot(scene, 'pod');
      return { ...plan, label: { ...plan.label, verdicts: ['workload', 'inconclusive'], answer: 'open' } };
    },
  },
  {
    // AWS's zone and, in another zone, a pod of ours: either blame is half of the truth.
    name: 'zone-and-pod',
    sizes: CLEAR,
    minZones: 3,
    plan: (scene) => {
      const { loads, fleet, size, onset, draw } = scene;
      const { id } = draw.pick(fleet.zones);
      const pod = hotSpot(scene, 'pod', { where: ({ local }) => local.zoneId !== id });
      return {
        effects: [raise(loads, size, sentFrom(id), { during: from(onset) }), ...(pod.effects ?? [])],
        awsEvents: [awsEvent(id, onset)],
        label: {
          ...pod.label,
          verdicts: ['aws-infrastructure', 'workload', 'inconclusive'],
          level: null,
          location: {},
          culprits: [...pod.label.culprits, ...podsOf(loads, sentFrom(id))],
          answer: 'open',
        },
      };
    },
  },
  {
    // Every zone alike, indicator healthy: no peer to compare with.
    name: 'region-gray',
    sizes: CLEAR,
    plan: ({ loads, size, onset }) => ({
      effects: [raise(loads, size, () => true, { during: from(onset) })],
      label: unknowable(onset, ['inconclusive']),
    }),
  },
];
