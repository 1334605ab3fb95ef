import type { QueryMetric } from './service.ts';

/* Apart from the schemas, because help needs these words and no schema. */

/** In the order of diagnosis: what comes later makes sense only where what comes before is in order. */
export const LAYERS = [
  'access',
  'scope',
  'data',
  'monitors',
  'kubernetes',
  'instances',
  'network',
  'coverage',
] as const;
export type Layer = (typeof LAYERS)[number];

/** From bad to good: of several subjects, the worst is the status of the check. */
export const CHECK_STATUSES = ['fail', 'unknown', 'warn', 'skipped', 'pass', 'not-applicable'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** With --exit-code. */
export const DOCTOR_EXIT = { passed: 0, failed: 20, unknown: 21 } as const;

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

/** The scenario with several accounts and Regions. */
export const FLEET_SCENARIO = 'fleet';

/** What --sandbox means where it names no scenario. */
export const DEFAULT_SCENARIO = 'packet-loss';

/** With --exit-code. */
export const SWEEP_EXIT = { quiet: 0, degraded: 10, standsOut: 12, nothingSeen: 13 } as const;
