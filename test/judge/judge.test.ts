import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case } from '../../src/model/case.ts';
import { spoken } from '../../src/model/command-line.ts';
import { findingsSchema } from '../../src/model/report.ts';
import { buildCase, evenly, fleet, from, type Setup } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const degradedIn = (zone: string) => (zones: string[], minute: number) =>
  zones.includes(zone) && minute >= 210 ? 1 : 0;

/** The incident starts at minute 210: 30 minutes into the window. */
const hotPod = (): Setup => ({
  pods: fleet(ZONES, 3).map((p) => (p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p)),
});
const hotZone = (): Setup => ({
  pods: fleet(ZONES, 4).map((p) => (p.azId === 'az2' ? { ...p, events: from(210, 0.2, 10) } : p)),
});

describe('the verdict', () => {
  it('has nothing to say against a quiet fleet', () => {
    expect(judge(buildCase({ pods: fleet(ZONES, 3) }))).toMatchObject({
      verdict: 'no-impairment',
      reason: 'no-rise',
      onset: null,
      location: {},
    });
  });

  it('blames one pod that its peers do not follow, while AWS is healthy', () => {
    expect(judge(buildCase(hotPod()))).toMatchObject({
      verdict: 'workload',
      reason: 'pod-concentrated',
      confidence: 'high',
      location: { azId: 'az2', podName: 'az2-pod-1' },
      onset: '2026-11-21T15:30:00Z',
      ongoing: true,
    });
  });

  it('blames AWS for a whole zone that AWS says is degraded', () => {
    expect(judge(buildCase({ ...hotZone(), nhi: degradedIn('az2') }))).toMatchObject({
      verdict: 'aws-infrastructure',
      reason: 'nhi-degraded-zone-wide',
      confidence: 'high',
      location: { azId: 'az2' },
    });
  });

  it('takes 100 for degraded as well as 1', () => {
    const nhi = (zones: string[], minute: number) => 100 * degradedIn('az2')(zones, minute);
    expect(judge(buildCase({ ...hotZone(), nhi })).verdict).toBe('aws-infrastructure');
  });

  it('blames nobody for a whole zone that AWS calls healthy: that is what a gray failure looks like', () => {
    expect(judge(buildCase(hotZone()))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'zone-wide-nhi-healthy',
      suspects: ['aws-infrastructure'],
      location: { azId: 'az2' },
    });
  });

  it('does not take a degraded indicator elsewhere for an explanation', () => {
    const nhi = (zones: string[], minute: number) =>
      zones.length === 1 ? degradedIn('az3')(zones, minute) : 0;
    const found = judge(buildCase({ ...hotPod(), nhi }));
    expect(found).toMatchObject({ verdict: 'workload', location: { podName: 'az2-pod-1' } });
    expect(found.evidence.map((e) => e.code)).toContain('nhi-degraded-elsewhere');
  });

  it('keeps the zone of a pod that cannot be told from its only far end', () => {
    const nhi = (zones: string[], minute: number) =>
      zones.length === 1 ? degradedIn('az3')(zones, minute) : 0;
    const data = buildCase({ ...hotPod(), nhi });
    // Each pod sends to a pod of its own: the sender and its far end have the very same flows, a far end fewer rivals.
    const flows = data.flows.map((flow) => ({
      ...flow,
      remote: {
        ip: `${flow.local.ip}0`,
        azId: flow.local.azId ?? '',
        podName: `peer-of-${flow.local.podName}`,
      },
    }));
    const found = judge({ ...data, flows });
    // Which of the two it is, or whether it lies between them, nothing tells.
    expect(found).toMatchObject({
      verdict: 'inconclusive',
      reason: 'pair-concentrated',
      location: { azId: 'az2', podName: 'az2-pod-1' },
      alternatives: [
        { location: { azId: 'az2', podName: 'peer-of-az2-pod-1' }, timesLessLikely: expect.closeTo(1, 0) },
      ],
    });
    // The zone's own indicator is asked, not the degraded one of another zone.
    expect(found.evidence.map((e) => e.code)).toContain('nhi-healthy');
  });

  it('does not blame AWS for one pod, whatever the indicator says', () => {
    expect(judge(buildCase({ ...hotPod(), nhi: degradedIn('az2') }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'nhi-degraded-not-localised',
    });
  });

  it('blames nobody without an indicator', () => {
    expect(judge(buildCase({ ...hotPod(), nhi: () => null }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'nhi-unknown',
      suspects: ['workload'],
    });
  });

  it('blames nobody where the indicator does not cover the flows', () => {
    const { pods } = hotPod();
    expect(judge(buildCase({ pods: pods.map((p) => ({ ...p, category: 'UNCLASSIFIED' })) }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'category-not-covered',
    });
  });

  it('blames nobody where the flows could not be read', () => {
    expect(judge(buildCase({ ...hotPod(), flows: false }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'contributors-unknown',
    });
  });

  it('blames nobody for a handful of events', () => {
    const pods = fleet(ZONES, 3, 0).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(230, 0, 0.4) } : p,
    );
    expect(judge(buildCase({ pods }))).toMatchObject({ verdict: 'inconclusive', reason: 'low-traffic' });
  });

  it('finds the one service that is bad in every zone', () => {
    const pods = fleet(ZONES, 4).map((p) =>
      p.name.endsWith('-0') ? { ...p, service: 'api', events: from(210, 0.2, 30) } : p,
    );
    expect(judge(buildCase({ pods }))).toMatchObject({
      verdict: 'workload',
      reason: 'service-concentrated',
      location: { serviceName: 'api' },
    });
  });

  it('cannot tell a Region-wide rise apart while AWS is healthy', () => {
    const pods = fleet(ZONES, 4).map((p) => ({ ...p, events: from(210, 0.2, 10) }));
    expect(judge(buildCase({ pods }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'region-wide-nhi-healthy',
      location: {},
    });
  });

  it('never calls a zone whose traffic collapsed healthy', () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.azId === 'az2'
        ? { ...p, bytes: (m: number) => (m >= 185 ? 100_000 : 10_000_000), events: () => 0 }
        : p,
    );
    // The window has the minutes 180 to 239: it began five minutes into it.
    expect(judge(buildCase({ pods }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'traffic-collapsed',
      location: { azId: 'az2' },
      onset: '2026-11-21T15:05:00Z',
      end: null,
      ongoing: true,
      summary: expect.stringContaining('collapsed at 2026-11-21 15:05 UTC while other zones hold'),
    });
  });

  it('never calls a zone that fell silent healthy', () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.azId === 'az2' ? { ...p, bytes: (m: number) => (m >= 180 ? null : 10_000_000) } : p,
    );
    const found = judge(buildCase({ pods }));
    expect(found).toMatchObject({ verdict: 'inconclusive', reason: 'traffic-collapsed' });
    expect(found.zones.find((z) => z.azId === 'az2')?.state).toBe('silent');
  });

  it.each([
    ['no monitors', { monitors: 'none' }, 'no-monitor'],
    [
      'metrics that may not be read',
      {
        monitors: 'none',
        gaps: [{ code: 'permission', action: 'cloudwatch:GetMetricData', effect: '', fix: null }],
      },
      'metrics-unreadable',
    ],
    [
      'no scope',
      { monitors: 'none', gaps: [{ code: 'no-scope', action: null, effect: '', fix: null }] },
      'no-scope',
    ],
  ] as const)('says no-data for %s, and why', (_, setup, reason) => {
    expect(
      judge(
        buildCase({
          pods: fleet(ZONES, 2),
          flows: false,
          ...setup,
          gaps: [...('gaps' in setup ? setup.gaps : [])],
        }),
      ),
    ).toMatchObject({
      verdict: 'no-data',
      reason,
    });
  });

  it('says that an incident is over', () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(200, 0.2, 30, 220) } : p,
    );
    expect(judge(buildCase({ pods }))).toMatchObject({
      verdict: 'workload',
      onset: '2026-11-21T15:20:00Z',
      end: '2026-11-21T15:40:00Z',
      ongoing: false,
    });
  });

  it('measures an incident that began before the window against what was before the incident', () => {
    const pods = fleet(ZONES, 3).map((p) =>
      p.name === 'az2-pod-1' ? { ...p, events: from(150, 0.2, 30) } : p,
    );
    const found = judge(buildCase({ pods }));
    expect(found).toMatchObject({
      verdict: 'workload',
      location: { podName: 'az2-pod-1' },
      onset: '2026-11-21T14:30:00Z',
      baseline: { start: '2026-11-21T12:00:00Z', end: '2026-11-21T14:30:00Z' },
    });
    expect(found.evidence.map((e) => e.code)).toContain('baseline-polluted');
  });

  it('names the remote, not the sender that loses towards it alone', () => {
    const senders = fleet(['az1'], 1).flatMap((p) => [
      { ...p, name: 'lb', remote: '10.9.0.1' },
      { ...p, name: 'lb', remote: '10.9.0.2', events: from(210, 0.1, 20) },
    ]);
    const found = judge(buildCase({ pods: [...senders, ...fleet(['az1', 'az2'], 2)] }));
    expect(found).toMatchObject({
      verdict: 'inconclusive',
      reason: 'remote-concentrated',
      location: { remoteIp: '10.9.0.2' },
    });
  });

  describe('a pod whose events lie in categories that the indicator does not cover', () => {
    const category = 'UNCLASSIFIED';
    const towards = (farEnds: number) =>
      fleet(ZONES, 4).flatMap((p, i) =>
        Array.from({ length: farEnds }, (_, far) => ({
          ...p,
          category,
          instance: `i-${p.azId}-${i % 2}`,
          remote: `10.9.0.${far + 1}`,
          ...(p.name === 'az2-pod-1' ? { events: from(200, 0.2, 30) } : {}),
        })),
      );

    it('is the workload, where its neighbours in the same category are well', () => {
      const found = judge(buildCase({ pods: towards(3) }));
      expect(found).toMatchObject({
        verdict: 'workload',
        confidence: 'medium',
        location: { podName: 'az2-pod-1' },
      });
      expect(found.summary).toMatch(/while its neighbours are well\.$/);
    });

    it.each([
      ['on its host', (p: { instance: string }) => p.instance === 'i-az2-1'],
      [
        'elsewhere in its zone',
        (p: { azId: string; instance: string }) => p.azId === 'az2' && p.instance !== 'i-az2-1',
      ],
    ])('is not known, where no neighbour %s sends in that category', (_, isNear) => {
      const pods = towards(3).map((p) =>
        p.name !== 'az2-pod-1' && isNear(p) ? { ...p, category: 'AMAZON_S3' } : p,
      );
      expect(judge(buildCase({ pods }))).toMatchObject({
        verdict: 'inconclusive',
        reason: 'category-not-covered',
        location: { podName: 'az2-pod-1' },
      });
    });

    it('is not known, where its events lie on one far end', () => {
      expect(judge(buildCase({ pods: towards(1) }))).toMatchObject({
        verdict: 'inconclusive',
        reason: 'category-not-covered',
      });
    });
  });

  it('takes other zones as peers of a target, and never as its verdict', () => {
    const data = buildCase(hotPod());
    const monitors = data.monitors.map((m) => ({
      ...m,
      insideTarget: m.zones?.join() === 'az1',
      coversTarget: false,
    }));
    const onlyAz1 = {
      ...data,
      targetZones: ['az1'],
      monitors,
      flows: data.flows.filter((f) => f.local.azId === 'az1'),
    };
    expect(judge(onlyAz1)).toMatchObject({ verdict: 'no-impairment', location: {} });
    expect(judge({ ...onlyAz1, targetZones: ['az9'], flows: [] })).toMatchObject({
      verdict: 'no-data',
      location: {},
      elsewhere: [{ azId: 'az2' }],
    });
  });

  it('is not misled by a zone that is always noisy', () => {
    const pods = fleet(ZONES, 3).map((p) => (p.azId === 'az1' ? { ...p, events: evenly(8) } : p));
    expect(judge(buildCase({ pods })).verdict).toBe('no-impairment');
  });

  it('is not misled by traffic that moves to another zone at the same rate', () => {
    const pods = fleet(ZONES, 3, 2).map((p) => {
      const factor = (m: number) => (m < 200 ? 1 : p.azId === 'az1' ? 3 : 0.6);
      return {
        ...p,
        bytes: (m: number) => 10_000_000 * factor(m),
        events: (m: number) => Math.round(2 * factor(m)),
      };
    });
    expect(judge(buildCase({ pods })).verdict).toBe('no-impairment');
  });
});

