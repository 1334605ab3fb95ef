import { z } from 'zod';
import { instant } from '../../../model/time.ts';
import { AGENT_ADDON, isConfiguration, serviceAccountOf } from '../../agents.ts';
import { arn } from '../../place.ts';
import type { JsonValue } from '../../wire/json.ts';
import { stableUuid } from '../../wire/stable-id.ts';
import type { Addon, Cluster, World } from '../../world.ts';
import { namespaceOf, versionOf } from './addon-versions.ts';
import { findCluster } from './clusters.ts';
import {
  bodyOf,
  type EksInput,
  type EksOperation,
  findByName,
  inUse,
  invalidParameter,
  pageOf,
} from './input.ts';
import { associate, checkRole } from './pod-identity.ts';

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
  return { addon: toAddon(findAddon(cluster, input), cluster, world) };
};

const change = {
  addonVersion: z.string().optional(),
  serviceAccountRoleArn: z.string().optional(),
  configurationValues: z.string().optional(),
  podIdentityAssociations: z
    .array(z.object({ serviceAccount: z.string().min(1), roleArn: z.string().min(1) }))
    .optional(),
  resolveConflicts: z.enum(['OVERWRITE', 'NONE', 'PRESERVE']).optional(),
};
type ChangeInput = z.output<z.ZodObject<typeof change>>;
const creation = z.object({ addonName: z.string().min(1), ...change });

export const createAddon: EksOperation = (input, { world, now, later }) => {
  const cluster = findCluster(world, input);
  const { addonName, addonVersion, ...rest } = bodyOf(creation, input);
  if (cluster.addons.some(({ name }) => name === addonName)) throw inUse('Addon already exists.');
  const version = versionOf(addonName, cluster.version, addonVersion);
  const addon: Addon = {
    name: addonName,
    version,
    status: 'CREATING',
    issues: [],
    createdAt: instant(now()),
  };
  configure(addon, rest, world);
  for (const one of rest.podIdentityAssociations ?? [])
    associate(cluster, { namespace: namespaceOf(addonName), ...one }, now());
  cluster.addons.push(addon);
  later(1, () => {
    addon.status = 'ACTIVE';
  });
  return { addon: toAddon(addon, cluster, world) };
};

export const updateAddon: EksOperation = (input, { world, now, later }) => {
  const cluster = findCluster(world, input);
  const addon = findAddon(cluster, input);
  const { addonVersion, ...rest } = bodyOf(z.object(change), input);
  if (addon.status === 'CREATING' || addon.status === 'UPDATING')
    throw inUse(`Addon ${addon.name} cannot be updated as it is currently in ${addon.status} state`);
  const version = addonVersion ? versionOf(addon.name, cluster.version, addonVersion) : addon.version;
  const changed: Addon = { ...addon, version, modifiedAt: instant(now()) };
  configure(changed, rest, world);
  for (const one of rest.podIdentityAssociations ?? [])
    associate(cluster, { namespace: namespaceOf(addon.name), ...one }, now());
  addon.status = 'UPDATING';
  // What keeps its pods from running is in the cluster, and no update takes that away.
  const status = addon.issues.length > 0 ? changed.status : 'ACTIVE';
  later(1, () => {
    Object.assign(addon, changed, { status });
  });
  return {
    update: {
      id: stableUuid(`${cluster.name}/${addon.name}/${now()}`),
      status: 'InProgress',
      type: 'AddonUpdate',
      params: [{ type: 'AddonVersion', value: version }],
      createdAt: new Date(now()),
      errors: [],
    },
  };
};

function configure(
  addon: Addon,
  {
    configurationValues,
    serviceAccountRoleArn,
    podIdentityAssociations = [],
  }: Omit<ChangeInput, 'addonVersion'>,
  world: World,
): void {
  if (configurationValues !== undefined) {
    if (!isConfiguration(configurationValues))
      throw invalidParameter('ConfigurationValue is not in valid JSON or YAML format');
    addon.configurationValues = configurationValues;
  }
  if (serviceAccountRoleArn !== undefined) {
    checkRole(serviceAccountRoleArn, world);
    addon.serviceAccountRoleArn = serviceAccountRoleArn;
  }
  for (const { serviceAccount, roleArn } of podIdentityAssociations) {
    if (addon.name === AGENT_ADDON && serviceAccount !== serviceAccountOf(addon))
      throw invalidParameter(
        `Service account ${serviceAccount} in pod identity configuration is not supported for addon ${addon.name}`,
      );
    checkRole(roleArn, world);
  }
}

function findAddon({ name, addons }: Cluster, input: EksInput): Addon {
  return findByName(addons, input, `No addon: ${input.name} found in cluster: ${name}`);
}

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
    modifiedAt: new Date(addon.modifiedAt ?? addon.createdAt),
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    configurationValues: addon.configurationValues,
    tags: {},
  };
}
