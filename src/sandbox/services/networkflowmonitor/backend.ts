import type { Resource } from '../../coverage.ts';
import { type FlowSource, MINUTE } from '../../flows.ts';
import { arn } from '../../place.ts';
import type { Publications } from '../../publications.ts';
import type { World } from '../../world.ts';
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

const DAY = 24 * 60 * MINUTE;

/** The scope and the three monitors that the first field report made: the VPC's, zone a's, zone b's. */
export function seed(backend: Backend): void {
  const { world, scopes, monitors, publications } = backend;
  const createdAt = backend.now() - 30 * DAY;
  const settled = { tags: {}, createdAt, request: '', clientToken: undefined, readyAt: 0, goneAt: undefined };

  const id = 'c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54';
  const targetIdentifier = { targetId: { accountId: world.accountId }, targetType: 'ACCOUNT' as const };
  scopes.set(id, {
    ...settled,
    id,
    arn: arn(world, 'networkflowmonitor', `scope/${id}`),
    targets: [{ targetIdentifier, region: world.region }],
  });

  const add = (name: string, localResources: Resource[]) => {
    const monitorArn = arn(world, 'networkflowmonitor', `monitor/${name}`);
    monitors.set(name, {
      ...settled,
      name,
      arn: monitorArn,
      localResources,
      remoteResources: [],
      modifiedAt: createdAt,
    });
    publications.begin(monitorArn, localResources, [], createdAt);
  };
  const named = (type: string, kind: string) => (id: string) => ({
    type,
    identifier: arn(world, 'ec2', `${kind}/${id}`),
  });
  const [vpc] = world.vpcs;
  if (!vpc) return;
  add(`${vpc.name}-vpc`, [named('AWS::EC2::VPC', 'vpc')(vpc.id)]);

  const inUse = new Set(world.instances.map((instance) => instance.subnetId));
  for (const zone of world.zones) {
    const subnets = world.subnets.filter((subnet) => subnet.zoneId === zone.id).map((subnet) => subnet.id);
    if (!subnets.some((subnet) => inUse.has(subnet))) continue;
    add(`${vpc.name}-zone-${zone.name.slice(-1)}`, subnets.map(named('AWS::EC2::Subnet', 'subnet')));
  }
}
