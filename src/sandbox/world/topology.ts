import { AGENT_PACKAGE, AGENT_PACKAGE_VERSION, INSTALL_DOCUMENT, MANAGE_DOCUMENT } from './agents.ts';
import * as demo from './demo.ts';
import {
  ACCOUNT,
  DB_GROUP,
  LB_GROUP,
  NODE_GROUP,
  PRIVATE_A,
  PRIVATE_B,
  PRIVATE_C,
  PUBLIC_A,
  REGION,
  roleArn,
  VPC,
} from './demo.ts';
import { callerOf } from './permissions.ts';
import type {
  Cluster,
  Command,
  FlowSpec,
  Image,
  Instance,
  OperatingSystem,
  Peer,
  Pod,
  StandingMonitor,
  World,
} from './world.ts';

/*
 * The demo account that every scenario plays in: the topology of the recordings
 * (client → lb → web-a, web-b; worker-a, worker-b → db), as it would stand in AWS.
 */

const LB = 'i-0f31b9d8a27c4e655';
const NODE_A = 'i-0a4d7f19c3b6e8250';
export const NODE_B = 'i-0b82c5e6f1d947a33';

const AL2023: OperatingSystem = {
  platform: 'Linux',
  name: 'Amazon Linux',
  version: '2023',
  kernel: '6.12.55-74.119.amzn2023',
};

/** What EC2 says of an ordinary Linux host. */
export const LINUX_HOST: Pick<Instance, 'securityGroupIds' | 'imageId' | 'os' | 'metadata'> = {
  securityGroupIds: [],
  imageId: 'ami-0c7e2b9d5f1a84360',
  os: AL2023,
  metadata: 'enabled',
};

const images: Image[] = [
  {
    id: 'ami-0c7e2b9d5f1a84360',
    name: 'al2023-ami-2023.9.20251110.0-kernel-6.12-x86_64',
    description: 'Amazon Linux 2023 AMI 2023.9.20251110.0 x86_64 HVM kernel-6.12',
    createdAt: '2026-08-20T00:00:00Z',
    platform: 'Linux',
  },
  {
    id: 'ami-0a3f6d8b1c5e97240',
    name: 'amazon-eks-node-al2023-x86_64-standard-1.33-v20260815',
    description: 'EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: 1.33)',
    createdAt: '2026-08-15T00:00:00Z',
    platform: 'Linux',
  },
];

const managed: NonNullable<Instance['ssm']> = { ping: 'Online', agentVersion: '3.3.3270.0' };

const node = {
  ...LINUX_HOST,
  type: 't3.medium',
  securityGroupIds: [NODE_GROUP],
  imageId: 'ami-0a3f6d8b1c5e97240',
  instanceProfile: demo.NODE_PROFILE,
  cluster: 'demo',
  nodegroup: 'workers',
  ssm: managed,
};

const instances: Instance[] = [
  {
    ...LINUX_HOST,
    id: LB,
    name: 'lb',
    subnetId: PUBLIC_A,
    ip: '10.77.0.20',
    publicIp: '203.0.113.20',
    type: 't3.medium',
    launchedAt: '2026-09-01T02:10:00Z',
    eniId: 'eni-0f7a3c1e9d5b82644',
    securityGroupIds: [LB_GROUP],
    instanceProfile: demo.LB_PROFILE,
    ssm: managed,
    agentPackage: { version: AGENT_PACKAGE_VERSION, activated: true },
  },
  {
    ...node,
    id: NODE_A,
    name: 'node-a',
    subnetId: PRIVATE_A,
    ip: '10.77.1.5',
    launchedAt: '2026-09-01T02:31:00Z',
    eniId: 'eni-0a6b1d4f8c2e97350',
  },
  {
    ...node,
    id: NODE_B,
    name: 'node-b',
    subnetId: PRIVATE_B,
    ip: '10.77.2.5',
    launchedAt: '2026-09-01T02:31:00Z',
    eniId: 'eni-0b9c2e5a7d4f18361',
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
  {
    name: 'db',
    kind: 'database',
    ip: '10.77.1.20',
    subnetId: PRIVATE_A,
    eniId: 'eni-0d1e8a5c7f3b29462',
    securityGroupIds: [DB_GROUP],
  },
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
    { ...healthy, name: 'eks-node-monitoring-agent', version: 'v1.4.0-eksbuild.2' },
    { ...healthy, name: 'eks-pod-identity-agent', version: 'v1.3.8-eksbuild.2' },
    { ...healthy, name: 'kube-proxy', version: 'v1.33.0-eksbuild.2' },
    { ...healthy, name: 'vpc-cni', version: 'v1.19.5-eksbuild.3' },
  ],
  podIdentityAssociations: [
    {
      id: 'a-2kf0q7x9m4r1d8tzc',
      namespace: 'amazon-network-flow-monitor',
      serviceAccount: 'aws-network-flow-monitor-agent-service-account',
      roleArn: roleArn(demo.AGENT_ROLE),
      createdAt: '2026-09-01T02:40:00Z',
    },
  ],
  nodegroups: [
    {
      name: 'workers',
      status: 'ACTIVE',
      amiType: 'AL2023_x86_64_STANDARD',
      subnetIds: [PRIVATE_A, PRIVATE_B, PRIVATE_C],
      roleArn: roleArn(demo.NODE_ROLE),
      taints: [],
      createdAt: '2026-09-01T02:28:00Z',
    },
  ],
  fargateProfiles: [],
  accessEntries: [
    {
      principalArn: callerOf({ accountId: ACCOUNT }),
      createdAt: '2026-09-01T02:15:00Z',
      policies: [
        {
          policyArn: demo.ADMIN_ACCESS,
          namespaces: 'all',
          associatedAt: '2026-09-01T02:15:00Z',
        },
      ],
    },
  ],
  updates: [],
  inside: {},
};

