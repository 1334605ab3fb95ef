import { z } from 'zod';
import { REGIONS } from '../../../model/facts.ts';
import type { Resource } from '../../coverage.ts';
import type { World } from '../../world.ts';
import { invalid } from './errors.ts';

/* The resources that a monitor may name, and the rules that they keep (facts §3.9, §4; API model). */

const LOCAL_TYPES = [
  'AWS::EC2::VPC',
  'AWS::AvailabilityZone',
  'AWS::EC2::Subnet',
  'AWS::Region',
  'AWS::EKS::Cluster',
] as const;

const REMOTE_TYPES = [
  'AWS::EC2::VPC',
  'AWS::AvailabilityZone',
  'AWS::EC2::Subnet',
  'AWS::AWSService',
  'AWS::Region',
] as const;

export const localResources = z.array(z.object({ type: z.enum(LOCAL_TYPES), identifier: z.string() }));
export const remoteResources = z.array(z.object({ type: z.enum(REMOTE_TYPES), identifier: z.string() }));

/** Local and remote resources of one monitor (cloudwatch_limits; fixed). */
const MAX_RESOURCES = 25;

export function checkResources(world: World, local: Resource[], remote: Resource[]): void {
  if (local.length === 0) throw invalid('A monitor must have at least one local resource.');
  for (const [side, resources] of [
    ['local', local],
    ['remote', remote],
  ] as const) {
    if (resources.length > MAX_RESOURCES) {
      throw invalid(`A monitor can have at most ${MAX_RESOURCES} ${side} resources.`);
    }
    for (const resource of resources) checkIdentifier(world, side, resource);
  }
  const regions = new Set(
    remote.map((resource) => (isRegion(resource) ? resource.identifier : world.region)),
  );
  if (regions.size > 1) throw invalid('All remote resources of a monitor must be in the same Region.');
}

/** Another Region can be named as a Region only, and on the remote side only (facts §4). */
function checkIdentifier(world: World, side: 'local' | 'remote', { type, identifier }: Resource): void {
  const fail = (rule: string) => invalid(`Invalid ${side} resource '${identifier}' of type ${type}: ${rule}`);
  switch (type) {
    case 'AWS::EC2::VPC':
    case 'AWS::EC2::Subnet':
    case 'AWS::EKS::Cluster': {
      const [prefix, , service, region, accountId, resource] = identifier.split(':');
      const { service: expected, kind } = ARNS[type];
      if (prefix !== 'arn' || service !== expected || !accountId || !resource?.startsWith(`${kind}/`)) {
        throw fail(`the identifier must be the ARN of a ${kind}.`);
      }
      if (region !== world.region) throw fail(`it must be in ${world.region}.`);
      return;
    }
    case 'AWS::AvailabilityZone':
      if (!world.zones.some((zone) => zone.name === identifier)) {
        throw fail(`the identifier must be the name of an Availability Zone of ${world.region}.`);
      }
      return;
    case 'AWS::AWSService':
      if (identifier !== 'S3' && identifier !== 'DynamoDB') throw fail('the service must be S3 or DynamoDB.');
      return;
    case 'AWS::Region':
      if (!REGIONS.some((region) => region === identifier)) throw fail('it is not a supported Region.');
      if (side === 'local' && identifier !== world.region) throw fail(`it must be ${world.region}.`);
      return;
  }
}

const ARNS = {
  'AWS::EC2::VPC': { service: 'ec2', kind: 'vpc' },
  'AWS::EC2::Subnet': { service: 'ec2', kind: 'subnet' },
  'AWS::EKS::Cluster': { service: 'eks', kind: 'cluster' },
} as const;

function isRegion({ type }: Resource): boolean {
  return type === 'AWS::Region';
}

/** Adds what is not there yet, then takes away; to take away what is not there is no mistake. */
export function withResources(current: Resource[], add: Resource[], remove: Resource[]): Resource[] {
  const keyOf = ({ type, identifier }: Resource) => `${type} ${identifier}`;
  const kept = new Map([...current, ...add].map((resource) => [keyOf(resource), resource]));
  for (const resource of remove) kept.delete(keyOf(resource));
  return [...kept.values()];
}
