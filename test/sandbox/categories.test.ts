import { describe, expect, it } from 'vitest';
import { destinationCategory, locate } from '../../src/sandbox/world/place.ts';
import { DEMO_WORLD } from '../../src/sandbox/world/topology.ts';
import type { World } from '../../src/sandbox/world/world.ts';

const otherVpc = { id: 'vpc-0aaaaaaaaaaaaaaaa', name: 'other', cidr: '10.9.0.0/16' };
const otherSubnet = {
  id: 'subnet-0aaaaaaaaaaaaaaaa',
  name: 'other-a',
  vpcId: otherVpc.id,
  zoneId: 'apne3-az1',
  cidr: '10.9.0.0/24',
};
const world: World = {
  ...DEMO_WORLD,
  vpcs: [...DEMO_WORLD.vpcs, otherVpc],
  subnets: [...DEMO_WORLD.subnets, otherSubnet],
  peers: [
    ...DEMO_WORLD.peers,
    { name: 'other-db', kind: 'database', ip: '10.9.0.9', subnetId: otherSubnet.id },
    { name: 'somewhere', kind: 'database', ip: '192.0.2.1' },
    { name: 'table', kind: 'dynamodb', ip: '203.0.113.1' },
    { name: 'cdn', kind: 'aws-service', ip: '203.0.113.2' },
    { name: 'tokyo', kind: 'region', ip: '203.0.113.3', region: 'ap-northeast-1' },
  ],
};

describe('the destination category', () => {
  it.each([
    ['lb', 'web-a', 'INTRA_AZ'],
    ['lb', 'web-b', 'INTER_AZ'],
    ['worker-b', 'db', 'INTER_AZ'],
    ['worker-a', 'other-db', 'INTER_VPC'],
    ['worker-a', 's3', 'AMAZON_S3'],
    ['worker-a', 'table', 'AMAZON_DYNAMODB'],
    ['worker-a', 'tokyo', 'INTER_REGION'],
    ['worker-a', 'cdn', 'AWS_SERVICE'],
    ['lb', 'client', 'INTERNET'],
    ['worker-a', 'somewhere', 'UNCLASSIFIED'],
  ])('of %s → %s is %s', (local, remote, category) => {
    expect(destinationCategory(locate(world, local), locate(world, remote))).toBe(category);
  });
});
