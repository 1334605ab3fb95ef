import type { Window } from '../model/case.ts';
import { endedBy, NfmError, RefusedError, RunTimeoutError } from '../model/errors.ts';
import { QUERY_MAX_ROWS, type QueryMetric } from '../model/service.ts';
import { SECOND } from '../model/time.ts';
import { counterOf, structuresOf } from './answers.ts';
import { type Aws, ask, once } from './aws.ts';
import * as nfm from './networkflowmonitor/index.ts';
import { askAll } from './pages.ts';

export interface QueryInput {
  window: Window;
  metric: QueryMetric;
  category: string;
}

type Options = { abortSignal: AbortSignal };

/** One of the service's three query families: the same life, other operations. */
interface Family<Row, Page extends object> {
  name: string;
  start(options: Options): Promise<{ queryId: string | undefined }>;
  status(queryId: string, options: Options): Promise<{ status: string | undefined }>;
  stop(queryId: string, options: Options): Promise<unknown>;
  pages(queryId: string, options: Options): AsyncIterable<Page>;
  rows(page: Page): readonly Row[];
}

/** What is throttled is the pace's to know. */
function starterOf(aws: Aws): nfm.NetworkFlowMonitorClient {
  return aws.impatient(nfm.NetworkFlowMonitorClient, 'NetworkFlowMonitor');
}

/** Fields that every start takes. The service allows no window above one hour; callers tile. */
function body({ window, metric, category }: QueryInput) {
  return {
    startTime: new Date(window.start),
    endTime: new Date(window.end),
    metricName: metric,
    destinationCategory: category,
  };
}

/** Flows of a monitor with the highest value of a metric, at most 500. */
export function monitorQuery(
  aws: Aws,
  client: nfm.NetworkFlowMonitorClient,
  monitorName: string,
  input: QueryInput,
): Promise<nfm.MonitorTopContributorsRow[]> {
  return runQuery(aws, {
    name: 'MonitorTopContributors',
    start: (o) =>
      starterOf(aws).send(
        new nfm.StartQueryMonitorTopContributorsCommand({
          monitorName,
          ...body(input),
          limit: QUERY_MAX_ROWS,
        }),
        o,
      ),
    status: (queryId, o) =>
      client.send(new nfm.GetQueryStatusMonitorTopContributorsCommand({ monitorName, queryId }), o),
    stop: (queryId, o) =>
      client.send(new nfm.StopQueryMonitorTopContributorsCommand({ monitorName, queryId }), o),
    pages: (queryId, o) =>
      nfm.paginateGetQueryResultsMonitorTopContributors({ client }, { monitorName, queryId }, o),
    rows: inMicros,
  });
}

/** Round-trip times come in microseconds, as the CloudWatch metric does, unless `unit` says otherwise. */
function inMicros(
  page: nfm.GetQueryResultsMonitorTopContributorsCommandOutput,
): nfm.MonitorTopContributorsRow[] {
  const factor = page.unit === 'Milliseconds' ? 1e3 : page.unit === 'Seconds' ? 1e6 : 1;
  const rows = structuresOf(page.topContributors, 'networkflowmonitor:GetQueryResultsMonitorTopContributors');
  return factor === 1 ? rows : rows.map((row) => ({ ...row, value: scaled(row.value, factor) }));
}

function scaled(value: unknown, factor: number): number | undefined {
  const known = counterOf(value);
  return known === null ? undefined : known * factor;
}

/** The same over the whole scope, by subnet and remote, without any monitor. */
export function insightsQuery(
  aws: Aws,
  client: nfm.NetworkFlowMonitorClient,
  scopeId: string,
  input: QueryInput,
): Promise<nfm.WorkloadInsightsTopContributorsRow[]> {
  return runQuery(aws, {
    name: 'WorkloadInsightsTopContributors',
    start: (o) =>
      starterOf(aws).send(
        new nfm.StartQueryWorkloadInsightsTopContributorsCommand({
          scopeId,
          ...body(input),
          limit: QUERY_MAX_ROWS,
        }),
        o,
      ),
    status: (queryId, o) =>
      client.send(new nfm.GetQueryStatusWorkloadInsightsTopContributorsCommand({ scopeId, queryId }), o),
    stop: (queryId, o) =>
      client.send(new nfm.StopQueryWorkloadInsightsTopContributorsCommand({ scopeId, queryId }), o),
    pages: (queryId, o) =>
      nfm.paginateGetQueryResultsWorkloadInsightsTopContributors({ client }, { scopeId, queryId }, o),
    rows: (page) =>
      structuresOf(page.topContributors, 'networkflowmonitor:GetQueryResultsWorkloadInsightsTopContributors'),
  });
}

