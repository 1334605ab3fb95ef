import type { DestinationCategory } from '../../model/service.ts';
import type { FlowSpec, Instance, Peer, Pod, Subnet, World, Zone } from './world.ts';

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

/** A subnet and its zone. A world that names one that it does not have is a bug of its scenario. */
export function subnetPlace(world: World, subnetId: string): { subnet: Subnet; zone: Zone } {
  const subnet = world.subnets.find(({ id }) => id === subnetId);
  if (!subnet) throw new Error(`The world has no subnet ${subnetId}`);
  return { subnet, zone: zoneOf(world, subnet) };
}

export function zoneOf(world: World, { id, zoneId }: Subnet): Zone {
  const zone = world.zones.find((zone) => zone.id === zoneId);
  if (!zone) throw new Error(`The world has no zone ${zoneId}, where subnet ${id} is`);
  return zone;
}

/** How Network Flow Monitor classifies a flow by where its two ends are (observability-best-practices, NFM guide). */
export function destinationCategory(local: Place, remote: Place): DestinationCategory {
  switch (remote.peer?.kind) {
    case 'internet':
      return 'INTERNET';
    case 's3':
      return 'AMAZON_S3';
    case 'dynamodb':
      return 'AMAZON_DYNAMODB';
    case 'aws-service':
      return 'AWS_SERVICE';
  }
  if (remote.region && remote.region !== local.region) return 'INTER_REGION';
  if (!local.subnet || !remote.subnet) return 'UNCLASSIFIED';
  if (local.subnet.vpcId !== remote.subnet.vpcId) return 'INTER_VPC';
  return local.zone?.id === remote.zone?.id ? 'INTRA_AZ' : 'INTER_AZ';
}

/**
 * Categories that the live API accepts but fills in workload insights only, never in a monitor
 * (docs/network-flow-monitor.md).
 */
const INSIGHTS_ONLY: ReadonlySet<DestinationCategory> = new Set([
  'INTERNET',
  'AWS_SERVICE',
  'LOCAL_ZONE',
  'TRANSIT_GATEWAY',
]);

export function reachesMonitors(category: DestinationCategory): boolean {
  return !INSIGHTS_ONLY.has(category);
}

/** A monitor's local or remote resource, as the API has it. */
export interface Resource {
  type: string;
  identifier: string;
}

/** Whether a monitor with these resources measures this flow. */
export function covers(world: World, local: Resource[], remote: Resource[], flow: FlowSpec): boolean {
  const from = locate(world, flow.local);
  const to = locate(world, flow.remote);
  if (!reachesMonitors(destinationCategory(from, to))) return false;
  return local.some((resource) => holds(world, resource, from)) && terminatesIn(world, remote, to);
}

/** No remote resources: all flows that terminate in the current Region, or whose end AWS cannot place. */
function terminatesIn(world: World, remote: Resource[], to: Place): boolean {
  if (remote.length === 0) return to.region === undefined || to.region === world.region;
  return remote.some((resource) => holds(world, resource, to));
}

function holds(world: World, { type, identifier }: Resource, place: Place): boolean {
  switch (type) {
    case 'AWS::EC2::VPC':
      return place.subnet !== undefined && identifier === arn(world, 'ec2', `vpc/${place.subnet.vpcId}`);
    case 'AWS::EC2::Subnet':
      return place.subnet !== undefined && identifier === arn(world, 'ec2', `subnet/${place.subnet.id}`);
    case 'AWS::AvailabilityZone':
      return identifier === place.zone?.name;
    case 'AWS::Region':
      return identifier === place.region;
    case 'AWS::EKS::Cluster':
      return (
        place.instance?.cluster !== undefined &&
        identifier === arn(world, 'eks', `cluster/${place.instance.cluster}`)
      );
    case 'AWS::AWSService':
      return identifier.toLowerCase() === place.peer?.kind;
    default:
      return false;
  }
}
