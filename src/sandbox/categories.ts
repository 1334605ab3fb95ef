import type { DestinationCategory } from '../model/facts.ts';
import type { Place } from './place.ts';

/** How Network Flow Monitor classifies a flow by where its two ends are (observability-best-practices, NFM guide). */
export function destinationCategory(local: Place, remote: Place): DestinationCategory {
  switch (remote.peer?.kind) {
    case 'internet':
      return 'INTERNET';
    case 's3':
      return 'AMAZON_S3';
    case 'dynamodb':
      return 'AMAZON_DYNAMODB';
    case 'aws-service':
      return 'AWS_SERVICE';
  }
  if (remote.region && remote.region !== local.region) return 'INTER_REGION';
  if (!local.subnet || !remote.subnet) return 'UNCLASSIFIED';
  if (local.subnet.vpcId !== remote.subnet.vpcId) return 'INTER_VPC';
  return local.zone?.id === remote.zone?.id ? 'INTRA_AZ' : 'INTER_AZ';
}

/**
 * Categories that the live API accepts but fills in workload insights only, never in a monitor
 * (nfm-dashboard ADR-006, awsops).
 */
const INSIGHTS_ONLY: ReadonlySet<DestinationCategory> = new Set([
  'INTERNET',
  'AWS_SERVICE',
  'LOCAL_ZONE',
  'TRANSIT_GATEWAY',
]);

export function reachesMonitors(category: DestinationCategory): boolean {
  return !INSIGHTS_ONLY.has(category);
}
