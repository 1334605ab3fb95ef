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
  /** What is switched off of its DNS. */
  dns?: { support?: false; hostnames?: false };
}

export interface AclEntry {
  number: number;
  outbound: boolean;
  allows: boolean;
  cidr: string;
  /** Of TCP; every protocol and port when absent. */
  ports?: [number, number];
}

/** A VPC's default one, which lets everything through, is not listed. */
export interface NetworkAcl {
  id: string;
  name: string;
  vpcId: string;
  isDefault: boolean;
  subnetIds: string[];
  entries: AclEntry[];
}

export interface Subnet {
  id: string;
  name: string;
  vpcId: string;
  zoneId: string;
  cidr: string;
}

/** An EC2 instance. Whether it has an agent that reports flows is computed: see agents.ts. */
export interface Instance {
  id: string;
  name: string;
  subnetId: string;
  ip: string;
  publicIp?: string;
  type: string;
  launchedAt: string;
  eniId: string;
  securityGroupIds: string[];
  imageId: string;
  os: OperatingSystem;
  /** Whether programs on it can ask the Instance Metadata Service. */
  metadata: 'enabled' | 'disabled';
  /** Name of the instance profile, which is not its role's name. */
  instanceProfile?: string;
  /** The EKS cluster and the node group that this instance is a node of. */
  cluster?: string;
  nodegroup?: string;
  /** Taints that the node got in the cluster; those of its node group come on top. */
  taints?: Taint[];
  /** What it runs short of, so that it sends pods away. */
  pressure?: 'disk';
  /** Images that its pods need are pulled when they start; absent where the node has had them for long. */
  pullsImages?: true;
  /** What Systems Manager knows of it; absent where it never registered. */
  ssm?: { ping: 'Online' | 'ConnectionLost' | 'Inactive'; agentVersion: string };
  /** Its status checks that fail; the others pass. */
  failing?: { checks: ('system' | 'instance' | 'ebs')[]; since: string };
  /** The agent's package: installed by Systems Manager, it does nothing until it is activated. */
  agentPackage?: { version: string; activated: boolean };
}

/** What State Manager of Systems Manager runs on instances. */
export interface HostAssociation {
  id: string;
  name: string;
  document: string;
  targets: { key: string; values: string[] }[];
}

export interface OperatingSystem {
  platform: 'Linux' | 'Windows';
  /** As Systems Manager words them. */
  name: string;
  version: string;
  kernel: string;
  /** Which cgroup hierarchy it has; the unified one, v2, when absent. */
  cgroups?: 'v1';
  ipv6?: 'off';
}

export interface Image {
  id: string;
  name: string;
  description: string;
  createdAt: string;
  platform: OperatingSystem['platform'];
}

export interface Pod {
  name: string;
  namespace: string;
  service?: string;
  ip: string;
  /** The node's instance ID. */
  node: string;
  /** What it asks of the node: thousandths of a CPU, MiB. */
  requests?: { cpu: number; memory: number };
  /** When it was made; with its node when absent. */
  startedAt?: string;
  /** How its container ended last, and was begun again. */
  restarted?: { at: string; reason: string; exitCode: number };
}

/** Something with an address and no agent: it is only ever the remote side of a flow. */
export interface Peer {
  name: string;
  kind: 'database' | 'load-balancer' | 'internet' | 's3' | 'dynamodb' | 'aws-service' | 'region';
  ip: string;
  /** Where it is, if it lives in a subnet of this world. */
  subnetId?: string;
  eniId?: string;
  securityGroupIds?: string[];
  /** The load balancer that it is a node of: `app/NAME/ID`, `net/NAME/ID`. */
  loadBalancer?: string;
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
  /** Where it was installed, if not in the add-on's usual namespace. */
  namespace?: string;
  createdAt: string;
  modifiedAt?: string;
}

export interface PodIdentityAssociation {
  id: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  createdAt: string;
  modifiedAt?: string;
}

export interface Nodegroup {
  name: string;
  status: string;
  amiType: string;
  subnetIds: string[];
  roleArn: string;
  taints: Taint[];
  createdAt: string;
}

/** In EKS's words; Kubernetes writes the effect `NoSchedule`. */
export interface Taint {
  key: string;
  value: string;
  effect: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE';
}

export interface FargateProfile {
  name: string;
  status: string;
  subnetIds: string[];
  roleArn: string;
  namespaces: string[];
  createdAt: string;
}

