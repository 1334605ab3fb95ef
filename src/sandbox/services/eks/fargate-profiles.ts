import { arn } from '../../place.ts';
import type { JsonValue } from '../../wire/json.ts';
import { stableUuid } from '../../wire/stable-id.ts';
import type { Cluster, FargateProfile, World } from '../../world.ts';
import { findCluster } from './clusters.ts';
import { type EksOperation, findByName, pageOf } from './input.ts';

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
