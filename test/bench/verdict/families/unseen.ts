import type { Family, Label, Plan, Scene } from '../incident.ts';
import { type Effect, raise } from '../traffic.ts';
import { CLEAR, from, NO_SIZE, podsOf, sentFrom, sized, unknowable } from './parts.ts';
import { QUIET } from './quiet.ts';
import { hotSpot } from './workload.ts';

/** No agent has ever reported there. */
function never(hits: Effect['hits']): Effect {
  return { hits, during: () => true, mute: true };
}

/** What nobody sees may be bad: health is no answer, and no blame is right. */
const NOT_ALL_SEEN: Label = unknowable(null, ['inconclusive']);

function quietBut(name: string, family: string, unseen: (scene: Scene) => Effect): Family {
  const base = QUIET.find((quiet) => quiet.name === family);
  return {
    name,
    sizes: NO_SIZE,
    minZones: 3,
    partly: true,
    plan: (scene) => ({
      effects: [...(base?.plan(scene).effects ?? []), unseen(scene)],
      label: NOT_ALL_SEEN,
    }),
  };
}

const aZone = ({ fleet, draw }: Scene) => never(sentFrom(draw.pick(fleet.zones).id));

const halfOfAllNodes = ({ fleet, draw }: Scene) => {
  const nodes = draw.shuffle(fleet.world.instances.map(({ id }) => id));
  const dark = new Set(nodes.slice(0, Math.ceil(nodes.length / 2)));
  return never(({ local }) => dark.has(local.instanceId));
};

/** One half hour is known of flows, and no minute. */
function byTile(plan: Plan): Plan {
  return { ...plan, label: { ...plan.label, onset: null, end: null } };
}

/** A part of the target reports nothing, or CloudWatch nothing of all of it. */
export const UNSEEN: readonly Family[] = [
  quietBut('unseen-zone', 'quiet', aZone),
  quietBut('unseen-zone-burst', 'quiet-burst', aZone),
  quietBut('unseen-nodes', 'quiet', halfOfAllNodes),
  quietBut('unseen-nodes-shift', 'quiet-shift', halfOfAllNodes),
  {
    // What is seen of it has a culprit all the same.
    name: 'unseen-zone-pod',
    partly: true,
    sizes: CLEAR,
    minZones: 3,
    plan: (scene) => {
      const dark = scene.draw.pick(scene.fleet.zones).id;
      const plan = hotSpot(scene, 'pod', { where: ({ local }) => local.zoneId !== dark });
      return { ...plan, effects: [...(plan.effects ?? []), never(sentFrom(dark))] };
    },
  },
  {
    // The culprit is where nothing reports: others see what they send to it.
    name: 'unseen-zone-receiver',
    partly: true,
    sizes: CLEAR,
    minZones: 3,
    plan: ({ loads, fleet, size, onset, draw }) => {
      const dark = draw.pick(fleet.zones).id;
      const seen: Effect['hits'] = (l) => l.local.zoneId !== dark;
      const name = draw.pick(loads.filter((l) => seen(l) && l.life !== 'before' && l.remote.zoneId === dark))
        .remote.name;
      const hits: Effect['hits'] = (l) => l.remote.name === name;
      const ip = loads.find(hits)?.remote.ip ?? '';
      return {
        effects: [raise(loads, size, seen, { hits, during: from(onset) }), never(sentFrom(dark))],
        label: sized(size, {
          verdicts: ['workload', 'inconclusive'],
          level: null,
          location: {},
          culprits: [name, ...podsOf(loads, (l) => l.remote.ip === ip)],
          onset,
          answer: 'open',
        }),
      };
    },
  },
  {
    name: 'denied-metrics',
    sizes: CLEAR,
    collection: { metrics: 'denied' },
    plan: (scene) => {
      const plan = byTile(hotSpot(scene, 'pod'));
      return { ...plan, label: { ...plan.label, verdicts: ['inconclusive'] } };
    },
  },
  {
    name: 'denied-metrics-zone',
    sizes: CLEAR,
    minZones: 3,
    collection: { metrics: 'denied' },
    plan: ({ loads, fleet, size, onset, draw }) => {
      const { id } = draw.pick(fleet.zones);
      return {
        effects: [raise(loads, size, sentFrom(id), { during: from(onset) })],
        label: sized(size, {
          verdicts: ['inconclusive'],
          suspect: 'aws-infrastructure',
          level: 'zone',
          location: { azId: id },
          culprits: podsOf(loads, sentFrom(id)),
          onset: null,
        }),
      };
    },
  },
  ...QUIET.filter(({ name }) => ['quiet', 'quiet-burst', 'quiet-new-flow'].includes(name)).map(
    (base): Family => ({
      ...base,
      name: `denied-metrics-${base.name}`,
      collection: { metrics: 'denied' },
      plan: (scene) => ({ ...base.plan(scene), label: NOT_ALL_SEEN }),
    }),
  ),
];
