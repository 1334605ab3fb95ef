import type { Aws } from '../aws/aws.ts';
import type { Gaps } from '../collect/gaps.ts';
import { topologyOf } from '../collect/monitor-survey.ts';
import { monitorExtent, zonesOf } from '../network/holdings.ts';
import { allMonitors } from '../network/monitors.ts';
import type { Shown } from './dashboard.ts';
import { chosen } from './read-past.ts';

/** Monitors, with the zone that each lies in. */
export async function readShown(aws: Aws, names: readonly string[], gaps: Gaps): Promise<Shown[]> {
  const monitors = chosen(await allMonitors(aws), names, aws.region);
  const topology = await topologyOf(aws, monitors, gaps);
  return monitors.map((monitor) => {
    const [azId, ...others] = zonesOf(monitorExtent(monitor, topology), topology) ?? [];
    const isOne = azId !== undefined && others.length === 0;
    return {
      name: monitor.name,
      arn: monitor.arn,
      zone: isOne ? { azId, az: topology.zones.find((zone) => zone.azId === azId)?.az ?? null } : null,
    };
  });
}
