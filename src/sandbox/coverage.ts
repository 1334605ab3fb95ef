import { destinationCategory, reachesMonitors } from './categories.ts';
import { arn, locate, type Place } from './place.ts';
import type { FlowSpec, World } from './world.ts';

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
