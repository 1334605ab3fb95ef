import type { QueryMetric } from '../model/facts.ts';
import { MINUTE } from './flows.ts';
import { groupBy } from './group.ts';
import { arn, locate, type Place } from './place.ts';
import { top, total } from './rows.ts';
import type { FlowReport, World } from './world.ts';

/** Workload insights come on a five-minute grid (the AWS CLI's example of …TopContributorsData). */
const GRID = 5 * MINUTE;

/** The rows of workload insights' top contributors: one a local subnet and remote identifier. */
export function insightRows(world: World, reports: FlowReport[], metric: QueryMetric, limit: number) {
  const keyOf = ({ flow }: FlowReport) =>
    `${locate(world, flow.local).subnet?.id} ${remoteIdentifier(world, locate(world, flow.remote))}`;
  const rows = [...groupBy(reports, keyOf).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { subnet, zone, region } = locate(world, first.flow.local);
    return [
      {
        accountId: world.accountId,
        localSubnetId: subnet?.id ?? '',
        localAz: zone?.id ?? '',
        localVpcId: subnet?.vpcId ?? '',
        localRegion: region ?? '',
        remoteIdentifier: remoteIdentifier(world, locate(world, first.flow.remote)),
        value: Math.round(total(metric, group) ?? 0),
        localSubnetArn: subnet ? arn(world, 'ec2', `subnet/${subnet.id}`) : '',
        localVpcArn: subnet ? arn(world, 'ec2', `vpc/${subnet.vpcId}`) : '',
      },
    ];
  });
  return top(rows, limit);
}

/**
 * A subnet's ARN or a Region's name (API model); empty where there is neither, as in the AWS CLI's example.
 * That S3 and DynamoDB go by the names that monitors know them by is an inference.
 */
function remoteIdentifier(world: World, { subnet, peer, region }: Place): string {
  if (subnet) return arn(world, 'ec2', `subnet/${subnet.id}`);
  if (peer?.kind === 's3') return 'S3';
  if (peer?.kind === 'dynamodb') return 'DynamoDB';
  return region ?? '';
}

/**
 * Workload insights over time: a series a local zone, labelled with the zone's ID. A zone that contributed nothing
 * in the whole window has no series, like the rows (an inference); within a series a slot with traffic has a value,
 * be it zero.
 */
export function insightSeries(world: World, reports: FlowReport[], metric: QueryMetric) {
  const byZone = groupBy(reports, ({ flow }) => locate(world, flow.local).zone?.id ?? '');
  const series = [...byZone].map(([label, group]) => {
    const slots = [...groupBy(group, (report) => Math.floor(report.minute / GRID) * GRID)];
    return {
      timestamps: slots.map(([slot]) => new Date(slot).toISOString()),
      values: slots.map(([, inSlot]) => total(metric, inSlot) ?? 0),
      label,
    };
  });
  return series.filter(({ values }) => values.some((value) => value > 0));
}