/** Time series by zone ID over the whole scope, on a five-minute grid. */
export function insightsDataQuery(
  aws: Aws,
  client: nfm.NetworkFlowMonitorClient,
  scopeId: string,
  input: QueryInput,
): Promise<nfm.WorkloadInsightsTopContributorsDataPoint[]> {
  return runQuery(aws, {
    name: 'WorkloadInsightsTopContributorsData',
    start: (o) =>
      starterOf(aws).send(
        new nfm.StartQueryWorkloadInsightsTopContributorsDataCommand({ scopeId, ...body(input) }),
        o,
      ),
    status: (queryId, o) =>
      client.send(new nfm.GetQueryStatusWorkloadInsightsTopContributorsDataCommand({ scopeId, queryId }), o),
    stop: (queryId, o) =>
      client.send(new nfm.StopQueryWorkloadInsightsTopContributorsDataCommand({ scopeId, queryId }), o),
    pages: (queryId, o) =>
      nfm.paginateGetQueryResultsWorkloadInsightsTopContributorsData({ client }, { scopeId, queryId }, o),
    rows: (page) =>
      structuresOf(page.datapoints, 'networkflowmonitor:GetQueryResultsWorkloadInsightsTopContributorsData'),
  });
}

/** Field clients give up after 60 to 120 s. */
const GIVE_UP = 120 * SECOND;

/** Start → status → results, at the pace that the service takes. A query that is not wanted any more is stopped. */
function runQuery<Row, Page extends object>(aws: Aws, family: Family<Row, Page>): Promise<Row[]> {
  const action = (verb: string) =>
    `networkflowmonitor:${verb}Query${verb === 'Get' ? 'Results' : ''}${family.name}`;
  const answer = aws.queries(async () => {
    const { queryId = '' } = await aws.queries.begin(() => {
      if (aws.signal.aborted) throw endedBy(aws.signal);
      return toTheEnd(aws.signal, (signal) => once(aws, action('Start'), (o) => family.start(o), signal));
    });
    try {
      await untilDone(aws, family, queryId);
      return await askAll(aws, action('Get'), (options) => family.pages(queryId, options), family.rows);
    } catch (error) {
      if (aws.signal.aborted || isTimeout(error)) await stopQuietly(aws, family, action('Stop'), queryId);
      throw error;
    }
  });
  return answer.catch((error: unknown) => {
    // In whichever step the run's time ended, it is the query that is missing.
    throw error instanceof RunTimeoutError ? error.during(action('Start')) : error;
  });
}

async function untilDone<Row, Page extends object>(
  aws: Aws,
  family: Family<Row, Page>,
  queryId: string,
): Promise<void> {
  const action = `networkflowmonitor:GetQueryStatus${family.name}`;
  const begun = performance.now();
  const elapsed = () => performance.now() - begun;
  const nextLook = aws.queries.runTime.looks(aws.signal);
  for (let looks = 1; ; looks++) {
    await nextLook(elapsed());
    const looked = elapsed();
    const { status = 'UNKNOWN' } = await ask(aws, action, (options) => family.status(queryId, options));
    if (status === 'SUCCEEDED') return aws.queries.runTime.took(looked, looks);
    if (status === 'FAILED' || status === 'CANCELED') {
      // The API gives no reason with FAILED.
      throw new RefusedError('query-failed', `The query ended as ${status}; the service gives no reason.`, {
        action: `networkflowmonitor:StartQuery${family.name}`,
        hint: 'Run the command again; a query that keeps failing may cover too much: name a narrower target.',
      });
    }
    if (elapsed() >= GIVE_UP) {
      throw new RefusedError('query-timeout', `The query did not finish within ${GIVE_UP / SECOND} s.`, {
        action: `networkflowmonitor:StartQuery${family.name}`,
        hint: 'Try again with a shorter --since, or --concurrency 2.',
      });
    }
  }
}

/** The service may still be busy with a query whose status or rows did not come in time. */
function isTimeout(error: unknown): boolean {
  return error instanceof NfmError && /^(query|call)-timeout$/.test(error.code);
}

/** How long after Ctrl-C a start may still be answered. */
const START_GRACE = 2 * SECOND;

/** A start that is under way at Ctrl-C must come to its end: without its ID, the query could not be stopped. */
async function toTheEnd<T>(signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => over.abort(signal.reason), START_GRACE);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await start(over.signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

/** Best effort: the person pressed Ctrl-C and wants their prompt back, so one second at most. */
async function stopQuietly<Row, Page extends object>(
  aws: Aws,
  family: Family<Row, Page>,
  action: string,
  queryId: string,
): Promise<void> {
  aws.stopped.push(queryId);
  const stop = (options: Options) => family.stop(queryId, options);
  await ask(aws, action, stop, AbortSignal.timeout(SECOND)).catch(() => undefined);
}
