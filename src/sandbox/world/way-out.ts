import { aclStops, resolvesNames } from './network-acls.ts';
import { allowsPublishing } from './permissions.ts';
import type { Place } from './place.ts';
import type { Instance, NatGateway, RouteTable, Rule, SecurityGroup, VpcEndpoint, World } from './world.ts';

/* Whether an instance reaches the endpoint of a service, such as the one that agents publish to, on port 443. */

const HTTPS = 443;

/** What is in the way, or undefined where nothing is. */
export function obstacle(
  world: World,
  instance: Instance,
  service = 'networkflowmonitorreports',
): string | undefined {
  const groups = groupsOf(world, instance.securityGroupIds);
  const endpoint = privateEndpoint(world, instance, service);
  const vpcId = world.subnets.find(({ id }) => id === instance.subnetId)?.vpcId;
  const vpc = world.vpcs.find(({ id }) => id === vpcId);
  if (vpc && !resolvesNames(vpc, endpoint !== undefined)) return 'names do not resolve';
  if (aclStops(world, instance)) return 'the network ACL of its subnet stops it';
  if (endpoint) {
    // Private DNS sends the public name here, whatever other ways out there are.
    if (!leavesTo(groups, endpoint)) return 'its security groups let nothing out to the endpoint';
    const admitted = groupsOf(world, endpoint.securityGroupIds).some(({ ingress }) =>
      ingress.some((rule) => opens(rule) && admits(rule, instance)),
    );
    return admitted ? undefined : "the endpoint's security groups do not let it in";
  }
  if (!groups.some(({ egress }) => egress.some((rule) => opens(rule) && isAnywhere(rule))))
    return 'its security groups let nothing out on 443';
  return reachesInternet(world, instance) ? undefined : 'no route to the endpoint';
}

/** Whether the policy of the endpoint that reports take lets nobody publish. */
export function endpointRefuses(world: World, instance: Instance): boolean {
  const endpoint = privateEndpoint(world, instance, 'networkflowmonitorreports');
  return endpoint?.policy !== undefined && !allowsPublishing(endpoint.policy);
}

function privateEndpoint(world: World, instance: Instance, service: string): VpcEndpoint | undefined {
  const vpcId = world.subnets.find(({ id }) => id === instance.subnetId)?.vpcId;
  return world.vpcEndpoints.find(
    (endpoint) =>
      endpoint.vpcId === vpcId &&
      endpoint.service === `com.amazonaws.${world.region}.${service}` &&
      endpoint.state === 'available' &&
      endpoint.privateDns,
  );
}

function leavesTo(groups: SecurityGroup[], { interfaces, securityGroupIds }: VpcEndpoint): boolean {
  const reaches = ({ peer }: Rule) =>
    'cidr' in peer
      ? interfaces.some(({ ip }) => holds(peer.cidr, ip))
      : securityGroupIds.includes(peer.groupId);
  return groups.some(({ egress }) => egress.some((rule) => opens(rule) && reaches(rule)));
}

function admits({ peer }: Rule, { ip, securityGroupIds }: Instance): boolean {
  return 'cidr' in peer ? holds(peer.cidr, ip) : securityGroupIds.includes(peer.groupId);
}

function isAnywhere({ peer }: Rule): boolean {
  return 'cidr' in peer && peer.cidr === '0.0.0.0/0';
}

function opens({ protocol, port }: Rule): boolean {
  return protocol === '-1' || port === HTTPS;
}

function groupsOf({ securityGroups }: World, ids: string[]): SecurityGroup[] {
  return securityGroups.filter(({ id }) => ids.includes(id));
}

/** Through an internet gateway with a public address, or through a NAT gateway that itself reaches the internet. */
function reachesInternet(world: World, { subnetId, publicIp }: Instance): boolean {
  const target = defaultRoute(world, subnetId);
  if (target?.startsWith('igw-')) return publicIp !== undefined;
  const nat = world.natGateways.find(({ id }) => id === target);
  return nat !== undefined && isUp(nat) && defaultRoute(world, nat.subnetId)?.startsWith('igw-') === true;
}

function defaultRoute(world: World, subnetId: string): string | undefined {
  return routeTableOf(world, subnetId)?.routes.find(({ destination }) => destination === '0.0.0.0/0')?.target;
}

/** What lies between the network interfaces of two ends. */
export interface OnTheWay {
  /** That of CloudFormation, as the network interface's is: the API's is not documented. */
  type: string;
  id: string;
  /** As its ARN names it. */
  resource: string;
}

/** What a flow passes by the routes of the subnet that it is sent from. */
export function wayBetween(world: World, from: Place, to: Place): OnTheWay[] {
  if (!from.subnet || from.subnet.vpcId === to.subnet?.vpcId) return [];
  const { vpcId } = from.subnet;
  const target = to.subnet ? routeTo(world, from.subnet.id, to.ip) : defaultRoute(world, from.subnet.id);
  if (target?.startsWith('nat-')) {
    return [{ type: 'AWS::EC2::NatGateway', id: target, resource: `natgateway/${target}` }];
  }
  if (target?.startsWith('pcx-')) {
    return [
      { type: 'AWS::EC2::VPCPeeringConnection', id: target, resource: `vpc-peering-connection/${target}` },
    ];
  }
  return world.transitGatewayAttachments
    .filter((attachment) => attachment.gatewayId === target && attachment.vpcId === vpcId)
    .map(({ id }) => ({
      type: 'AWS::EC2::TransitGatewayAttachment',
      id,
      resource: `transit-gateway-attachment/${id}`,
    }));
}

/** Of another VPC: the routes of a world do not hold one another. */
function routeTo(world: World, subnetId: string, ip: string): string | undefined {
  return routeTableOf(world, subnetId)?.routes.find(
    ({ destination }) => destination !== '0.0.0.0/0' && holds(destination, ip),
  )?.target;
}

function routeTableOf({ routeTables, subnets }: World, subnetId: string): RouteTable | undefined {
  const vpcId = subnets.find(({ id }) => id === subnetId)?.vpcId;
  return (
    routeTables.find((table) => table.subnetIds.includes(subnetId)) ??
    routeTables.find((table) => table.main && table.vpcId === vpcId)
  );
}

export function isUp({ state }: NatGateway): boolean {
  return state === 'available';
}

/** Whether an IPv4 address is in a block. */
function holds(cidr: string, ip: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(base) / size) === Math.floor(toNumber(ip) / size);
}

function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
