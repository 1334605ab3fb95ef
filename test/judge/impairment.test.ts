import { describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { buildCase, fleet, from } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const GIB = 1024 ** 3;
/** Minute 210, half an hour into the window; pods send 10 MB a minute and have an event in five before it. */
const ONSET = '2026-11-21T15:30:00Z';

describe('the one rate of a report', () => {
  test("is the blamed pod's own, since its onset, though its flows are known by the hour", () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p,
    );
    const { impairment } = judge(buildCase({ pods }));
    expect(impairment).toMatchObject({
      of: 'pod default/az2-pod-1',
      start: ONSET,
      end: '2026-11-21T16:00:00Z',
      retransmissions: 900,
      bytes: 300_000_000,
      retransmissionsPerGiB: (900 / 300_000_000) * GIB,
      baselineRetransmissionsPerGiB: (36 / 1_800_000_000) * GIB,
    });
    // 900 of 900 and 300 MB in full segments.
    expect(impairment?.estimatedLoss).toBeCloseTo(900 / (900 + 300_000_000 / 1448), 6);
  });

  test("is the zone's own, where the zone is meant", () => {
    const pods = fleet(ZONES, 4).map((p) => (p.azId === 'az2' ? { ...p, events: from(210, 0.2, 10) } : p));
    const { impairment, zones } = judge(buildCase({ pods }));
    expect(impairment).toMatchObject({
      of: 'zone eu-west-1-az2 (az2)',
      start: ONSET,
      retransmissions: 4 * 10 * 30,
      bytes: 4 * 30 * 10_000_000,
    });
    // The row of the zone is the whole window's.
    expect(zones.find((z) => z.azId === 'az2')?.bytes).toBe(4 * 60 * 10_000_000);
  });

  test('is none where nothing rose', () => {
    expect(judge(buildCase({ pods: fleet(ZONES, 3) })).impairment).toBeNull();
  });

  test('has no bytes where the list by bytes left the pod out', () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p,
    );
    const data = buildCase({ pods });
    const flows = data.flows.map((f) =>
      f.tile === 1 && f.local.podName === 'az2-pod-1' ? { ...f, bytes: null } : f,
    );
    expect(judge({ ...data, flows }).impairment).toMatchObject({
      of: 'pod default/az2-pod-1',
      bytes: null,
      retransmissionsPerGiB: null,
      estimatedLoss: null,
    });
  });
});
