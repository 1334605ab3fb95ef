import { stableHex, uniqueId } from '../../wire/ids.ts';
import type { XmlRecord } from '../../wire/query.ts';
import { type ServiceContext, ServiceError } from '../../wire/service.ts';
import { subnetPlace } from '../../world/place.ts';
import type { Image, Instance, OperatingSystem, World } from '../../world/world.ts';
import { byId, nameTag, type Resource, type Tag } from './describe.ts';
import { type Group, type InterfaceItem, instanceInterface } from './interfaces.ts';

type ImageItem = {
  imageId: string;
  name: string;
  description: string;
  imageState: string;
  imageType: string;
  imageOwnerAlias: string;
  isPublic: boolean;
  architecture: string;
  platformDetails: string;
  platform: string | undefined;
  rootDeviceType: string;
  virtualizationType: string;
  creationDate: string;
};

export const images: Resource<ImageItem> = {
  list: 'imagesSet',
  items: (world) => world.images.map(toImage),
  selectors: [
    byId(
      {
        parameter: 'ImageId',
        prefix: 'ami',
        noun: 'image',
        notFound: 'InvalidAMIID.NotFound',
        malformed: 'InvalidAMIID.Malformed',
      },
      ({ imageId }) => imageId,
    ),
  ],
  filters: {
    'image-id': ({ imageId }) => imageId,
    name: ({ name }) => name,
    state: ({ imageState }) => imageState,
    architecture: ({ architecture }) => architecture,
    'platform-details': ({ platformDetails }) => platformDetails,
  },
  paging: { excludesIds: true },
};

function toImage({ id, name, description, createdAt, platform }: Image): ImageItem {
  return {
    imageId: id,
    name,
    description,
    imageState: 'available',
    imageType: 'machine',
    imageOwnerAlias: 'amazon',
    isPublic: true,
    architecture: 'x86_64',
    platformDetails: platformDetails(platform),
    platform: platform === 'Windows' ? 'windows' : undefined,
    rootDeviceType: 'ebs',
    virtualizationType: 'hvm',
    creationDate: createdAt,
  };
}

/** 16 is EC2's number for it. Worlds know no other state. */
const RUNNING = { code: 16, name: 'running' };

const INSTANCE_IDS = {
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
  items: (world) => world.instances.map((instance) => toInstance(instance, world)),
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

function toInstance(instance: Instance, world: World): InstanceItem {
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

/** EC2 sees a profile some time after IAM has made it. */
export function associateProfile(parameters: URLSearchParams, { world }: ServiceContext): XmlRecord {
  const id = parameters.get('InstanceId') ?? '';
  const name = parameters.get('IamInstanceProfile.Name') ?? '';
  const instance = world.instances.find((one) => one.id === id);
  if (!instance)
    throw new ServiceError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  if (instance.instanceProfile !== undefined)
    throw new ServiceError('IncorrectState', `There is an existing association for instance ${id}`);
  const profile = world.instanceProfiles.find((one) => one.name === name);
  const invalid = (why: string) =>
    new ServiceError(
      'InvalidParameterValue',
      `Value (${name}) for parameter iamInstanceProfile.name is invalid. ${why}`,
    );
  if (!profile || profile.propagating) throw invalid('Invalid IAM Instance Profile name');
  if (profile.role === undefined) throw invalid(`IAM Instance Profile '${name}' has no associated IAM Roles`);
  instance.instanceProfile = name;
  return {
    iamInstanceProfileAssociation: {
      associationId: `iip-assoc-${stableHex(id, 17)}`,
      instanceId: id,
      iamInstanceProfile: profileOf(instance, world),
      state: 'associating',
    },
  };
}

function platformDetails(platform: OperatingSystem['platform']): string {
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

type Check = { status: string; details: { name: string; status: string; impairedSince?: Date }[] };

type StatusItem = {
  instanceId: string;
  availabilityZone: string;
  availabilityZoneId: string;
  instanceState: typeof RUNNING;
  instanceStatus: Check;
  systemStatus: Check;
  attachedEbsStatus: Check;
  eventsSet: never[];
};

export const instanceStatus: Resource<StatusItem> = {
  list: 'instanceStatusSet',
  items: (world) => world.instances.map((instance) => toStatus(instance, world)),
  selectors: [byId(INSTANCE_IDS, ({ instanceId }) => instanceId)],
  filters: {
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'availability-zone-id': ({ availabilityZoneId }) => availabilityZoneId,
    'instance-state-name': ({ instanceState }) => instanceState.name,
    'instance-state-code': ({ instanceState }) => instanceState.code,
    'instance-status.status': ({ instanceStatus }) => instanceStatus.status,
    'instance-status.reachability': ({ instanceStatus }) =>
      instanceStatus.details.map(({ status }) => status),
    'system-status.status': ({ systemStatus }) => systemStatus.status,
    'system-status.reachability': ({ systemStatus }) => systemStatus.details.map(({ status }) => status),
  },
  paging: { excludesIds: true },
};

function toStatus({ id, subnetId, failing }: Instance, world: World): StatusItem {
  const { zone } = subnetPlace(world, subnetId);
  const checkOf = (which: 'system' | 'instance' | 'ebs'): Check =>
    failing?.checks.includes(which)
      ? {
          status: 'impaired',
          details: [{ name: 'reachability', status: 'failed', impairedSince: new Date(failing.since) }],
        }
      : { status: 'ok', details: [{ name: 'reachability', status: 'passed' }] };
  return {
    instanceId: id,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    instanceState: RUNNING,
    instanceStatus: checkOf('instance'),
    systemStatus: checkOf('system'),
    attachedEbsStatus: checkOf('ebs'),
    eventsSet: [],
  };
}
