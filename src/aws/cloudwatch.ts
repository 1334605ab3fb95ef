import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { Series, Window } from '../model/case.ts';
import { METRIC_NAMESPACE } from '../model/facts.ts';
import { instant } from '../model/time.ts';
import type { Aws } from './aws.ts';
import { askAll } from './pages.ts';

export type MetricColumn = 'bytes' | 'retransmissions' | 'timeouts' | 'rttMicros' | 'nhi';

/**
 * The five metrics of a monitor. HealthIndicator by maximum: one degraded minute must not vanish in an average.
 * The dimension is MonitorId with the monitor's ARN; the alarm page of the documentation names others, which do not exist.
 */
const METRICS: readonly { column: MetricColumn; name: string; stat: string }[] = [
  { column: 'bytes', name: 'DataTransferred', stat: 'Sum' },
  { column: 'retransmissions', name: 'Retransmissions', stat: 'Sum' },
  { column: 'timeouts', name: 'Timeouts', stat: 'Sum' },
  { column: 'rttMicros', name: 'RoundTripTime', stat: 'Average' },
  { column: 'nhi', name: 'HealthIndicator', stat: 'Maximum' },
];

/** Metrics in one GetMetricData call: CloudWatch's own limit. */
const MAX_QUERIES = 500;

/** The series of all monitors, in as few calls as the API allows: of all five metrics, 100 monitors a call. */
export async function monitorSeries(
  aws: Aws,
  monitorArns: readonly string[],
  window: Window,
  periodSeconds: number,
  only?: readonly MetricColumn[],
): Promise<Map<string, Series>> {
  const client = aws.client(CloudWatchClient, 'CloudWatch');
  const metrics = METRICS.filter(({ column }) => only?.includes(column) ?? true);
  const perCall = Math.floor(MAX_QUERIES / metrics.length);
  const calls: (readonly string[])[] = [];
  for (let i = 0; i < monitorArns.length; i += perCall) calls.push(monitorArns.slice(i, i + perCall));
  const answers = await Promise.all(
    calls.map((arns) => oneCall(aws, client, arns, metrics, window, periodSeconds)),
  );
  return new Map(answers.flatMap((answer) => [...answer]));
}

async function oneCall(
  aws: Aws,
  client: CloudWatchClient,
  arns: readonly string[],
  metrics: typeof METRICS,
  window: Window,
  periodSeconds: number,
): Promise<Map<string, Series>> {
  const queries = arns.flatMap((arn, monitor) =>
    metrics.map(
      ({ name, stat }, metric): MetricDataQuery => ({
        Id: `m${monitor}_${metric}`,
        MetricStat: {
          Metric: {
            Namespace: METRIC_NAMESPACE,
            MetricName: name,
            Dimensions: [{ Name: 'MonitorId', Value: arn }],
          },
          Period: periodSeconds,
          Stat: stat,
        },
      }),
    ),
  );
  const start = Date.parse(window.start);
  const bins = Math.ceil((Date.parse(window.end) - start) / (periodSeconds * 1000));
  const results = await askAll(
    aws,
    'cloudwatch:GetMetricData',
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
    (page) => page.MetricDataResults,
  );
  const series = arns.map((): Series => emptySeries(start, periodSeconds, bins));
  for (const result of results) {
    const [monitor = -1, metric = -1] = (result.Id ?? '').slice(1).split('_').map(Number);
    const column = metrics[metric]?.column;
    const target = series[monitor];
    if (!column || !target) continue;
    result.Timestamps?.forEach((timestamp, i) => {
      const bin = Math.floor((timestamp.getTime() - start) / (periodSeconds * 1000));
      const value = result.Values?.[i];
      if (value !== undefined && bin >= 0 && bin < bins) target[column][bin] = value;
    });
  }
  return new Map(arns.flatMap((arn, i) => (series[i] ? [[arn, series[i]] as const] : [])));
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
