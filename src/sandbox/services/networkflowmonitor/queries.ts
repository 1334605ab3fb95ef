import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  DESTINATION_CATEGORIES,
  QUERY_MAX_ROWS,
  QUERY_MAX_SECONDS,
  type QueryMetric,
} from '../../../model/service.ts';
import { landedUntil } from '../../measure/flows.ts';
import { contributors, insightRows, insightSeries, ofCategory } from '../../measure/rows.ts';
import type { FlowReport } from '../../world/world.ts';
import type { Backend, Operation, Query } from './backend.ts';
import { invalid, nextToken, notFound, operation, page, quotaExceeded, resourceName } from './backend.ts';
import { monitorStatus } from './monitors.ts';
import { scopeStatus } from './scopes.ts';

/** Rows of a query without `limit`, and of a page without `maxResults`: neither is documented. */
const DEFAULT_ROWS = 100;

const UNITS: Record<QueryMetric, string> = {
  DATA_TRANSFERRED: 'Bytes',
  RETRANSMISSIONS: 'Count',
  TIMEOUTS: 'Count',
  ROUND_TRIP_TIME: 'Microseconds',
};

const INSIGHT_METRICS = ['TIMEOUTS', 'RETRANSMISSIONS', 'DATA_TRANSFERRED'] as const;
const MONITOR_METRICS = ['ROUND_TRIP_TIME', ...INSIGHT_METRICS] as const;

/** One of the three families of queries: they differ in whom they ask about and in what they answer. */
interface Family {
  suffix: string;
  path: string;
  metrics: readonly [QueryMetric, ...QueryMetric[]];
  /** The owner's name in the path, checked. */
  owner: 'monitorName' | 'scopeId';
  /** The reports that it may look at; throws where the owner cannot be asked. */
  reports(owner: string, start: number, end: number, backend: Backend): FlowReport[];
  results(query: Query, backend: Backend): unknown[];
  answer(items: unknown[], metric: QueryMetric): object;
}

const families: Family[] = [
  {
    suffix: 'MonitorTopContributors',
    path: '/monitors/:monitorName/topContributorsQueries',
    metrics: MONITOR_METRICS,
    owner: 'monitorName',
    reports: ofMonitor,
    results: ({ reports, metric, limit }, { world }) => contributors(world, reports, metric, limit),
    // The unit of DATA_TRANSFERRED is absent in the field (docs/network-flow-monitor.md).
    answer: (topContributors, metric) => ({
      topContributors,
      unit: metric === 'DATA_TRANSFERRED' ? undefined : UNITS[metric],
    }),
  },
  {
    suffix: 'WorkloadInsightsTopContributors',
    path: '/workloadInsights/:scopeId/topContributorsQueries',
    metrics: INSIGHT_METRICS,
    owner: 'scopeId',
    reports: ofScope,
    results: ({ reports, metric, limit }, { world }) => insightRows(world, reports, metric, limit),
    answer: (topContributors) => ({ topContributors }),
  },
  {
    suffix: 'WorkloadInsightsTopContributorsData',
    path: '/workloadInsights/:scopeId/topContributorsDataQueries',
    metrics: INSIGHT_METRICS,
    owner: 'scopeId',
    reports: ofScope,
    results: ({ reports, metric }, { world }) => insightSeries(world, reports, metric),
    answer: (datapoints, metric) => ({ datapoints, unit: UNITS[metric] }),
  },
];

const ownerInput = { monitorName: resourceName.optional(), scopeId: z.string().optional() };
const queryInput = z.object({ ...ownerInput, queryId: z.string() });
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const queryOperations: Operation[] = families.flatMap((family) => [
  start(family),
  status(family),
  results(family),
  stop(family),
]);

function start(family: Family): Operation {
  const schema = z.object({
    ...ownerInput,
    startTime: instant,
    endTime: instant,
    metricName: z.enum(family.metrics),
    destinationCategory: z.enum(DESTINATION_CATEGORIES),
    limit: z.number().int().min(1).max(QUERY_MAX_ROWS).default(DEFAULT_ROWS),
  });
  return operation(`StartQuery${family.suffix}`, 'POST', family.path, schema, (input, backend) => {
    const { startTime, endTime } = input;
    if (startTime >= endTime) throw invalid('startTime must be before endTime');
    if (endTime - startTime > QUERY_MAX_SECONDS * 1000) throw invalid('Time range can not exceed 1 hour');
    const owner = input[family.owner] ?? '';
    const reports = family.reports(owner, startTime, endTime, backend);
    if (running(backend) >= backend.queriesAtOnce) throw quotaExceeded('Too many queries are running.');
    const queryId = randomUUID();
    backend.queries.set(queryId, {
      owner: ownerOf(family, input),
      metric: input.metricName,
      limit: input.limit,
      reports: ofCategory(backend.world, reports, input.destinationCategory),
      startedAt: backend.elapsed(),
      canceled: false,
    });
    return { queryId };
  });
}

