import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type Case, caseSchema } from '../../src/model/case.ts';
import { instant } from '../../src/model/time.ts';
import { buildCase, fleet, from, type Setup } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const DAY = 86_400_000;

/** The window's hour of the day before, with so many times the quiet rate of a zone; null: nothing was reported. */
function aDayAgo(data: Case, times: ((zones: readonly string[]) => number) | null): Case {
  const at = (time: string) => instant(Date.parse(time) - DAY);
  const window = { start: at(data.window.start), end: at(data.window.end) };
  const minutes = Array.from({ length: 60 }, (_, m) => m);
  const nothing = minutes.map(() => null);
  const series = data.monitors.map(({ arn, zones }) => ({
    arn,
    series: {
      start: window.start,
      periodSeconds: 60,
      bytes: times ? minutes.map(() => 30_000_000 * (zones?.length ?? 1)) : nothing,
      retransmissions: times
        ? minutes.map((m) => Math.round(((m % 5) + 1) * 0.2 * times(zones ?? []) * (zones?.length ?? 1)))
        : nothing,
      timeouts: nothing,
      rttMicros: nothing,
      nhi: nothing,
    },
  }));
  return caseSchema.parse({ ...data, earlier: { window, series } });
}

const hotPod: Setup = {
  pods: fleet(ZONES, 3).map((p) => (p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p)),
};
const evidenceOf = ({ evidence }: ReturnType<typeof judge>) =>
  evidence.find(({ code }) => code === 'second-baseline')?.statement;

describe('the same hours a day ago', () => {
  const bad = buildCase(hotPod);
  const quiet = buildCase({ pods: fleet(ZONES, 3, 2) });

  it.each([
    ['a rise, and none then', bad, () => 1, 'the-same', 'high'],
    [
      'a rise, and as high then',
      bad,
      (zones: readonly string[]) => (zones.includes('az2') ? 50 : 1),
      'otherwise',
      'medium',
    ],
    ['a rise, and nothing is known of then', bad, null, 'nothing', 'high'],
    ['no rise, and as low then', quiet, () => 10, 'the-same', 'high'],
    ['no rise, and far less then', quiet, () => 0, 'otherwise', 'medium'],
  ] as const)('%s', (_, data, times, says, confidence) => {
    const alone = judge(data);
    const heard = judge(aDayAgo(data, times));
    expect(alone.confidence).toBe('high');
    expect(heard).toMatchObject({
      verdict: alone.verdict,
      reason: alone.reason,
      location: alone.location,
      onset: alone.onset,
      confidence,
      secondBaseline: { start: '2026-11-20T15:00:00Z', end: '2026-11-20T16:00:00Z', says },
    });
    expect(heard.summary.includes('say otherwise')).toBe(says === 'otherwise');
    expect(evidenceOf(heard)).toMatch(/^A day ago, in the same (minutes|hours)/);
  });

  it('is not mentioned where it was not asked for, and is null where CloudWatch refused', () => {
    expect(judge(bad)).not.toHaveProperty('secondBaseline');
    const { window } = aDayAgo(bad, null).earlier ?? {};
    expect(judge(caseSchema.parse({ ...bad, earlier: { window, series: null } }))).toMatchObject({
      confidence: 'high',
      secondBaseline: { says: 'nothing', retransmissionsPerGiB: null },
    });
  });
});
