import {
  DescribeAvailabilityZonesCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import type { Zone } from '../model/case.ts';
import { type Aws, ask, askAll } from './aws.ts';

export interface Subnet {
  id: string;
  arn: string | null;
  vpcId: string;
  azId: string;
}

/** The clients are made once a run, when first asked for. */
export function ec2(aws: Aws) {
  const client = new EC2Client(aws.config('EC2'));
  return {
    /** Names and IDs of the Region's zones: names are shuffled in each account, rows carry IDs. */
    async zones(): Promise<Zone[]> {
      const answer = await ask(aws, 'ec2:DescribeAvailabilityZones', (options) =>
        client.send(new DescribeAvailabilityZonesCommand({}), options),
      );
      return (answer.AvailabilityZones ?? []).flatMap(({ ZoneId, ZoneName }) =>
        ZoneId ? [{ azId: ZoneId, az: ZoneName ?? null }] : [],
      );
    },

    /** All of the Region: only beside the others can be told whether a target is all there is. */
    async subnets(): Promise<Subnet[]> {
      const found = await askAll(
        aws,
        'ec2:DescribeSubnets',
        (options) => paginateDescribeSubnets({ client }, {}, options),
        (page) => page.Subnets,
      );
      return found.flatMap(({ SubnetId, SubnetArn, VpcId, AvailabilityZoneId }) =>
        SubnetId && VpcId && AvailabilityZoneId
          ? [{ id: SubnetId, arn: SubnetArn ?? null, vpcId: VpcId, azId: AvailabilityZoneId }]
          : [],
      );
    },

    /** Name tags by instance ID. By filter, because an ID that is gone would fail the whole call. */
    async instanceNames(ids: readonly string[]): Promise<Map<string, string>> {
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
        instances.flatMap(({ InstanceId, Tags }) => {
          const name = Tags?.find((tag) => tag.Key === 'Name')?.Value;
          return InstanceId && name ? [[InstanceId, name] as const] : [];
        }),
      );
    },

    /** Throws `not-found` where EC2 does not know the VPC. */
    async vpc(id: string): Promise<{ id: string; ownerId: string | null }> {
      const answer = await ask(aws, 'ec2:DescribeVpcs', (options) =>
        client.send(new DescribeVpcsCommand({ VpcIds: [id] }), options),
      );
      return { id, ownerId: answer.Vpcs?.[0]?.OwnerId ?? null };
    },
  };
}
