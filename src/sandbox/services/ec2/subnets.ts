import { arn } from '../../place.ts';
import type { Subnet, World } from '../../world.ts';
import { addressesIn } from './interfaces.ts';
import { zoneOf } from './place.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

/** The first four addresses and the last one are AWS's. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_ADDRESSES = 5;

type SubnetItem = {
  subnetId: string;
  subnetArn: string;
  state: string;
  ownerId: string;
  vpcId: string;
  cidrBlock: string;
  availableIpAddressCount: number;
  availabilityZone: string;
  availabilityZoneId: string;
  defaultForAz: boolean;
  mapPublicIpOnLaunch: boolean;
  assignIpv6AddressOnCreation: boolean;
  ipv6Native: boolean;
  ipv6CidrBlockAssociationSet: never[];
  tagSet: Tag[];
};

export const subnets: Resource<SubnetItem> = {
  list: 'subnetSet',
  items: (world) => world.subnets.map((subnet) => toItem(subnet, world)),
  selectors: [
    byId(
      {
        parameter: 'SubnetId',
        prefix: 'subnet',
        noun: 'subnet',
        notFound: 'InvalidSubnetID.NotFound',
        malformed: 'InvalidSubnetID.Malformed',
      },
      ({ subnetId }) => subnetId,
    ),
  ],
  filters: {
    'subnet-id': ({ subnetId }) => subnetId,
    'subnet-arn': ({ subnetArn }) => subnetArn,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
    state: ({ state }) => state,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'availability-zone-id': ({ availabilityZoneId }) => availabilityZoneId,
    'cidr-block': ({ cidrBlock }) => cidrBlock,
    'available-ip-address-count': ({ availableIpAddressCount }) => availableIpAddressCount,
    'default-for-az': ({ defaultForAz }) => defaultForAz,
    'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch,
  },
  paging: { excludesIds: false },
};

function toItem(subnet: Subnet, world: World): SubnetItem {
  const zone = zoneOf(world, subnet);
  return {
    subnetId: subnet.id,
    subnetArn: arn(world, 'ec2', `subnet/${subnet.id}`),
    state: 'available',
    ownerId: world.accountId,
    vpcId: subnet.vpcId,
    cidrBlock: subnet.cidr,
    availableIpAddressCount: sizeOf(subnet.cidr) - RESERVED_ADDRESSES - addressesIn(world, subnet.id).length,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    assignIpv6AddressOnCreation: false,
    ipv6Native: false,
    ipv6CidrBlockAssociationSet: [],
    tagSet: nameTag(subnet.name),
  };
}

function sizeOf(cidr: string): number {
  return 2 ** (32 - Number(cidr.split('/')[1]));
}
