import { arn } from '../../place.ts';
import type { JsonValue } from '../../wire/json.ts';
import { stableUuid } from '../../wire/stable-id.ts';
import type { Addon, Cluster, World } from '../../world.ts';
import { findCluster } from './clusters.ts';
import { type EksOperation, notFound, pageOf } from './input.ts';

export const listAddons: EksOperation = (input, { world }) => {
  const { addons } = findCluster(world, input);
  const page = pageOf(
    addons.map(({ name }) => name),
    input,
  );
  return { addons: page.items, nextToken: page.nextToken };
};

export const describeAddon: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  const addon = cluster.addons.find(({ name }) => name === input.addon);
  if (!addon) throw notFound(`No addon: ${input.addon} found in cluster: ${cluster.name}`);
  return { addon: toAddon(addon, cluster, world) };
};

function toAddon(addon: Addon, cluster: Cluster, world: World): JsonValue {
  const path = `${cluster.name}/${addon.name}`;
  return {
    addonName: addon.name,
    clusterName: cluster.name,
    status: addon.status,
    addonVersion: addon.version,
    health: { issues: addon.issues },
    addonArn: arn(world, 'eks', `addon/${path}/${stableUuid(path)}`),
    createdAt: new Date(addon.createdAt),
    modifiedAt: new Date(addon.createdAt),
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    configurationValues: addon.configurationValues,
    tags: {},
  };
}
