import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case } from '../../src/model/case.ts';
import type { Findings } from '../../src/model/report.ts';
import { buildCase, fleet, from, type Pod } from './build.ts';

/* What a second outsider found: what was denied, or said so that its sentences did not fit each other. */

const ZONES = ['az1', 'az2', 'az3'];
/** Of one service, to three far ends. */
const pods = (rate = 1): Pod[] =>
  fleet(ZONES, 4, rate).map((p, i) => ({ ...p, remote: `10.9.0.${1 + (i % 3)}` }));
const one = (change: (pod: Pod) => Partial<Pod>): Pod[] =>
  pods().map((p) => (p.name === 'az1-pod-0' ? { ...p, ...change(p) } : p));
const statement = (found: Findings, code: string) =>
  found.evidence.find((e) => e.code === code)?.statement ?? '';
const during = (start: number) => (_: string[], minute: number) => Number(minute >= start);

describe('all of a VPC with one service', () => {
  const all = (nhi?: (zones: string[], minute: number) => number) =>
    judge(
      buildCase({ pods: pods().map((p) => ({ ...p, events: from(210, 1, 6) })), ...(nhi ? { nhi } : {}) }),
    );

  it("is AWS's where the indicator is degraded everywhere: the service is no part of it", () => {
    expect(all(during(210))).toMatchObject({
      verdict: 'aws-infrastructure',
      reason: 'nhi-degraded-region-wide',
    });
  });

  it("is nobody's where it is healthy", () => {
    expect(all()).toMatchObject({ verdict: 'inconclusive', reason: 'region-wide-nhi-healthy' });
  });

  it('has risen though its traffic is a tenth, which dilutes what its flows show of the hour', () => {
    const found = judge(
      buildCase({ pods: pods().map((p) => ({ ...p, bytes: (m) => (m >= 210 ? 1e6 : 1e7) })) }),
    );
    expect(found).toMatchObject({ reason: 'region-wide-nhi-healthy', onset: '2026-11-21T15:30:00Z' });
  });
});

describe('how sure', () => {
  it('is not high of three minutes that may be a burst', () => {
    const found = judge(buildCase({ pods: one(() => ({ events: from(237, 1, 60) })) }));
    expect(found).toMatchObject({ verdict: 'workload', confidence: 'medium' });
    expect(statement(found, 'onset')).toMatch(/too short a while ago to know whether it lasts\.$/);
  });

  it('is high of twenty', () => {
    const found = judge(buildCase({ pods: one(() => ({ events: from(220, 1, 60) })) }));
    expect(found).toMatchObject({ verdict: 'workload', confidence: 'high' });
  });
});

describe('the words', () => {
  const summaries: [string, Case, RegExp][] = [
    ['a zone, ongoing', buildCase({ pods: zone(from(210, 1, 8)) }), /has been impaired since/],
    ['a zone, over', buildCase({ pods: zone(from(200, 1, 8, 225)) }), /was impaired from .+ to /],
    [
      'a part, the indicator degraded',
      buildCase({ pods: one(() => ({ events: from(210, 1, 30) })), nhi: during(210) }),
      /^Cannot tell: pod default\/az1-pod-0 .+ has been impaired since .+, and AWS reports its network degraded, but what is near it is well/,
    ],
    [
      'by the tile',
      buildCase({ pods: one(() => ({ events: from(210, 1, 30) })), monitors: 'none' }),
      /since some time within 2026-11-21 15:00–16:00 UTC/,
    ],
  ];

  it.each(summaries)('%s', (_, data, text) => {
    expect(judge(data).summary).toMatch(text);
  });

  it('of what has no list from before: it is not said to be new', () => {
    const found = judge(buildCase({ pods: one(() => ({ events: from(100, 1, 30) })) }));
    expect(statement(found, 'concentrated')).toMatch(/cannot be compared with its own past/);
  });

  it('of nothing in a zone in which no instance runs', () => {
    const data = buildCase({ pods: pods().map((p) => ({ ...p, bytes: () => null })) });
    const { summary } = judge({ ...data, flows: [], coverage: { running: 0, silent: [] } });
    expect(summary).toMatch(/not the same as healthy\. None of its instances is running\.$/);
  });

  it('of what takes one way and of what stands out elsewhere', () => {
    const beside = buildCase({ pods: zone(from(210, 1, 20)), nhi: during(210) });
    const target = { ...beside.target, kind: 'zone' as const, id: 'az2' };
    const own = beside.monitors.map((m) => ({ ...m, coversTarget: m.zones?.join() === 'az2' }));
    const { summary, next } = judge({ ...beside, target, targetZones: ['az2'], monitors: own });
    expect(summary).not.toMatch(/alone does not look like that/);
    expect(next[0]?.command.words.join(' ')).toContain('az1');
  });

  function zone(events: (minute: number) => number): Pod[] {
    return pods().map((p) => (p.azId === 'az1' ? { ...p, events } : p));
  }
});

describe('the next step', () => {
  const hot = buildCase({ pods: one(() => ({ events: from(210, 1, 30) })), flows: false });
  const first = (data: Case) => judge(data).next[0]?.command.words.join(' ');

  it('is to be allowed, where the flows were refused', () => {
    const action = 'networkflowmonitor:StartQueryMonitorTopContributors';
    const refused = { ...hot, gaps: [{ code: 'permission', action, effect: '', fix: null }] };
    expect(first(refused)).toBe('policy triage');
  });

  it('is to ask for the flows, where they were not asked for', () => {
    expect(first({ ...hot, asked: [] })).toMatch(/^triage .*--since/);
  });
});
