import type { InstanceProfile, Policy, PolicyDocument, Role, Statement } from '../world.ts';
import { managed } from './account.ts';

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
export const POD_IDENTITY_TRUST = trust('pods.eks.amazonaws.com', 'sts:TagSession');

export const AGENT_ROLE = 'AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole';
export const NODE_ROLE = 'demo-node';
export const LB_ROLE = 'demo-lb';
export const TOPOLOGY_ROLE = 'AWSServiceRoleForNetworkFlowMonitor_Topology';

const createdAt = '2026-09-01T02:00:00Z';
const made = { path: '/', createdAt, inline: [] };

/** Network Flow Monitor makes them when it is set up (facts §4). */
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
