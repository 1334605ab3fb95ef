import * as z from 'zod';
import { REGIONS } from '../../../model/service.ts';
import { arn, type Resource } from '../../world/place.ts';
import type { World } from '../../world/world.ts';
import {
  type Backend,
  clientToken,
  conflict,
  invalid,
  listSize,
  type Monitor,
  nextToken,
  notFound,
  type Operation,
  operation,
  page,
  quotaExceeded,
  resourceArn,
  resourceName,
  tagKeys,
  tags,
} from './backend.ts';
import { scopeStatus } from './scopes.ts';

/* The resources that a monitor may name, and the rules that they keep (docs/network-flow-monitor.md; API model). */

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

const localResources = z.array(z.object({ type: z.enum(LOCAL_TYPES), identifier: z.string() }));
const remoteResources = z.array(z.object({ type: z.enum(REMOTE_TYPES), identifier: z.string() }));

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

/** Another Region can be named as a Region only, and on the remote side only (docs/network-flow-monitor.md). */
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
function withResources(current: Resource[], add: Resource[], remove: Resource[]): Resource[] {
  const keyOf = ({ type, identifier }: Resource) => `${type} ${identifier}`;
  const kept = new Map([...current, ...add].map((resource) => [keyOf(resource), resource]));
  for (const resource of remove) kept.delete(keyOf(resource));
  return [...kept.values()];
}

/** Monitors of an account in a Region (cloudwatch_limits; adjustable). */
const MAX_MONITORS = 20;

const monitorStatuses = z.enum(['PENDING', 'ACTIVE', 'INACTIVE', 'ERROR', 'DELETING']);

export const monitorOperations: Operation[] = [
  operation(
    'CreateMonitor',
    'POST',
    '/monitors',
    z.object({
      monitorName: resourceName,
      localResources: localResources.min(1),
      remoteResources: remoteResources.default([]),
      scopeArn: resourceArn,
      clientToken,
      tags: tags.default({}),
    }),
    (input, backend) => {
      const { monitorName: name, clientToken: token, ...rest } = input;
      const request = JSON.stringify(rest);
      const existing = backend.monitors.get(name);
      if (existing) {
        if (token === undefined || existing.clientToken !== token || existing.request !== request) {
          throw conflict(`A monitor named ${name} exists already.`);
        }
        return details(existing, backend);
      }
      checkResources(backend.world, rest.localResources, rest.remoteResources);
      checkScope(rest.scopeArn, backend);
      if (backend.monitors.size >= MAX_MONITORS) {
        throw quotaExceeded(`You have reached the limit of ${MAX_MONITORS} monitors for this account.`);
      }
      const monitor: Monitor = {
        name,
        arn: arn(backend.world, 'networkflowmonitor', `monitor/${name}`),
        localResources: rest.localResources,
        remoteResources: rest.remoteResources,
        tags: rest.tags,
        createdAt: backend.now(),
        modifiedAt: backend.now(),
        request,
        clientToken: token,
        readyAt: backend.elapsed() + backend.settleMillis,
        goneAt: undefined,
      };
      backend.monitors.set(name, monitor);
      publish(monitor, backend);
      return details(monitor, backend);
    },
  ),

  operation(
    'GetMonitor',
    'GET',
    '/monitors/:monitorName',
    z.object({ monitorName: resourceName }),
    (input, backend) => details(findMonitor(input.monitorName, backend), backend),
  ),

  operation(
    'ListMonitors',
    'GET',
    '/monitors',
    z.object({ maxResults: listSize, nextToken, monitorStatus: monitorStatuses.optional() }),
    (input, backend) => {
      const summaries = [...backend.monitors.values()]
        .map((monitor) => summary(monitor, backend))
        .filter(({ monitorStatus }) => !input.monitorStatus || monitorStatus === input.monitorStatus)
        .sort((a, b) => (a.monitorName < b.monitorName ? -1 : 1));
      const { items, nextToken: next } = page('monitors', summaries, input.maxResults, input.nextToken);
      return { monitors: items, nextToken: next };
    },
  ),

  operation(
    'UpdateMonitor',
    'PATCH',
    '/monitors/:monitorName',
    z.object({
      monitorName: resourceName,
      localResourcesToAdd: localResources.default([]),
      localResourcesToRemove: localResources.default([]),
      remoteResourcesToAdd: remoteResources.default([]),
      remoteResourcesToRemove: remoteResources.default([]),
      clientToken,
    }),
    (input, backend) => {
      const monitor = findMonitor(input.monitorName, backend);
      // UpdateMonitor declares no ConflictException (API model).
      if (monitor.goneAt !== undefined) throw invalid(`Monitor ${monitor.name} is being deleted.`);
      const local = withResources(
        monitor.localResources,
        input.localResourcesToAdd,
        input.localResourcesToRemove,
      );
      const remote = withResources(
        monitor.remoteResources,
        input.remoteResourcesToAdd,
        input.remoteResourcesToRemove,
      );
      checkResources(backend.world, local, remote);
      monitor.localResources = local;
      monitor.remoteResources = remote;
      monitor.modifiedAt = backend.now();
      publish(monitor, backend);
      return details(monitor, backend);
    },
  ),

  operation(
    'DeleteMonitor',
    'DELETE',
    '/monitors/:monitorName',
    z.object({ monitorName: resourceName }),
    (input, backend) => {
      const monitor = findMonitor(input.monitorName, backend);
      if (monitor.goneAt !== undefined) throw conflict(`Monitor ${monitor.name} is being deleted already.`);
      monitor.goneAt = backend.elapsed() + backend.settleMillis;
      backend.publications.end(monitor.arn, backend.now());
      return {};
    },
  ),
];

