import type { Asked } from '../case-of-reports.ts';
import type { Family, Label, Plan, Scene } from '../incident.ts';
import { monitorName } from '../observe.ts';
import { type Effect, raise } from '../traffic.ts';
import { CLEAR, NO_SIZE, NOTHING } from './parts.ts';
import { QUIET } from './quiet.ts';
import { hotSpot } from './workload.ts';
import { ZONE } from './zone.ts';

type Kind = (typeof KINDS)[number];
const KINDS = ['vpc', 'cluster', 'zone', 'monitor', 'subnet'] as const;

/** Where an incident is, as far as that is one place. */
function badPlace({ fleet: { world }, draw }: Scene, { location, culprits }: Label) {
  const nodes = new Set(world.pods.filter(({ name }) => culprits.includes(name)).map(({ node }) => node));
  const subnets = world.instances.filter(({ id }) => nodes.has(id)).map(({ subnetId }) => subnetId);
  const own = world.subnets.filter(
    ({ id, zoneId }) =>
      (subnets.length === 0 || subnets.includes(id)) && (!location.azId || zoneId === location.azId),
  );
  return draw.pick(own);
}

/** All of a zone is hit: what is asked about is raised by the size, and not the zone of all VPCs, of which it is a part. */
function wideAs(
  { loads, size, fleet: { world } }: Scene,
  plan: Plan,
  { vpcId, zoneId, subnetId }: { vpcId: string; zoneId: string; subnetId: string | null },
): Plan {
  if (plan.label.level !== 'zone') return plan;
  const vpcOf = new Map(world.subnets.map((subnet) => [subnet.id, subnet.vpcId]));
  const isAsked: Effect['hits'] = ({ local }) =>
    local.zoneId === zoneId && (subnetId ? local.subnetId === subnetId : vpcOf.get(local.subnetId) === vpcId);
  const effects = (plan.effects ?? []).map((effect): Effect => {
    const { loss = 0 } = raise(loads, size, isAsked, { during: effect.during });
    return { ...effect, loss };
  });
  return { ...plan, effects };
}

/** A part of it all is asked about: the one that is bad, or one beside it. */
function asked(scene: Scene, plan: Plan, kind: Kind, where: 'in' | 'beside'): Plan {
  const { fleet, draw } = scene;
  const { world } = fleet;
  const { label } = plan;
  const bad = badPlace(scene, label);
  const others = world.subnets.filter((subnet) =>
    kind === 'vpc' || kind === 'cluster' ? subnet.vpcId !== bad.vpcId : subnet.zoneId !== bad.zoneId,
  );
  const { id, vpcId, zoneId } = where === 'in' ? bad : draw.pick(others);
  const cluster = world.instances.find(({ subnetId }) => subnetId === id)?.cluster ?? '';
  const ids = { vpc: vpcId, cluster, zone: zoneId, monitor: monitorName(vpcId, zoneId), subnet: id };
  const target: Asked = { kind, id: ids[kind] };
  if (where === 'beside') {
    // What it sends to the bad place may be lost there, and no blame is right for that.
    return {
      ...plan,
      target,
      label: { ...NOTHING, verdicts: ['no-impairment', 'inconclusive'], answer: 'open', beside: true },
    };
  }
  const own = wideAs(scene, plan, { vpcId, zoneId, subnetId: kind === 'subnet' ? id : null });
  // A subnet has no minutes of its own.
  return { ...own, target, label: kind === 'subnet' ? { ...label, onset: null, end: null } : label };
}

const BASES: readonly Family[] = [
  {
    name: 'hot-pod',
    sizes: CLEAR,
    plan: (scene) => hotSpot(scene, 'pod'),
  },
  ...ZONE.filter(({ name }) => name === 'zone' || name === 'zone-gray'),
];

const QUIET_HOURS = ['quiet', 'quiet-peak', 'quiet-shift', 'quiet-burst', 'quiet-new-flow'];

/** Every kind of target, in the bad place and beside it; and where nothing is wrong. */
export const TARGETS: readonly Family[] = KINDS.flatMap((kind): Family[] => {
  const wide = kind === 'vpc' || kind === 'cluster';
  const made = (base: Family, name: string, where: 'in' | 'beside'): Family => ({
    ...base,
    name,
    sizes: base.sizes === NO_SIZE ? NO_SIZE : CLEAR,
    minZones: 3,
    // Five kinds of each: quiet hours are 2,000 in all.
    repeats: base.sizes === NO_SIZE ? { main: 20, others: 8 } : { main: 8, others: 3 },
    fleet: { ...base.fleet, vpcs: wide ? 2 : 1 },
    plan: (scene) => asked(scene, base.plan(scene), kind, where),
  });
  return [
    ...BASES.flatMap((base) => [
      made(base, `${base.name}-in-${kind}`, 'in'),
      // A zone is bad in every VPC.
      ...(wide && base.name !== 'hot-pod' ? [] : [made(base, `${base.name}-beside-${kind}`, 'beside')]),
    ]),
    ...QUIET.filter(({ name }) => QUIET_HOURS.includes(name)).map((base) =>
      made(base, `${base.name}-${kind}`, 'in'),
    ),
  ];
});
