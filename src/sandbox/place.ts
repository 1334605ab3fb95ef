import type { Instance, Peer, Pod, Subnet, World, Zone } from './world.ts';

/** Where one end of a flow is. Every field but the first three may be unknown, as it is to AWS. */
export interface Place {
  name: string;
  ip: string;
  region: string | undefined;
  subnet: Subnet | undefined;
  zone: Zone | undefined;
  instance: Instance | undefined;
  pod: Pod | undefined;
  peer: Peer | undefined;
  eniId: string | undefined;
}

/** Finds an instance, pod or peer by its name. */
export function locate(world: World, name: string): Place {
  const pod = world.pods.find((candidate) => candidate.name === name);
  const instance = world.instances.find((candidate) =>
    pod ? candidate.id === pod.node : candidate.name === name,
  );
  const peer = instance ? undefined : world.peers.find((candidate) => candidate.name === name);
  const ip = pod?.ip ?? instance?.ip ?? peer?.ip;
  if (ip === undefined) throw new Error(`The world has no instance, pod or peer named ${name}.`);

  const subnetId = instance?.subnetId ?? peer?.subnetId;
  const subnet = world.subnets.find((candidate) => candidate.id === subnetId);
  const zone = world.zones.find((candidate) => candidate.id === subnet?.zoneId);
  return {
    name,
    ip,
    region: subnet ? world.region : regionOf(world, peer),
    subnet,
    zone,
    instance,
    pod,
    peer,
    eniId: instance?.eniId ?? peer?.eniId,
  };
}

function regionOf(world: World, peer: Peer | undefined): string | undefined {
  if (peer?.region) return peer.region;
  return peer?.kind === 's3' || peer?.kind === 'dynamodb' ? world.region : undefined;
}

/** The ARN of a resource of this account and Region, e.g. `arn(world, 'ec2', 'subnet/subnet-0…')`. */
export function arn(world: World, service: string, resource: string): string {
  return `arn:aws:${service}:${world.region}:${world.accountId}:${resource}`;
}
