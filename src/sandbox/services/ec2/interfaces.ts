import { stableHex } from '../../wire/ids.ts';
import { subnetPlace } from '../../world/place.ts';
import { isUp } from '../../world/way-out.ts';
import type { Instance, NatGateway, Peer, VpcEndpoint, World } from '../../world/world.ts';
import type { Resource, Tag } from './describe.ts';
import { byId } from './describe.ts';

export type Group = { groupId: string; groupName: string };
type Address = { privateIpAddress: string; privateDnsName: string; primary: boolean };
type Attachment = {
  attachmentId: string;
  instanceId: string | undefined;
  instanceOwnerId: string;
  deviceIndex: number;
  status: string;
  attachTime: Date | undefined;
  deleteOnTermination: boolean;
};

export type InterfaceItem = {
  networkInterfaceId: string;
  subnetId: string;
  vpcId: string;
  availabilityZone: string;
  availabilityZoneId: string;
  description: string;
  ownerId: string;
  requesterId: string | undefined;
  requesterManaged: boolean;
  status: string;
  macAddress: string;
  privateIpAddress: string;
  privateDnsName: string;
  sourceDestCheck: boolean;
  groupSet: Group[];
  association: { publicIp: string; ipOwnerId: string } | undefined;
  attachment: Attachment;
  privateIpAddressesSet: Address[];
  interfaceType: string;
  tagSet: Tag[];
};

export const interfaces: Resource<InterfaceItem> = {
  list: 'networkInterfaceSet',
  items: allInterfaces,
  selectors: [
    byId(
      {
        parameter: 'NetworkInterfaceId',
        prefix: 'eni',
        noun: 'networkInterface',
        notFound: 'InvalidNetworkInterfaceID.NotFound',
        malformed: 'InvalidNetworkInterfaceId.Malformed',
      },
      ({ networkInterfaceId }) => networkInterfaceId,
    ),
  ],
  filters: {
    'network-interface-id': ({ networkInterfaceId }) => networkInterfaceId,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'availability-zone-id': ({ availabilityZoneId }) => availabilityZoneId,
    'private-ip-address': ({ privateIpAddress }) => privateIpAddress,
    'private-dns-name': ({ privateDnsName }) => privateDnsName,
    'addresses.private-ip-address': ({ privateIpAddressesSet }) =>
      privateIpAddressesSet.map(({ privateIpAddress }) => privateIpAddress),
    'attachment.instance-id': ({ attachment }) => attachment.instanceId,
    'attachment.instance-owner-id': ({ attachment }) => attachment.instanceOwnerId,
    'attachment.status': ({ attachment }) => attachment.status,
    'group-id': ({ groupSet }) => groupSet.map(({ groupId }) => groupId),
    'interface-type': ({ interfaceType }) => interfaceType,
    'mac-address': ({ macAddress }) => macAddress,
    'owner-id': ({ ownerId }) => ownerId,
    'requester-id': ({ requesterId }) => requesterId,
    'requester-managed': ({ requesterManaged }) => requesterManaged,
    description: ({ description }) => description,
    status: ({ status }) => status,
  },
  paging: { excludesIds: true },
};

function allInterfaces(world: World): InterfaceItem[] {
  return [
    ...world.instances.map((instance) => instanceInterface(instance, world)),
    ...world.peers.flatMap((peer) => peerInterface(peer, world)),
    ...world.natGateways.filter(isUp).map((nat) => natInterface(nat, world)),
    ...world.vpcEndpoints.flatMap((endpoint) => endpointInterfaces(endpoint, world)),
  ];
}

/** The addresses that a subnet has given away. */
export function addressesIn(world: World, subnetId: string): string[] {
  return allInterfaces(world)
    .filter((networkInterface) => networkInterface.subnetId === subnetId)
    .flatMap(({ privateIpAddressesSet }) => privateIpAddressesSet.map((address) => address.privateIpAddress));
}

/** An instance's interface; the VPC CNI gives pods the node's secondary addresses. */
export function instanceInterface(instance: Instance, world: World): InterfaceItem {
  const pods = world.pods.filter(({ node, ip }) => node === instance.id && ip !== instance.ip);
  return toItem(world, {
    eniId: instance.eniId,
    subnetId: instance.subnetId,
    ips: [instance.ip, ...pods.map(({ ip }) => ip)],
    description: '',
    securityGroupIds: instance.securityGroupIds,
    publicIp: instance.publicIp,
    attached: {
      instanceId: instance.id,
      instanceOwnerId: world.accountId,
      attachTime: new Date(instance.launchedAt),
    },
  });
}

