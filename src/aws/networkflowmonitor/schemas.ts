import type { $MemberSchema, $SchemaRef, StaticStructureSchema } from '@smithy/types';
import type * as T from './types.ts';

/**
 * The shapes as the SDK runtime reads them: tuples of numbers (`StaticSchema` in @smithy/types), which the
 * constructors below give names. `Members<Shape>` ties each table to its type in types.ts: a member that is
 * missing, misspelt or extra does not compile.
 */
export const NAMESPACE = 'com.amazonaws.networkflowmonitor';

export type Members<Shape> = { readonly [Name in keyof Required<Shape>]: $SchemaRef };

export const STRING = 0;
export const NUMBER = 1;
/** In the protocol's own format: seconds since the epoch in rest-json. */
export const TIMESTAMP = 4;
/** With the trait `timestampFormat: date-time`: ISO 8601. */
export const DATE_TIME = 5;
const LIST_OF = 64;
const MAP_OF = 128;

export const STRINGS = LIST_OF | STRING;
export const TAGS = MAP_OF | STRING;

/** A segment of the path. */
export const LABEL: $MemberSchema = [STRING, { httpLabel: 1 }];
/** The runtime fills it in with a lower-case UUID, before the first attempt: retries repeat it. */
export const IDEMPOTENCY_TOKEN: $MemberSchema = [STRING, { idempotencyToken: 1 }];
/** A parameter of the query string. */
export const query = (name: string, of: $SchemaRef = STRING): $MemberSchema => [of, { httpQuery: name }];

export const list = (of: $SchemaRef): $SchemaRef => [1, NAMESPACE, 'List', 0, of];

export const structure = <Shape>(name: string, members: Members<Shape>): StaticStructureSchema => [
  3,
  NAMESPACE,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];

const union = (name: string, members: Record<string, $SchemaRef>): $SchemaRef => [
  4,
  NAMESPACE,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];

export const MonitorLocalResource = structure<T.MonitorLocalResource>('MonitorLocalResource', {
  type: STRING,
  identifier: STRING,
});

export const MonitorRemoteResource = structure<T.MonitorRemoteResource>('MonitorRemoteResource', {
  type: STRING,
  identifier: STRING,
});

export const MonitorSummary = structure<T.MonitorSummary>('MonitorSummary', {
  monitorArn: STRING,
  monitorName: STRING,
  monitorStatus: STRING,
});

export const ScopeSummary = structure<T.ScopeSummary>('ScopeSummary', {
  scopeId: STRING,
  status: STRING,
  scopeArn: STRING,
});

const TargetId = union('TargetId', { accountId: STRING });

const TargetIdentifier = structure<T.TargetIdentifier>('TargetIdentifier', {
  targetId: TargetId,
  targetType: STRING,
});

export const TargetResource = structure<T.TargetResource>('TargetResource', {
  targetIdentifier: TargetIdentifier,
  region: STRING,
});

const TraversedComponent = structure<T.TraversedComponent>('TraversedComponent', {
  componentId: STRING,
  componentType: STRING,
  componentArn: STRING,
  serviceName: STRING,
});

const KubernetesMetadata = structure<T.KubernetesMetadata>('KubernetesMetadata', {
  localServiceName: STRING,
  localPodName: STRING,
  localPodNamespace: STRING,
  remoteServiceName: STRING,
  remotePodName: STRING,
  remotePodNamespace: STRING,
});

export const MonitorTopContributorsRow = structure<T.MonitorTopContributorsRow>('MonitorTopContributorsRow', {
  localIp: STRING,
  snatIp: STRING,
  localInstanceId: STRING,
  localVpcId: STRING,
  localRegion: STRING,
  localAz: STRING,
  localSubnetId: STRING,
  targetPort: NUMBER,
  destinationCategory: STRING,
  remoteVpcId: STRING,
  remoteRegion: STRING,
  remoteAz: STRING,
  remoteSubnetId: STRING,
  remoteInstanceId: STRING,
  remoteIp: STRING,
  dnatIp: STRING,
  value: NUMBER,
  traversedConstructs: list(TraversedComponent),
  kubernetesMetadata: KubernetesMetadata,
  localInstanceArn: STRING,
  localSubnetArn: STRING,
  localVpcArn: STRING,
  remoteInstanceArn: STRING,
  remoteSubnetArn: STRING,
  remoteVpcArn: STRING,
});

export const WorkloadInsightsTopContributorsRow = structure<T.WorkloadInsightsTopContributorsRow>(
  'WorkloadInsightsTopContributorsRow',
  {
    accountId: STRING,
    localSubnetId: STRING,
    localAz: STRING,
    localVpcId: STRING,
    localRegion: STRING,
    remoteIdentifier: STRING,
    value: NUMBER,
    localSubnetArn: STRING,
    localVpcArn: STRING,
  },
);

export const WorkloadInsightsTopContributorsDataPoint = structure<T.WorkloadInsightsTopContributorsDataPoint>(
  'WorkloadInsightsTopContributorsDataPoint',
  {
    timestamps: LIST_OF | DATE_TIME,
    values: LIST_OF | NUMBER,
    label: STRING,
  },
);
