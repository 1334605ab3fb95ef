import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/aws/ec2.ts';
import { coverageOf } from '../../src/collect/coverage.ts';
import type { Flows } from '../../src/collect/read-flows.ts';
import { buildCase, fleet } from '../judge/build.ts';

const data = buildCase({ pods: fleet(['az1', 'az2'], 2) });
const WINDOW = 1;

const instance = (id: string, subnetId: string, launchedAt: string | null = '2026-01-01T00:00:00Z') =>
  ({ id, subnetId, launchedAt, name: `name of ${id}` }) as Instance;
/** Each pod of the fleet is an instance of its own; `extra` shares a subnet with two of them, `alone` with none. */
const INSTANCES = [
  ...['az1', 'az2'].flatMap((az) => [0, 1].map((i) => instance(`i-${az}-pod-${i}`, `subnet-${az}`))),
  instance('extra', 'subnet-az1'),
  instance('alone', 'subnet-az3'),
];
const flows: Flows = {
  from: data.flowsFrom,
  tiles: data.tiles,
  flows: data.flows,
  truncated: false,
  lost: [],
};
const topology = { zones: [], subnets: [], clusterVpcs: new Map() };
const asked = { window: data.window, monitors: data.monitors, target: data.target, topology };
const silent = (read: Partial<Flows> = {}, instances = INSTANCES) =>
  coverageOf(instances, { ...flows, ...read }, asked)?.silent.map((i) => i.instanceId);

describe('instances that no flow comes from', () => {
  it('are told by their IDs where lists are whole', () => {
    expect(coverageOf(INSTANCES, flows, asked)).toEqual({
      running: 6,
      silent: [
        { instanceId: 'extra', instanceName: 'name of extra' },
        { instanceId: 'alone', instanceName: 'name of alone' },
      ],
    });
  });

  it('are told by their subnets where one that is not listed may have sent all the same', () => {
    const bySubnet = data.flows.map((f) => ({ ...f, local: { ...f.local, instanceId: undefined } }));
    expect(silent({ truncated: true })).toEqual(['alone']);
    expect(silent({ lost: [{ tile: 0, category: 'INTRA_AZ', counter: 'bytes' }] })).toEqual(['alone']);
    expect(silent({ flows: bySubnet as Flows['flows'] })).toEqual(['alone']);
  });

  it('are not those of monitors that were passed over', () => {
    const identifier = 'arn:aws:ec2:ap-northeast-3:123456789012:subnet/subnet-az3';
    const [monitor] = data.monitors;
    if (!monitor) throw new Error('The case has no monitor.');
    const other = { ...monitor, local: [{ type: 'AWS::EC2::Subnet', identifier }] };
    expect(silent({ passedOver: [other] })).toEqual(['extra']);
  });

  it('are those of the window: what an instance sent before it is not there any more', () => {
    const stopped = data.flows.filter((f) => f.tile !== WINDOW || f.local.azId === 'az1');
    expect(silent({ flows: stopped })).toEqual(['i-az2-pod-0', 'i-az2-pod-1', 'extra', 'alone']);
  });

  it('are not those that started after the window did, or at nobody knows when', () => {
    const young = [instance('young', 'subnet-az3', data.window.start), instance('odd', 'subnet-az3', null)];
    expect(silent({}, [...INSTANCES, ...young])).toEqual(['extra', 'alone']);
  });

  it('cannot be told without the instances, without any flow, or from a monitor of some remotes', () => {
    expect(coverageOf(null, flows, asked)).toBeNull();
    expect(coverageOf(INSTANCES, { ...flows, flows: [] }, asked)).toBeNull();
    const before = data.flows.filter((f) => f.tile !== WINDOW);
    expect(coverageOf(INSTANCES, { ...flows, flows: before }, asked)).toBeNull();
    const [first, ...others] = data.monitors;
    if (!first) throw new Error('no monitor');
    const narrow = { ...first, remote: [{ type: 'AWS::AWSService', identifier: 'S3' }] };
    const target = { kind: 'monitor', id: first.name } as const;
    expect(coverageOf(INSTANCES, flows, { ...asked, target, monitors: [narrow, ...others] })).toBeNull();
    expect(coverageOf(INSTANCES, flows, { ...asked, target })).not.toBeNull();
  });
});
