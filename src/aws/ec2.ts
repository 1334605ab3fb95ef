import {
  AssociateIamInstanceProfileCommand,
  type AssociateIamInstanceProfileCommandInput,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Instance as InstanceAnswer,
  type InstanceNetworkInterface,
  type NetworkInterface as InterfaceAnswer,
  paginateDescribeInstances,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import type { Zone } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { unusable } from './answers.ts';
import { type Aws, ask } from './aws.ts';
import { askAll } from './pages.ts';

export interface Subnet {
  id: string;
  arn: string | null;
  vpcId: string;
  azId: string;
}

/** A running instance, as far as a Network Flow Monitor agent on it depends on it. */
export interface Instance {
  id: string;
  name: string | null;
  vpcId: string;
  subnetId: string;
  ip: string;
  publicIp: string | null;
  imageId: string | null;
  platform: string;
  /** Null without one. Its name is not the role's. */
  profileArn: string | null;
  /** The instance metadata service answers. */
  metadata: boolean;
  securityGroupIds: string[];
  /** The EKS cluster that it is a node of. */
  cluster: string | null;
  /** Null where EC2 does not say. */
  launchedAt: string | null;
}

export interface StatusChecks {
  instanceId: string;
  system: string;
  instance: string;
  /** Its volumes; absent where EC2 has no such check of it. */
  ebs?: string;
  impairedSince: string | null;
}

export interface NetworkInterface {
  id: string;
  vpcId: string;
  description: string;
  /** And blocks of them that are delegated to it, as `10.0.1.16/28`. */
  addresses: string[];
}

/** What a person calls an instance, and what its addresses are on. */
export interface InstanceDetails {
  name: string | null;
  interfaces: NetworkInterface[];
}

/** The clients are made once a run, when first asked for. */
export function ec2(aws: Aws) {
  const client = aws.client(EC2Client, 'EC2');
  return {
    /** Names and IDs of the Region's zones: names are shuffled in each account, rows carry IDs. */
    async zones(): Promise<Zone[]> {
      const answer = await ask(aws, 'ec2:DescribeAvailabilityZones', (options) =>
        client.send(new DescribeAvailabilityZonesCommand({}), options),
      );
      return (answer.AvailabilityZones ?? []).map(({ ZoneId, ZoneName }) => {
        if (!ZoneId) throw unusable('ec2:DescribeAvailabilityZones');
        return { azId: ZoneId, az: ZoneName ?? null };
      });
    },

    /** All of the Region: only beside the others can be told whether a target is all there is. */
    async subnets(): Promise<Subnet[]> {
      const found = await askAll(
        aws,
        'ec2:DescribeSubnets',
        (options) => paginateDescribeSubnets({ client }, {}, options),
        (page) => page.Subnets,
      );
      return found.map(({ SubnetId, SubnetArn, VpcId, AvailabilityZoneId }) => {
        if (!SubnetId || !VpcId || !AvailabilityZoneId) throw unusable('ec2:DescribeSubnets');
        return { id: SubnetId, arn: SubnetArn ?? null, vpcId: VpcId, azId: AvailabilityZoneId };
      });
    },

    /** All that run in these VPCs; without any, in the Region. */
    async running(vpcIds: readonly string[] = []): Promise<Instance[]> {
      const Filters = [{ Name: 'instance-state-name', Values: ['running'] }];
      // A filter has 200 values at most.
      if (vpcIds.length > 0 && vpcIds.length <= 200) Filters.push({ Name: 'vpc-id', Values: [...vpcIds] });
      const reservations = await askAll(
        aws,
        'ec2:DescribeInstances',
        (options) => paginateDescribeInstances({ client }, { Filters }, options),
        (page) => page.Reservations,
      );
      return reservations.flatMap((r) => r.Instances ?? []).flatMap(toInstance);
    },

    /** IDs of all that run and have this tag. In a filter's value, * and ? stand for others. */
    async tagged(key: string, value: string): Promise<Set<string>> {
      const Filters = [
        { Name: 'instance-state-name', Values: ['running'] },
        { Name: `tag:${key}`, Values: [value.replace(/[*?\\]/g, (c) => `\\${c}`)] },
      ];
      const reservations = await askAll(
        aws,
        'ec2:DescribeInstances',
        (options) => paginateDescribeInstances({ client }, { Filters }, options),
        (page) => page.Reservations,
      );
      return new Set(
        reservations.flatMap((r) => r.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []),
      );
    },

    /** Names of images: they say which system is on them. One that is gone is left out. */
    async imageNames(ids: readonly string[]): Promise<Map<string, string>> {
      const answer = await ask(aws, 'ec2:DescribeImages', (options) =>
        client.send(
          new DescribeImagesCommand({ Filters: [{ Name: 'image-id', Values: [...ids] }] }),
          options,
        ),
      );
      return new Map((answer.Images ?? []).map(({ ImageId = '', Name = '' }) => [ImageId, Name]));
    },

    /** By ID. By filter, because an ID that is gone would fail the whole call. */
    async instances(ids: readonly string[]): Promise<Map<string, InstanceDetails>> {
      const reservations = await askAll(
        aws,
        'ec2:DescribeInstances',
        (options) =>
          paginateDescribeInstances(
            { client },
            { Filters: [{ Name: 'instance-id', Values: [...ids] }] },
            options,
          ),
        (page) => page.Reservations,
      );
      const instances = reservations.flatMap((r) => r.Instances ?? []);
      return new Map(
        instances.map(({ InstanceId = '', Tags, NetworkInterfaces = [] }) => [
          InstanceId,
          {
            name: Tags?.find((tag) => tag.Key === 'Name')?.Value || null,
            interfaces: NetworkInterfaces.map(toInterface),
          },
        ]),
      );
    },

    /** Status checks of running instances, 100 at most. Throws `not-found` where EC2 does not know one of them. */
    async statusChecks(ids: readonly string[]): Promise<StatusChecks[]> {
      const answer = await ask(aws, 'ec2:DescribeInstanceStatus', (options) =>
        client.send(new DescribeInstanceStatusCommand({ InstanceIds: [...ids] }), options),
      );
      return (answer.InstanceStatuses ?? []).flatMap(
        ({ InstanceId, SystemStatus, InstanceStatus, AttachedEbsStatus }) => {
          const details = [SystemStatus, InstanceStatus, AttachedEbsStatus].flatMap((s) => s?.Details ?? []);
          const since = details.flatMap(({ ImpairedSince }) => ImpairedSince?.getTime() ?? []);
          return InstanceId
            ? [
                {
                  instanceId: InstanceId,
                  system: SystemStatus?.Status ?? 'unknown',
                  instance: InstanceStatus?.Status ?? 'unknown',
                  ...(AttachedEbsStatus?.Status ? { ebs: AttachedEbsStatus.Status } : {}),
                  impairedSince: since.length ? instant(Math.min(...since)) : null,
                },
              ]
            : [];
        },
      );
    },

    /** What the network interfaces at these addresses are for, in the words of who made them; 200 addresses at most. */
    async interfacesAt(addresses: readonly string[]): Promise<NetworkInterface[]> {
      const Filters = [{ Name: 'addresses.private-ip-address', Values: [...addresses] }];
      const { NetworkInterfaces = [] } = await ask(aws, 'ec2:DescribeNetworkInterfaces', (options) =>
        client.send(new DescribeNetworkInterfacesCommand({ Filters }), options),
      );
      return NetworkInterfaces.map(toInterface);
    },

    /** Throws `not-found` where EC2 does not know the VPC. */
    async vpc(id: string): Promise<{ id: string; ownerId: string | null }> {
      const answer = await ask(aws, 'ec2:DescribeVpcs', (options) =>
        client.send(new DescribeVpcsCommand({ VpcIds: [id] }), options),
      );
      return { id, ownerId: answer.Vpcs?.[0]?.OwnerId ?? null };
    },

    async associateProfile(input: AssociateIamInstanceProfileCommandInput): Promise<void> {
      await ask(aws, 'ec2:AssociateIamInstanceProfile', (options) =>
        client.send(new AssociateIamInstanceProfileCommand(input), options),
      );
    },
  };
}

function toInterface(answer: InterfaceAnswer | InstanceNetworkInterface): NetworkInterface {
  const { PrivateIpAddresses = [], Ipv6Addresses = [], Ipv4Prefixes = [], Ipv6Prefixes = [] } = answer;
  const addresses = [
    ...PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
    ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address),
    ...Ipv4Prefixes.map(({ Ipv4Prefix }) => Ipv4Prefix),
    ...Ipv6Prefixes.map(({ Ipv6Prefix }) => Ipv6Prefix),
  ];
  return {
    id: answer.NetworkInterfaceId ?? '',
    vpcId: answer.VpcId ?? '',
    description: answer.Description ?? '',
    addresses: addresses.filter((address) => address !== undefined),
  };
}

