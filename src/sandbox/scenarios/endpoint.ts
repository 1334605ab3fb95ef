import { REGION } from '../demo/account.ts';
import { NODE_GROUP, PRIVATE_A, PRIVATE_B, VPC } from '../demo/network.ts';
import type { Rule, SecurityGroup, VpcEndpoint } from '../world.ts';

/* An interface endpoint for what agents publish to, in the subnets of the nodes. */

const ENDPOINT_GROUP = 'sg-0a7e3c9d5b1f46820';

export const endpointGroup = (ingress: Rule[]): SecurityGroup => ({
  id: ENDPOINT_GROUP,
  name: 'demo-endpoints',
  description: 'Interface endpoints',
  vpcId: VPC,
  ingress,
  egress: [],
});

export const fromNodes: Rule = { protocol: 'tcp', port: 443, peer: { groupId: NODE_GROUP } };
export const fromVpc: Rule = { protocol: 'tcp', port: 443, peer: { cidr: '10.77.0.0/16' } };

export const endpoint = (privateDns: boolean): VpcEndpoint => ({
  id: 'vpce-0d4b8f2a6c1e97530',
  name: 'networkflowmonitorreports',
  vpcId: VPC,
  service: `com.amazonaws.${REGION}.networkflowmonitorreports`,
  state: 'available',
  interfaces: [
    { subnetId: PRIVATE_A, eniId: 'eni-0c1f7e4b9a6d23850', ip: '10.77.1.30' },
    { subnetId: PRIVATE_B, eniId: 'eni-0f5a2d8c3e7b14960', ip: '10.77.2.30' },
  ],
  securityGroupIds: [ENDPOINT_GROUP],
  privateDns,
  createdAt: '2026-09-01T02:08:00Z',
});
