import { mayPublish, trustsService } from './permissions.ts';
import { endpointRefuses, obstacle } from './way-out.ts';
import type { Instance, OperatingSystem, Role, World } from './world.ts';

/* Systems Manager's names around the agent (docs/network-flow-monitor.md). The package and its inventory entry differ. */

export const INSTALL_DOCUMENT = 'AWS-ConfigureAWSPackage';
export const MANAGE_DOCUMENT = 'AmazonCloudWatch-NetworkFlowMonitorManageAgent';
export const AGENT_PACKAGE = 'AmazonCloudWatchNetworkFlowMonitorAgent';
export const AGENT_APPLICATION = 'network-flow-monitor-agent';
export const AGENT_PACKAGE_VERSION = '0.1.6';

export const AGENT_ADDON = 'aws-network-flow-monitoring-agent';
export const POD_IDENTITY_ADDON = 'eks-pod-identity-agent';
export const AGENT_NAMESPACE = 'amazon-network-flow-monitor';
export const SERVICE_ACCOUNT = 'aws-network-flow-monitor-agent-service-account';
/** As version 1.0.0 of the add-on had it (agent #7, #26). */
export const OLD_SERVICE_ACCOUNT = 'aws-network-flow-monitoring-agent-service-account';

/*
 * Which agents publish. Nothing in a world says so: it follows from what the agent's way from its installation to
 * Network Flow Monitor meets (docs/network-flow-monitor.md). Each reason is the first thing that stops an agent.
 */

/** Why the package's agent on this instance sends nothing, or undefined if it publishes. */
export function packageSilence(world: World, instance: Instance): string | undefined {
  if (!instance.agentPackage) return 'no package';
  if (!instance.agentPackage.activated) return 'not activated';
  return (
    hostSilence(instance) ??
    obstacle(world, instance) ??
    (endpointRefuses(world, instance) ? 'endpoint policy' : instanceRoleSilence(world, instance))
  );
}

/** What keeps every agent from starting on this host. */
export function hostSilence({ os, metadata }: Instance): string | undefined {
  if (os.platform !== 'Linux' || KNOWN_BAD.has(`${os.name} ${os.version}`)) return 'operating system';
  if (!isRecent(os)) return 'kernel';
  if (os.cgroups === 'v1') return 'cgroup v1';
  if (metadata === 'disabled') return 'no instance metadata';
  return undefined;
}

/** Kernels whose BPF helpers the agent cannot use, though they are recent enough (docs/network-flow-monitor.md). */
const KNOWN_BAD: ReadonlySet<string> = new Set(['SLES 15.5', 'Ubuntu 20.04']);

/** "Kernel version at or above 5.8 expected" (the agent's own words). */
function isRecent({ kernel }: OperatingSystem): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 8);
}

/** Credentials of the host's own role. */
export function instanceRoleSilence(world: World, { instanceProfile }: Instance): string | undefined {
  if (instanceProfile === undefined) return 'no instance profile';
  const profile = world.instanceProfiles.find(({ name }) => name === instanceProfile);
  const role = world.roles.find(({ name }) => name === profile?.role);
  return roleSilence(world, role, (it) => trustsService(it, 'ec2.amazonaws.com', ['sts:AssumeRole']));
}

export function roleSilence(
  world: World,
  role: Role | undefined,
  trusts: (role: Role) => boolean,
): string | undefined {
  if (!role) return 'no role';
  if (!trusts(role)) return 'role not to be assumed';
  return mayPublish(world, role) ? undefined : 'role may not publish';
}
