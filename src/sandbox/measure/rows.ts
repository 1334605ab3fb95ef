import type { DestinationCategory, QueryMetric } from '../../model/service.ts';
import { arn, destinationCategory, locate, type Place } from '../world/place.ts';
import { wayBetween } from '../world/way-out.ts';
import type { FlowReport, World } from '../world/world.ts';
import { MINUTE } from './flows.ts';
import { groupBy, mean, sum } from './group.ts';

/** One metric of the reports of a window: counts are added up, round-trip times averaged over those there are. */
function total(metric: QueryMetric, reports: FlowReport[]): number | undefined {
  switch (metric) {
    case 'DATA_TRANSFERRED':
      return sum(reports, (report) => report.bytes);
    case 'RETRANSMISSIONS':
      return sum(reports, (report) => report.retransmissions);
    case 'TIMEOUTS':
      return sum(reports, (report) => report.timeouts);
    case 'ROUND_TRIP_TIME':
      return mean(reports.map((report) => report.rttMicros));
  }
}

export function ofCategory(world: World, reports: FlowReport[], category: DestinationCategory): FlowReport[] {
  const inside = [...new Set(reports.map(({ flow }) => flow))].filter(
    (flow) => destinationCategory(locate(world, flow.local), locate(world, flow.remote)) === category,
  );
  const flows = new Set(inside);
  return reports.filter(({ flow }) => flows.has(flow));
}

/** Largest first. Only what has something to show: a flow without an event is not a contributor of events. */
export function top<Row extends { value: number }>(rows: Row[], limit: number): Row[] {
  return rows
    .filter((row) => row.value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, limit);
}

/** The rows of a monitor's top contributors: one a flow. */
export function contributors(world: World, reports: FlowReport[], metric: QueryMetric, limit: number) {
  const rows = [...groupBy(reports, (report) => report.flow)].map(([flow, measured]) => {
    const local = locate(world, flow.local);
    const remote = locate(world, flow.remote);
    return {
      ...localEnd(world, local),
      snatIp: '',
      targetPort: flow.targetPort,
      destinationCategory: destinationCategory(local, remote),
      ...remoteEnd(world, remote),
      dnatIp: '',
      value: Math.round(total(metric, measured) ?? 0),
      traversedConstructs: [
        ...networkInterface(world, local),
        ...onTheWay(world, local, remote),
        ...networkInterface(world, remote),
      ],
      kubernetesMetadata: kubernetesMetadata(local, remote),
    };
  });
  return top(rows, limit);
}

/** What is not known is an empty string, as in the field (docs/network-flow-monitor.md). Zones are given by ID. */
function localEnd(world: World, { ip, instance, subnet, zone, region }: Place) {
  return {
    localIp: ip,
    localInstanceId: instance?.id ?? '',
    localVpcId: subnet?.vpcId ?? '',
    localRegion: region ?? '',
    localAz: zone?.id ?? '',
    localSubnetId: subnet?.id ?? '',
    localInstanceArn: instance ? arn(world, 'ec2', `instance/${instance.id}`) : '',
    localSubnetArn: subnet ? arn(world, 'ec2', `subnet/${subnet.id}`) : '',
    localVpcArn: subnet ? arn(world, 'ec2', `vpc/${subnet.vpcId}`) : '',
  };
}

function remoteEnd(world: World, { ip, instance, subnet, zone, region }: Place) {
  return {
    remoteIp: ip,
    remoteInstanceId: instance?.id ?? '',
    remoteVpcId: subnet?.vpcId ?? '',
    remoteRegion: region ?? '',
    remoteAz: zone?.id ?? '',
    remoteSubnetId: subnet?.id ?? '',
    remoteInstanceArn: instance ? arn(world, 'ec2', `instance/${instance.id}`) : '',
    remoteSubnetArn: subnet ? arn(world, 'ec2', `subnet/${subnet.id}`) : '',
    remoteVpcArn: subnet ? arn(world, 'ec2', `vpc/${subnet.vpcId}`) : '',
  };
}

function networkInterface(world: World, { eniId }: Place) {
  if (!eniId) return [];
  return [
    {
      componentId: eniId,
      componentType: 'AWS::EC2::NetworkInterface',
      componentArn: arn(world, 'ec2', `network-interface/${eniId}`),
      serviceName: '',
    },
  ];
}

function onTheWay(world: World, local: Place, remote: Place) {
  return wayBetween(world, local, remote).map(({ type, id, resource }) => ({
    componentId: id,
    componentType: type,
    componentArn: arn(world, 'ec2', resource),
    serviceName: '',
  }));
}

/** A remote pod is resolved in the local pod's own cluster only (CloudWatch-NetworkFlowMonitor-work-with-eks). */
function kubernetesMetadata(local: Place, remote: Place) {
  const sameCluster = local.pod !== undefined && local.instance?.cluster === remote.instance?.cluster;
  const remotePod = sameCluster ? remote.pod : undefined;
  return {
    localServiceName: local.pod?.service ?? '',
    localPodName: local.pod?.name ?? '',
    localPodNamespace: local.pod?.namespace ?? '',
    remoteServiceName: remotePod?.service ?? '',
    remotePodName: remotePod?.name ?? '',
    remotePodNamespace: remotePod?.namespace ?? '',
  };
}

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
