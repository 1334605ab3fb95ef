import { z } from 'zod';
import { arn } from '../../place.ts';
import type { Backend, Monitor, Operation } from './backend.ts';
import { conflict, invalid, notFound, quotaExceeded } from './errors.ts';
import { clientToken, listSize, nextToken, resourceArn, resourceName, tags } from './input.ts';
import { operation } from './operation.ts';
import { page } from './pages.ts';
import { checkResources, localResources, remoteResources, withResources } from './resources.ts';
import { scopeStatus } from './scopes.ts';

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
