import type { z } from 'zod';
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

export type Handler<Schema extends z.ZodType> = (input: z.output<Schema>, backend: Backend) => object;

/** Drops what has finished being deleted. */
export function sweep({ scopes, monitors, elapsed }: Backend): void {
  for (const kept of [scopes, monitors] as Map<string, Scope | Monitor>[]) {
    for (const [key, { goneAt }] of kept) if (goneAt !== undefined && goneAt <= elapsed()) kept.delete(key);
  }
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
  for (const vpc of world.vpcs) {
    add(`${vpc.name}-vpc`, [{ type: 'AWS::EC2::VPC', identifier: arn(world, 'ec2', `vpc/${vpc.id}`) }]);
  }
  for (const zone of world.zones.slice(0, 2)) {
    const subnets = world.subnets.filter((subnet) => subnet.zoneId === zone.id);
    add(
      `demo-zone-${zone.name.slice(-1)}`,
      subnets.map(({ id: subnetId }) => ({
        type: 'AWS::EC2::Subnet',
        identifier: arn(world, 'ec2', `subnet/${subnetId}`),
      })),
    );
  }
}
