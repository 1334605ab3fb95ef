import type { Aws } from '../aws/aws.ts';
import type { Instance } from '../aws/ec2.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import type { Agents } from '../model/case.ts';
import { RefusedError } from '../model/errors.ts';
import { AGENT_ADDON, AGENT_PACKAGE } from '../model/service.ts';
import { subnetsOf } from '../network/holdings.ts';
import type { Gaps } from './gaps.ts';
import type { Inventory } from './inventory.ts';

/** Clusters whose profiles are looked at: EKS takes few calls a second. */
const MOST_CLUSTERS = 20;

/** A profile says where its pods may be, and not whether any is: that only the cluster's own API tells. */
export function fargateProfiles(
  aws: Aws,
  { target, extent, topology }: Pick<Inventory, 'target' | 'extent' | 'topology'>,
  gaps: Gaps,
): Promise<Agents['fargate']> {
  return gaps.tolerate(null, 'Whether pods run on Fargate, which send no report, is unknown.', async () => {
    const client = (await import('../aws/eks.ts')).eks(aws);
    const seldom = <T>(key: string, ask: () => Promise<T>) => recall(aws, key, A_WHILE, ask);
    const clusters =
      target.kind === 'cluster' && target.id ? [target.id] : await seldom('clusters', () => client.names());
    if (clusters.length > MOST_CLUSTERS) {
      gaps.add({
        code: 'fargate-partial',
        action: null,
        effect: `Of ${clusters.length} clusters, ${MOST_CLUSTERS} were asked for pods on Fargate, which send no report.`,
        fix: null,
      });
    }
    const held = new Set(subnetsOf(extent, topology).map(({ id }) => id));
    const isInside = (subnetIds: readonly string[]) =>
      target.kind === 'cluster' || extent.everything || subnetIds.some((id) => held.has(id));
    const found = await Promise.all(
      clusters.slice(0, MOST_CLUSTERS).map(async (cluster) => {
        const names = await seldom(`profiles ${cluster}`, () => client.fargateProfiles(cluster));
        const profiles = await Promise.all(
          names.map(async (profile) => ({
            profile,
            ...(await seldom(`profile ${cluster} ${profile}`, () => client.fargateProfile(cluster, profile))),
          })),
        );
        return profiles
          .filter(({ status, subnetIds }) => status === 'ACTIVE' && isInside(subnetIds))
          .map(({ profile }) => ({ cluster, profile }));
      }),
    );
    return found.flat();
  });
}

/** Nodes with the add-on's agent that have the package too. What was deactivated is still installed. */
export async function reportedTwice(aws: Aws, running: readonly Instance[]): Promise<Agents['twice']> {
  const nodes = running.filter(({ cluster }) => cluster !== null);
  if (nodes.length === 0) return [];
  const { ssm } = await import('../aws/ssm.ts');
  const having = new Set(await ssm(aws).having(AGENT_PACKAGE));
  const both = nodes.filter(({ id }) => having.has(id));
  const clusters = [...new Set(both.flatMap(({ cluster }) => cluster ?? []))];
  const addons = await Promise.all(clusters.map((cluster) => hasAddon(aws, cluster)));
  return both
    .filter(({ cluster }) => addons[clusters.indexOf(cluster ?? '')])
    .map(({ id, name }) => ({ instanceId: id, ...(name ? { instanceName: name } : {}) }));
}

async function hasAddon(aws: Aws, cluster: string): Promise<boolean> {
  const { eks } = await import('../aws/eks.ts');
  try {
    await eks(aws).addon(cluster, AGENT_ADDON);
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'not-found') return false;
    throw error;
  }
}
