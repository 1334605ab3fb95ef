/**
 * The service's shapes, under their official names (API 2023-04-19, botocore's service-2.json).
 * As in every AWS SDK client, a required member is `T | undefined`: the service may always leave one out.
 */

/** Enums stay open: the live API already knows values that no published model lists. */
type Open<Known extends string> = Known | (string & {});

export type DestinationCategory = Open<
  | 'INTRA_AZ'
  | 'INTER_AZ'
  | 'INTER_VPC'
  | 'UNCLASSIFIED'
  | 'AMAZON_S3'
  | 'AMAZON_DYNAMODB'
  | 'INTER_REGION'
  // Not in the model, but the live API accepts and returns them.
  | 'LOCAL_ZONE'
  | 'INTERNET'
  | 'AWS_SERVICE'
  | 'TRANSIT_GATEWAY'
>;
export type MonitorLocalResourceType = Open<
  'AWS::EC2::VPC' | 'AWS::AvailabilityZone' | 'AWS::EC2::Subnet' | 'AWS::Region' | 'AWS::EKS::Cluster'
>;
export type MonitorRemoteResourceType = Open<
  'AWS::EC2::VPC' | 'AWS::AvailabilityZone' | 'AWS::EC2::Subnet' | 'AWS::AWSService' | 'AWS::Region'
>;
export type MonitorMetric = Open<'ROUND_TRIP_TIME' | 'TIMEOUTS' | 'RETRANSMISSIONS' | 'DATA_TRANSFERRED'>;
export type WorkloadInsightsMetric = Open<'TIMEOUTS' | 'RETRANSMISSIONS' | 'DATA_TRANSFERRED'>;
export type MonitorStatus = Open<'PENDING' | 'ACTIVE' | 'INACTIVE' | 'ERROR' | 'DELETING'>;
export type QueryStatus = Open<'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED'>;
export type ScopeStatus = Open<'SUCCEEDED' | 'IN_PROGRESS' | 'FAILED' | 'DEACTIVATING' | 'DEACTIVATED'>;
export type TargetType = Open<'ACCOUNT'>;

type Prefixed<Unit extends string> = Unit | `${'Kilo' | 'Mega' | 'Giga' | 'Tera'}${Lowercase<Unit>}`;
type Amount = Prefixed<'Bytes'> | Prefixed<'Bits'> | 'Count';
export type MetricUnit = Open<
  'Seconds' | 'Milliseconds' | 'Microseconds' | 'Percent' | 'None' | Amount | `${Amount}/Second`
>;

export type TagMap = Record<string, string>;

// Monitors

export interface MonitorLocalResource {
  type: MonitorLocalResourceType | undefined;
  identifier: string | undefined;
}

export interface MonitorRemoteResource {
  type: MonitorRemoteResourceType | undefined;
  identifier: string | undefined;
}

export interface MonitorSummary {
  monitorArn: string | undefined;
  monitorName: string | undefined;
  monitorStatus: MonitorStatus | undefined;
}

export interface GetMonitorOutput extends MonitorSummary {
  localResources: MonitorLocalResource[] | undefined;
  remoteResources: MonitorRemoteResource[] | undefined;
  createdAt: Date | undefined;
  modifiedAt: Date | undefined;
  tags?: TagMap | undefined;
}
export type CreateMonitorOutput = GetMonitorOutput;
export type UpdateMonitorOutput = GetMonitorOutput;

export interface CreateMonitorInput {
  monitorName: string | undefined;
  localResources: MonitorLocalResource[] | undefined;
  remoteResources?: MonitorRemoteResource[] | undefined;
  scopeArn: string | undefined;
  /** Filled in with a new UUID if left out. */
  clientToken?: string | undefined;
  tags?: TagMap | undefined;
}

export interface UpdateMonitorInput {
  monitorName: string | undefined;
  localResourcesToAdd?: MonitorLocalResource[] | undefined;
  localResourcesToRemove?: MonitorLocalResource[] | undefined;
  remoteResourcesToAdd?: MonitorRemoteResource[] | undefined;
  remoteResourcesToRemove?: MonitorRemoteResource[] | undefined;
  /** Filled in with a new UUID if left out. */
  clientToken?: string | undefined;
}

