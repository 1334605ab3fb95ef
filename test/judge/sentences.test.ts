import { describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case } from '../../src/model/case.ts';
import { buildCase, fleet, from, type Pod } from './build.ts';

/* What an on-call engineer reads, once. */

const ZONES = ['az1', 'az2', 'az3'];
const said = (data: Case) =>
  Object.fromEntries(judge(data).evidence.map(({ code, statement }) => [code, statement]));
const hotPod = (before: number): Pod[] =>
  fleet(ZONES, 3, before).map((p) => (p.name === 'az2-pod-1' ? { ...p, events: from(210, before, 30) } : p));

describe('evidence in sentences', () => {
  test('one pod: since when, against its own past, and its neighbours not showing it', () => {
    const { onset, concentrated, matched, ...rest } = said(buildCase({ pods: hotPod(0.2) }));
    expect(onset).toBe('It began at 15:30 UTC, within a minute.');
    expect(concentrated).toMatch(
      /^Pod default\/az2-pod-1 is at \d+ times its own past and makes .+ of the rise in eu-west-1-az2, with 33 % of its bytes; its 2 neighbours there do not show it\./,
    );
    expect(matched).toMatch(
      /^New traffic is not the reason: 3 flows were there before, with all of the bytes; /,
    );
    expect(rest['zone-outlier']).toMatch(/^eu-west-1-az2 rose \d+ times as much as the other zones\.$/);
  });

  test('from nothing there is no ratio', () => {
    const { concentrated, matched } = said(buildCase({ pods: hotPod(0) }));
    expect(concentrated).toMatch(
      /^Pod default\/az2-pod-1 had no retransmission before and makes all of the rise/,
    );
    expect(matched).toBe(
      'New traffic is not the reason: 3 flows were there before, with all of the bytes, and had no retransmission then.',
    );
  });

  test('no symbol, interval or word of the statistician', () => {
    const hotZone = fleet(ZONES, 4).map((p) => (p.azId === 'az2' ? { ...p, events: from(210, 0.2, 10) } : p));
    for (const pods of [hotPod(0.2), hotPod(0), hotZone, fleet(ZONES, 3)]) {
      const found = judge(buildCase({ pods }));
      const text = [found.summary, ...found.evidence.map((e) => e.statement)].join('\n');
      expect(text).not.toMatch(/×|\[|95 %|\bexcess\b|symptom|baseline|likelihood|peers/);
    }
  });

  test('the numbers behind a sentence are in its data', () => {
    const { evidence } = judge(buildCase({ pods: hotPod(0.2) }));
    const data = (code: string) => evidence.find((e) => e.code === code)?.data;
    expect(data('rate-up')).toMatchObject({
      ratio: expect.any(Number),
      low: expect.any(Number),
      high: expect.any(Number),
    });
    expect(data('zone-outlier')).toMatchObject({ ratio: expect.any(Number), low: expect.any(Number) });
    expect(data('onset')).toMatchObject({ earliest: expect.any(String), latest: expect.any(String) });
  });

  test('a summary says how much is lost', () => {
    const { summary, impairment } = judge(buildCase({ pods: hotPod(0.2) }));
    expect(impairment?.estimatedLoss).toBeGreaterThan(0.004);
    expect(summary).toContain(
      'az2-pod-1 in eu-west-1-az2 (az2) has retransmitted about 0.43 % of its segments since',
    );
  });
});
