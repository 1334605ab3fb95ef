import { describe, expect, it } from 'vitest';
import { landedUntil, playFlows, portions } from '../../src/sandbox/measure/flows.ts';
import { sum } from '../../src/sandbox/measure/group.ts';
import { RECORDINGS } from '../../src/sandbox/measure/recording.ts';
import { findScenario, SCENARIOS } from '../../src/sandbox/scenarios/index.ts';
import { DEMO_WORLD as world } from '../../src/sandbox/world/topology.ts';
import type { FlowReport } from '../../src/sandbox/world/world.ts';
import { LANDED, MINUTE, NOW } from './client.ts';

const play = (name: string) => playFlows(world, findScenario(name), NOW);
const events = (reports: FlowReport[]) => sum(reports, (report) => report.retransmissions);

describe('flow reports', () => {
  it('land two minutes after their minute', () => {
    expect(landedUntil(NOW)).toBe(LANDED);
    expect(landedUntil(LANDED + 3 * MINUTE - 1)).toBe(LANDED);
    expect(landedUntil(LANDED + 3 * MINUTE)).toBe(LANDED + MINUTE);
  });

  it.each(['packet-loss', 'total-loss', 'quiet'])('of %s add up to the recording, host by host', (name) => {
    const { intervals } = RECORDINGS[findScenario(name).recording];
    const flows = play(name);
    intervals.forEach((interval, i) => {
      const reports = flows.at(LANDED - (intervals.length - i) * MINUTE);
      for (const [host, counters] of Object.entries(interval.pods)) {
        // The client has no agent; it is nobody's local side.
        if (host === 'client') continue;
        const own = reports.filter((report) => report.flow.recorded === host);
        expect({
          bytes: sum(own, (report) => report.bytes),
          retransmissions: events(own),
          timeouts: sum(own, (report) => report.timeouts),
        }).toEqual({
          bytes: counters.bytes,
          retransmissions: counters.retransmissions,
          timeouts: counters.timeouts,
        });
        expect(own.every((report) => report.rttMicros === counters.rtt_us)).toBe(true);
      }
    });
  });

  it('of a host that was counted by peer have each what was counted of that peer', () => {
    const { intervals } = RECORDINGS[findScenario('delay-and-loss').recording];
    const flows = play('delay-and-loss');
    intervals.forEach((interval, i) => {
      const reports = flows.at(LANDED - (intervals.length - i) * MINUTE);
      const own = reports.filter(({ flow }) => flow.recorded === 'lb');
      const counted = own.map(({ flow, bytes, retransmissions, timeouts, rttMicros }) => [
        flow.remote,
        { bytes, retransmissions, timeouts, rtt_us: rttMicros },
      ]);
      expect(Object.fromEntries(counted)).toEqual(interval.pods.lb?.peers);
    });
    const [late, punctual] = ['web-b', 'web-a'].map((remote) =>
      flows
        .between(LANDED - 10 * MINUTE, LANDED)
        .filter(({ flow }) => flow.local === 'lb' && flow.remote === remote)
        .map(({ rttMicros }) => rttMicros ?? 0),
    );
    expect(Math.min(...(late ?? []))).toBeGreaterThan(100_000);
    expect(Math.max(...(punctual ?? []))).toBeLessThan(1000);
  });

  it('end with the recording at the newest landed minute; before it was quiet, after it goes on', () => {
    const flows = play('packet-loss');
    const onset = LANDED - 20 * MINUTE;
    expect(events(flows.at(onset))).toBe(26 + 6);
    expect(events(flows.between(onset - 6 * 60 * MINUTE, onset))).toBe(0);
    expect(flows.between(onset - 6 * 60 * MINUTE, onset)).toHaveLength(6 * 60 * world.flows.length);
    expect(flows.at(LANDED).map(({ minute: _, ...rest }) => rest)).toEqual(
      flows.at(onset).map(({ minute: _, ...rest }) => rest),
    );
    expect(
      flows.between(LANDED, LANDED + 60 * MINUTE).filter((report) => report.retransmissions > 0),
    ).not.toHaveLength(0);
  });

  it('blame the unanswered requests on lb → web-b alone', () => {
    const lossy = play('packet-loss').between(LANDED - 20 * MINUTE, LANDED);
    const hit = new Set(
      lossy.filter((report) => report.retransmissions > 0).map(({ flow }) => `${flow.local}→${flow.remote}`),
    );
    expect([...hit].sort()).toEqual(['lb→web-b', 'web-b→lb']);
  });

  it("of aws-impairment have web-b's rate in every flow that zone b's pods send", () => {
    const spread = play('aws-impairment').at(LANDED - MINUTE);
    const single = play('packet-loss').at(LANDED - MINUTE);
    const of = (reports: FlowReport[], local: string) => reports.filter(({ flow }) => flow.local === local);
    expect(of(spread, 'web-b')).toEqual(of(single, 'web-b'));
    expect(of(spread, 'worker-a')).toEqual(of(single, 'worker-a'));

    const zoneB = [...of(spread, 'web-b'), ...of(spread, 'worker-b')];
    const [webB] = of(spread, 'web-b');
    const rate = (webB?.retransmissions ?? 0) / (webB?.bytes ?? 1);
    expect(zoneB).toHaveLength(3);
    for (const report of zoneB)
      expect(Math.abs(report.retransmissions - rate * report.bytes)).toBeLessThan(1);
    expect(events(zoneB)).toBe(Math.round(rate * sum(zoneB, (report) => report.bytes)));
  });

  it('come with an AWS event only where the scenario has one', () => {
    expect(play('packet-loss').awsEvents).toEqual([]);
    expect(play('aws-impairment').awsEvents).toEqual([
      { zoneId: 'apne3-az3', fromMinute: LANDED - 20 * MINUTE, toMinute: Number.POSITIVE_INFINITY },
    ]);
  });
});

describe('portions', () => {
  it('are whole and lose nothing', () => {
    expect(portions(10, [0.25, 0.25, 0.25, 0.25])).toEqual([3, 2, 3, 2]);
    expect(portions(7, [0, 1, 0])).toEqual([0, 7, 0]);
  });
});

describe('the demo topology', () => {
  it('shares out all of what was recorded, once', () => {
    const shares = new Map<string, { bytes: number; events: number }>();
    for (const { recorded, bytes, events: part } of world.flows) {
      const known = shares.get(recorded) ?? { bytes: 0, events: 0 };
      shares.set(recorded, { bytes: known.bytes + bytes, events: known.events + part });
    }
    for (const [host, share] of shares) {
      expect(share.bytes).toBeCloseTo(1, 12);
      // S3's volume only is borrowed from the database.
      expect(share.events).toBe(host === 'db' ? 0 : 1);
    }
  });

  it('is what every scenario names', () => {
    for (const { awsEvents = [] } of SCENARIOS) {
      for (const { zoneId } of awsEvents) expect(world.zones.map((zone) => zone.id)).toContain(zoneId);
    }
  });
});
