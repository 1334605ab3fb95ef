import { takePage } from '../../wire/ids.ts';
import type { ServiceContext } from '../../wire/service.ts';
import { ServiceError } from '../../wire/service.ts';
import type { ListMetricsInput, Metric } from './input.ts';
import { toMetric } from './input.ts';
import { otherMetrics } from './other-metrics.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const PAGE_SIZE = 500;
const RECENT = 3 * 60 * 60_000;

export type ListMetricsOutput = { Metrics: Metric[]; NextToken: string | undefined };

export function listMetrics(input: ListMetricsInput, context: ServiceContext): ListMetricsOutput {
  const { metrics, now } = context;
  const published = metrics
    .list()
    .filter(
      ({ monitorArn, metricName }) =>
        !input.RecentlyActive || metrics.points(monitorArn, metricName, now() - RECENT, now()).length > 0,
    )
    .map(({ monitorArn, metricName }) => toMetric(monitorArn, metricName));
  const found = [...published, ...otherMetrics(context)].filter((metric) => matches(metric, input));
  const page = takePage(found, PAGE_SIZE, input.NextToken, badToken);
  return { Metrics: page.items, NextToken: page.nextToken };
}

function matches(metric: Metric, { Namespace, MetricName, Dimensions }: ListMetricsInput): boolean {
  return (
    (Namespace ?? metric.Namespace) === metric.Namespace &&
    (MetricName ?? metric.MetricName) === metric.MetricName &&
    Dimensions.every((filter) =>
      metric.Dimensions.some(({ Name, Value }) => Name === filter.Name && Value === (filter.Value ?? Value)),
    )
  );
}

function badToken(): ServiceError {
  return new ServiceError('InvalidParameterValue', 'Invalid nextToken');
}
