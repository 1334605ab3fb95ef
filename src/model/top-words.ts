import type { QueryMetric } from './facts.ts';

/* The words of `nfm top`, apart from its schema: help and completion load these and nothing else. */

export const TOP_METRICS = ['retransmissions', 'timeouts', 'data', 'rtt'] as const;
export type TopMetric = (typeof TOP_METRICS)[number];

export const TOP_LEVELS = [
  'pod',
  'service',
  'instance',
  'subnet',
  'zone',
  'vpc',
  'remote',
  'port',
  'category',
  'flow',
] as const;
export type TopLevel = (typeof TOP_LEVELS)[number];

/** Workload insights know where a flow starts and what it goes to, but no addresses, ports, instances or pods. */
export const INSIGHT_LEVELS: readonly TopLevel[] = ['subnet', 'zone', 'vpc', 'remote', 'category', 'flow'];

/** The counter that a metric ranks by, and the query that answers it. */
export const COUNTERS = {
  retransmissions: 'retransmissions',
  timeouts: 'timeouts',
  data: 'bytes',
  rtt: 'rttMicros',
} as const satisfies Record<TopMetric, string>;

/** Round-trip times cost a query for each hour and category more, so they are asked for where they rank only. */
export function queryMetrics(metric: TopMetric): QueryMetric[] {
  const counters: QueryMetric[] = ['DATA_TRANSFERRED', 'RETRANSMISSIONS', 'TIMEOUTS'];
  return metric === 'rtt' ? [...counters, 'ROUND_TRIP_TIME'] : counters;
}
