import type { DestinationCategory, QueryMetric } from '../model/facts.ts';
import { destinationCategory } from './categories.ts';
import { groupBy, mean, sum } from './group.ts';
import { arn, locate, type Place } from './place.ts';
import type { FlowReport, World } from './world.ts';

/** One metric of the reports of a window: counts are added up, round-trip times averaged over those there are. */
export function total(metric: QueryMetric, reports: FlowReport[]): number | undefined {
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
  return reports.filter(
    ({ flow }) => destinationCategory(locate(world, flow.local), locate(world, flow.remote)) === category,
  );
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
      traversedConstructs: [local, remote].flatMap((place) => networkInterface(world, place)),
      kubernetesMetadata: kubernetesMetadata(local, remote),
    };
  });
  return top(rows, limit);
}

/** What is not known is an empty string, as in the field (awsops). Zones are given by ID. */
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