/** Who may enter the cluster's API, and what its access policies let them do there. */
export interface AccessEntry {
  principalArn: string;
  createdAt: string;
  policies: { policyArn: string; namespaces: string[] | 'all'; associatedAt: string }[];
}

/** What nobody but the cluster's own API tells. */
export interface Inside {
  /** The agent's chart, installed by hand instead of the add-on. */
  chart?: {
    namespace: string;
    serviceAccount: string;
    version: string;
    /** By IRSA: the service account's annotation. */
    roleArn?: string;
    createdAt: string;
  };
  /** What somebody has changed in the agent's DaemonSet; an add-on that is not updated leaves it. */
  edits?: { nodeSelector?: Record<string, string>; serviceAccount?: string };
  /** When the agents' pods were last made, if not with the DaemonSet. */
  agentsStartedAt?: string;
  /** By namespace: the Pod Security Standard that is enforced. */
  podSecurity?: Record<string, 'baseline' | 'restricted'>;
  /** By namespace: how many pods a ResourceQuota allows. */
  podQuota?: Record<string, number>;
  /** CoreDNS's pods crash: names resolve for no pod. */
  dns?: 'down';
  /** Somebody on the way out answers in AWS's place, with a certificate that no pod trusts by itself. */
  inspection?: 'tls';
  /** What the proxy does that agents may be told to use. */
  proxy?: 'passes' | 'refuses';
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
  nodegroups: Nodegroup[];
  fargateProfiles: FargateProfile[];
  accessEntries: AccessEntry[];
  /** What was changed of it by EKS's API. */
  updates: ClusterUpdate[];
  inside: Inside;
}

export interface ClusterUpdate {
  id: string;
  /** `AddonUpdate`, `VersionUpdate`, `ConfigUpdate`, … */
  type: string;
  status: 'InProgress' | 'Failed' | 'Cancelled' | 'Successful';
  params: { type: string; value: string }[];
  createdAt: string;
  /** Of this add-on or node group; else of the cluster. */
  addon?: string;
  nodegroup?: string;
}

export interface Rule {
  /** `-1` is every protocol and port. */
  protocol: 'tcp' | '-1';
  port?: number;
  /** Addresses, or the members of a security group. */
  peer: { cidr: string } | { groupId: string };
}

export interface SecurityGroup {
  id: string;
  name: string;
  description: string;
  vpcId: string;
  ingress: Rule[];
  egress: Rule[];
}

export interface Route {
  destination: string;
  /** `local`, or the ID of an internet gateway, NAT gateway, transit gateway, peering connection, … */
  target: string;
}

export interface RouteTable {
  id: string;
  name: string;
  vpcId: string;
  /** The main table serves every subnet that has none of its own. */
  main: boolean;
  subnetIds: string[];
  routes: Route[];
}

/** A VPC's way to a transit gateway. */
export interface TransitGatewayAttachment {
  id: string;
  gatewayId: string;
  vpcId: string;
}

export interface NatGateway {
  id: string;
  name: string;
  subnetId: string;
  state: 'available' | 'failed' | 'deleted';
  ip: string;
  publicIp: string;
  eniId: string;
  createdAt: string;
}

/** An interface endpoint (PrivateLink). */
export interface VpcEndpoint {
  id: string;
  name: string;
  vpcId: string;
  service: string;
  state: string;
  interfaces: { subnetId: string; eniId: string; ip: string }[];
  securityGroupIds: string[];
  /** Whether the service's public name leads to it. */
  privateDns: boolean;
  /** What may be called through it; everything when absent. */
  policy?: PolicyDocument;
  createdAt: string;
}

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  /** In a trust policy: who may assume the role. */
  Principal?: { Service: string } | { Federated: string };
  Action: string | string[];
  /** In a permission policy. Worlds' conditions stand in trust policies only. */
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}

/** A managed policy. */
export interface Policy {
  arn: string;
  document: PolicyDocument;
}

export interface Role {
  name: string;
  path: string;
  createdAt: string;
  trust: PolicyDocument;
  /** ARNs of the managed policies that are attached. */
  attached: string[];
  inline: { name: string; document: PolicyDocument }[];
  /** Made a moment ago: IAM has it, and other services do not see it yet. */
  propagating?: true;
}

export interface InstanceProfile {
  name: string;
  createdAt: string;
  role?: string;
  propagating?: true;
}

