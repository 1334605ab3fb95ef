import { parse } from 'yaml';
import { type Addon, type ClusterDetails, eks } from '../aws/eks.ts';
import { ADDON, isOlder, POD_IDENTITY_ADDON } from './agent.ts';
import { agentRole } from './agent-role.ts';
import type { Repair } from './check.ts';
import { keepsAway, type Toleration } from './cluster/taints.ts';
import type { Facts } from './facts.ts';
import { addonSettling } from './settling.ts';

/** Configuration values of the agent's add-on: JSON or YAML, as they were given. */
interface Configuration {
  env?: Record<string, unknown>;
  tolerations?: Toleration[];
  nodeSelector?: unknown;
  resources?: unknown;
}

/** Null where it cannot be understood. */
export function configurationOf({ configuration }: Pick<Addon, 'configuration'>): Configuration | null {
  if (configuration === null) return {};
  try {
    const values: unknown = parse(configuration);
    if (!isMap(values)) return null;
    const { env, tolerations, ...others } = values;
    // 'env:' with nothing below it is null in YAML.
    return {
      ...others,
      ...(isMap(env) ? { env } : {}),
      ...(Array.isArray(tolerations) ? { tolerations: tolerations.filter(isMap) } : {}),
    };
  } catch {
    return null;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Variables that stop an agent from publishing. */
export function publishingOff({ env = {} }: Configuration): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    name === 'DISABLE_PUBLISHING' && /^(true|1|on|yes)$/i.test(String(value)) ? [name] : [],
  );
}

/** The same configuration without what switches publishing off. */
export function withPublishing(values: Configuration): Configuration {
  const off = publishingOff(values);
  const kept = Object.entries(values.env ?? {}).filter(([name]) => !off.includes(name));
  const { env: _, ...others } = values;
  return kept.length > 0 ? { ...others, env: Object.fromEntries(kept) } : others;
}

/** Everywhere. */
export const ALL_TOLERATIONS: readonly Toleration[] = [{ operator: 'Exists' }];

export function createAddon(facts: Facts, { name }: ClusterDetails, addonName: string): Repair {
  const request = { clusterName: name, addonName };
  return {
    title: `Install add-on ${addonName} in cluster ${name}`,
    stage: addonName === POD_IDENTITY_ADDON ? 'credentials' : 'agents',
    action: 'eks:CreateAddon',
    request,
    run: () => eks(facts.aws).createAddon(request),
    settling: addonSettling(facts, name, addonName),
  };
}

/** All that the add-on lacks, in one call: an update replaces the whole configuration, and runs alone. */
export async function updateAddon(facts: Facts, cluster: ClusterDetails): Promise<Repair[]> {
  const addon = await facts.addon(cluster, ADDON);
  const values = addon && configurationOf(addon);
  if (!addon || !values) return [];
  const [newest, kept] = await Promise.all([
    (await runsAsNobody(facts, cluster, addon)) ? newestVersion(facts, cluster) : null,
    keptAway(facts, cluster, addon),
  ]);
  const wanted: Configuration = {
    ...withPublishing(values),
    ...(kept.length > 0 ? { tolerations: [...ALL_TOLERATIONS] } : {}),
  };
  const changed = JSON.stringify(wanted) !== JSON.stringify(values);
  const request = {
    clusterName: cluster.name,
    addonName: ADDON,
    ...(newest ? { addonVersion: newest } : {}),
    ...(changed ? { configurationValues: JSON.stringify(wanted) } : {}),
  };
  if (!newest && !changed) return [];
  return [
    {
      title: `Update add-on ${ADDON} in cluster ${cluster.name}`,
      details: [
        ...(newest ? [`version:       ${newest}`] : []),
        ...(changed ? [`configuration: ${request.configurationValues}`] : []),
      ],
      action: 'eks:UpdateAddon',
      request,
      run: () => eks(facts.aws).updateAddon(request),
      settling: addonSettling(facts, cluster.name, ADDON),
    },
  ];
}

/** 1.0.0 runs as another service account: an association for that of today does not fit. */
export async function runsAsNobody(
  facts: Facts,
  cluster: ClusterDetails,
  { version }: Addon,
): Promise<boolean> {
  return isOlder(version, '1.0.1') && (await agentRole(facts, cluster)) === null;
}

/** Of the versions that suit the cluster. */
export async function newestVersion(facts: Facts, cluster: ClusterDetails): Promise<string | null> {
  const versions = await facts.addonVersions(ADDON, cluster.version).catch(() => []);
  return versions.reduce<string | null>((best, v) => (best === null || isOlder(best, v) ? v : best), null);
}

/** Node groups whose taints keep the agents away. */
export async function keptAway(facts: Facts, cluster: ClusterDetails, addon: Addon) {
  const groups = await facts.nodegroups(cluster);
  const tolerations = tolerationsOf(addon);
  return groups.filter((g) => !g.windows && g.taints.some((t) => keepsAway(t, tolerations)));
}

/** A list that is given replaces that of the chart, which came with 1.1.0 (values.yaml of the agent's repository). */
export function tolerationsOf(addon: Pick<Addon, 'configuration' | 'version'>): readonly Toleration[] {
  return configurationOf(addon)?.tolerations ?? (isOlder(addon.version, '1.1.0') ? [] : ALL_TOLERATIONS);
}
