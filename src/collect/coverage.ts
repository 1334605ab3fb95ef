import type { Aws } from '../aws/aws.ts';
import type { Instance } from '../aws/ec2.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import type { Coverage, Monitor, Window } from '../model/case.ts';
import { holds, monitorExtent, subnetsOf } from '../network/holdings.ts';
import type { Gaps } from './gaps.ts';
import type { Inventory } from './inventory.ts';
import type { Flows } from './read-flows.ts';

/** Instances of the target that run now; null where EC2 does not tell. */
export function runningInstances(
  aws: Aws,
  { extent, topology }: Pick<Inventory, 'extent' | 'topology'>,
  gaps: Gaps,
): Promise<Instance[] | null> {
  const vpcIds = new Set([...extent.vpcIds, ...subnetsOf(extent, topology).map((s) => s.vpcId)]);
  return gaps.tolerate(null, 'Whether every instance of the target reports is unknown.', async () => {
    const vpcs = extent.everything ? [] : [...vpcIds].sort();
    const running = await recall(aws, `running ${vpcs}`, A_WHILE, async () =>
      (await import('../aws/ec2.ts')).ec2(aws).running(vpcs),
    );
    return running.filter(holds(extent, topology));
  });
}

function isWindows(platform: string | undefined): boolean {
  return /windows/i.test(platform ?? '');
}

interface Asked extends Pick<Inventory, 'target' | 'topology'> {
  window: Window;
  monitors: readonly Monitor[];
}

/**
 * Instances that ran for the whole window but sent no listed flow. Where lists are cut off, incomplete or by subnet, an
 * instance that is not listed may still have reported: there, only instances in subnets without any listed flow count.
 * Null where nothing is listed (other gaps say why), and where the monitor named sees some remotes only. What only
 * monitors hold that were not asked is not looked for.
 */
export function coverageOf(
  instances: readonly Instance[] | null,
  { flows, tiles, truncated, lost, passedOver = [] }: Flows,
  { window, monitors, target, topology }: Asked,
): Coverage | null {
  const named = monitors.find((m) => target.kind === 'monitor' && m.name === target.id);
  const senders = flows.flatMap(({ tile, local }) =>
    Date.parse(tiles[tile]?.end ?? '') > Date.parse(window.start) ? [local] : [],
  );
  if (!instances || senders.length === 0 || named?.remote.length) return null;
  const bySubnet = truncated || lost.length > 0 || senders.some((s) => !s.instanceId);
  const key = bySubnet ? 'subnetId' : 'instanceId';
  const listed = new Set(senders.map((s) => s[key]));
  const unasked = passedOver.map((monitor) => holds(monitorExtent(monitor, topology), topology));
  const running = instances.filter(
    (one) =>
      one.launchedAt !== null && one.launchedAt < window.start && !unasked.some((isHeld) => isHeld(one)),
  );
  const silent = running.filter(({ id, subnetId }) => !listed.has(bySubnet ? subnetId : id));
  return {
    running: running.length,
    silent: silent.map(({ id, name, subnetId, platform }) => {
      const azId = topology.subnets.find((s) => s.id === subnetId)?.azId;
      return {
        instanceId: id,
        ...(name ? { instanceName: name } : {}),
        ...(azId ? { azId } : {}),
        ...(isWindows(platform) ? { windows: true as const } : {}),
      };
    }),
  };
}