function toInstance(answer: InstanceAnswer): Instance[] {
  const { InstanceId: id, VpcId: vpcId, SubnetId: subnetId, Tags = [] } = answer;
  if (!id || !vpcId || !subnetId) return [];
  return [
    {
      id,
      vpcId,
      subnetId,
      name: Tags.find((tag) => tag.Key === 'Name')?.Value ?? null,
      ip: answer.PrivateIpAddress ?? '',
      publicIp: answer.PublicIpAddress ?? null,
      imageId: answer.ImageId ?? null,
      platform: answer.PlatformDetails ?? answer.Platform ?? 'Linux/UNIX',
      profileArn: answer.IamInstanceProfile?.Arn ?? null,
      metadata: answer.MetadataOptions?.HttpEndpoint !== 'disabled',
      securityGroupIds: (answer.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      launchedAt: answer.LaunchTime ? instant(answer.LaunchTime.getTime()) : null,
      cluster: clusterIn(
        Tags.map((tag) => tag.Key ?? ''),
        Tags.find((tag) => /^(aws:)?eks:cluster-name$/.test(tag.Key ?? ''))?.Value,
      ),
    },
  ];
}

/** Tags of nodes: eks:cluster-name of managed and auto mode nodes, kubernetes.io/cluster/NAME of all (EKS user guide). */
function clusterIn(keys: readonly string[], named: string | undefined): string | null {
  const owned = keys.find((key) => key.startsWith('kubernetes.io/cluster/'));
  return named ?? owned?.split('/')[2] ?? null;
}
