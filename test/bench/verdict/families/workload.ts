import { awsEvent, type Family, type Plan, type Scene } from '../incident.ts';
import { type Effect, raise } from '../traffic.ts';
import { anchored, CLEAR, from, podsOf, SIZES, type Spot, sentFrom, sized, spotOf } from './parts.ts';

/** One pod, instance or subnet makes its zone ×size; one service makes all of the target ×size. */
export function hotSpot(
  scene: Scene,
  level: Spot,
  {
    during = from(scene.onset),
    where = () => true,
  }: { during?: Effect['during']; where?: Effect['hits'] } = {},
): Plan & { zoneId: string } {
  const { loads, size, onset } = scene;
  const { chosen, effect } = anchored(scene, where, (candidate) =>
    raise(loads, size, level === 'service' ? () => true : sentFrom(candidate.local.zoneId), {
      hits: spotOf(level, candidate).hits,
      during,
    }),
  );
  const { hits, location } = spotOf(level, chosen);
  return {
    zoneId: chosen.local.zoneId,
    effects: [effect],
    label: sized(size, {
      verdicts: ['workload'],
      suspect: 'workload',
      level,
      location,
      culprits: podsOf(loads, hits),
      onset,
    }),
  };
}

const hot = (level: Spot): Family => ({
  name: `hot-${level}`,
  sizes: SIZES,
  plan: (scene) => hotSpot(scene, level),
});

export const WORKLOAD: Family[] = [
  hot('pod'),
  hot('instance'),
  hot('subnet'),
  { ...hot('service'), name: 'bad-deploy' },
  {
    // Zones without a flow between them, so that only the other zone's monitor and the VPC's are degraded.
    name: 'nhi-elsewhere',
    sizes: SIZES,
    minZones: 3,
    fleet: { peersOutside: 0 },
    plan: (scene) => {
      const database = scene.loads.find((l) => l.remote.name === 'db')?.remote.zoneId;
      const away = scene.draw.pick(scene.fleet.zones.filter(({ id }) => id !== database));
      const plan = hotSpot(scene, 'pod', { where: ({ local }) => local.zoneId !== away.id });
      return { ...plan, awsEvents: [awsEvent(away.id, scene.onset - scene.draw.whole(0, 10))] };
    },
  },
  {
    // AWS has a problem in a zone that the hot pod's zone sends to: every monitor is degraded, none explains it.
    name: 'nhi-contaminated',
    sizes: CLEAR,
    minZones: 3,
    plan: (scene) => {
      const { zoneId, effects = [], label } = hotSpot(scene, 'pod');
      const other = scene.draw.pick(scene.fleet.zones.filter(({ id }) => id !== zoneId));
      return {
        effects,
        awsEvents: [awsEvent(other.id, scene.onset)],
        label: { ...label, verdicts: ['workload', 'inconclusive'], answer: 'open' },
      };
    },
  },
  {
    name: 'nhi-nothing-visible',
    sizes: [1],
    plan: ({ fleet, onset, draw }) => ({
      awsEvents: [awsEvent(draw.pick(fleet.zones).id, onset)],
      label: {
        verdicts: ['no-impairment', 'inconclusive'],
        level: null,
        location: {},
        culprits: [],
        onset: null,
        end: null,
        answer: 'open',
      },
    }),
  },
  remote('remote-db', 'db'),
  remote('remote-s3', 's3'),
  {
    // Five minutes on, five off.
    name: 'flapping-pod',
    sizes: CLEAR,
    plan: (scene) => {
      const onset = 195;
      const during = (minute: number) => minute >= onset && Math.floor((minute - onset) / 5) % 2 === 0;
      const plan = hotSpot({ ...scene, onset }, 'pod', { during });
      return { ...plan, label: { ...plan.label, verdicts: ['workload', 'inconclusive'], answer: 'open' } };
    },
  },
  {
    name: 'pod-over',
    sizes: CLEAR,
    plan: (scene) => {
      const onset = 190 + scene.draw.whole(0, 15);
      const end = onset + scene.draw.whole(12, 25);
      const plan = hotSpot({ ...scene, onset }, 'pod', { during: from(onset, end) });
      return { ...plan, label: { ...plan.label, end } };
    },
  },
  {
    // A pod in one zone, a pod in another: both are right, and so is 'mixed'.
    name: 'two-pods',
    sizes: CLEAR,
    plan: (scene) => {
      const one = hotSpot(scene, 'pod');
      const two = hotSpot(scene, 'pod', { where: ({ local }) => local.zoneId !== one.zoneId });
      return {
        effects: [...(one.effects ?? []), ...(two.effects ?? [])],
        label: {
          ...one.label,
          verdicts: ['workload', 'inconclusive'],
          level: null,
          location: {},
          culprits: [...one.label.culprits, ...two.label.culprits],
          answer: 'open',
        },
      };
    },
  },
];

/** Everybody's flows to one address are hit; the size is that of those flows. */
function remote(name: string, peer: string): Family {
  return {
    name,
    sizes: SIZES,
    plan: ({ loads, size, onset }) => {
      const hits: Effect['hits'] = (l) => l.remote.name === peer;
      const ip = loads.find(hits)?.remote.ip ?? '';
      return {
        effects: [raise(loads, size, () => true, { hits, during: from(onset) })],
        label: sized(size, {
          verdicts: ['workload', 'inconclusive'],
          level: 'remote',
          location: { remoteIp: ip },
          culprits: [],
          onset,
        }),
      };
    },
  };
}