describe('whatever is judged', () => {
  const setups: Record<string, () => Setup> = { hotPod, hotZone, quiet: () => ({ pods: fleet(ZONES, 3) }) };
  const essence = (data: Case) => {
    const { verdict, reason, confidence, onset } = judge(data);
    return { verdict, reason, confidence, onset };
  };

  it.each(Object.keys(setups))('is a valid report: %s', (name) => {
    expect(() => findingsSchema.parse(spoken(judge(buildCase((setups[name] ?? hotPod)()))))).not.toThrow();
  });

  it('gives the same answer twice', () => {
    const data = buildCase(hotPod());
    expect(judge(data)).toEqual(judge(structuredClone(data)));
  });

  it('does not change its input', () => {
    const data = buildCase(hotPod());
    const copy = structuredClone(data);
    judge(data);
    expect(data).toEqual(copy);
  });

  it('does not depend on the order of flows, monitors and zones', () => {
    for (const make of Object.values(setups)) {
      const data = buildCase(make());
      fc.assert(
        fc.property(fc.shuffledSubarray(data.flows, { minLength: data.flows.length }), (flows) => {
          const turned = {
            ...data,
            flows,
            monitors: [...data.monitors].reverse(),
            zones: [...data.zones].reverse(),
          };
          expect(essence(turned)).toEqual(essence(data));
        }),
        { numRuns: 10 },
      );
    }
  });

  it('does not depend on what zones are called', () => {
    for (const make of Object.values(setups)) {
      const data = buildCase(make());
      const renamed = JSON.parse(
        JSON.stringify(data).replaceAll('az1', 'zz9').replaceAll('az2', 'az1').replaceAll('zz9', 'az2'),
      ) as Case;
      expect(essence(renamed)).toEqual(essence(data));
    }
  });
});
