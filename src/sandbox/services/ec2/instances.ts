import { stableHex, uniqueId } from '../../wire/stable-id.ts';
import type { XmlRecord } from '../../wire/xml.ts';
import type { Instance, OperatingSystem, World } from '../../world.ts';
import { type Group, type InterfaceItem, instanceInterface } from './interfaces.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

/** 16 is EC2's number for it. Worlds know no other state. */
export const RUNNING = { code: 16, name: 'running' };

export const INSTANCE_IDS = {
  parameter: 'InstanceId',
  prefix: 'i',
  noun: 'instance',
  notFound: 'InvalidInstanceID.NotFound',
  malformed: 'InvalidInstanceID.Malformed',
};

type InstanceItem = {
  instanceId: string;
  instanceState: typeof RUNNING;
  instanceType: string;
  launchTime: Date;
  amiLaunchIndex: number;
  placement: { availabilityZone: string; availabilityZoneId: string; tenancy: string };
  monitoring: { state: string };
  imageId: string;
  iamInstanceProfile: { arn: string; id: string } | undefined;
  metadataOptions: {
    state: string;
    httpEndpoint: string;
    httpTokens: string;
    httpPutResponseHopLimit: number;
  };
  platformDetails: string;
  platform: string | undefined;
  virtualizationType: string;
  subnetId: string;
  vpcId: string;
  privateIpAddress: string;
  privateDnsName: string;
  ipAddress: string | undefined;
  sourceDestCheck: boolean;
  groupSet: Group[];
  networkInterfaceSet: InterfaceItem[];
  tagSet: Tag[];
};

export const instances: Resource<InstanceItem> = {
  list: 'reservationSet',
  items: (world) => world.instances.map((instance) => toItem(instance, world)),
  selectors: [byId(INSTANCE_IDS, ({ instanceId }) => instanceId)],
  filters: {
    'instance-id': ({ instanceId }) => instanceId,
    'instance-state-name': ({ instanceState }) => instanceState.name,
    'instance-state-code': ({ instanceState }) => instanceState.code,
    'instance-type': ({ instanceType }) => instanceType,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    'availability-zone': ({ placement }) => placement.availabilityZone,
    'availability-zone-id': ({ placement }) => placement.availabilityZoneId,
    'private-ip-address': ({ privateIpAddress }) => privateIpAddress,
    'private-dns-name': ({ privateDnsName }) => privateDnsName,
    'network-interface.network-interface-id': ({ networkInterfaceSet }) =>
      networkInterfaceSet.map(({ networkInterfaceId }) => networkInterfaceId),
    'network-interface.addresses.private-ip-address': ({ networkInterfaceSet }) =>
      networkInterfaceSet.flatMap(({ privateIpAddressesSet }) =>
        privateIpAddressesSet.map(({ privateIpAddress }) => privateIpAddress),
      ),
    'owner-id': ({ networkInterfaceSet }) => networkInterfaceSet.map(({ ownerId }) => ownerId),
    'image-id': ({ imageId }) => imageId,
    'iam-instance-profile.arn': ({ iamInstanceProfile }) => iamInstanceProfile?.arn,
    'metadata-options.http-endpoint': ({ metadataOptions }) => metadataOptions.httpEndpoint,
    'platform-details': ({ platformDetails }) => platformDetails,
    'instance.group-id': ({ groupSet }) => groupSet.map(({ groupId }) => groupId),
  },
  paging: { excludesIds: true },
  wrap: toReservation,
};

function toReservation(instance: InstanceItem): XmlRecord {
  return {
    reservationId: `r-${stableHex(instance.instanceId, 17)}`,
    ownerId: instance.networkInterfaceSet[0]?.ownerId,
    groupSet: [],
    instancesSet: [instance],
  };
}

function toItem(instance: Instance, world: World): InstanceItem {
  const eni = instanceInterface(instance, world);
  return {
    instanceId: instance.id,
    instanceState: RUNNING,
    instanceType: instance.type,
    launchTime: new Date(instance.launchedAt),
    amiLaunchIndex: 0,
    placement: {
      availabilityZone: eni.availabilityZone,
      availabilityZoneId: eni.availabilityZoneId,
      tenancy: 'default',
    },
    monitoring: { state: 'disabled' },
    imageId: instance.imageId,
    iamInstanceProfile: profileOf(instance, world),
    metadataOptions: {
      state: 'applied',
      httpEndpoint: instance.metadata,
      httpTokens: 'required',
      httpPutResponseHopLimit: 1,
    },
    platformDetails: platformDetails(instance.os.platform),
    platform: instance.os.platform === 'Windows' ? 'windows' : undefined,
    virtualizationType: 'hvm',
    subnetId: eni.subnetId,
    vpcId: eni.vpcId,
    privateIpAddress: eni.privateIpAddress,
    privateDnsName: eni.privateDnsName,
    ipAddress: instance.publicIp,
    sourceDestCheck: eni.sourceDestCheck,
    groupSet: eni.groupSet,
    networkInterfaceSet: [eni],
    tagSet: [...nameTag(instance.name), ...clusterTags(instance)],
  };
}

function profileOf(
  { instanceProfile: name }: Instance,
  { accountId }: World,
): InstanceItem['iamInstanceProfile'] {
  if (name === undefined) return undefined;
  return { arn: `arn:aws:iam::${accountId}:instance-profile/${name}`, id: uniqueId('AIPA', name) };
}

export function platformDetails(platform: OperatingSystem['platform']): string {
  return platform === 'Windows' ? 'Windows' : 'Linux/UNIX';
}

/** As a managed node group tags its nodes. https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html */
function clusterTags({ cluster, nodegroup }: Instance): Tag[] {
  if (cluster === undefined) return [];
  return [
    { key: 'eks:cluster-name', value: cluster },
    ...(nodegroup === undefined ? [] : [{ key: 'eks:nodegroup-name', value: nodegroup }]),
    { key: `kubernetes.io/cluster/${cluster}`, value: 'owned' },
  ];
}
