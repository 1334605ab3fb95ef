import { describe, expect, it } from 'vitest';
import { healthIndicator } from '../../src/sandbox/measure/publications.ts';
import { DEMO_WORLD as world } from '../../src/sandbox/world/topology.ts';
import type { FlowReport } from '../../src/sandbox/world/world.ts';

const event = { zoneId: 'apne3-az3', fromMinute: 60_000, toMinute: 120_000 };

function report(minute: number, local: string, remote: string, bytes = 1): FlowReport {
  const flow = { local, remote, targetPort: 0, recorded: local, bytes: 1, events: 1 };
  return { minute, flow, bytes, retransmissions: 99, timeouts: 99, rttMicros: null };
}

describe('the network health indicator of a minute', () => {
  it.each([
    ['before the event', report(0, 'web-b', 'lb'), 0],
    ['in the event, from the zone', report(60_000, 'web-b', 'lb'), 1],
    ['in the event, to the zone', report(60_000, 'lb', 'web-b'), 1],
    ['in the event, past the zone', report(60_000, 'lb', 'web-a'), 0],
    ['in the event, to S3', report(60_000, 'worker-b', 's3'), 1],
    ['after the event', report(120_000, 'web-b', 'lb'), 0],
    ['of a category that it does not cover', report(60_000, 'web-b', 'client'), undefined],
    ['without traffic', report(60_000, 'web-b', 'lb', 0), undefined],
  ])('%s', (_, measured, value) => {
    expect(healthIndicator(world, [event], [measured])).toBe(value);
  });

  it('is unknown, not healthy, where nothing was measured', () => {
    expect(healthIndicator(world, [event], [])).toBeUndefined();
  });
});