export interface GetMonitorInput {
  monitorName: string | undefined;
}
export type DeleteMonitorInput = GetMonitorInput;
export type DeleteMonitorOutput = Empty;

export interface ListMonitorsInput extends Page {
  monitorStatus?: MonitorStatus | undefined;
}

export interface ListMonitorsOutput {
  monitors: MonitorSummary[] | undefined;
  nextToken?: string | undefined;
}

// Scopes

/** A union: exactly one member is set. */
export type TargetId = TargetId.AccountIdMember | TargetId.$UnknownMember;

export declare namespace TargetId {
  interface AccountIdMember {
    accountId: string;
    $unknown?: never;
  }
  /** A member that is newer than this client: its name and its value. */
  interface $UnknownMember {
    accountId?: never;
    $unknown: [string, unknown];
  }
}

export interface TargetIdentifier {
  targetId: TargetId | undefined;
  targetType: TargetType | undefined;
}

export interface TargetResource {
  targetIdentifier: TargetIdentifier | undefined;
  region: string | undefined;
}

export interface ScopeSummary {
  scopeId: string | undefined;
  status: ScopeStatus | undefined;
  scopeArn: string | undefined;
}

export interface CreateScopeOutput extends ScopeSummary {
  tags?: TagMap | undefined;
}
export type UpdateScopeOutput = CreateScopeOutput;

export interface GetScopeOutput extends CreateScopeOutput {
  targets: TargetResource[] | undefined;
}

export interface CreateScopeInput {
  targets: TargetResource[] | undefined;
  /** Filled in with a new UUID if left out. */
  clientToken?: string | undefined;
  tags?: TagMap | undefined;
}

export interface UpdateScopeInput {
  scopeId: string | undefined;
  resourcesToAdd?: TargetResource[] | undefined;
  resourcesToDelete?: TargetResource[] | undefined;
}

export interface GetScopeInput {
  scopeId: string | undefined;
}
export type DeleteScopeInput = GetScopeInput;
export type DeleteScopeOutput = Empty;

export type ListScopesInput = Page;

export interface ListScopesOutput {
  scopes: ScopeSummary[] | undefined;
  nextToken?: string | undefined;
}

// Queries: three families, each started, polled, read and stopped in the same way

export interface StartQueryWorkloadInsightsTopContributorsDataInput {
  scopeId: string | undefined;
  startTime: Date | undefined;
  endTime: Date | undefined;
  metricName: WorkloadInsightsMetric | undefined;
  destinationCategory: DestinationCategory | undefined;
}

export interface StartQueryWorkloadInsightsTopContributorsInput
  extends StartQueryWorkloadInsightsTopContributorsDataInput {
  limit?: number | undefined;
}

export interface StartQueryMonitorTopContributorsInput {
  monitorName: string | undefined;
  startTime: Date | undefined;
  endTime: Date | undefined;
  metricName: MonitorMetric | undefined;
  destinationCategory: DestinationCategory | undefined;
  limit?: number | undefined;
}

export interface StartQueryMonitorTopContributorsOutput {
  queryId: string | undefined;
}
export type StartQueryWorkloadInsightsTopContributorsOutput = StartQueryMonitorTopContributorsOutput;
export type StartQueryWorkloadInsightsTopContributorsDataOutput = StartQueryMonitorTopContributorsOutput;

export interface GetQueryStatusMonitorTopContributorsInput {
  monitorName: string | undefined;
  queryId: string | undefined;
}
export type StopQueryMonitorTopContributorsInput = GetQueryStatusMonitorTopContributorsInput;
export type StopQueryMonitorTopContributorsOutput = Empty;

export interface GetQueryStatusWorkloadInsightsTopContributorsInput {
  scopeId: string | undefined;
  queryId: string | undefined;
}
export type GetQueryStatusWorkloadInsightsTopContributorsDataInput =
  GetQueryStatusWorkloadInsightsTopContributorsInput;
export type StopQueryWorkloadInsightsTopContributorsInput =
  GetQueryStatusWorkloadInsightsTopContributorsInput;
export type StopQueryWorkloadInsightsTopContributorsOutput = Empty;
export type StopQueryWorkloadInsightsTopContributorsDataInput =
  GetQueryStatusWorkloadInsightsTopContributorsInput;
