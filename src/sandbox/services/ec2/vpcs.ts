import { stableHex } from '../../wire/ids.ts';
import { arn, zoneOf } from '../../world/place.ts';
import type { Subnet, Vpc, World } from '../../world/world.ts';
import { byId, byName, nameTag, type Resource, type Tag } from './describe.ts';
import { addressesIn } from './interfaces.ts';

type ZoneItem = {
  zoneName: string;
  zoneId: string;
  zoneState: string;
  zoneType: string;
  regionName: string;
  groupName: string;
  networkBorderGroup: string;
  optInStatus: string;
  messageSet: never[];
};

export const zones: Resource<ZoneItem> = {
  list: 'availabilityZoneInfo',
  items: ({ zones, region }) =>
    zones.map(({ name, id }) => ({
      zoneName: name,
      zoneId: id,
      zoneState: 'available',
      zoneType: 'availability-zone',
      regionName: region,
      groupName: `${region}-zg-1`,
      networkBorderGroup: region,
      optInStatus: 'opt-in-not-required',
      messageSet: [],
    })),
  selectors: [
    byName('ZoneName', 'availability zone', ({ zoneName }) => zoneName),
    byName('ZoneId', 'availability zone-id', ({ zoneId }) => zoneId),
  ],
  filters: {
    'zone-name': ({ zoneName }) => zoneName,
    'zone-id': ({ zoneId }) => zoneId,
    'zone-type': ({ zoneType }) => zoneType,
    'region-name': ({ regionName }) => regionName,
    'group-name': ({ groupName }) => groupName,
    'opt-in-status': ({ optInStatus }) => optInStatus,
    state: ({ zoneState }) => zoneState,
  },
};

/* The commercial partition, botocore endpoints.json (1.43). */

const ENABLED_FROM_THE_START = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const OPT_IN = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

type RegionItem = { regionName: string; regionEndpoint: string; optInStatus: string };

export const regions: Resource<RegionItem> = {
  list: 'regionInfo',
  /** Only the Regions that the account may use, unless all are asked for; it may use the one it is in. */
  items: ({ region }, parameters) =>
    [
      ...ENABLED_FROM_THE_START.map((name) => toRegion(name, 'opt-in-not-required')),
      ...OPT_IN.map((name) => toRegion(name, name === region ? 'opted-in' : 'not-opted-in')),
    ].filter(({ optInStatus }) => parameters.get('AllRegions') === 'true' || optInStatus !== 'not-opted-in'),
  selectors: [byName('RegionName', 'region', ({ regionName }) => regionName)],
  filters: {
    'region-name': ({ regionName }) => regionName,
    endpoint: ({ regionEndpoint }) => regionEndpoint,
    'opt-in-status': ({ optInStatus }) => optInStatus,
  },
};

function toRegion(regionName: string, optInStatus: string): RegionItem {
  return { regionName, regionEndpoint: `ec2.${regionName}.amazonaws.com`, optInStatus };
}

type VpcItem = {
  vpcId: string;
  ownerId: string;
  state: string;
  cidrBlock: string;
  cidrBlockAssociationSet: { cidrBlock: string; associationId: string; cidrBlockState: { state: string } }[];
  dhcpOptionsId: string;
  instanceTenancy: string;
  isDefault: boolean;
  tagSet: Tag[];
};

export const vpcs: Resource<VpcItem> = {
  list: 'vpcSet',
  items: (world) => world.vpcs.map((vpc) => toVpc(vpc, world)),
  selectors: [
    byId(
      {
        parameter: 'VpcId',
        prefix: 'vpc',
        noun: 'vpc',
        notFound: 'InvalidVpcID.NotFound',
        malformed: 'InvalidVpcID.Malformed',
      },
      ({ vpcId }) => vpcId,
    ),
  ],
  filters: {
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
    state: ({ state }) => state,
    cidr: ({ cidrBlock }) => cidrBlock,
    'cidr-block-association.cidr-block': ({ cidrBlock }) => cidrBlock,
    'is-default': ({ isDefault }) => isDefault,
  },
  paging: { excludesIds: false },
};

function toVpc({ id, name, cidr }: Vpc, { accountId, region }: World): VpcItem {
  return {
    vpcId: id,
    ownerId: accountId,
    state: 'available',
    cidrBlock: cidr,
    cidrBlockAssociationSet: [
      {
        cidrBlock: cidr,
        associationId: `vpc-cidr-assoc-${stableHex(id, 17)}`,
        cidrBlockState: { state: 'associated' },
      },
    ],
    dhcpOptionsId: `dopt-${stableHex(region, 17)}`,
    instanceTenancy: 'default',
    isDefault: false,
    tagSet: nameTag(name),
  };
}

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
  items: (world) => world.subnets.map((subnet) => toSubnet(subnet, world)),
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

function toSubnet(subnet: Subnet, world: World): SubnetItem {
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
