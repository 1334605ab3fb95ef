import type { MonitorDetails } from '../aws/monitors.ts';
import type { Case, Monitor } from '../model/case.ts';
import {
  covers,
  type Extent,
  monitorExtent,
  networkOf,
  type Topology,
  touches,
  zonesOf,
} from '../network/holdings.ts';
import { doctorOf, perZone } from '../network/targets.ts';
import type { Gaps } from './gaps.ts';
import type { Inventory } from './inventory.ts';

/** The monitors that watch any of the target, and gaps for those that cannot publish. */
export function targetMonitors(
  {
    monitors,
    topology,
    target,
    extent,
    scope,
    allMonitors,
  }: Pick<Inventory, 'monitors' | 'topology' | 'target' | 'extent' | 'scope' | 'allMonitors'>,
  gaps: Gaps,
): Monitor[] {
  const relevant = monitors.filter((m) => {
    // One that is being deleted is as good as gone.
    if (m.status === 'DELETING') return false;
    const own = monitorExtent(m, topology);
    return m.name === target.id || touches(own, extent, topology);
  });
  for (const monitor of relevant.filter((m) => m.status !== 'ACTIVE')) {
    gaps.add({
      code: 'monitor-not-active',
      action: null,
      effect: `Monitor ${monitor.name} is ${monitor.status}: it publishes nothing.`,
      fix:
        monitor.status === 'PENDING'
          ? 'A new monitor needs up to 30 minutes for its first data.'
          : doctorOf(target),
    });
  }
  if (relevant.length === 0 && allMonitors && scope?.status === 'SUCCEEDED') {
    gaps.add({
      code: 'no-monitor',
      action: null,
      effect: 'No monitor watches the target: there is no health indicator for it and nothing by the minute.',
      fix: perZone(target, topology),
    });
  }
  return relevant.map((m) => toMonitor(m, extent, topology));
}

/** Monitors of single zones outside the target: a zone is judged against what its peers did. */
export function peerMonitors({ monitors, topology, extent }: Inventory, own: readonly Monitor[]): Monitor[] {
  return monitors
    .filter((m) => m.status === 'ACTIVE' && !own.some((o) => o.name === m.name))
    .map((m) => toMonitor(m, extent, topology))
    .filter((m) => m.zones?.length === 1);
}

/** Those that publish. */
export function arnsOf(monitors: readonly Monitor[]): string[] {
  return monitors.filter((m) => m.status === 'ACTIVE').map((m) => m.arn);
}

function toMonitor(m: MonitorDetails, extent: Extent, topology: Topology): Monitor {
  const own = monitorExtent(m, topology);
  return {
    ...m,
    zones: zonesOf(own, topology),
    coversTarget: covers(own, extent, topology),
    insideTarget: covers(networkOf(extent, topology), own, topology),
    series: null,
  };
}

/** Where EC2 does not know a monitor's subnets, the flows themselves say which zone a subnet is in. */
export function zonesFromFlows(monitor: Monitor, { flows }: { flows: Case['flows'] }): string[] | null {
  const zones = new Set<string>();
  for (const { type, identifier } of monitor.local) {
    const id = identifier.split('/').at(-1);
    for (const { local } of flows) {
      const inside = type === 'AWS::Region' || id === local.subnetId || id === local.vpcId;
      if (inside && local.azId) zones.add(local.azId);
    }
  }
  return zones.size ? [...zones].sort() : null;
}