export type StopQueryWorkloadInsightsTopContributorsDataOutput = Empty;

export interface GetQueryStatusMonitorTopContributorsOutput {
  status: QueryStatus | undefined;
}
export type GetQueryStatusWorkloadInsightsTopContributorsOutput = GetQueryStatusMonitorTopContributorsOutput;
export type GetQueryStatusWorkloadInsightsTopContributorsDataOutput =
  GetQueryStatusMonitorTopContributorsOutput;

export interface GetQueryResultsMonitorTopContributorsInput
  extends GetQueryStatusMonitorTopContributorsInput,
    Page {}
export interface GetQueryResultsWorkloadInsightsTopContributorsInput
  extends GetQueryStatusWorkloadInsightsTopContributorsInput,
    Page {}
export type GetQueryResultsWorkloadInsightsTopContributorsDataInput =
  GetQueryResultsWorkloadInsightsTopContributorsInput;

export interface GetQueryResultsMonitorTopContributorsOutput {
  unit?: MetricUnit | undefined;
  topContributors?: MonitorTopContributorsRow[] | undefined;
  nextToken?: string | undefined;
}

export interface GetQueryResultsWorkloadInsightsTopContributorsOutput {
  topContributors?: WorkloadInsightsTopContributorsRow[] | undefined;
  nextToken?: string | undefined;
}

export interface GetQueryResultsWorkloadInsightsTopContributorsDataOutput {
  unit: MetricUnit | undefined;
  datapoints: WorkloadInsightsTopContributorsDataPoint[] | undefined;
  nextToken?: string | undefined;
}

export interface KubernetesMetadata {
  localServiceName?: string | undefined;
  localPodName?: string | undefined;
  localPodNamespace?: string | undefined;
  remoteServiceName?: string | undefined;
  remotePodName?: string | undefined;
  remotePodNamespace?: string | undefined;
}

export interface TraversedComponent {
  componentId?: string | undefined;
  componentType?: string | undefined;
  componentArn?: string | undefined;
  serviceName?: string | undefined;
}

export interface MonitorTopContributorsRow {
  localIp?: string | undefined;
  snatIp?: string | undefined;
  localInstanceId?: string | undefined;
  localVpcId?: string | undefined;
  localRegion?: string | undefined;
  localAz?: string | undefined;
  localSubnetId?: string | undefined;
  targetPort?: number | undefined;
  destinationCategory?: DestinationCategory | undefined;
  remoteVpcId?: string | undefined;
  remoteRegion?: string | undefined;
  remoteAz?: string | undefined;
  remoteSubnetId?: string | undefined;
  remoteInstanceId?: string | undefined;
  remoteIp?: string | undefined;
  dnatIp?: string | undefined;
  value?: number | undefined;
  traversedConstructs?: TraversedComponent[] | undefined;
  kubernetesMetadata?: KubernetesMetadata | undefined;
  localInstanceArn?: string | undefined;
  localSubnetArn?: string | undefined;
  localVpcArn?: string | undefined;
  remoteInstanceArn?: string | undefined;
  remoteSubnetArn?: string | undefined;
  remoteVpcArn?: string | undefined;
}

export interface WorkloadInsightsTopContributorsRow {
  accountId?: string | undefined;
  localSubnetId?: string | undefined;
  localAz?: string | undefined;
  localVpcId?: string | undefined;
  localRegion?: string | undefined;
  remoteIdentifier?: string | undefined;
  value?: number | undefined;
  localSubnetArn?: string | undefined;
  localVpcArn?: string | undefined;
}

export interface WorkloadInsightsTopContributorsDataPoint {
  timestamps: Date[] | undefined;
  values: number[] | undefined;
  label: string | undefined;
}

// Tags

export interface ListTagsForResourceInput {
  resourceArn: string | undefined;
}

export interface ListTagsForResourceOutput {
  tags?: TagMap | undefined;
}

export interface TagResourceInput {
  resourceArn: string | undefined;
  tags: TagMap | undefined;
}
export type TagResourceOutput = Empty;

export interface UntagResourceInput {
  resourceArn: string | undefined;
  tagKeys: string[] | undefined;
}
export type UntagResourceOutput = Empty;

type Empty = Record<never, never>;

interface Page {
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}
