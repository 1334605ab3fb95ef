import { stableUuid } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import { issuerOf } from '../../world/permissions.ts';
import { arn } from '../../world/place.ts';
import type { Cluster, FargateProfile, Nodegroup, World } from '../../world/world.ts';
import { type EksInput, type EksOperation, findByName, notFound, pageOf } from './input.ts';

export const listClusters: EksOperation = (input, { world }) => {
  const page = pageOf(
    world.clusters.map(({ name }) => name),
    input,
  );
  return { clusters: page.items, nextToken: page.nextToken };
};

export const describeCluster: EksOperation = async (input, { world, kubernetes }) => {
  const cluster = findCluster(world, input);
  const { endpoint, authority } = await kubernetes(cluster);
  const certificateAuthority = { data: Buffer.from(authority).toString('base64') };
  return { cluster: { ...toCluster(cluster, world), endpoint, certificateAuthority } };
};

export function findCluster({ clusters }: World, { cluster: wanted }: EksInput): Cluster {
  const cluster = clusters.find(({ name }) => name === wanted);
  if (!cluster) throw notFound(`No cluster found for name: ${wanted}.`);
  return cluster;
}

function toCluster(cluster: Cluster, world: World): { [name: string]: JsonValue } {
  return {
    name: cluster.name,
    arn: arn(world, 'eks', `cluster/${cluster.name}`),
    createdAt: new Date(cluster.createdAt),
    version: cluster.version,
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
    accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    status: cluster.status,
    platformVersion: 'eks.1',
    health: { issues: [] },
    tags: {},
  };
}

export const listNodegroups: EksOperation = (input, { world }) => {
  const { nodegroups } = findCluster(world, input);
  const page = pageOf(
    nodegroups.map(({ name }) => name),
    input,
  );
  return { nodegroups: page.items, nextToken: page.nextToken };
};

export const describeNodegroup: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  const refusal = `No node group found for name: ${input.name}.`;
  return { nodegroup: toNodegroup(findByName(cluster.nodegroups, input, refusal), cluster, world) };
};

function toNodegroup(nodegroup: Nodegroup, cluster: Cluster, world: World): JsonValue {
  const path = `${cluster.name}/${nodegroup.name}`;
  const nodes = world.instances.filter(
    (instance) => instance.cluster === cluster.name && instance.nodegroup === nodegroup.name,
  );
  return {
    nodegroupName: nodegroup.name,
    nodegroupArn: arn(world, 'eks', `nodegroup/${path}/${stableUuid(path)}`),
    clusterName: cluster.name,
    version: cluster.version,
    createdAt: new Date(nodegroup.createdAt),
    modifiedAt: new Date(nodegroup.createdAt),
    status: nodegroup.status,
    capacityType: 'ON_DEMAND',
    scalingConfig: { minSize: nodes.length, maxSize: nodes.length, desiredSize: nodes.length },
    instanceTypes: [...new Set(nodes.map(({ type }) => type))],
    subnets: nodegroup.subnetIds,
    amiType: nodegroup.amiType,
    nodeRole: nodegroup.roleArn,
    labels: {},
    taints: nodegroup.taints.map((taint) => ({ ...taint })),
    health: { issues: [] },
    tags: {},
  };
}

export const listFargateProfiles: EksOperation = (input, { world }) => {
  const { fargateProfiles } = findCluster(world, input);
  const page = pageOf(
    fargateProfiles.map(({ name }) => name),
    input,
  );
  return { fargateProfileNames: page.items, nextToken: page.nextToken };
};

export const describeFargateProfile: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  const refusal = `No Fargate Profile found with name: ${input.name}.`;
  return { fargateProfile: toProfile(findByName(cluster.fargateProfiles, input, refusal), cluster, world) };
};

function toProfile(profile: FargateProfile, cluster: Cluster, world: World): JsonValue {
  const path = `${cluster.name}/${profile.name}`;
  return {
    fargateProfileName: profile.name,
    fargateProfileArn: arn(world, 'eks', `fargateprofile/${path}/${stableUuid(path)}`),
    clusterName: cluster.name,
    createdAt: new Date(profile.createdAt),
    podExecutionRoleArn: profile.roleArn,
    subnets: profile.subnetIds,
    selectors: profile.namespaces.map((namespace) => ({ namespace, labels: {} })),
    status: profile.status,
    health: { issues: [] },
    tags: {},
  };
}
