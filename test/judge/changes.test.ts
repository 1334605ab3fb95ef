import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type Case, type Change, type Changes, caseSchema } from '../../src/model/case.ts';
import { buildCase, fleet, from, type Setup } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const bad = 'i-az2-pod-1';
/** The incident starts at minute 210, 15:30. */
const hotPod: Setup = {
  pods: fleet(ZONES, 3).map((p) => (p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p)),
};
const SETUPS: Readonly<Record<string, Setup>> = {
  quiet: { pods: fleet(ZONES, 3) },
  'one pod': hotPod,
  'one pod, flows unknown': { ...hotPod, flows: false },
  'no data': { pods: fleet(ZONES, 3), monitors: 'none', flows: false },
};

const at = (minutes: number) => new Date(Date.parse('2026-11-21T15:30:00Z') + minutes * 60_000).toISOString();
const change = (more: Partial<Change>): Change => ({
  at: at(-3),
  source: 'CloudTrail',
  what: 'ReplaceRoute',
  by: 'user bob',
  where: null,
  ids: [],
  vpcIds: [],
  subnetIds: [],
  instanceIds: [],
  ...more,
});
const around = (...items: Change[]): Changes => ({
  window: { start: at(-30), end: at(5) },
  clusters: ['demo'],
  sources: [
    { name: 'CloudTrail', state: 'read' },
    { name: 'EKS', state: 'unread' },
  ],
  items,
});

const changesOf: fc.Arbitrary<Changes> = fc
  .array(
    fc.record({
      minutes: fc.integer({ min: -30, max: 4 }),
      what: fc.string(),
      by: fc.option(fc.string()),
      instanceIds: fc.constantFrom<string[]>([], [bad], ['i-nowhere']),
      vpcIds: fc.constantFrom<string[]>([], ['vpc-1'], ['vpc-other']),
    }),
  )
  .map((all) => around(...all.map(({ minutes, ...more }) => change({ at: at(minutes), ...more }))));

describe('what changed', () => {
  it.each(Object.entries(SETUPS))('never turns the verdict: %s', (_, setup) => {
    const data = buildCase(setup);
    const { evidence, ...alone } = judge(data);
    fc.assert(
      fc.property(changesOf, (changes) => {
        const { evidence: more, changes: told, ...same } = judge({ ...data, changes });
        expect(same).toEqual(alone);
        expect(more.slice(0, evidence.length)).toEqual(evidence);
        expect(told === undefined).toBe(alone.onset === null);
      }),
      { numRuns: 30 },
    );
  });

  const judged = (data: Case, ...items: Change[]) =>
    judge(caseSchema.parse({ ...data, changes: around(...items) }));

  it('is ranked by place, then by what came first, then by nearness in time', () => {
    const { changes, onset } = judged(
      buildCase(hotPod),
      change({ what: 'somewhere', at: at(-1) }),
      change({ what: 'after', at: at(2), instanceIds: [bad] }),
      change({ what: 'long before', at: at(-29), instanceIds: [bad] }),
      change({ what: 'just before', at: at(-2), instanceIds: [bad] }),
    );
    expect(onset).toBe('2026-11-21T15:30:00Z');
    expect(changes?.map((c) => [c.what, c.secondsBeforeOnset, c.touches])).toEqual([
      ['just before', 120, 'location'],
      ['long before', 1740, 'location'],
      ['after', -120, 'location'],
      ['somewhere', 60, 'unknown'],
    ]);
  });

  it('the same by the same to many is told once', () => {
    const many = [-9, -7, -5].map((m) => change({ what: 'RunInstances', at: at(m) }));
    expect(judged(buildCase(hotPod), ...many).changes).toMatchObject([
      { at: at(-5), times: 3, between: { first: at(-9), last: at(-5) } },
    ]);
  });

  it('a load balancer that events pass is near, and its page in the console is told; one elsewhere is not', () => {
    const [passed, other] = ['app/shop/50dc6c495c0c9188', 'net/other/0a1b2c3d4e5f6071'];
    const { sandbox: _, ...data } = buildCase(hotPod);
    const path = [{ componentType: 'AWS::ElasticLoadBalancingV2::LoadBalancer', componentId: passed }];
    const flows = data.flows.map((flow) => (flow.retransmissions ? { ...flow, path } : flow));
    const target = { ...data.target, region: 'eu-central-1', accountId: '123456789012' };
    const scope = {
      id: 's',
      arn: 'arn:aws:networkflowmonitor:eu-central-1:123456789012:scope/s',
      status: 'SUCCEEDED',
    };
    const { changes, loadBalancers } = judged(
      { ...data, flows, target, scope },
      change({ what: 'ModifyListener', where: `load balancer ${passed}`, ids: [passed] }),
      change({
        what: 'ModifyListener',
        where: `load balancer ${other}`,
        ids: [other],
        vpcIds: ['vpc-other'],
      }),
    );
    expect(changes).toMatchObject([{ where: `load balancer ${passed}`, touches: 'network' }]);
    expect(loadBalancers).toEqual([
      { id: passed, consoleUrl: expect.stringMatching(`loadbalancer/${passed}$`) },
    ]);
    expect(judged({ ...data, flows, target, scope, sandbox: 'x' }).loadBalancers).toBeUndefined();
  });

  it('where nothing changed, that is said with what it is worth', () => {
    const data = buildCase(hotPod);
    const said = (more: Case) => judged(more).evidence.find((e) => e.code === 'no-changes')?.statement;
    expect(said(data)).toMatch(/^No change is known .*\(CloudTrail\)\..*Not told by EKS\.$/);
    expect(said({ ...data, collectedAt: at(6) })).toContain('may not be all yet');
    expect(said({ ...data, collectedAt: at(60) })).not.toContain('may not be all yet');
    const before = {
      ...around(),
      sources: [{ name: 'CloudTrail', state: 'read' as const, askedAt: at(18) }],
    };
    const told = judge(caseSchema.parse({ ...data, collectedAt: at(60), changes: before })).evidence;
    expect(told.at(-1)?.statement).toContain('after 15:33 UTC may not be all yet');
  });
});
