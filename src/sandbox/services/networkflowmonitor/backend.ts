import type { Resource } from '../../coverage.ts';
import { type FlowSource, MINUTE } from '../../flows.ts';
import { arn } from '../../place.ts';
import type { Publications } from '../../publications.ts';
import type { StandingMonitor, StandingScope, World } from '../../world.ts';
import type { Query } from './queries.ts';
import type { ScopeTarget } from './scopes.ts';

/** What the service keeps, and what it computes its answers from. */
export interface Backend {
  world: World;
  flows: FlowSource;
  publications: Publications;
  /** How long a query runs, ms. */
  queryMillis: number;
  /** How long a scope or monitor takes to change state, ms. */
  settleMillis: number;
  /** The time that data and timestamps go by. */
  now(): number;
  /** The time that states and queries go by: it runs on even where `now` is pinned. */
  elapsed(): number;
  scopes: Map<string, Scope>;
  monitors: Map<string, Monitor>;
  queries: Map<string, Query>;
}

export interface Scope {
  id: string;
  arn: string;
  targets: ScopeTarget[];
  tags: Record<string, string>;
  createdAt: number;
  /** What a repeated CreateScope must repeat. */
  request: string;
  clientToken: string | undefined;
  /** In `elapsed` time. */
  readyAt: number;
  goneAt: number | undefined;
  /** The state that it never leaves by itself. */
  stuck?: StandingScope['stuck'] | undefined;
}

export interface Monitor {
  name: string;
  arn: string;
  localResources: Resource[];
  remoteResources: Resource[];
  tags: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  /** What a repeated CreateMonitor must repeat. */
  request: string;
  clientToken: string | undefined;
  /** In `elapsed` time. */
  readyAt: number;
  goneAt: number | undefined;
  /** The state that it never leaves by itself. */
  stuck?: StandingMonitor['stuck'] | undefined;
}

/** One operation of the API: where it is found, what it takes, what it does. */
export interface Operation {
  name: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  answer(input: unknown, backend: Backend): object;
}

/** How long a query can be read; Network Flow Monitor's own time is not documented. */
const QUERY_LIFETIME = 60 * MINUTE;

/** Drops what has finished being deleted, and old queries. */
export function sweep({ scopes, monitors, queries, elapsed }: Backend): void {
  const now = elapsed();
  drop(scopes, ({ goneAt }) => goneAt !== undefined && goneAt <= now);
  drop(monitors, ({ goneAt }) => goneAt !== undefined && goneAt <= now);
  drop(queries, ({ startedAt }) => startedAt + QUERY_LIFETIME < now);
}

function drop<T>(kept: Map<string, T>, isGone: (item: T) => boolean): void {
  for (const [key, item] of kept) if (isGone(item)) kept.delete(key);
}

/** The scope and the monitors that the world starts with. */
export function seed(backend: Backend): void {
  const { world, scopes, monitors, publications } = backend;
  const standing = { tags: {}, request: '', clientToken: undefined, readyAt: 0, goneAt: undefined };
  const before = (minutes: number) => backend.now() - minutes * MINUTE;

  if (world.scope) {
    const { id, accountId, ageMinutes, stuck } = world.scope;
    const targetIdentifier = { targetId: { accountId }, targetType: 'ACCOUNT' as const };
    scopes.set(id, {
      ...standing,
      id,
      arn: arn(world, 'networkflowmonitor', `scope/${id}`),
      targets: [{ targetIdentifier, region: world.region }],
      createdAt: before(ageMinutes),
      stuck,
    });
  }
  for (const { name, local, ageMinutes, stuck } of world.monitors) {
    const monitorArn = arn(world, 'networkflowmonitor', `monitor/${name}`);
    const createdAt = before(ageMinutes);
    monitors.set(name, {
      ...standing,
      name,
      arn: monitorArn,
      localResources: local,
      remoteResources: [],
      createdAt,
      modifiedAt: createdAt,
      stuck,
    });
    if (!stuck) publications.begin(monitorArn, local, [], createdAt);
  }
}
