import { parse } from 'yaml';
import {
  findRole,
  issuerOf,
  mayPublish,
  providerArn,
  trustsService,
  trustsServiceAccount,
} from './permissions.ts';
import { obstacle } from './way-out.ts';
import type { Addon, Cluster, Instance, OperatingSystem, Role, Taint, World } from './world.ts';

/* Systems Manager's names around the agent (docs/network-flow-monitor.md). The package and its inventory entry differ. */

export const INSTALL_DOCUMENT = 'AWS-ConfigureAWSPackage';
export const MANAGE_DOCUMENT = 'AmazonCloudWatch-NetworkFlowMonitorManageAgent';
export const AGENT_PACKAGE = 'AmazonCloudWatchNetworkFlowMonitorAgent';
export const AGENT_APPLICATION = 'network-flow-monitor-agent';
export const AGENT_PACKAGE_VERSION = '0.1.6';

/*
 * Which agents publish. Nothing in a world says so: it follows from what the agent's way from its installation to
 * Network Flow Monitor meets (docs/network-flow-monitor.md). Each reason is the first thing that stops an agent.
 */

export const AGENT_ADDON = 'aws-network-flow-monitoring-agent';
export const POD_IDENTITY_ADDON = 'eks-pod-identity-agent';
export const AGENT_NAMESPACE = 'amazon-network-flow-monitor';
export const SERVICE_ACCOUNT = 'aws-network-flow-monitor-agent-service-account';
/** As version 1.0.0 of the add-on had it (agent #7, #26). */
export const OLD_SERVICE_ACCOUNT = 'aws-network-flow-monitoring-agent-service-account';

/** How many agents report this instance's flows; a node with the add-on and the package is reported twice. */
export function publishers(world: World, instance: Instance): number {
  return [addonSilence, packageSilence].filter((silence) => silence(world, instance) === undefined).length;
}

/** Why the add-on's agent on this instance sends nothing, or undefined if it publishes. */
export function addonSilence(world: World, instance: Instance): string | undefined {
  const cluster = world.clusters.find(({ name }) => name === instance.cluster);
  if (!cluster) return 'not a node';
  const addon = cluster.addons.find(({ name }) => name === AGENT_ADDON);
  if (!addon) return 'no add-on';
  // An update goes from one running version to the next.
  if (addon.status !== 'ACTIVE' && addon.status !== 'UPDATING') return `add-on ${addon.status}`;
  const configuration = configurationOf(addon);
  if (String(configuration.env?.DISABLE_PUBLISHING) === 'true') return 'publishing switched off';
  if (!isScheduled(cluster, instance, toleranceOf(addon, configuration))) return 'taint not tolerated';
  return hostSilence(world, instance) ?? podRoleSilence(world, cluster, addon, instance);
}

/** Why the package's agent on this instance sends nothing, or undefined if it publishes. */
export function packageSilence(world: World, instance: Instance): string | undefined {
  if (!instance.agentPackage) return 'no package';
  if (!instance.agentPackage.activated) return 'not activated';
  return hostSilence(world, instance) ?? instanceRoleSilence(world, instance);
}

/** What every agent needs of its host. */
function hostSilence(world: World, instance: Instance): string | undefined {
  const { os, metadata } = instance;
  if (os.platform !== 'Linux' || KNOWN_BAD.has(`${os.name} ${os.version}`)) return 'operating system';
  if (!isRecent(os)) return 'kernel';
  if (metadata === 'disabled') return 'no instance metadata';
  return obstacle(world, instance);
}

/** Kernels whose BPF helpers the agent cannot use, though they are recent enough (docs/network-flow-monitor.md). */
const KNOWN_BAD: ReadonlySet<string> = new Set(['SLES 15.5', 'Ubuntu 20.04']);

/** "Kernel version at or above 5.8 expected" (the agent's own words). */
function isRecent({ kernel }: OperatingSystem): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 8);
}

