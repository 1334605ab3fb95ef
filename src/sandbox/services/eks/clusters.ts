import { clusterId, issuerOf } from '../../oidc.ts';
import { arn } from '../../place.ts';
import type { JsonValue } from '../../wire/json.ts';
import type { Cluster, World } from '../../world.ts';
import { type EksInput, type EksOperation, notFound, pageOf } from './input.ts';

export const listClusters: EksOperation = (input, { world }) => {
  const page = pageOf(
    world.clusters.map(({ name }) => name),
    input,
  );
  return { clusters: page.items, nextToken: page.nextToken };
};

export const describeCluster: EksOperation = (input, { world }) => ({
  cluster: toCluster(findCluster(world, input), world),
});

export function findCluster({ clusters }: World, { cluster: wanted }: EksInput): Cluster {
  const cluster = clusters.find(({ name }) => name === wanted);
  if (!cluster) throw notFound(`No cluster found for name: ${wanted}.`);
  return cluster;
}

function toCluster(cluster: Cluster, world: World): JsonValue {
  const { region } = world;
  const id = clusterId(world, cluster.name);
  return {
    name: cluster.name,
    arn: arn(world, 'eks', `cluster/${cluster.name}`),
    createdAt: new Date(cluster.createdAt),
    version: cluster.version,
    endpoint: `https://${id}.gr7.${region}.eks.amazonaws.com`,
    resourcesVpcConfig: {
      vpcId: cluster.vpcId,
      subnetIds: cluster.subnetIds,
      securityGroupIds: [],
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    kubernetesNetworkConfig: { ipFamily: 'ipv4', serviceIpv4Cidr: '172.20.0.0/16' },
    identity: { oidc: { issuer: `https://${issuerOf(world, cluster.name)}` } },
    status: cluster.status,
    platformVersion: 'eks.1',
    health: { issues: [] },
    tags: {},
  };
}
