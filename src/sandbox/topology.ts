import type { Cluster, FlowSpec, Instance, Peer, Pod, Subnet, World, Zone } from './world.ts';

/*
 * The demo account that every scenario plays in: the topology of the recordings
 * (client → lb → web-a, web-b; worker-a, worker-b → db), as it would stand in AWS.
 */

const REGION = 'ap-northeast-3';
const ACCOUNT = '123456789012';

/** Names and IDs are in a different order, as they are in most accounts. */
const zones: Zone[] = [
  { name: 'ap-northeast-3a', id: 'apne3-az1' },
  { name: 'ap-northeast-3b', id: 'apne3-az3' },
  { name: 'ap-northeast-3c', id: 'apne3-az2' },
];

const VPC = 'vpc-0d5c1a7be93f24a60';
const PUBLIC_A = 'subnet-0a1f6c2d4e8b97035';
const PRIVATE_A = 'subnet-0b7e39d1c5a2f8464';
const PRIVATE_B = 'subnet-0c48f2a6e1d35b979';
const PRIVATE_C = 'subnet-0e93b5d7f2c146a81';

const subnets: Subnet[] = [
  { id: PUBLIC_A, name: 'demo-public-a', vpcId: VPC, zoneId: 'apne3-az1', cidr: '10.77.0.0/24' },
  { id: PRIVATE_A, name: 'demo-private-a', vpcId: VPC, zoneId: 'apne3-az1', cidr: '10.77.1.0/24' },
  { id: PRIVATE_B, name: 'demo-private-b', vpcId: VPC, zoneId: 'apne3-az3', cidr: '10.77.2.0/24' },
  { id: PRIVATE_C, name: 'demo-private-c', vpcId: VPC, zoneId: 'apne3-az2', cidr: '10.77.3.0/24' },
];

const NODE_A = 'i-0a4d7f19c3b6e8250';
const NODE_B = 'i-0b82c5e6f1d947a33';

const instances: Instance[] = [
  {
    id: 'i-0f31b9d8a27c4e655',
    name: 'lb',
    subnetId: PUBLIC_A,
    ip: '10.77.0.20',
    type: 't3.medium',
    launchedAt: '2026-09-01T02:10:00Z',
    eniId: 'eni-0f7a3c1e9d5b82644',
    agent: true,
  },
  {
    id: NODE_A,
    name: 'node-a',
    subnetId: PRIVATE_A,
    ip: '10.77.1.5',
    type: 't3.medium',
    launchedAt: '2026-09-01T02:31:00Z',
    eniId: 'eni-0a6b1d4f8c2e97350',
    agent: true,
    cluster: 'demo',
  },
  {
    id: NODE_B,
    name: 'node-b',
    subnetId: PRIVATE_B,
    ip: '10.77.2.5',
    type: 't3.medium',
    launchedAt: '2026-09-01T02:31:00Z',
    eniId: 'eni-0b9c2e5a7d4f18361',
    agent: true,
    cluster: 'demo',
  },
];

const pods: Pod[] = [
  { name: 'web-a', namespace: 'default', service: 'web', ip: '10.77.1.11', node: NODE_A },
  { name: 'web-b', namespace: 'default', service: 'web', ip: '10.77.2.11', node: NODE_B },
  { name: 'worker-a', namespace: 'default', service: 'worker', ip: '10.77.1.12', node: NODE_A },
  { name: 'worker-b', namespace: 'default', service: 'worker', ip: '10.77.2.12', node: NODE_B },
];

const peers: Peer[] = [
  { name: 'client', kind: 'internet', ip: '198.51.100.10' },
  { name: 'db', kind: 'database', ip: '10.77.1.20', subnetId: PRIVATE_A, eniId: 'eni-0d1e8a5c7f3b29462' },
  { name: 's3', kind: 's3', ip: '203.0.113.66' },
];

const healthy = { status: 'ACTIVE', issues: [], createdAt: '2026-09-01T02:40:00Z' };

const cluster: Cluster = {
  name: 'demo',
  version: '1.33',
  status: 'ACTIVE',
  vpcId: VPC,
  subnetIds: [PRIVATE_A, PRIVATE_B, PRIVATE_C],
  createdAt: '2026-09-01T02:15:00Z',
  addons: [
    { ...healthy, name: 'aws-network-flow-monitoring-agent', version: 'v1.1.6-eksbuild.1' },
    { ...healthy, name: 'coredns', version: 'v1.12.1-eksbuild.2' },
    { ...healthy, name: 'eks-pod-identity-agent', version: 'v1.3.8-eksbuild.2' },
    { ...healthy, name: 'kube-proxy', version: 'v1.33.0-eksbuild.2' },
    { ...healthy, name: 'vpc-cni', version: 'v1.19.5-eksbuild.3' },
  ],
  podIdentityAssociations: [
    {
      id: 'a-2kf0q7x9m4r1d8tzc',
      namespace: 'amazon-network-flow-monitor',
      serviceAccount: 'aws-network-flow-monitor-agent-service-account',
      roleArn: `arn:aws:iam::${ACCOUNT}:role/AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole`,
    },
  ],
};

/**
 * A recorded counter is per host, a flow is per peer, so the recording does not say how the load balancer's
 * bytes divide. They do by what HTTP does: it forwards small requests (the client sends about 68 kB a minute,
 * half to each pod) and passes on large responses. Its retransmissions all belong to web-b, whose
 * acknowledgements are lost (the captures' README).
 */
const REQUESTS = 0.015;

const flows: FlowSpec[] = [
  { local: 'lb', remote: 'web-a', targetPort: 80, recorded: 'lb', bytes: REQUESTS, events: 0 },
  { local: 'lb', remote: 'web-b', targetPort: 80, recorded: 'lb', bytes: REQUESTS, events: 1 },
  { local: 'lb', remote: 'client', targetPort: 0, recorded: 'lb', bytes: 1 - 2 * REQUESTS, events: 0 },
  { local: 'web-a', remote: 'lb', targetPort: 0, recorded: 'web-a', bytes: 1, events: 1 },
  { local: 'web-b', remote: 'lb', targetPort: 0, recorded: 'web-b', bytes: 1, events: 1 },
  { local: 'worker-a', remote: 'db', targetPort: 5432, recorded: 'worker-a', bytes: 1, events: 1 },
  { local: 'worker-b', remote: 'db', targetPort: 5432, recorded: 'worker-b', bytes: 1, events: 1 },
  // Small traffic to S3 was not recorded; the database's own volume stands in for it.
  { local: 'worker-a', remote: 's3', targetPort: 443, recorded: 'db', bytes: 0.5, events: 0 },
  { local: 'worker-b', remote: 's3', targetPort: 443, recorded: 'db', bytes: 0.5, events: 0 },
];

export const DEMO_WORLD: World = {
  region: REGION,
  accountId: ACCOUNT,
  zones,
  vpcs: [{ id: VPC, name: 'demo', cidr: '10.77.0.0/16' }],
  subnets,
  instances,
  pods,
  peers,
  clusters: [cluster],
  flows,
};

/** The same account in a Region where nobody ever made anything. */
export function emptyWorld(region: string): World {
  const nothing = {
    zones: [],
    vpcs: [],
    subnets: [],
    instances: [],
    pods: [],
    peers: [],
    clusters: [],
    flows: [],
  };
  return { ...nothing, region, accountId: ACCOUNT };
}
