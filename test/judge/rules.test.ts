import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { observe } from '../../src/judge/observe.ts';
import type { Case } from '../../src/model/case.ts';
import { buildCase, fleet, from, type Pod } from './build.ts';

/* Rules that keep a verdict from more than is known: each test fails where its rule is gone. */

const ZONES = ['az1', 'az2', 'az3'];
const WINDOW = 180;

describe('a zone in which most of the traffic is new', () => {
  /** Of four pods of az2 so many stay; the others are replaced when the window begins. All of them lose far more then. */
  const replaced = (staying: number, rate: number): Case => {
    const pods = fleet(ZONES, 4, 4).flatMap((pod, i): Pod[] => {
      if (pod.azId !== 'az2') return [pod];
      const risen = { ...pod, events: from(WINDOW + 10, 4, rate) };
      if (i % 4 < staying) return [risen];
      return [
        { ...risen, bytes: (m) => (m < WINDOW ? 10_000_000 : null) },
        {
          ...risen,
          name: `${pod.name}-new`,
          bytes: (m) => (m < WINDOW ? null : 10_000_000),
          events: from(WINDOW, 4, rate),
        },
      ];
    });
    return buildCase({ pods });
  };

  it('may be another workload', () => {
    expect(judge(replaced(0, 20))).toMatchObject({ verdict: 'inconclusive', reason: 'workloads-replaced' });
  });

  it('is impaired, where what was there before has surely risen too', () => {
    expect(judge(replaced(1, 60)).reason).toBe('zone-wide-nhi-healthy');
  });
});

describe('a burst', () => {
  it('has its timeouts', () => {
    const data = buildCase({
      pods: fleet(ZONES, 4, 4).map((pod) =>
        pod.azId === 'az2'
          ? { ...pod, events: (m: number) => (m >= 205 && m < 208 ? 40 : pod.events(m)) }
          : pod,
      ),
    });
    const flows = data.flows.map((flow) => ({ ...flow, timeouts: flow.tile === 0 ? 15 : 30 }));
    const found = judge({ ...data, flows });
    expect(observe({ ...data, flows }).signs.timeouts).not.toBeNull();
    expect(found).toMatchObject({ verdict: 'no-impairment', reason: 'no-rise' });
  });
});

describe('zones of which one is up, and none stands out', () => {
  const times: Record<string, number> = { az1: 2.15, az2: 1.6, az3: 1.6 };
  it('are no rise of all, where no part of it explains that', () => {
    const data = buildCase({
      pods: fleet(ZONES, 4, 4).map((pod, i) => ({
        ...pod,
        events: from(200, 1, (times[pod.azId] ?? 1) * (i % 2 ? 0.4 : 1.6)),
      })),
    });
    const seen = observe(data);
    expect(seen.zones.map(({ own, comparison }) => [own.verdict, comparison.outlier])).toEqual([
      ['up', false],
      ['not-up', false],
      ['not-up', false],
    ]);
    expect(judge(data)).toMatchObject({ verdict: 'no-impairment' });
  });
});

describe('a target of one zone, of which only what goes to other zones loses', () => {
  const pods = ZONES.flatMap((azId) =>
    [0, 1, 2, 3].flatMap((i): Pod[] => {
      const name = `${azId}-pod-${i}`;
      const pod = { name, azId, instance: `i-${name}`, bytes: () => 10_000_000 };
      return [
        { ...pod, remote: '10.9.0.1', events: from(WINDOW, 4, 4) },
        { ...pod, remote: `10.9.1.${i}`, category: 'INTER_AZ', events: from(WINDOW, 4, 40) },
      ];
    }),
  );
  const all = buildCase({ pods, nhi: (_, m) => (m >= WINDOW ? 100 : 0) });
  const next: Record<string, string> = { az1: 'az2', az2: 'az3', az3: 'az1' };
  const inZone = (azId: string) =>
    all.flows
      .filter(({ local }) => local.azId === azId)
      .map((flow) => {
        const far = flow.category === 'INTER_AZ' ? next[azId] : azId;
        return { ...flow, remote: { ...flow.remote, azId: far ?? azId } };
      });
  const data: Case = {
    ...all,
    target: { ...all.target, kind: 'zone', id: 'az1' },
    targetZones: ['az1'],
    flows: inZone('az1'),
    outside: [...inZone('az2'), ...inZone('az3')],
    monitors: all.monitors.map((m) => ({
      ...m,
      coversTarget: m.zones?.join() === 'az1',
      insideTarget: m.zones?.join() === 'az1',
    })),
  };

  it('is not impaired as a whole, though AWS has it degraded', () => {
    expect(observe(data).where.best?.kind).toBe('cross-zone');
    expect(judge(data)).toMatchObject({ verdict: 'inconclusive', reason: 'nhi-degraded-not-localised' });
  });
});
