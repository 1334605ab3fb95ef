import { afterEach, describe, expect, it } from 'vitest';
import { sum } from '../../src/sandbox/measure/group.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import type { FlowReport } from '../../src/sandbox/world/world.ts';
import { arnOf, LANDED, MINUTE, NOW, SCOPE_ARN, start } from './client.ts';

let running: Sandbox | undefined;
afterEach(() => running?.close());
async function open(scenario = 'packet-loss') {
  const started = await start({ scenario });
  running = started.sandbox;
  return started;
}

const VPC = arnOf('monitor/demo-vpc');
const ZONE_A = arnOf('monitor/demo-zone-a');
const ZONE_B = arnOf('monitor/demo-zone-b');
const HOUR = 60 * MINUTE;

describe("a monitor's metrics", () => {
  it('are the sums of its flow reports, minute by minute', async () => {
    const { sandbox } = await open();
    const reports = sandbox.flowReports(LANDED - HOUR, LANDED).filter(({ flow }) => flow.remote !== 'client');
    const counters: [Parameters<Sandbox['metrics']['points']>[1], (report: FlowReport) => number][] = [
      ['DataTransferred', (report) => report.bytes],
      ['Retransmissions', (report) => report.retransmissions],
      ['Timeouts', (report) => report.timeouts],
    ];
    for (const [metricName, measure] of counters) {
      const points = sandbox.metrics.points(VPC, metricName, LANDED - HOUR, LANDED + HOUR);
      expect(points).toHaveLength(60);
      for (const { minute, value } of points) {
        expect(value).toBe(
          sum(
            reports.filter((report) => report.minute === minute),
            measure,
          ),
        );
      }
    }
  });

  it('of the zones add up to those of the VPC', async () => {
    const { sandbox } = await open();
    const total = (monitorArn: string) =>
      sum(sandbox.metrics.points(monitorArn, 'Retransmissions', LANDED - HOUR, LANDED), ({ value }) => value);
    expect(total(ZONE_A)).toBe(89);
    expect(total(ZONE_B)).toBe(611);
    expect(total(VPC)).toBe(89 + 611);
  });

  it('average the round-trip times that there are', async () => {
    const { sandbox } = await open();
    const [point] = sandbox.metrics.points(ZONE_B, 'RoundTripTime', LANDED - MINUTE, LANDED);
    const known = sandbox
      .flowReports(LANDED - MINUTE, LANDED)
      .filter(({ flow }) => flow.local === 'web-b' || (flow.local === 'worker-b' && flow.remote === 's3'))
      .map((report) => report.rttMicros ?? Number.NaN);
    expect(point?.value).toBeCloseTo(sum(known, (value) => value) / 2, 9);
  });

  it('are there for minutes that have landed only, as the clock runs', async () => {
    const { sandbox, clocks } = await open();
    const newest = () => sandbox.metrics.points(VPC, 'Timeouts', NOW - HOUR, NOW + HOUR).at(-1)?.minute;
    expect(newest()).toBe(LANDED - MINUTE);
    clocks.now += MINUTE;
    expect(newest()).toBe(LANDED);
  });

  it('start with the monitor, change with it, and outlive it', async () => {
    const { sandbox, call, clocks } = await open();
    const identifier = 'ap-northeast-3a';
    await call('POST', '/monitors', {
      monitorName: 'late',
      scopeArn: SCOPE_ARN,
      localResources: [{ type: 'AWS::AvailabilityZone', identifier }],
    });
    const late = arnOf('monitor/late');
    const minutes = () =>
      sandbox.metrics.points(late, 'DataTransferred', 0, NOW + HOUR).map(({ minute }) => minute);
    expect(minutes()).toEqual([]);
    expect(sandbox.metrics.list().some(({ monitorArn }) => monitorArn === late)).toBe(false);

    clocks.now += 6 * MINUTE;
    clocks.elapsed += 6 * MINUTE;
    const first = LANDED + 3 * MINUTE;
    expect(minutes()).toEqual([first, first + MINUTE, first + 2 * MINUTE]);
    expect(sandbox.metrics.list().filter(({ monitorArn }) => monitorArn === late)).toHaveLength(5);

    await call('PATCH', '/monitors/late', {
      localResourcesToAdd: [{ type: 'AWS::AvailabilityZone', identifier: 'ap-northeast-3b' }],
    });
    clocks.now += 10 * MINUTE;
    const before = sandbox.metrics.points(late, 'Retransmissions', first, first + MINUTE);
    const after = sandbox.metrics.points(late, 'Retransmissions', first + 9 * MINUTE, first + 10 * MINUTE);
    const inVpc = sandbox.metrics.points(VPC, 'Retransmissions', first + 9 * MINUTE, first + 10 * MINUTE);
    expect(after).toEqual(inVpc);
    expect(before).not.toEqual(sandbox.metrics.points(VPC, 'Retransmissions', first, first + MINUTE));

    await call('DELETE', '/monitors/late');
    const published = minutes().length;
    clocks.now += 10 * MINUTE;
    // What was measured before the deletion still lands; nothing after it is measured.
    expect(minutes().length).toBe(published + 3);
  });

  it('are those of the seed: three monitors, created 30 days ago, five metrics each', async () => {
    const { sandbox } = await open();
    expect(sandbox.metrics.list()).toHaveLength(15);
    const month = sandbox.metrics.points(VPC, 'DataTransferred', NOW - 60 * 24 * HOUR, NOW);
    expect(month[0]?.minute).toBe(Math.ceil((NOW - 30 * 24 * HOUR) / MINUTE) * MINUTE);
  });
});

describe('the network health indicator', () => {
  const degraded = async (scenario: string, monitorArn: string) => {
    const { sandbox } = await open(scenario);
    return sandbox.metrics
      .points(monitorArn, 'HealthIndicator', LANDED - HOUR, LANDED)
      .map(({ value }) => value);
  };
  const fault = [...Array(40).fill(0), ...Array(20).fill(1)];

  it.each(['packet-loss', 'total-loss', 'quiet'])(
    'is healthy in %s: it knows AWS events only',
    async (name) => {
      expect(await degraded(name, VPC)).toEqual(Array(60).fill(0));
    },
  );

  it('is degraded for as long as the AWS event lasts, in every monitor with a flow through the zone', async () => {
    expect(await degraded('aws-impairment', ZONE_B)).toEqual(fault);
    await running?.close();
    // lb → web-b ends in zone b.
    expect(await degraded('aws-impairment', ZONE_A)).toEqual(fault);
  });

  it('is healthy for a monitor whose flows stay out of the zone', async () => {
    const { sandbox, call, clocks } = await open('aws-impairment');
    const zone = { type: 'AWS::AvailabilityZone', identifier: 'ap-northeast-3a' };
    await call('POST', '/monitors', {
      monitorName: 'inside-a',
      scopeArn: SCOPE_ARN,
      localResources: [zone],
      remoteResources: [zone],
    });
    clocks.now += 10 * MINUTE;
    const values = sandbox.metrics
      .points(arnOf('monitor/inside-a'), 'HealthIndicator', NOW, clocks.now)
      .map(({ value }) => value);
    expect(values.length).toBeGreaterThan(5);
    expect(new Set(values)).toEqual(new Set([0]));
  });
});
