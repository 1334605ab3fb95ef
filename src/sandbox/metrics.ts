export type MetricName =
  | 'DataTransferred'
  | 'Retransmissions'
  | 'Timeouts'
  | 'RoundTripTime'
  | 'HealthIndicator';

/** Units as Network Flow Monitor publishes them (CloudWatch-NetworkFlowMonitor-cw-metrics). */
export const METRIC_UNITS: Record<MetricName, string> = {
  DataTransferred: 'Bytes',
  Retransmissions: 'Count',
  Timeouts: 'Count',
  RoundTripTime: 'Microseconds',
  HealthIndicator: 'None',
};

export interface MetricPoint {
  /** Start of the minute, ms since the epoch. */
  minute: number;
  value: number;
}

/** What the monitors have published to CloudWatch: one value a minute. */
export interface MonitorMetrics {
  /** Every monitor ARN that has published, with its metric names. */
  list(): { monitorArn: string; metricName: MetricName }[];
  /** One-minute values, oldest first, start inclusive, end exclusive, only minutes that have landed. */
  points(monitorArn: string, metricName: MetricName, start: number, end: number): MetricPoint[];
}
