import { AGENT_ADDON } from '../agents.ts';
import type {
  Addon,
  Cluster,
  Instance,
  NatGateway,
  Nodegroup,
  PodIdentityAssociation,
  Role,
  SecurityGroup,
  StandingMonitor,
  StandingScope,
  VpcEndpoint,
  World,
} from '../world.ts';
import type { Change } from './scenario.ts';

/*
 * What can be different in a world, as data: a scenario is a list of these. Each bears that others came before it,
 * and copies what it sets, for a world may change it.
 */

/** What is to be overwritten; undefined takes away. */
type Other<T> = { [Key in keyof T]?: T[Key] | undefined };

const each =
  <T extends object>(select: (world: World) => T[], other: Other<T>): Change =>
  (world) => {
    for (const item of select(world)) Object.assign(item, structuredClone(other));
  };

export const clusters = (other: Other<Cluster>) => each((world) => world.clusters, other);

export const nodegroups = (other: Other<Nodegroup>) =>
  each((world) => world.clusters.flatMap((cluster) => cluster.nodegroups), other);

export const agentAddon = (other: Other<Addon>) =>
  each(
    (world) => world.clusters.flatMap(({ addons }) => addons.filter(({ name }) => name === AGENT_ADDON)),
    other,
  );

export const associations = (other: Other<PodIdentityAssociation>) =>
  each((world) => world.clusters.flatMap((cluster) => cluster.podIdentityAssociations), other);

export const role = (name: string, other: Other<Role>) =>
  each((world) => world.roles.filter((role) => role.name === name), other);

/** Nodes of clusters. */
export const nodes = (other: Other<Instance>) =>
  each((world) => world.instances.filter(({ cluster }) => cluster !== undefined), other);

/** Instances outside clusters. */
export const hosts = (other: Other<Instance>) =>
  each((world) => world.instances.filter(({ cluster }) => cluster === undefined), other);

export const natGateways = (other: Other<NatGateway>) => each((world) => world.natGateways, other);

export const securityGroup = (wanted: string, other: Other<SecurityGroup>) =>
  each((world) => world.securityGroups.filter(({ id }) => id === wanted), other);

export const scope = (other: Other<StandingScope>) =>
  each((world) => (world.scope ? [world.scope] : []), other);

export const monitors = (other: Other<StandingMonitor>) => each((world) => world.monitors, other);

export const noScope: Change = (world) => {
  world.scope = undefined;
};

export const noMonitors: Change = (world) => {
  world.monitors = [];
};

export const noRoutesOut: Change = (world) => {
  for (const table of world.routeTables)
    table.routes = table.routes.filter(({ target }) => !target.startsWith('nat-'));
  world.natGateways = [];
};

export const withoutAddon =
  (wanted: string): Change =>
  (world) => {
    for (const cluster of world.clusters)
      cluster.addons = cluster.addons.filter(({ name }) => name !== wanted);
  };

export const withoutRole =
  (...names: string[]): Change =>
  (world) => {
    world.roles = world.roles.filter(({ name }) => !names.includes(name));
  };

export const withGroup =
  (group: SecurityGroup): Change =>
  (world) => {
    world.securityGroups.push(structuredClone(group));
  };

export const withEndpoint =
  (endpoint: VpcEndpoint): Change =>
  (world) => {
    world.vpcEndpoints.push(structuredClone(endpoint));
  };
