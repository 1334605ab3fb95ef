import type { Resource } from './case.ts';
import { DESTINATION_CATEGORIES } from './service.ts';

/**
 * Categories in which a monitor's queries can have rows, from its remote resources: every category is a query
 * of its own, in each hour and for each metric. Without remotes a monitor sees the flows that end in its own
 * Region; INTERNET, AWS_SERVICE, TRANSIT_GATEWAY and LOCAL_ZONE have rows in workload insights only.
 */
export function monitorCategories(remote: readonly Resource[]): string[] {
  const categories = new Set<string>();
  if (remote.length === 0) {
    return ['INTRA_AZ', 'INTER_AZ', 'INTER_VPC', 'AMAZON_S3', 'AMAZON_DYNAMODB', 'UNCLASSIFIED'];
  }
  for (const { type, identifier } of remote) {
    if (type === 'AWS::AWSService')
      categories.add(/dynamo/i.test(identifier) ? 'AMAZON_DYNAMODB' : 'AMAZON_S3');
    else if (type === 'AWS::Region')
      for (const c of ['INTER_REGION', 'INTRA_AZ', 'INTER_AZ', 'INTER_VPC']) categories.add(c);
    else for (const c of ['INTRA_AZ', 'INTER_AZ', 'INTER_VPC', 'UNCLASSIFIED']) categories.add(c);
  }
  return [...categories];
}

/** Workload insights know all 11. */
export const INSIGHT_CATEGORIES: readonly string[] = DESTINATION_CATEGORIES;
