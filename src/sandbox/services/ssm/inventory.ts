import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { MINUTE } from '../../measure/flows.ts';
import type { JsonValue } from '../../wire/json.ts';
import { ServiceError } from '../../wire/service.ts';
import { AGENT_APPLICATION } from '../../world/agents.ts';
import type { World } from '../../world/world.ts';
import { managedInstances, operation, paged, pageOf } from './input.ts';

const informationFilters = z.object({
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).min(1) })).default([]),
  /** The older form of the same. */
  InstanceInformationFilterList: z
    .array(z.object({ key: z.string(), valueSet: z.array(z.string()).min(1) }))
    .default([]),
  ...paged,
});

export const describeInstanceInformation = operation(informationFilters, (input, { world, now }) => {
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

const inventoryInput = z.object({
  InstanceId: z.string(),
  TypeName: z.string(),
  Filters: z
    .array(
      z.object({ Key: z.string(), Values: z.array(z.string()).min(1), Type: z.string().default('Equal') }),
    )
    .default([]),
  ...paged,
});

/** Inventory of applications only: it is collected every half hour, and kept when the instance goes away. */
export const listInventoryEntries = operation(inventoryInput, (input, { world, now }) => {
  if (input.TypeName !== 'AWS:Application' && input.TypeName !== 'AWS:InstanceInformation')
    throw new ServiceError('InvalidTypeNameException', `Type name ${input.TypeName} is not valid.`);
  const instance = managedInstances(world).find(({ id }) => id === input.InstanceId);
  const entries = instance && input.TypeName === 'AWS:Application' ? applications(instance) : [];
  const kept = input.Filters.reduce(
    (left, { Key, Values, Type }) => left.filter((entry) => matches(entry[field(Key)], Values, Type)),
    entries,
  );
  const { items, nextToken } = pageOf(kept, input);
  return {
    TypeName: input.TypeName,
    InstanceId: input.InstanceId,
    SchemaVersion: '1.1',
    CaptureTime: entries.length > 0 ? instant(now() - 10 * MINUTE) : undefined,
    Entries: items,
    NextToken: nextToken,
  };
});

const fleetInput = z.object({
  Filters: z
    .array(
      z.object({ Key: z.string(), Values: z.array(z.string()).min(1), Type: z.string().default('Equal') }),
    )
    .default([]),
  ResultAttributes: z.array(z.object({ TypeName: z.literal('AWS:Application') })).default([]),
  ...paged,
});

/** All instances with an inventory in which each filter finds an entry. */
export const getInventory = operation(fleetInput, (input, { world, now }) => {
  const unknown = input.Filters.find(({ Key }) => !Key.startsWith('AWS:Application.'));
  if (unknown)
    throw new ServiceError('InvalidFilter', `The nfm sandbox does not filter inventory by ${unknown.Key}.`);
  const fitting = managedInstances(world).flatMap((instance) => {
    const entries = applications(instance);
    const fits = input.Filters.every(({ Key, Values, Type }) =>
      entries.some((entry) => matches(entry[field(Key)], Values, Type)),
    );
    return entries.length > 0 && fits ? [{ id: instance.id, entries }] : [];
  });
  const { items, nextToken } = pageOf(fitting, input);
  const CaptureTime = instant(now() - 10 * MINUTE);
  return {
    Entities: items.map(({ id, entries }) => ({
      Id: id,
      Data:
        input.ResultAttributes.length > 0
          ? {
              'AWS:Application': {
                TypeName: 'AWS:Application',
                SchemaVersion: '1.1',
                CaptureTime,
                Content: entries,
              },
            }
          : {},
    })),
    NextToken: nextToken,
  };
});

type Entry = Record<string, string>;

function applications({ os, ssm, agentPackage }: ReturnType<typeof managedInstances>[number]): Entry[] {
  if (os.platform !== 'Linux') return [];
  const [kernel = '', ...release] = os.kernel.split('-');
  return [
    application('amazon-ssm-agent', ssm.agentVersion, '1'),
    application(KERNEL_PACKAGES[os.name] ?? 'kernel', kernel, release.join('-')),
    ...(agentPackage ? [application(AGENT_APPLICATION, agentPackage.version, '1')] : []),
  ];
}

/** What a distribution calls the package that its kernel is in. */
const KERNEL_PACKAGES: Readonly<Record<string, string>> = { SLES: 'kernel-default' };

function application(Name: string, Version: string, Release: string): Entry {
  return {
    Name,
    Version,
    Release,
    Publisher: 'Amazon.com',
    Architecture: 'x86_64',
    PackageId: `${Name}-${Version}-${Release}`,
  };
}

/** A key is written with its type or without: `AWS:Application.Name`, `Name`. */
function field(key: string): string {
  return key.split('.').at(-1) ?? key;
}

function matches(value: string | undefined, wanted: string[], type: string): boolean {
  switch (type) {
    case 'Equal':
      return wanted.some((one) => one === value);
    case 'NotEqual':
      return wanted.every((one) => one !== value);
    case 'BeginWith':
      return wanted.some((one) => value?.startsWith(one));
    case 'Exists':
      return value !== undefined;
    default:
      throw new ServiceError('InvalidFilter', `The nfm sandbox does not compare inventory with ${type}.`);
  }
}
