import { describe, expect, it } from 'vitest';
import { contributors } from '../../src/sandbox/measure/rows.ts';
import { DEMO_WORLD as world } from '../../src/sandbox/world/topology.ts';
import type { FlowReport } from '../../src/sandbox/world/world.ts';

const row = (local: string, remote: string) => {
  const flow = { local, remote, targetPort: 80, recorded: local, bytes: 1, events: 1 };
  const reports: FlowReport[] = [
    { minute: 0, flow, bytes: 10, retransmissions: 1, timeouts: 0, rttMicros: 100 },
    { minute: 60_000, flow, bytes: 30, retransmissions: 2, timeouts: 0, rttMicros: null },
    { minute: 120_000, flow, bytes: 20, retransmissions: 0, timeouts: 0, rttMicros: 201 },
  ];
  return (metric: Parameters<typeof contributors>[2]) => contributors(world, reports, metric, 500)[0];
};

describe("a row of a monitor's top contributors", () => {
  it('adds counts up and averages round-trip times over the minutes that have one, as a whole number', () => {
    const of = row('web-a', 'worker-b');
    expect(of('DATA_TRANSFERRED')?.value).toBe(60);
    expect(of('RETRANSMISSIONS')?.value).toBe(3);
    expect(of('ROUND_TRIP_TIME')?.value).toBe(151);
    expect(of('TIMEOUTS')).toBeUndefined();
  });

  it('resolves the remote pod inside the cluster only', () => {
    expect(row('web-a', 'worker-b')('DATA_TRANSFERRED')?.kubernetesMetadata).toEqual({
      localServiceName: 'web',
      localPodName: 'web-a',
      localPodNamespace: 'default',
      remoteServiceName: 'worker',
      remotePodName: 'worker-b',
      remotePodNamespace: 'default',
    });
    expect(row('lb', 'web-a')('DATA_TRANSFERRED')?.kubernetesMetadata.remotePodName).toBe('');
  });

  it('leaves empty what AWS cannot know of the other end', () => {
    expect(row('worker-a', 's3')('DATA_TRANSFERRED')).toMatchObject({
      destinationCategory: 'AMAZON_S3',
      remoteRegion: 'ap-northeast-3',
      remoteVpcId: '',
      remoteAz: '',
      remoteInstanceId: '',
      remoteInstanceArn: '',
      traversedConstructs: [
        { componentType: 'AWS::EC2::NetworkInterface' },
        { componentType: 'AWS::EC2::NatGateway', componentId: 'nat-0c5b8e1f7a3d92460' },
      ],
    });
  });
});