export function monitorStatus({ goneAt, readyAt, stuck }: Monitor, { elapsed }: Backend): string {
  if (goneAt !== undefined) return 'DELETING';
  if (stuck) return stuck;
  return elapsed() < readyAt ? 'PENDING' : 'ACTIVE';
}

/** Measures the monitor's resources, from the minute after this one on. */
function publish({ arn: monitorArn, localResources, remoteResources }: Monitor, backend: Backend): void {
  backend.publications.begin(monitorArn, localResources, remoteResources, backend.now());
}

function checkScope(scopeArn: string, backend: Backend): void {
  const scope = [...backend.scopes.values()].find((candidate) => candidate.arn === scopeArn);
  // CreateMonitor declares no ResourceNotFoundException (API model).
  if (!scope) throw invalid(`Scope ${scopeArn} does not exist.`);
  const status = scopeStatus(scope, backend);
  if (status !== 'SUCCEEDED') throw invalid(`Scope ${scopeArn} is ${status}; it must be SUCCEEDED.`);
}

function findMonitor(name: string, { monitors }: Backend): Monitor {
  const monitor = monitors.get(name);
  if (!monitor) throw notFound(`Monitor ${name} was not found.`);
  return monitor;
}

function summary(monitor: Monitor, backend: Backend) {
  return {
    monitorArn: monitor.arn,
    monitorName: monitor.name,
    monitorStatus: monitorStatus(monitor, backend),
  };
}

/** These two timestamps have no format in the API model, so rest-json's default holds: seconds since the epoch. */
function details(monitor: Monitor, backend: Backend) {
  return {
    ...summary(monitor, backend),
    localResources: monitor.localResources,
    remoteResources: monitor.remoteResources,
    createdAt: monitor.createdAt / 1000,
    modifiedAt: monitor.modifiedAt / 1000,
    tags: monitor.tags,
  };
}

// The ARN's slash arrives encoded or not, as the client likes.
const path = '/tags/:resourceArn{.+}';

/** Tags of one resource (API model). */
const MAX_TAGS = 200;

export const tagOperations: Operation[] = [
  operation('ListTagsForResource', 'GET', path, z.object({ resourceArn }), (input, backend) => ({
    tags: findTagged(input.resourceArn, backend).tags,
  })),

  operation('TagResource', 'POST', path, z.object({ resourceArn, tags }), (input, backend) => {
    const tagged = findTagged(input.resourceArn, backend);
    const all = { ...tagged.tags, ...input.tags };
    if (Object.keys(all).length > MAX_TAGS) throw invalid(`A resource can have at most ${MAX_TAGS} tags.`);
    tagged.tags = all;
    return {};
  }),

  operation('UntagResource', 'DELETE', path, z.object({ resourceArn, tagKeys }), (input, backend) => {
    const tagged = findTagged(input.resourceArn, backend);
    tagged.tags = Object.fromEntries(
      Object.entries(tagged.tags).filter(([key]) => !input.tagKeys.includes(key)),
    );
    return {};
  }),
];

function findTagged(resourceArn: string, { monitors, scopes }: Backend): { tags: Record<string, string> } {
  const tagged = [...monitors.values(), ...scopes.values()].find(
    (candidate) => candidate.arn === resourceArn,
  );
  if (!tagged) throw notFound(`Resource ${resourceArn} was not found.`);
  return tagged;
}
