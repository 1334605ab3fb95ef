/*
 * The world that the sandbox's AWS describes: what exists, who talks to whom, what goes wrong.
 * Everything the sandbox answers is computed from a World; nothing is canned.
 */

export interface Zone {
  name: string;
  id: string;
}

export interface Vpc {
  id: string;
  name: string;
  cidr: string;
}

export interface Subnet {
  id: string;
  name: string;
  vpcId: string;
  zoneId: string;
  cidr: string;
}

/** An EC2 instance. Only hosts with an agent report flows. */
export interface Instance {
  id: string;
  name: string;
  subnetId: string;
  ip: string;
  type: string;
  launchedAt: string;
  eniId: string;
  agent: boolean;
  /** The EKS cluster that this instance is a node of. */
  cluster?: string;
}

export interface Pod {
  name: string;
  namespace: string;
  service?: string;
  ip: string;
  /** The node's instance ID. */
  node: string;
}

/** Something with an address and no agent: it is only ever the remote side of a flow. */
export interface Peer {
  name: string;
  kind: 'database' | 'internet' | 's3' | 'dynamodb' | 'aws-service' | 'region';
  ip: string;
  /** Where it is, if it lives in a subnet of this world. */
  subnetId?: string;
  eniId?: string;
  /** Where it is, if it lives in another Region. */
  region?: string;
}

export interface Addon {
  name: string;
  version: string;
  status: string;
  issues: { code: string; message: string; resourceIds: string[] }[];
  configurationValues?: string;
  serviceAccountRoleArn?: string;
  createdAt: string;
}

export interface PodIdentityAssociation {
  id: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
}

export interface Cluster {
  name: string;
  version: string;
  status: string;
  vpcId: string;
  subnetIds: string[];
  createdAt: string;
  addons: Addon[];
  podIdentityAssociations: PodIdentityAssociation[];
}

/** An impairment on AWS's side: what the network health indicator is computed from. Minutes are inclusive-exclusive. */
export interface AwsEvent {
  zoneId: string;
  fromMinute: number;
  toMinute: number;
}

/** Who sends to whom, and whose recorded counters it carries. */
export interface FlowSpec {
  /** Name of an instance or pod. */
  local: string;
  /** Name of an instance, pod or peer. */
  remote: string;
  /** 0 on the side that was connected to, as the agent reports it. */
  targetPort: number;
  /** Name of the pod in the recording whose counters these are. */
  recorded: string;
  /** Share of the recorded bytes that this flow carries. */
  bytes: number;
  /** Share of the recorded retransmissions and timeouts that this flow carries. */
  events: number;
}

/** What one agent reports of one flow in one minute. */
export interface FlowReport {
  /** Start of the minute, ms since the epoch. */
  minute: number;
  flow: FlowSpec;
  bytes: number;
  retransmissions: number;
  timeouts: number;
  rttMicros: number | null;
}

export interface World {
  region: string;
  accountId: string;
  zones: Zone[];
  vpcs: Vpc[];
  subnets: Subnet[];
  instances: Instance[];
  pods: Pod[];
  peers: Peer[];
  clusters: Cluster[];
  flows: FlowSpec[];
}
