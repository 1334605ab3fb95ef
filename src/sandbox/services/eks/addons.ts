import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { stableUuid } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import { AGENT_ADDON, POD_IDENTITY_ADDON } from '../../world/agents.ts';
import { agentWorkload, fateOf, isConfiguration, nodesOf, serviceAccountOf } from '../../world/kubernetes.ts';
import { arn } from '../../world/place.ts';
import type { Addon, Cluster, World } from '../../world/world.ts';
import { findCluster } from './compute.ts';
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

/** Kubernetes versions that EKS has add-ons for; the agent's begins at 1.25 (docs/network-flow-monitor.md). */
const KUBERNETES = ['1.25', '1.26', '1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34'];

interface Offer {
  name: string;
  /** Newest first. */
  versions: string[];
  namespace: string;
}

const OFFERS: Offer[] = [
  {
    name: AGENT_ADDON,
    versions: ['v1.1.6', 'v1.1.4', 'v1.1.3', 'v1.1.0', 'v1.0.2', 'v1.0.1', 'v1.0.0'].map(build),
    namespace: 'amazon-network-flow-monitor',
  },
  {
    name: POD_IDENTITY_ADDON,
    versions: ['v1.3.8-eksbuild.2', 'v1.3.7-eksbuild.2'],
    namespace: 'kube-system',
  },
];

function build(version: string): string {
  return `${version}-eksbuild.1`;
}

export const describeAddonVersions: EksOperation = (input) => {
  const { addonName, kubernetesVersion } = input.query;
  const offered = OFFERS.filter(({ name }) => (addonName ?? name) === name).filter(
    () => kubernetesVersion === undefined || KUBERNETES.includes(kubernetesVersion),
  );
  const { items, nextToken } = pageOf(offered, input);
  return { addons: items.map((offer) => toOffer(offer, kubernetesVersion)), nextToken };
};

function toOffer({ name, versions, namespace }: Offer, kubernetesVersion: string | undefined): JsonValue {
  return {
    addonName: name,
    type: name === AGENT_ADDON ? 'observability' : 'security',
    publisher: 'eks',
    owner: 'aws',
    defaultNamespace: namespace,
    addonVersions: versions.map((addonVersion, index) => ({
      addonVersion,
      architecture: ['amd64', 'arm64'],
      computeTypes: ['ec2'],
      compatibilities: KUBERNETES.filter((version) => (kubernetesVersion ?? version) === version).map(
        (clusterVersion) => ({ clusterVersion, platformVersions: ['*'], defaultVersion: index === 0 }),
      ),
      requiresConfiguration: false,
      requiresIamPermissions: name === AGENT_ADDON,
    })),
  };
}

/** Where an add-on's service accounts are. */
function addonNamespace({ name: wanted, namespace }: Pick<Addon, 'name' | 'namespace'>): string {
  return namespace ?? OFFERS.find(({ name }) => name === wanted)?.namespace ?? 'kube-system';
}

/** The version that an add-on gets: the one that is asked for, or the newest that the cluster can have. */
function versionOf(addonName: string, kubernetesVersion: string, wanted: string | undefined): string {
  const offer = OFFERS.find(({ name }) => name === addonName);
  if (!offer) throw invalidParameter(`Addon ${addonName} specified is not supported`);
  const [newest = ''] = KUBERNETES.includes(kubernetesVersion) ? offer.versions : [];
  if (newest === '' || (wanted !== undefined && !offer.versions.includes(wanted)))
    throw invalidParameter(
      `Addon version specified is not supported in ${kubernetesVersion} kubernetes version`,
    );
  return wanted ?? newest;
}

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
const creation = z.object({
  addonName: z.string().min(1),
  namespaceConfig: z.object({ namespace: z.string().min(1) }).optional(),
  ...change,
});

export const createAddon: EksOperation = (input, { world, now, later }) => {
  const cluster = findCluster(world, input);
  const { addonName, addonVersion, namespaceConfig, ...rest } = bodyOf(creation, input);
  if (cluster.addons.some(({ name }) => name === addonName)) throw inUse('Addon already exists.');
  const version = versionOf(addonName, cluster.version, addonVersion);
  const addon: Addon = {
    name: addonName,
    version,
    status: 'CREATING',
    issues: [],
    createdAt: instant(now()),
    ...namespaceConfig,
  };
  configure(addon, rest, world);
  for (const one of rest.podIdentityAssociations ?? [])
    associate(cluster, { namespace: addonNamespace(addon), ...one }, now());
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
    associate(cluster, { namespace: addonNamespace(addon), ...one }, now());
  addon.status = 'UPDATING';
  // Its pods are made anew, from what it says and not from what somebody changed.
  cluster.inside.agentsStartedAt = instant(now());
  if (rest.resolveConflicts === 'OVERWRITE') delete cluster.inside.edits;
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
    addonVersion: addon.version,
    ...conditionOf(addon, cluster, world),
    addonArn: arn(world, 'eks', `addon/${path}/${stableUuid(path)}`),
    createdAt: new Date(addon.createdAt),
    modifiedAt: new Date(addon.modifiedAt ?? addon.createdAt),
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    configurationValues: addon.configurationValues,
    namespaceConfig: { namespace: addonNamespace(addon) },
    tags: {},
  };
}

/** An add-on whose pods are not all ready says so, and not why. */
function conditionOf(addon: Addon, cluster: Cluster, world: World) {
  const { name, status, issues } = addon;
  const agent = name === AGENT_ADDON && status === 'ACTIVE' ? agentWorkload(cluster) : undefined;
  const fates = agent ? nodesOf(world, cluster).map((node) => fateOf(world, cluster, agent, node).state) : [];
  if (fates.every((state) => state === 'running' || state === 'unwanted'))
    return { status, health: { issues } };
  const issue = {
    code: 'InsufficientNumberOfReplicas',
    message: "The add-on is unhealthy because it doesn't have the desired number of replicas.",
    resourceIds: [],
  };
  return { status: 'DEGRADED', health: { issues: [issue] } };
}
