import { METRIC_UNITS, type MetricName } from '../../metrics.ts';
import type { Metric } from './input.ts';

/* How Network Flow Monitor names its metrics in CloudWatch: network-flow-monitor.md §1.1 and §1.2. */

const NAMESPACE = 'AWS/NetworkFlowMonitor';
const DIMENSION = 'MonitorId';

export function toMetric(monitorArn: string, metricName: MetricName): Metric {
  return {
    Namespace: NAMESPACE,
    MetricName: metricName,
    Dimensions: [{ Name: DIMENSION, Value: monitorArn }],
  };
}

/** The monitor and metric that are meant, or undefined: CloudWatch takes any name and finds nothing under it. */
export function fromMetric(metric: Metric): { monitorArn: string; metricName: MetricName } | undefined {
  const [dimension, ...others] = metric.Dimensions;
  if (metric.Namespace !== NAMESPACE || others.length > 0 || dimension?.Name !== DIMENSION) return undefined;
  return isMetricName(metric.MetricName)
    ? { monitorArn: dimension.Value, metricName: metric.MetricName }
    : undefined;
}

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRIC_UNITS, name);
}
