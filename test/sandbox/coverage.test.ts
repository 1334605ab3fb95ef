import { describe, expect, it } from 'vitest';
import { arn, covers, type Resource } from '../../src/sandbox/world/place.ts';
import { DEMO_WORLD as base } from '../../src/sandbox/world/topology.ts';
import type { World } from '../../src/sandbox/world/world.ts';

const world: World = {
  ...base,
  peers: [...base.peers, { name: 'tokyo', kind: 'region', ip: '203.0.113.3', region: 'ap-northeast-1' }],
  flows: [
    ...base.flows,
    { local: 'worker-a', remote: 'tokyo', targetPort: 443, recorded: 'db', bytes: 0, events: 0 },
  ],
};
const covered = (local: Resource[], remote: Resource[]) =>
  world.flows
    .filter((flow) => covers(world, local, remote, flow))
    .map((flow) => `${flow.local}→${flow.remote}`);

const vpc = { type: 'AWS::EC2::VPC', identifier: arn(world, 'ec2', `vpc/${world.vpcs[0]?.id}`) };
const subnet = (name: string) => ({
  type: 'AWS::EC2::Subnet',
  identifier: arn(world, 'ec2', `subnet/${world.subnets.find((candidate) => candidate.name === name)?.id}`),
});
const zone = (identifier: string) => ({ type: 'AWS::AvailabilityZone', identifier });
const region = (identifier: string) => ({ type: 'AWS::Region', identifier });

describe('a monitor covers', () => {
  it('all flows of its VPC that end in the Region, never those to the internet', () => {
    expect(covered([vpc], [])).toEqual([
      'lb→web-a',
      'lb→web-b',
      'web-a→lb',
      'web-b→lb',
      'worker-a→db',
      'worker-b→db',
      'worker-a→s3',
      'worker-b→s3',
    ]);
    expect(covered([region('ap-northeast-3')], [])).toEqual(covered([vpc], []));
  });

  it('the flows of a subnet, a zone, a cluster', () => {
    expect(covered([subnet('demo-public-a')], [])).toEqual(['lb→web-a', 'lb→web-b']);
    expect(covered([zone('ap-northeast-3b')], [])).toEqual(['web-b→lb', 'worker-b→db', 'worker-b→s3']);
    expect(covered([zone('ap-northeast-3c')], [])).toEqual([]);
    const cluster = { type: 'AWS::EKS::Cluster', identifier: arn(world, 'eks', 'cluster/demo') };
    expect(covered([cluster], [])).toEqual([
      'web-a→lb',
      'web-b→lb',
      'worker-a→db',
      'worker-b→db',
      'worker-a→s3',
      'worker-b→s3',
    ]);
  });

  it('only the remote ends that it names', () => {
    expect(covered([vpc], [zone('ap-northeast-3b')])).toEqual(['lb→web-b']);
    expect(covered([vpc], [subnet('demo-private-a')])).toEqual(['lb→web-a', 'worker-a→db', 'worker-b→db']);
    expect(covered([vpc], [{ type: 'AWS::AWSService', identifier: 'S3' }])).toEqual([
      'worker-a→s3',
      'worker-b→s3',
    ]);
    expect(covered([vpc], [{ type: 'AWS::AWSService', identifier: 'DynamoDB' }])).toEqual([]);
    expect(covered([vpc], [region('ap-northeast-1')])).toEqual(['worker-a→tokyo']);
  });
});
