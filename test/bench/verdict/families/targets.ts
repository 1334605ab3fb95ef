import type { Asked } from '../case-of-reports.ts';
import { VPC } from '../fleet.ts';
import type { Family, Label, Plan, Scene } from '../incident.ts';
import { CLEAR, NO_SIZE, NOTHING } from './parts.ts';
import { QUIET } from './quiet.ts';
import { hotSpot } from './workload.ts';
import { ZONE } from './zone.ts';

type Kind = Asked['kind'];

/** A part of the VPC is asked about: the one that is bad, or one beside it. Half hours have no minute of an onset. */
function asked({ fleet, draw }: Scene, plan: Plan, kind: Kind, where: 'in' | 'beside'): Plan {
  const { label } = plan;
  const bad = label.location.azId ?? draw.pick(fleet.zones).id;
  const badSubnet = fleet.world.subnets.find(({ id }) =>
    fleet.world.pods.some(
      ({ name, node }) =>
        label.culprits.includes(name) &&
        fleet.world.instances.some((i) => i.id === node && i.subnetId === id),
    ),
  )?.id;
  const zone = where === 'in' ? bad : draw.pick(fleet.zones.filter(({ id }) => id !== bad)).id;
  const inZone = fleet.world.subnets.filter(({ zoneId }) => zoneId === zone);
  const subnet = where === 'in' && badSubnet ? badSubnet : draw.pick(inZone).id;
  const target: Asked = {
    kind,
    id: kind === 'zone' ? zone : kind === 'subnet' ? subnet : `nfm-${VPC}-${zone}`,
  };
  const own: Label =
    where === 'beside'
      ? // What it sends to the bad zone may be lost there, and no blame is right for that.
        { ...NOTHING, verdicts: ['no-impairment', 'inconclusive'], answer: 'open' }
      : kind === 'subnet'
        ? { ...label, verdicts: [...new Set([...label.verdicts, 'inconclusive' as const])], answer: 'open' }
        : label;
  return { ...plan, target, label: kind === 'subnet' ? { ...own, onset: null, end: null } : own };
}

const BASES: readonly Family[] = [
  {
    name: 'hot-pod',
    sizes: CLEAR,
    plan: (scene) => hotSpot(scene, 'pod'),
  },
  ...[...ZONE].filter(({ name }) => name === 'zone' || name === 'zone-gray'),
];

const KINDS: readonly Kind[] = ['subnet', 'zone', 'monitor'];

/** Every kind of target, in the bad place and beside it; and where nothing is wrong. */
export const TARGETS: readonly Family[] = KINDS.flatMap((kind): Family[] => [
  ...BASES.flatMap((base) =>
    (['in', 'beside'] as const).map(
      (where): Family => ({
        ...base,
        name: `${base.name}-${where}-${kind}`,
        sizes: CLEAR,
        minZones: 3,
        plan: (scene) => asked(scene, base.plan(scene), kind, where),
      }),
    ),
  ),
  ...QUIET.slice(0, 3).map(
    (base): Family => ({
      ...base,
      name: `${base.name}-${kind}`,
      sizes: NO_SIZE,
      plan: (scene) => ({
        ...asked(scene, base.plan(scene), kind, 'in'),
        label: { ...NOTHING, verdicts: kind === 'subnet' ? ['no-impairment'] : NOTHING.verdicts },
      }),
    }),
  ),
]);
