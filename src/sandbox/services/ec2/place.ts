import type { Subnet, World, Zone } from '../../world.ts';

export interface Place {
  subnet: Subnet;
  zone: Zone;
}

/** Where a subnet is. A world that names a subnet or zone it does not have is a bug of its scenario. */
export function placeOf(world: World, subnetId: string): Place {
  const subnet = world.subnets.find(({ id }) => id === subnetId);
  if (!subnet) throw new Error(`The world has no subnet ${subnetId}`);
  return { subnet, zone: zoneOf(world, subnet) };
}

export function zoneOf(world: World, { id, zoneId }: Subnet): Zone {
  const zone = world.zones.find((zone) => zone.id === zoneId);
  if (!zone) throw new Error(`The world has no zone ${zoneId}, where subnet ${id} is`);
  return zone;
}
