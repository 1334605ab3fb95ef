/* What Network Flow Monitor is, in constants. Where no source stands beside one: docs/network-flow-monitor.md. */

/** Regions with Network Flow Monitor (CloudWatch-NetworkFlowMonitor-Regions, 2026-11). */
export const REGIONS = [
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;

/** The 11 destination categories of the live API; the published model knows the first 7 only. */
export const DESTINATION_CATEGORIES = [
  'INTRA_AZ',
  'INTER_AZ',
  'INTER_VPC',
  'UNCLASSIFIED',
  'AMAZON_S3',
  'AMAZON_DYNAMODB',
  'INTER_REGION',
  'LOCAL_ZONE',
  'INTERNET',
  'AWS_SERVICE',
  'TRANSIT_GATEWAY',
] as const;

/** Open on purpose: AWS adds categories before it publishes them. */
export type DestinationCategory = (typeof DESTINATION_CATEGORIES)[number] | (string & {});

/** Categories that the network health indicator covers (observability-best-practices, Network Flow Monitor guide). */
export const NHI_CATEGORIES: readonly DestinationCategory[] = [
  'INTRA_AZ',
  'INTER_AZ',
  'INTER_VPC',
  'INTER_REGION',
  'AMAZON_S3',
  'AMAZON_DYNAMODB',
];

/** A Local or Wavelength Zone: its ID names two places, usw2-lax1-az1, use1-wl1-bos-wlz1. */
export function isLocalZone(azId: string): boolean {
  return /^[a-z0-9]+-[a-z0-9-]+-(az|wlz)\d+$/.test(azId);
}

export type QueryMetric = 'DATA_TRANSFERRED' | 'RETRANSMISSIONS' | 'TIMEOUTS' | 'ROUND_TRIP_TIME';

/** Longest window of one query; live ValidationException 'Time range can not exceed 1 hour'. */
export const QUERY_MAX_SECONDS = 3600;

/** Largest `limit` of a top-contributor query (API model). */
export const QUERY_MAX_ROWS = 500;

/** Data younger than this is still landing: field code ends its windows 2 to 5 minutes ago. */
export const SETTLE_MINUTES = 5;

/** How late metrics may come: the look back that AWS asks alarms for (CloudWatch-NetworkFlowMonitor-create-alarm). */
export const METRIC_LAG_MINUTES = 25;

/** CloudWatch keeps one-minute datapoints for 15 days. */
export const MINUTE_RETENTION_DAYS = 15;

/** The agents as an add-on of EKS. */
/** The agent as a package of the operating system: what an inventory lists, however it was installed. */
export const AGENT_PACKAGE = 'network-flow-monitor-agent';

export const AGENT_ADDON = 'aws-network-flow-monitoring-agent';

export const METRIC_NAMESPACE = 'AWS/NetworkFlowMonitor';

export const GIB = 1024 ** 3;