/** Credentials of the add-on's service account; without any, the agent on the host's network has the node's. */
function podRoleSilence(
  world: World,
  cluster: Cluster,
  addon: Addon,
  instance: Instance,
): string | undefined {
  const serviceAccount = serviceAccountOf(addon);
  const association = cluster.podIdentityAssociations.find(
    (one) => one.namespace === AGENT_NAMESPACE && one.serviceAccount === serviceAccount,
  );
  if (association) {
    if (!hasPodIdentityAgent(cluster)) return 'no Pod Identity Agent';
    const role = findRole(world, association.roleArn);
    return roleSilence(world, role, (it) =>
      trustsService(it, 'pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']),
    );
  }
  if (addon.serviceAccountRoleArn !== undefined) {
    const provider = providerArn(world, cluster.name);
    if (!world.oidcProviders.includes(provider)) return 'no identity provider';
    const role = findRole(world, addon.serviceAccountRoleArn);
    const subject = `system:serviceaccount:${AGENT_NAMESPACE}:${serviceAccount}`;
    return roleSilence(world, role, (it) =>
      trustsServiceAccount(it, provider, issuerOf(world, cluster.name), subject),
    );
  }
  return instanceRoleSilence(world, instance);
}

function hasPodIdentityAgent({ addons }: Cluster): boolean {
  return addons.some(
    ({ name, status }) => name === POD_IDENTITY_ADDON && (status === 'ACTIVE' || status === 'UPDATING'),
  );
}

function instanceRoleSilence(world: World, { instanceProfile }: Instance): string | undefined {
  if (instanceProfile === undefined) return 'no instance profile';
  const profile = world.instanceProfiles.find(({ name }) => name === instanceProfile);
  const role = world.roles.find(({ name }) => name === profile?.role);
  return roleSilence(world, role, (it) => trustsService(it, 'ec2.amazonaws.com', ['sts:AssumeRole']));
}

function roleSilence(
  world: World,
  role: Role | undefined,
  trusts: (role: Role) => boolean,
): string | undefined {
  if (!role) return 'no role';
  if (!trusts(role)) return 'role not to be assumed';
  return mayPublish(world, role) ? undefined : 'role may not publish';
}

export function serviceAccountOf({ version }: Addon): string {
  return version.startsWith('v1.0.0-') ? OLD_SERVICE_ACCOUNT : SERVICE_ACCOUNT;
}

interface Configuration {
  env?: { DISABLE_PUBLISHING?: string | boolean };
  tolerations?: Toleration[];
}

interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** JSON is YAML, and EKS takes both. */
function configurationOf({ configurationValues }: Addon): Configuration {
  return configurationValues ? (parse(configurationValues) ?? {}) : {};
}

export function isConfiguration(text: string): boolean {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object';
  } catch {
    return false;
  }
}

/** A list that is given replaces the chart's own, which came with 1.1 (agent #7, values.yaml). */
function toleranceOf({ version }: Addon, { tolerations }: Configuration): Toleration[] {
  return tolerations ?? (version.startsWith('v1.0.') ? [] : [{ operator: 'Exists' }]);
}

const EFFECTS: Readonly<Record<Taint['effect'], string>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
};

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function isScheduled({ nodegroups }: Cluster, { nodegroup }: Instance, tolerations: Toleration[]): boolean {
  const taints = nodegroups.find(({ name }) => name === nodegroup)?.taints ?? [];
  return taints
    .filter(({ effect }) => effect !== 'PREFER_NO_SCHEDULE')
    .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== EFFECTS[taint.effect]) return false;
  if (key === undefined) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === taint.value);
}

/** Who published when: a world may change, and what was not reported then is not reported later. */
export interface Publishing {
  /** How many agents reported the instance's flows in this minute, from its start on. */
  agents(instanceId: string, minute: number): number;
  /** Notes who publishes from this time on. */
  look(time: number): void;
}

/** Who publishes when the watch begins has always done so. */
export function watchAgents(world: World): Publishing {
  const history = new Map<string, { from: number; agents: number }[]>();
  const look = (time: number) => {
    for (const instance of world.instances) {
      const states = history.get(instance.id) ?? [];
      const agents = publishers(world, instance);
      if (states.at(-1)?.agents !== agents) states.push({ from: time, agents });
      history.set(instance.id, states);
    }
  };
  look(Number.NEGATIVE_INFINITY);
  return {
    look,
    agents: (instanceId, minute) =>
      history.get(instanceId)?.findLast(({ from }) => from <= minute)?.agents ?? 0,
  };
}