const sent: Pick<Command, 'invocations'> = {
  invocations: [{ instanceId: LB, status: 'Success', output: 'done' }],
};

/** How the load balancer got its agent. Systems Manager forgets a command after 30 days. */
const commands: Command[] = [
  {
    ...sent,
    id: '6f2d9b1e-4c7a-4e83-9d05-b8a1c3f7e246',
    document: INSTALL_DOCUMENT,
    parameters: { action: ['Install'], name: [AGENT_PACKAGE] },
    requestedAt: '2026-09-01T02:50:00Z',
  },
  {
    ...sent,
    id: 'a94c7e3b-1d5f-4820-8b6e-52f9d0c6a137',
    document: MANAGE_DOCUMENT,
    parameters: { Action: ['Activate'] },
    requestedAt: '2026-09-01T02:52:00Z',
  },
];

const MONTH = 30 * 24 * 60;

/** The three monitors that the first field report made: the VPC's, zone a's, zone b's. */
const monitors: StandingMonitor[] = [
  monitor('demo-vpc', ['AWS::EC2::VPC', `vpc/${VPC}`]),
  monitor('demo-zone-a', subnet(PUBLIC_A), subnet(PRIVATE_A)),
  monitor('demo-zone-b', subnet(PRIVATE_B)),
];

function subnet(id: string): [type: string, path: string] {
  return ['AWS::EC2::Subnet', `subnet/${id}`];
}

function monitor(name: string, ...resources: [type: string, path: string][]): StandingMonitor {
  const local = resources.map(([type, path]) => ({
    type,
    identifier: `arn:aws:ec2:${REGION}:${ACCOUNT}:${path}`,
  }));
  return { name, local, ageMinutes: MONTH };
}

/**
 * A recorded counter is per host, a flow is per peer, so most recordings do not say how the load balancer's
 * bytes divide (where they do, that counts). They do by what HTTP does: it forwards small requests (the client sends about 68 kB a minute,
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
  zones: demo.zones,
  vpcs: demo.vpcs,
  subnets: demo.subnets,
  securityGroups: demo.securityGroups,
  routeTables: demo.routeTables,
  natGateways: demo.natGateways,
  transitGatewayAttachments: [],
  vpcEndpoints: [],
  networkAcls: [],
  instances,
  images,
  pods,
  peers,
  clusters: [cluster],
  flows,
  policies: demo.policies,
  controlPolicies: [],
  roles: demo.roles,
  instanceProfiles: demo.instanceProfiles,
  oidcProviders: [],
  commands,
  events: [],
  scalingActivities: [],
  autoshifts: [],
  healthEvents: [],
  supportPlan: 'basic',
  metrics: [],
  scope: { id: 'c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54', accountId: ACCOUNT, ageMinutes: MONTH },
  monitors,
};

/** A demo world to change at will. Not by structuredClone: what parts of it share is to change apart. */
export function demoWorld(): World {
  return JSON.parse(JSON.stringify(DEMO_WORLD));
}

/** An account in a Region where nobody ever made anything. */
export function emptyWorld(region: string, accountId = ACCOUNT): World {
  return {
    region,
    accountId,
    zones: [],
    vpcs: [],
    subnets: [],
    securityGroups: [],
    routeTables: [],
    natGateways: [],
    transitGatewayAttachments: [],
    vpcEndpoints: [],
    networkAcls: [],
    instances: [],
    images: [],
    pods: [],
    peers: [],
    clusters: [],
    flows: [],
    policies: [],
    controlPolicies: [],
    roles: [],
    instanceProfiles: [],
    oidcProviders: [],
    commands: [],
    events: [],
    scalingActivities: [],
    autoshifts: [],
    healthEvents: [],
    supportPlan: 'basic',
    metrics: [],
    scope: undefined,
    monitors: [],
  };
}
