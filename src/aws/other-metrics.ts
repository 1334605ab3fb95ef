import {
  CloudWatchClient,
  type Metric,
  paginateGetMetricData,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import type { Window, Witnesses } from '../model/case.ts';
import { instant, SECOND } from '../model/time.ts';
import { counterOf, structuresOf } from './answers.ts';
import type { Aws } from './aws.ts';
import { A_WHILE, recall } from './memory.ts';
import { askAll } from './pages.ts';

type OtherMetric = NonNullable<Witnesses['metrics']>[number];

/** Something that another service publishes metrics of, and which of them are wanted. */
export interface Measured {
  namespace: string;
  dimension: string;
  id: string;
  /** Statistic by the name of the metric. */
  wanted: Readonly<Record<string, 'Sum' | 'Maximum' | 'Minimum'>>;
}

/** CloudWatch takes 500 in a call; of a network load balancer there may be thousands. */
const MOST_METRICS = 200;

/**
 * Metrics of other services: what there is of each is listed first, because their dimensions are whatever who publishes
 * them chose; then all are read in one call.
 */
export async function otherMetrics(
  aws: Aws,
  measured: readonly Measured[],
  { start, end }: Window,
  periodSeconds: number,
): Promise<OtherMetric[]> {
  const client = aws.client(CloudWatchClient, 'CloudWatch');
  const lists = await Promise.all(
    measured.map(async ({ namespace, dimension, id, wanted }) => {
      const found = await recall(aws, `metrics of ${namespace} ${dimension} ${id}`, A_WHILE, () =>
        askAll(
          aws,
          'cloudwatch:ListMetrics',
          (options) =>
            paginateListMetrics(
              { client },
              { Namespace: namespace, Dimensions: [{ Name: dimension, Value: id }] },
              options,
            ),
          (page) => structuresOf(page.Metrics, 'cloudwatch:ListMetrics'),
        ),
      );
      return found.flatMap((metric) => {
        const stat = wanted[metric.MetricName ?? ''];
        return stat ? [{ metric, stat }] : [];
      });
    }),
  );
  const all = lists.flat().slice(0, MOST_METRICS);
  if (all.length === 0) return [];
  const from = Date.parse(start);
  const step = periodSeconds * SECOND;
  const bins = Math.ceil((Date.parse(end) - from) / step);
  const results = await askAll(
    aws,
    'cloudwatch:GetMetricData',
    (options) =>
      paginateGetMetricData(
        { client },
        {
          MetricDataQueries: all.map(({ metric, stat }, i) => ({
            Id: `w${i}`,
            MetricStat: { Metric: metric, Period: periodSeconds, Stat: stat },
          })),
          StartTime: new Date(from),
          EndTime: new Date(end),
          ScanBy: 'TimestampAscending',
        },
        options,
      ),
    (page) => structuresOf(page.MetricDataResults, 'cloudwatch:GetMetricData'),
  );
  return all.map(({ metric }, i) => {
    const values = new Array<number | null>(bins).fill(null);
    for (const { Timestamps = [], Values = [] } of results.filter(({ Id }) => Id === `w${i}`)) {
      for (const [at, timestamp] of Timestamps.entries()) {
        const bin = Math.floor((timestamp.getTime() - from) / step);
        if (bin in values) values[bin] = counterOf(Values[at]);
      }
    }
    return { ...nameOf(metric), start: instant(from), periodSeconds, values };
  });
}

function nameOf({ Namespace = '', MetricName = '', Dimensions }: Metric) {
  const pairs = structuresOf(Dimensions, 'cloudwatch:ListMetrics').map(({ Name = '', Value = '' }) => [
    Name,
    Value,
  ]);
  return { namespace: Namespace, name: MetricName, dimensions: Object.fromEntries(pairs) };
}
