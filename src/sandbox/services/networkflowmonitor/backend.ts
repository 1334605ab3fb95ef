import * as z from 'zod';
import type { QueryMetric } from '../../../model/service.ts';
import { type FlowSource, MINUTE } from '../../measure/flows.ts';
import type { Publications } from '../../measure/publications.ts';
import { ServiceError } from '../../wire/service.ts';
import { arn, type Resource } from '../../world/place.ts';
import type { FlowReport, StandingMonitor, StandingScope, World } from '../../world/world.ts';

/* The errors of the API model, with its HTTP statuses. */

export const invalid = (message: string) => new ServiceError('ValidationException', message, 400);
export const quotaExceeded = (message: string) =>
  new ServiceError('ServiceQuotaExceededException', message, 402);
export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message, 404);
export const conflict = (message: string) => new ServiceError('ConflictException', message, 409);

/** Ties a handler to its place in the API and to the check of its input. */
export function operation<Schema extends z.ZodType>(
  name: string,
  method: Operation['method'],
  path: string,
  schema: Schema,
  handle: (input: z.output<Schema>, backend: Backend) => object,
): Operation {
  return { name, method, path, answer: (input, backend) => handle(check(schema, input), backend) };
}

/** What the service keeps, and what it computes its answers from. */
export interface Backend {
  world: World;
  flows: FlowSource;
  publications: Publications;
  /** How long a query runs, ms. */
  queryMillis: number;
  queriesAtOnce: number;
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

export interface ScopeTarget {
  targetIdentifier: { targetId: { accountId: string }; targetType: 'ACCOUNT' };
  region: string;
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

/** A query of any family. What it will answer is settled when it starts. */
export interface Query {
  /** The family and the monitor or scope that it belongs to. */
  owner: string;
  metric: QueryMetric;
  limit: number;
  reports: FlowReport[];
  /** In `elapsed` time. */
  startedAt: number;
  canceled: boolean;
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

/**
 * One page of a list. The token is opaque to clients; `listName` ties it to the list that it was given out for.
 */
export function page<T>(
  listName: string,
  items: T[],
  size: number,
  token: string | undefined,
): { items: T[]; nextToken: string | undefined } {
  const from = token === undefined ? 0 : offsetOf(listName, token);
  const to = from + size;
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? Buffer.from(`${listName}:${to}`).toString('base64url') : undefined,
  };
}

function offsetOf(listName: string, token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const offset = text.startsWith(`${listName}:`) ? text.slice(listName.length + 1) : '';
  if (!/^\d+$/.test(offset)) throw invalid('The provided nextToken is invalid.');
  return Number(offset);
}

/* The constraints of the API model that several operations share, and their violation in AWS's words. */

export const clientToken = z
  .string()
  .regex(/^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/)
  .optional();
export const resourceName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9_.-]+$/);
export const resourceArn = z.string().min(20).max(2048).regex(/^arn:/);
const tagKey = z.string().min(1).max(128);
export const tags = z
  .record(tagKey, z.string().max(256))
  .refine((map) => Object.keys(map).length <= 200, 'Member must have length less than or equal to 200');
/** In a query string a list of one looks like a string. */
export const tagKeys = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(tagKey).max(200),
);
export const nextToken = z.string().optional();
/** Pages of ListMonitors and ListScopes. */
export const listSize = z.coerce.number().int().min(1).max(25).default(25);

/** Checks an operation's input, or throws the ValidationException that names every field at fault. */
export function check<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) =>
      `Value ${shown(issue.input)}at '${issue.path.join('.')}' failed to satisfy constraint: ${constraint(issue)}`,
  );
  throw invalid(
    `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: ${faults.join('; ')}`,
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `'${value}' ` : '';
}

function constraint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'Member must not be null'
        : `Member must be of type ${issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'Member must not be null'
        : `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `Member must satisfy regular expression pattern: ${issue.pattern?.slice(1, -1)}`
        : `Member must be a ${issue.format}`;
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'value' : 'length';
}