function status(family: Family): Operation {
  const path = `${family.path}/:queryId/status`;
  return operation(`GetQueryStatus${family.suffix}`, 'GET', path, queryInput, (input, backend) => {
    const query = find(family, input, backend);
    // GetQueryStatus… declares no ResourceNotFoundException (API model).
    if (!query) throw invalid(`Query ${input.queryId} does not exist.`);
    return { status: queryStatus(query, backend) };
  });
}

function results(family: Family): Operation {
  const path = `${family.path}/:queryId/results`;
  const schema = queryInput.extend({
    nextToken,
    maxResults: z.coerce.number().int().min(1).max(QUERY_MAX_ROWS).default(DEFAULT_ROWS),
  });
  return operation(`GetQueryResults${family.suffix}`, 'GET', path, schema, (input, backend) => {
    const query = find(family, input, backend);
    if (!query) throw notFound(`Query ${input.queryId} was not found.`);
    // GetQueryResults… declares no ConflictException (API model), so a query that is not done is a bad request.
    const state = queryStatus(query, backend);
    if (state !== 'SUCCEEDED') throw invalid(`Query ${input.queryId} is ${state}; it has no results.`);
    const all = family.results(query, backend);
    const { items, nextToken: next } = page(input.queryId, all, input.maxResults, input.nextToken);
    return { ...family.answer(items, query.metric), nextToken: next };
  });
}

function stop(family: Family): Operation {
  const path = `${family.path}/:queryId`;
  return operation(`StopQuery${family.suffix}`, 'DELETE', path, queryInput, (input, backend) => {
    const query = find(family, input, backend);
    // StopQuery… declares no ResourceNotFoundException (API model).
    if (!query) throw invalid(`Query ${input.queryId} does not exist.`);
    if (queryStatus(query, backend) !== 'SUCCEEDED') query.canceled = true;
    return {};
  });
}

/** Waits in the queue for a fifth of its time. */
function queryStatus({ canceled, startedAt }: Query, { elapsed, queryMillis }: Backend): string {
  if (canceled) return 'CANCELED';
  const age = elapsed() - startedAt;
  if (age >= queryMillis) return 'SUCCEEDED';
  return age < queryMillis / 5 ? 'QUEUED' : 'RUNNING';
}

function running(backend: Backend): number {
  return [...backend.queries.values()].filter((query) => /QUEUED|RUNNING/.test(queryStatus(query, backend)))
    .length;
}

type OwnerInput = { monitorName?: string | undefined; scopeId?: string | undefined };

function find(family: Family, input: OwnerInput & { queryId: string }, backend: Backend): Query | undefined {
  const query = backend.queries.get(input.queryId);
  return query?.owner === ownerOf(family, input) ? query : undefined;
}

function ownerOf(family: Family, input: OwnerInput): string {
  return `${family.suffix} ${input[family.owner]}`;
}

/** StartQuery… declares no ResourceNotFoundException (API model), so an unknown owner is a bad request. */
function ofMonitor(name: string, start: number, end: number, backend: Backend): FlowReport[] {
  const monitor = backend.monitors.get(name);
  if (!monitor) throw invalid(`Monitor ${name} does not exist.`);
  const state = monitorStatus(monitor, backend);
  if (state !== 'ACTIVE') throw invalid(`Monitor ${name} is ${state}; it must be ACTIVE.`);
  return backend.publications.reports(monitor.arn, start, end);
}

/** Workload insights see every flow of the scope's accounts and Regions, from the scope's creation on. */
function ofScope(id: string, start: number, end: number, backend: Backend): FlowReport[] {
  const scope = backend.scopes.get(id);
  if (!scope) throw invalid(`Scope ${id} does not exist.`);
  const state = scopeStatus(scope, backend);
  if (state !== 'SUCCEEDED') throw invalid(`Scope ${id} is ${state}; it must be SUCCEEDED.`);
  const { accountId, region } = backend.world;
  const inScope = scope.targets.some(
    (target) => target.region === region && target.targetIdentifier.targetId.accountId === accountId,
  );
  if (!inScope) return [];
  return backend.flows.between(Math.max(start, scope.createdAt), Math.min(end, landedUntil(backend.now())));
}
