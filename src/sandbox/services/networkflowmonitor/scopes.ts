import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { serviceRoles } from '../../world/demo.ts';
import { arn } from '../../world/place.ts';
import type { Backend, Operation, Scope, ScopeTarget } from './backend.ts';
import {
  clientToken,
  conflict,
  invalid,
  listSize,
  nextToken,
  notFound,
  operation,
  page,
  quotaExceeded,
  tags,
} from './backend.ts';

const scopeTarget = z.object({
  targetIdentifier: z.object({
    targetId: z.object({ accountId: z.string().regex(/^[0-9]{12}$/) }),
    targetType: z.enum(['ACCOUNT']),
  }),
  region: z.string(),
});

/** Targets of one scope (API model, multi-account page). */
const MAX_TARGETS = 100;

/** GetScope alone asks for a length; every other operation takes any string (API model). */
const scopeId = z.string().min(1);
const changes = z.array(scopeTarget).min(1).max(99).optional();

/** As AWS does on the caller's behalf, where they are missing (docs/network-flow-monitor.md). */
function makeServiceRoles({ world: { roles }, now }: Backend): void {
  for (const role of serviceRoles) {
    if (!roles.some(({ name }) => name === role.name)) {
      roles.push({ ...structuredClone(role), createdAt: instant(now()) });
    }
  }
}

export const scopeOperations: Operation[] = [
  operation(
    'CreateScope',
    'POST',
    '/scopes',
    z.object({
      targets: z.array(scopeTarget).min(1).max(MAX_TARGETS),
      clientToken,
      tags: tags.default({}),
    }),
    (input, backend) => {
      const request = JSON.stringify([input.targets, input.tags]);
      const [existing] = backend.scopes.values();
      if (existing) {
        if (input.clientToken === undefined || existing.clientToken !== input.clientToken) {
          throw quotaExceeded(
            `You have reached the limit of 1 scope for this account in ${backend.world.region}: ${existing.arn}`,
          );
        }
        if (existing.request !== request) throw conflict('The clientToken was used with another request.');
        return created(existing, backend);
      }
      const id = randomUUID();
      const scope: Scope = {
        id,
        arn: arn(backend.world, 'networkflowmonitor', `scope/${id}`),
        targets: input.targets,
        tags: input.tags,
        createdAt: backend.now(),
        request,
        clientToken: input.clientToken,
        readyAt: backend.elapsed() + backend.settleMillis,
        goneAt: undefined,
      };
      makeServiceRoles(backend);
      backend.scopes.set(id, scope);
      return created(scope, backend);
    },
  ),

  operation('GetScope', 'GET', '/scopes/:scopeId', z.object({ scopeId }), (input, backend) => {
    const scope = findScope(input.scopeId, backend);
    return { ...created(scope, backend), targets: scope.targets };
  }),

  operation(
    'ListScopes',
    'GET',
    '/scopes',
    z.object({ maxResults: listSize, nextToken }),
    (input, backend) => {
      const all = [...backend.scopes.values()];
      const { items, nextToken: next } = page('scopes', all, input.maxResults, input.nextToken);
      return { scopes: items.map((scope) => summary(scope, backend)), nextToken: next };
    },
  ),

  operation(
    'UpdateScope',
    'PATCH',
    '/scopes/:scopeId',
    z.object({ scopeId, resourcesToAdd: changes, resourcesToDelete: changes }),
    (input, backend) => {
      const scope = findScope(input.scopeId, backend);
      if (scopeStatus(scope, backend) !== 'SUCCEEDED') {
        throw conflict(`The scope is ${scopeStatus(scope, backend)}; wait until it is SUCCEEDED.`);
      }
      const targets = withTargets(scope.targets, input.resourcesToAdd, input.resourcesToDelete);
      if (targets.length === 0) throw invalid('A scope must keep at least one target.');
      if (targets.length > MAX_TARGETS) throw invalid(`A scope can have at most ${MAX_TARGETS} targets.`);
      scope.targets = targets;
      scope.readyAt = backend.elapsed() + backend.settleMillis;
      return created(scope, backend);
    },
  ),

  operation('DeleteScope', 'DELETE', '/scopes/:scopeId', z.object({ scopeId }), (input, backend) => {
    const scope = findScope(input.scopeId, backend);
    if (backend.monitors.size > 0) throw conflict('The scope has monitors; delete them first.');
    if (scope.goneAt !== undefined) throw conflict('The scope is DEACTIVATING already.');
    scope.goneAt = backend.elapsed() + backend.settleMillis;
    return {};
  }),
];

export function scopeStatus({ goneAt, readyAt, stuck }: Scope, { elapsed }: Backend): string {
  if (goneAt !== undefined) return 'DEACTIVATING';
  if (stuck) return stuck;
  return elapsed() < readyAt ? 'IN_PROGRESS' : 'SUCCEEDED';
}

function findScope(id: string, { scopes }: Backend): Scope {
  const scope = scopes.get(id);
  if (!scope) throw notFound(`Scope ${id} was not found.`);
  return scope;
}

function summary(scope: Scope, backend: Backend) {
  return { scopeId: scope.id, status: scopeStatus(scope, backend), scopeArn: scope.arn };
}

function created(scope: Scope, backend: Backend) {
  return { ...summary(scope, backend), tags: scope.tags };
}

function withTargets(
  current: ScopeTarget[],
  add: ScopeTarget[] = [],
  remove: ScopeTarget[] = [],
): ScopeTarget[] {
  const keyOf = ({ targetIdentifier, region }: ScopeTarget) =>
    `${targetIdentifier.targetId.accountId} ${region}`;
  const kept = new Map([...current, ...add].map((target) => [keyOf(target), target]));
  for (const target of remove) kept.delete(keyOf(target));
  return [...kept.values()];
}
