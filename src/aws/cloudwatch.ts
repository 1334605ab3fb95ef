import {
  CloudWatchClient,
  type MessageData,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { Series, Window } from '../model/case.ts';
import { RefusedError, UnreachableError } from '../model/errors.ts';
import { nameIn } from '../model/ids.ts';
import { redact } from '../model/redact.ts';
import { METRIC_NAMESPACE } from '../model/service.ts';
import { instant } from '../model/time.ts';
import { counterOf, structuresOf } from './answers.ts';
import type { Aws } from './aws.ts';
import { askAll } from './pages.ts';

export type MetricColumn = 'bytes' | 'retransmissions' | 'timeouts' | 'rttMicros' | 'nhi';

/**
 * The five metrics of a monitor. HealthIndicator by maximum: one degraded minute must not vanish in an average.
 * The dimension is MonitorId with the monitor's ARN; the alarm page of the documentation names others, which do not exist.
 */
export const METRICS: readonly { column: MetricColumn; name: string; stat: string }[] = [
  { column: 'bytes', name: 'DataTransferred', stat: 'Sum' },
  { column: 'retransmissions', name: 'Retransmissions', stat: 'Sum' },
  { column: 'timeouts', name: 'Timeouts', stat: 'Sum' },
  { column: 'rttMicros', name: 'RoundTripTime', stat: 'Average' },
  { column: 'nhi', name: 'HealthIndicator', stat: 'Maximum' },
];

/** Metrics in one GetMetricData call: CloudWatch's own limit. */
const MAX_QUERIES = 500;

/** A metric that CloudWatch did not give whole, in its own words. */
export interface LostMetric {
  arn: string;
  column: MetricColumn;
  name: string;
  /** InternalError, PartialData, Forbidden; or NoResult, where the answer leaves the metric out. */
  status: string;
  said: string[];
}

export interface MonitorSeries {
  /** By monitor ARN. */
  series: Map<string, Series>;
  lost: LostMetric[];
}

/** The series of all monitors, in as few calls as the API allows: of all five metrics, 100 monitors a call. */
export async function monitorSeries(
  aws: Aws,
  monitorArns: readonly string[],
  window: Window,
  periodSeconds: number,
  only?: readonly MetricColumn[],
): Promise<MonitorSeries> {
  const client = aws.client(CloudWatchClient, 'CloudWatch');
  const metrics = METRICS.filter(({ column }) => only?.includes(column) ?? true);
  const arns = [...new Set(monitorArns)];
  const wanted = arns.flatMap((arn) => metrics.map((metric) => ({ arn, ...metric })));
  const calls: (typeof wanted)[] = [];
  for (let i = 0; i < wanted.length; i += MAX_QUERIES) calls.push(wanted.slice(i, i + MAX_QUERIES));
  const start = Date.parse(window.start);
  const bins = Math.ceil((Date.parse(window.end) - start) / (periodSeconds * 1000));
  const series = new Map(arns.map((arn) => [arn, emptySeries(start, periodSeconds, bins)]));
  const lost = await Promise.all(
    calls.map(async (call) => {
      const first = await oneCall(aws, client, call, { window, periodSeconds, series });
      if (first.length === 0) return [];
      try {
        return await oneCall(aws, client, first, { window, periodSeconds, series });
      } catch (error) {
        // What the first answer gave is worth more than the second refusal.
        if (error instanceof RefusedError || error instanceof UnreachableError) return first;
        throw error;
      }
    }),
  );
  for (const { arn, column } of lost.flat()) {
    const own = series.get(arn);
    if (own) own.lost = [...(own.lost ?? []), column];
  }
  return { series, lost: lost.flat() };
}

/** CloudWatch's messages are the reason, and may be long. */
const LONGEST = 300;

/** What was not given, of which monitors, and why in CloudWatch's own words. */
export function lostWords(lost: readonly LostMetric[]): string {
  const listed = (values: readonly string[]) => [...new Set(values)].join(', ');
  const said = redact(listed([...lost.map((l) => l.status), ...lost.flatMap((l) => l.said)]));
  const monitors = listed(lost.map(({ arn }) => nameIn(arn)));
  const words = said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
  return `CloudWatch did not give all of ${listed(lost.map((l) => l.name))} of ${monitors} (${words})`;
}

type Wanted = Pick<LostMetric, 'arn' | 'column' | 'name'>;

interface Grid {
  window: Window;
  periodSeconds: number;
  /** Is filled in. */
  series: ReadonlyMap<string, Series>;
}

/**
 * A call answers 200 and fails metric by metric: each result has a status, which says PartialData also where a page
 * follows; the last one counts (GetMetricData, MetricDataResult).
 */
async function oneCall(
  aws: Aws,
  client: CloudWatchClient,
  wanted: readonly Wanted[],
  { window, periodSeconds, series }: Grid,
): Promise<LostMetric[]> {
  const queries = wanted.map(
    ({ arn, name, column }, i): MetricDataQuery => ({
      Id: `m${i}`,
      MetricStat: {
        Metric: {
          Namespace: METRIC_NAMESPACE,
          MetricName: name,
          Dimensions: [{ Name: 'MonitorId', Value: arn }],
        },
        Period: periodSeconds,
        Stat: METRICS.find((m) => m.column === column)?.stat,
      },
    }),
  );
  const start = Date.parse(window.start);
  const action = 'cloudwatch:GetMetricData';
  const pages = await askAll(
    aws,
    action,
    (options) =>
      paginateGetMetricData(
        { client },
        {
          MetricDataQueries: queries,
          StartTime: new Date(start),
          EndTime: new Date(window.end),
          ScanBy: 'TimestampAscending',
        },
        options,
      ),
    (page) => [page],
  );
  const states = new Map<string, { status: string; said: string[] }>();
  for (const result of pages.flatMap((page) => structuresOf(page.MetricDataResults, action))) {
    const { Id = '', StatusCode = 'Complete', Messages } = result;
    const { arn = '', column = 'bytes' } = wanted[Number(Id.slice(1))] ?? {};
    const values = series.get(arn)?.[column];
    if (!values) continue;
    const whole = put(values, result, start, periodSeconds);
    const said = [...(states.get(Id)?.said ?? []), ...words(Messages)];
    const spoilt = !whole || states.get(Id)?.status === UNUSABLE;
    states.set(Id, { status: spoilt ? UNUSABLE : StatusCode, said });
  }
  const said = pages.flatMap((page) => words(page.Messages));
  return wanted.flatMap(({ arn, column, name }, i) => {
    const state = states.get(`m${i}`) ?? { status: 'NoResult', said: [] };
    return state.status === 'Complete'
      ? []
      : [{ arn, column, name, status: state.status, said: [...state.said, ...said] }];
  });
}

/** Values that no counter can have, or other times than values. */
const UNUSABLE = 'unusable values';

/** False where something in the result is no value: that bin stays unknown. */
function put(
  into: (number | null)[],
  { Timestamps = [], Values = [] }: MetricDataResult,
  start: number,
  periodSeconds: number,
): boolean {
  let whole = Timestamps.length === Values.length;
  for (const [i, timestamp] of Timestamps.entries()) {
    const bin = Math.floor((timestamp.getTime() - start) / (periodSeconds * 1000));
    const value = counterOf(Values[i]);
    if (value === null) whole = false;
    else if (bin >= 0 && bin < into.length) into[bin] = value;
  }
  return whole;
}

function words(messages: readonly MessageData[] | undefined): string[] {
  return (messages ?? []).map(({ Code, Value }) => [Code, Value].filter(Boolean).join(': ')).filter(Boolean);
}

/** A grid without a single datapoint. */
export function emptySeries(start: number, periodSeconds: number, bins: number): Series {
  const nothing = () => new Array<number | null>(bins).fill(null);
  return {
    start: instant(start),
    periodSeconds,
    bytes: nothing(),
    retransmissions: nothing(),
    timeouts: nothing(),
    rttMicros: nothing(),
    nhi: nothing(),
  };
}
