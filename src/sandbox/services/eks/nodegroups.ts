import { arn } from '../../place.ts';
import type { JsonValue } from '../../wire/json.ts';
import { stableUuid } from '../../wire/stable-id.ts';
import type { Cluster, Nodegroup, World } from '../../world.ts';
import { findCluster } from './clusters.ts';
import { type EksOperation, findByName, pageOf } from './input.ts';

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
