import type { JsonValue } from '../../wire/json.ts';
import type { ClusterUpdate } from '../../world/world.ts';
import { findCluster } from './compute.ts';
import { type EksInput, type EksOperation, notFound, pageOf } from './input.ts';

/** Of the cluster itself, or of the add-on or node group that is named. */
export const listUpdates: EksOperation = (input, { world }) => {
  const { updates } = findCluster(world, input);
  const page = pageOf(
    updates.filter((update) => isOf(update, input)).map(({ id }) => id),
    input,
  );
  return { updateIds: page.items, nextToken: page.nextToken };
};

export const describeUpdate: EksOperation = (input, { world }) => {
  const update = findCluster(world, input).updates.find(({ id }) => id === input.name);
  if (!update || !isOf(update, input)) throw notFound(`No update found for ID: ${input.name}.`);
  return { update: toUpdate(update) };
};

function isOf({ addon, nodegroup }: ClusterUpdate, { query }: EksInput): boolean {
  return addon === query.addonName && nodegroup === query.nodegroupName;
}

function toUpdate({ id, type, status, params, createdAt }: ClusterUpdate): JsonValue {
  return { id, type, status, params, createdAt: new Date(createdAt), errors: [] };
}
