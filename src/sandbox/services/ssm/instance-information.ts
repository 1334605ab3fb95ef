import { z } from 'zod';
import { MINUTE } from '../../flows.ts';
import type { JsonValue } from '../../wire/json.ts';
import { ServiceError } from '../../wire/service-error.ts';
import type { World } from '../../world.ts';
import { managedInstances, operation, paged, pageOf } from './input.ts';

const schema = z.object({
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).min(1) })).default([]),
  /** The older form of the same. */
  InstanceInformationFilterList: z
    .array(z.object({ key: z.string(), valueSet: z.array(z.string()).min(1) }))
    .default([]),
  ...paged,
});

export const describeInstanceInformation = operation(schema, (input, { world, now }) => {
  const filters = [
    ...input.Filters.map(({ Key, Values }) => ({ key: Key, values: Values })),
    ...input.InstanceInformationFilterList.map(({ key, valueSet }) => ({ key, values: valueSet })),
  ];
  const all = managedInstances(world).map((instance) => toInformation(instance, world, now()));
  const kept = filters.reduce(
    (left, { key, values }) => left.filter((item) => values.includes(reader(key)(item))),
    all,
  );
  const { items, nextToken } = pageOf(kept, input);
  return { InstanceInformationList: items, NextToken: nextToken };
});

type Information = ReturnType<typeof toInformation>;

function reader(key: string): (item: Information) => string {
  switch (key) {
    case 'InstanceIds':
      return ({ InstanceId }) => InstanceId;
    case 'PingStatus':
      return ({ PingStatus }) => PingStatus;
    case 'PlatformTypes':
      return ({ PlatformType }) => PlatformType;
    case 'AgentVersion':
      return ({ AgentVersion }) => AgentVersion;
    case 'ResourceType':
      return ({ ResourceType }) => ResourceType;
    default:
      throw new ServiceError('InvalidFilterKey', `The specified key is not valid: ${key}`);
  }
}

/** How long ago an agent that is not Online was last heard of. */
const LOST = 24 * 60 * MINUTE;

function toInformation(
  { id, ip, os, ssm, launchedAt }: ReturnType<typeof managedInstances>[number],
  { region }: World,
  now: number,
) {
  return {
    InstanceId: id,
    PingStatus: ssm.ping,
    LastPingDateTime: new Date(ssm.ping === 'Online' ? now - MINUTE : now - LOST),
    AgentVersion: ssm.agentVersion,
    IsLatestVersion: true,
    PlatformType: os.platform,
    PlatformName: os.name,
    PlatformVersion: os.version,
    RegistrationDate: new Date(launchedAt),
    ResourceType: 'EC2Instance',
    IPAddress: ip,
    ComputerName: `ip-${ip.replaceAll('.', '-')}.${region}.compute.internal`,
    SourceId: id,
    SourceType: 'AWS::EC2::Instance',
  } satisfies JsonValue;
}
