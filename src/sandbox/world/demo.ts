import type {
  InstanceProfile,
  NatGateway,
  Policy,
  PolicyDocument,
  Role,
  RouteTable,
  SecurityGroup,
  Statement,
  Subnet,
  Vpc,
  Zone,
} from './world.ts';

/** The account and Region that the demo world is in. */
export const REGION = 'ap-northeast-3';
export const ACCOUNT = '123456789012';

/** What EKS gives to who makes a cluster. */
export const ADMIN_ACCESS = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

const allow = (...Action: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

export const PUBLISH_POLICY = managed('CloudWatchNetworkFlowMonitorAgentPublishPolicy');
export const SSM_POLICY = managed('AmazonSSMManagedInstanceCore');
const NODE_POLICIES = [
  managed('AmazonEKSWorkerNodePolicy'),
  managed('AmazonEC2ContainerRegistryReadOnly'),
  managed('AmazonEKS_CNI_Policy'),
];

/** AWS's own policies, shortened: of each as much as matters here. */
export const policies: Policy[] = [
  { arn: PUBLISH_POLICY, document: allow('networkflowmonitor:Publish') },
  { arn: SSM_POLICY, document: allow('ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*') },
  { arn: managed('AmazonEKSWorkerNodePolicy'), document: allow('ec2:Describe*', 'eks:DescribeCluster') },
  { arn: managed('AmazonEC2ContainerRegistryReadOnly'), document: allow('ecr:Get*', 'ecr:BatchGetImage') },
  {
    arn: managed('AmazonEKS_CNI_Policy'),
    document: allow('ec2:*NetworkInterface*', 'ec2:*PrivateIpAddress*'),
  },
  {
    arn: managed('aws-service-role/CloudWatchNetworkFlowMonitorServiceRolePolicy'),
    document: allow('cloudwatch:PutMetricData'),
  },
  {
    arn: managed('aws-service-role/CloudWatchNetworkFlowMonitorTopologyServiceRolePolicy'),
    document: allow('ec2:Describe*', 'config:*'),
  },
];

/** A trust policy that lets a service assume the role. */
export function trust(service: string, ...actions: string[]): PolicyDocument {
  const Action = ['sts:AssumeRole', ...actions];
  const statement: Statement = { Effect: 'Allow', Principal: { Service: service }, Action };
  return { Version: '2012-10-17', Statement: [statement] };
}

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
const POD_IDENTITY_TRUST = trust('pods.eks.amazonaws.com', 'sts:TagSession');

export const AGENT_ROLE = 'AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole';
export const NODE_ROLE = 'demo-node';
export const LB_ROLE = 'demo-lb';
export const TOPOLOGY_ROLE = 'AWSServiceRoleForNetworkFlowMonitor_Topology';

const createdAt = '2026-09-01T02:00:00Z';
const made = { path: '/', createdAt, inline: [] };

/** Network Flow Monitor makes them when it is set up (docs/network-flow-monitor.md). */
const serviceLinked = (name: string, service: string, policy: string): Role => ({
  ...made,
  name,
  path: `/aws-service-role/${service}/`,
  trust: trust(service),
  attached: [managed(`aws-service-role/${policy}`)],
});

export const serviceRoles: Role[] = [
  serviceLinked(
    'AWSServiceRoleForNetworkFlowMonitor',
    'networkflowmonitor.amazonaws.com',
    'CloudWatchNetworkFlowMonitorServiceRolePolicy',
  ),
  serviceLinked(
    TOPOLOGY_ROLE,
    'topology.networkflowmonitor.amazonaws.com',
    'CloudWatchNetworkFlowMonitorTopologyServiceRolePolicy',
  ),
];

export const roles: Role[] = [
  { ...made, name: AGENT_ROLE, trust: POD_IDENTITY_TRUST, attached: [PUBLISH_POLICY] },
  { ...made, name: NODE_ROLE, trust: trust('ec2.amazonaws.com'), attached: [...NODE_POLICIES, SSM_POLICY] },
  { ...made, name: LB_ROLE, trust: trust('ec2.amazonaws.com'), attached: [SSM_POLICY, PUBLISH_POLICY] },
  ...serviceRoles,
];

export const NODE_PROFILE = 'eks-demo-workers';
export const LB_PROFILE = 'demo-lb-profile';

export const instanceProfiles: InstanceProfile[] = [
  { name: NODE_PROFILE, createdAt, role: NODE_ROLE },
  { name: LB_PROFILE, createdAt, role: LB_ROLE },
];

/** Names and IDs are in a different order, as they are in most accounts. */
export const zones: Zone[] = [
  { name: 'ap-northeast-3a', id: 'apne3-az1' },
  { name: 'ap-northeast-3b', id: 'apne3-az3' },
  { name: 'ap-northeast-3c', id: 'apne3-az2' },
];

export const VPC = 'vpc-0d5c1a7be93f24a60';
export const PUBLIC_A = 'subnet-0a1f6c2d4e8b97035';
export const PRIVATE_A = 'subnet-0b7e39d1c5a2f8464';
export const PRIVATE_B = 'subnet-0c48f2a6e1d35b979';
export const PRIVATE_C = 'subnet-0e93b5d7f2c146a81';

export const vpcs: Vpc[] = [{ id: VPC, name: 'demo', cidr: '10.77.0.0/16' }];

export const subnets: Subnet[] = [
  { id: PUBLIC_A, name: 'demo-public-a', vpcId: VPC, zoneId: 'apne3-az1', cidr: '10.77.0.0/24' },
  { id: PRIVATE_A, name: 'demo-private-a', vpcId: VPC, zoneId: 'apne3-az1', cidr: '10.77.1.0/24' },
  { id: PRIVATE_B, name: 'demo-private-b', vpcId: VPC, zoneId: 'apne3-az3', cidr: '10.77.2.0/24' },
  { id: PRIVATE_C, name: 'demo-private-c', vpcId: VPC, zoneId: 'apne3-az2', cidr: '10.77.3.0/24' },
];

/** Not an instance of the demo world: somebody else runs it. */
export const PROXY = 'http://proxy.demo.internal:3128';

export const LB_GROUP = 'sg-0b1d7e5a3c9f26480';
export const NODE_GROUP = 'sg-0d6a2f8c4b71e9350';
export const DB_GROUP = 'sg-0f3c9a1e7d5b84260';

const egress: SecurityGroup['egress'] = [{ protocol: '-1', peer: { cidr: '0.0.0.0/0' } }];

export const securityGroups: SecurityGroup[] = [
  {
    id: LB_GROUP,
    name: 'demo-lb',
    description: 'Load balancer',
    vpcId: VPC,
    ingress: [{ protocol: 'tcp', port: 80, peer: { cidr: '0.0.0.0/0' } }],
    egress,
  },
  {
    id: NODE_GROUP,
    name: 'demo-nodes',
    description: 'Nodes of the EKS cluster demo',
    vpcId: VPC,
    ingress: [
      { protocol: '-1', peer: { groupId: NODE_GROUP } },
      { protocol: 'tcp', port: 80, peer: { groupId: LB_GROUP } },
    ],
    egress,
  },
  {
    id: DB_GROUP,
    name: 'demo-db',
    description: 'Database',
    vpcId: VPC,
    ingress: [{ protocol: 'tcp', port: 5432, peer: { groupId: NODE_GROUP } }],
    egress,
  },
];

const IGW = 'igw-0a9e4c7b2d5f81630';
export const NAT = 'nat-0c5b8e1f7a3d92460';
const local = { destination: '10.77.0.0/16', target: 'local' };

export const routeTables: RouteTable[] = [
  {
    id: 'rtb-0e2a6d9c1f7b48350',
    name: 'demo-public',
    vpcId: VPC,
    main: false,
    subnetIds: [PUBLIC_A],
    routes: [local, { destination: '0.0.0.0/0', target: IGW }],
  },
  {
    id: 'rtb-0b4f8c3e5a1d97260',
    name: 'demo-private',
    vpcId: VPC,
    main: true,
    subnetIds: [PRIVATE_A, PRIVATE_B, PRIVATE_C],
    routes: [local, { destination: '0.0.0.0/0', target: NAT }],
  },
];

export const natGateways: NatGateway[] = [
  {
    id: NAT,
    name: 'demo',
    subnetId: PUBLIC_A,
    state: 'available',
    ip: '10.77.0.10',
    publicIp: '203.0.113.10',
    eniId: 'eni-0e5d2a9c7b4f18630',
    createdAt: '2026-09-01T02:05:00Z',
  },
];

/* Ways to what is not in the demo world by itself: another VPC, an internal load balancer. */
export const TGW = 'tgw-0b3e8c5f1a7d92460';
export const TGW_ATTACHMENT = 'tgw-attach-0d6f2a9c4e8b13570';
export const PEERING = 'pcx-0f4b7d1c9a3e68250';
export const LOAD_BALANCER = 'app/demo-internal/50dc6c495c0c9188';
