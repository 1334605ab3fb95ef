import type { CreateMonitorCommandInput } from '../aws/networkflowmonitor/index.ts';
import { UsageError } from '../model/errors.ts';
import type { Inventory } from './collect.ts';
import { covers, emptyExtent, monitorExtent, zonesOf } from './extent.ts';

/** Quotas of the service (CloudWatch service quotas page): monitors an account and Region, local resources a monitor. */
const MAX_MONITORS = 20;
const MAX_LOCAL = 25;

/** What it takes to see a VPC whole and zone by zone, less what is there: the monitors that the seed made by hand. */
export function planMonitors(
  { target, monitors, topology, scope, accountId }: Inventory,
  region: string,
): CreateMonitorCommandInput[] {
  const vpcId =
    target.kind === 'vpc'
      ? target.id
      : target.kind === 'cluster'
        ? (topology.clusterVpcs.get(target.id ?? '') ?? null)
        : null;
  if (!vpcId) {
    throw new UsageError('no-vpc', '--create-monitors needs to know the VPC.', {
      hint: 'Name it: --vpc vpc-…, or --cluster NAME.',
    });
  }
  if (scope?.status !== 'SUCCEEDED') {
    throw new UsageError(
      'no-scope',
      `Monitors need a scope that is ready; the scope here is ${scope?.status ?? 'missing'}.`,
      {
        hint: 'Create it first: aws networkflowmonitor create-scope',
      },
    );
  }
  const usable = monitors.filter(
    (m) => m.remote.length === 0 && m.status !== 'DELETING' && m.status !== 'ERROR',
  );
  const vpc = { ...emptyExtent(), vpcIds: new Set([vpcId]) };
  const plan: CreateMonitorCommandInput[] = [];
  const has = (zone: string | null) =>
    usable.some((m) => {
      const own = monitorExtent(m, topology);
      const zones = zonesOf(own, topology);
      return zone === null ? covers(own, vpc, topology) : zones?.length === 1 && zones[0] === zone;
    });
  if (!has(null)) {
    plan.push({
      monitorName: `nfm-${vpcId}`,
      localResources: [
        { type: 'AWS::EC2::VPC', identifier: `arn:aws:ec2:${region}:${accountId}:vpc/${vpcId}` },
      ],
      scopeArn: scope.arn,
    });
  }
  for (const azId of zonesOf(vpc, topology) ?? []) {
    if (has(azId)) continue;
    const subnets = topology.subnets.filter((s) => s.vpcId === vpcId && s.azId === azId).slice(0, MAX_LOCAL);
    plan.push({
      monitorName: `nfm-${vpcId}-${azId}`,
      localResources: subnets.map((s) => ({
        type: 'AWS::EC2::Subnet',
        identifier: s.arn ?? `arn:aws:ec2:${region}:${accountId}:subnet/${s.id}`,
      })),
      scopeArn: scope.arn,
    });
  }
  if (monitors.length + plan.length > MAX_MONITORS) {
    throw new UsageError(
      'too-many-monitors',
      `${plan.length} more monitors would make ${monitors.length + plan.length}: the quota is ${MAX_MONITORS} in an account and Region.`,
      { hint: 'Delete monitors that nobody reads, or ask for a higher quota in the Service Quotas console.' },
    );
  }
  return plan;
}
