import type { NatGateway, RouteTable, SecurityGroup, Subnet, Vpc, Zone } from '../world.ts';

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