/** A managed service's interface: it belongs to the service, and its instance is not the customer's to see. */
function peerInterface(
  { eniId, subnetId, ip, kind, name, loadBalancer, securityGroupIds = [] }: Peer,
  world: World,
): InterfaceItem[] {
  if (eniId === undefined || subnetId === undefined) return [];
  const owner = { database: 'amazon-rds', 'load-balancer': 'amazon-elb' }[kind as string];
  const requester = owner ?? 'amazon-aws';
  const described = { database: 'RDSNetworkInterface', 'load-balancer': `ELB ${loadBalancer}` }[
    kind as string
  ];
  const description = described ?? name;
  return [
    toItem(world, {
      eniId,
      subnetId,
      ips: [ip],
      description,
      securityGroupIds,
      requester,
      ...(loadBalancer?.startsWith('net/') ? { type: 'network_load_balancer' } : {}),
      attached: { instanceOwnerId: requester },
    }),
  ];
}

function natInterface({ id, eniId, subnetId, ip, publicIp }: NatGateway, world: World): InterfaceItem {
  return toItem(world, {
    eniId,
    subnetId,
    ips: [ip],
    publicIp,
    description: `Interface for NAT Gateway ${id}`,
    securityGroupIds: [],
    requester: world.accountId,
    type: 'nat_gateway',
    attached: { instanceOwnerId: 'amazon-aws' },
  });
}

function endpointInterfaces(
  { id, interfaces, securityGroupIds }: VpcEndpoint,
  world: World,
): InterfaceItem[] {
  return interfaces.map(({ eniId, subnetId, ip }) =>
    toItem(world, {
      eniId,
      subnetId,
      ips: [ip],
      description: `VPC Endpoint Interface ${id}`,
      securityGroupIds,
      requester: world.accountId,
      type: 'vpc_endpoint',
      attached: { instanceOwnerId: 'amazon-aws' },
    }),
  );
}

interface Wiring {
  eniId: string;
  subnetId: string;
  ips: [primary: string, ...secondary: string[]];
  description: string;
  securityGroupIds: string[];
  publicIp?: string | undefined;
  requester?: string;
  type?: string;
  attached: { instanceId?: string; instanceOwnerId: string; attachTime?: Date };
}

function toItem(world: World, wiring: Wiring): InterfaceItem {
  const { eniId, subnetId, ips, description, requester, attached, publicIp } = wiring;
  const { subnet, zone } = subnetPlace(world, subnetId);
  const [primary] = ips;
  return {
    networkInterfaceId: eniId,
    subnetId,
    vpcId: subnet.vpcId,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    description,
    ownerId: world.accountId,
    requesterId: requester,
    requesterManaged: requester !== undefined,
    status: 'in-use',
    macAddress: macOf(eniId),
    privateIpAddress: primary,
    privateDnsName: dnsName(primary, world.region),
    sourceDestCheck: true,
    groupSet: groupsOf(wiring.securityGroupIds, world),
    association: publicIp === undefined ? undefined : { publicIp, ipOwnerId: world.accountId },
    attachment: {
      attachmentId: `eni-attach-${stableHex(eniId, 17)}`,
      instanceId: attached.instanceId,
      instanceOwnerId: attached.instanceOwnerId,
      deviceIndex: 0,
      status: 'attached',
      attachTime: attached.attachTime,
      deleteOnTermination: true,
    },
    privateIpAddressesSet: ips.map((ip) => ({
      privateIpAddress: ip,
      privateDnsName: dnsName(ip, world.region),
      primary: ip === primary,
    })),
    interfaceType: wiring.type ?? 'interface',
    tagSet: [],
  };
}

export function groupsOf(ids: string[], { securityGroups }: World): Group[] {
  return securityGroups
    .filter(({ id }) => ids.includes(id))
    .map(({ id, name }) => ({ groupId: id, groupName: name }));
}

/** `02` marks a locally administered address, as those of ENIs are. */
function macOf(eniId: string): string {
  return ['02', ...(stableHex(eniId, 10).match(/../g) ?? [])].join(':');
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html */
function dnsName(ip: string, region: string): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${ip.replaceAll('.', '-')}.${domain}`;
}
