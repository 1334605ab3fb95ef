import { describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type ObservedZone, observe } from '../../src/judge/observe.ts';
import { leaveZone } from '../../src/judge/remedies.ts';
import { decide } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/model/case.ts';
import { printed } from '../../src/model/command-line.ts';
import { buildCase, fleet, from } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const commands = (data: Case) => judge(data).next.map(({ command }) => printed(command));
const shifts = (data: Case) => commands(data).filter((line) => line.startsWith('aws arc-zonal-shift'));
const hotZone = (until?: number) => ({
  pods: fleet(ZONES, 4).map((p) => (p.azId === 'az2' ? { ...p, events: from(210, 0.2, 10, until) } : p)),
});
const degraded = (zones: string[], minute: number) => (zones.includes('az2') && minute >= 210 ? 1 : 0);

describe('a zone that is impaired', () => {
  test('can be left, for an hour, and it is said how that is undone', () => {
    for (const data of [buildCase({ ...hotZone(), nhi: degraded }), buildCase(hotZone())]) {
      expect(shifts(data)).toEqual([
        expect.stringMatching(/^aws arc-zonal-shift list-managed-resources .*--region eu-west-1$/),
        "aws arc-zonal-shift start-zonal-shift --resource-identifier ARN --away-from az2 --expires-in 1h --comment 'retransmissions in eu-west-1-az2, seen by nfm' --region eu-west-1",
        'aws arc-zonal-shift cancel-zonal-shift --zonal-shift-id ID --region eu-west-1',
      ]);
    }
  });

  test('is not left when it is over, nor for a pod in it, nor where there is nowhere to go', () => {
    const hotPod = fleet(ZONES, 3).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p,
    );
    const alone = hotZone().pods.filter((p) => p.azId === 'az2');
    for (const data of [
      buildCase({ ...hotZone(225), nhi: degraded }),
      buildCase({ pods: hotPod }),
      buildCase({ pods: alone, nhi: degraded }),
    ]) {
      expect(judge(data).verdict).not.toBe('no-impairment');
      expect(shifts(data)).toEqual([]);
    }
  });
});

test('a zone is not left for one that sends nothing, or that stands out as well', () => {
  const data = buildCase({ ...hotZone(), nhi: degraded });
  const seen = observe(data);
  const decision = decide(data, seen);
  const others = (change: Partial<ObservedZone>) => ({
    ...seen,
    zones: seen.zones.map((z) => (z.azId === 'az2' ? z : { ...z, ...change })),
  });
  const outlier = { ...seen.zones[0]?.comparison, outlier: true } as ObservedZone['comparison'];
  expect(leaveZone(data, seen, decision)).toHaveLength(3);
  expect(leaveZone(data, others({ state: 'silent' }), decision)).toEqual([]);
  expect(leaveZone(data, others({ comparison: outlier }), decision)).toEqual([]);
});

describe('an instance that is blamed', () => {
  const data = (hot: string) => {
    const whole = buildCase({
      pods: fleet(ZONES, 3).map((p) => (p.name === hot ? { ...p, events: from(210, 0.2, 30) } : p)),
    });
    const flows = whole.flows.map(
      ({ local: { podName: _, podNamespace: __, serviceName: ___, ...host }, ...flow }) => ({
        ...flow,
        local: host,
      }),
    );
    return { ...whole, flows };
  };

  test('is replaced, or moved to another host; what only looks comes before', () => {
    const all = commands(data('az2-pod-1'));
    expect(judge(data('az2-pod-1')).reason).toBe('instance-concentrated');
    expect(all[0]).toContain('describe-instance-status');
    expect(all.slice(-3)).toEqual([
      'aws autoscaling terminate-instance-in-auto-scaling-group --instance-id i-az2-pod-1 --no-should-decrement-desired-capacity --region eu-west-1',
      'aws ec2 stop-instances --instance-ids i-az2-pod-1 --region eu-west-1',
      'aws ec2 start-instances --instance-ids i-az2-pod-1 --region eu-west-1',
    ]);
  });

  test('a pod is not: its instance is not replaced for it', () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p,
    );
    expect(commands(buildCase({ pods })).join('\n')).not.toMatch(/stop-instances|terminate/);
  });
});