/** A command that Systems Manager ran. */
export interface Command {
  id: string;
  document: string;
  parameters: Record<string, string[]>;
  requestedAt: string;
  invocations: Invocation[];
}

/** What became of a command on one instance. */
export interface Invocation {
  instanceId: string;
  status: 'Pending' | 'InProgress' | 'Success' | 'Failed';
  output: string;
}

/** What Network Flow Monitor has when the sandbox starts. */
export interface StandingScope {
  id: string;
  accountId: string;
  ageMinutes: number;
  /** The state that it is in for ever; a healthy one SUCCEEDED and may change. */
  stuck?: 'IN_PROGRESS' | 'FAILED' | 'DEACTIVATED';
}

export interface StandingMonitor {
  name: string;
  local: { type: string; identifier: string }[];
  ageMinutes: number;
  /** The state that it is in for ever; a healthy one is ACTIVE and may change. */
  stuck?: 'PENDING' | 'INACTIVE' | 'ERROR' | 'DELETING';
}

/** A call that changed something, as CloudTrail notes it. */
export interface ManagementEvent {
  at: string;
  /** `ec2.amazonaws.com` */
  source: string;
  name: string;
  by: { role: string; session: string } | { user: string } | { service: string };
  /** As CloudTrail writes it: the request's members, in lower camel case. */
  request: Record<string, unknown>;
  response?: Record<string, unknown>;
  /** The code of the refusal that it ended with. */
  error?: string;
}

/** What Auto Scaling did to a group. */
export interface ScalingActivity {
  group: string;
  at: string;
  description: string;
  cause: string;
}

/** A metric of another service than Network Flow Monitor, by the minute. */
export interface OtherMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** How much a minute has, from these instants on; before the first of them there is none. */
  steps: { from: string; value: number }[];
  /** A counter that is never set back: each minute has all that was counted so far. */
  cumulative?: true;
}

/** AWS moved traffic away from a zone, by itself. */
export interface Autoshift {
  /** Zone ID. */
  awayFrom: string;
  status: 'ACTIVE' | 'COMPLETED';
  startedAt: string;
  endedAt?: string;
}

/** What AWS Health tells of. */
export interface HealthEvent {
  /** In its own words: `EC2`, `TRANSIT_GATEWAY`. */
  service: string;
  /** `AWS_EC2_OPERATIONAL_ISSUE` */
  code: string;
  category: 'issue' | 'accountNotification' | 'scheduledChange';
  region: string;
  /** Name of a zone, where it is of one. */
  az?: string;
  startedAt: string;
  endedAt?: string;
  /** Of this account: the resources that it names. Everybody is told the others. */
  affects?: string[];
  words: string;
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

/** An organization of accounts, the first of which manages it. */
export interface Organization {
  accounts: {
    id: string;
    name: string;
    state: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
    /** Whom its role trusts; the account that manages, when absent. */
    trusts?: 'nobody' | { externalId: string };
  }[];
  /** The name of the role that each has. */
  role: string;
}

export interface World {
  region: string;
  accountId: string;
  /** ARN of who calls; a user of the account, when absent. */
  caller?: string;
  organization?: Organization;
  zones: Zone[];
  vpcs: Vpc[];
  subnets: Subnet[];
  instances: Instance[];
  pods: Pod[];
  peers: Peer[];
  clusters: Cluster[];
  flows: FlowSpec[];
  images: Image[];
  securityGroups: SecurityGroup[];
  routeTables: RouteTable[];
  natGateways: NatGateway[];
  transitGatewayAttachments: TransitGatewayAttachment[];
  vpcEndpoints: VpcEndpoint[];
  networkAcls: NetworkAcl[];
  policies: Policy[];
  /** Service control policies of the organization, which nobody in the account may read. */
  controlPolicies: PolicyDocument[];
  roles: Role[];
  instanceProfiles: InstanceProfile[];
  /** ARNs of the identity providers that clusters' service accounts (IRSA) are federated by. */
  oidcProviders: string[];
  commands: Command[];
  associations?: HostAssociation[];
  events: ManagementEvent[];
  scalingActivities: ScalingActivity[];
  autoshifts: Autoshift[];
  healthEvents: HealthEvent[];
  /** Only some support plans have AWS Health's API. */
  supportPlan: 'basic' | 'business';
  /** Of other services, in CloudWatch. */
  metrics: OtherMetric[];
  scope: StandingScope | undefined;
  monitors: StandingMonitor[];
}
