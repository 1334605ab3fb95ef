import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type Case, caseSchema, type Witnesses } from '../../src/model/case.ts';
import { spoken } from '../../src/model/command-line.ts';
import { buildCase, evenly, fleet, from, type Setup } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const degraded = (zones: string[], minute: number) => (zones.includes('az2') && minute >= 210 ? 1 : 0);
const bad = 'i-az2-pod-1';

/** The incident starts at minute 210: 30 minutes into the window. */
const hotPod: Setup = {
  pods: fleet(ZONES, 3).map((p) => (p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p)),
};
const hotZone: Setup = {
  pods: fleet(ZONES, 4).map((p) => (p.azId === 'az2' ? { ...p, events: from(210, 0.2, 10) } : p)),
};
const SETUPS: Readonly<Record<string, Setup>> = {
  'a quiet fleet': { pods: fleet(ZONES, 3) },
  'one pod': hotPod,
  'one pod, no indicator': { ...hotPod, nhi: () => null },
  'one pod, its zone degraded': { ...hotPod, nhi: degraded },
  'one pod, flows unknown': { ...hotPod, flows: false },
  'a zone, degraded': { ...hotZone, nhi: degraded },
  'a zone, healthy': hotZone,
  'a zone that starves': {
    pods: fleet(ZONES, 3).map((p) => ({
      ...p,
      bytes: (m: number) => (p.azId === 'az2' && m >= 200 ? 1000 : 10_000_000),
    })),
  },
  'no data': { pods: fleet(ZONES, 3), monitors: 'none', flows: false },
};

const status = fc.constantFrom('ok', 'impaired', 'insufficient-data');
const START = Date.parse('2026-11-21T12:00:00Z');
const bins = 48;
const witnessesOf: fc.Arbitrary<Witnesses> = fc.record({
  statusChecks: fc.option(
    fc.array(
      fc.record({
        instanceId: fc.constantFrom(bad, 'i-az1-pod-0', 'i-nowhere'),
        system: status,
        instance: status,
        impairedSince: fc.constantFrom(null, '2026-11-21T15:30:00Z', '2026-11-21T17:00:00Z'),
      }),
    ),
  ),
  latency: fc.option(
    fc.record({
      start: fc.constant('2026-11-21T12:00:00Z'),
      periodSeconds: fc.constant(300),
      pairs: fc.array(
        fc.record({
          zones: fc.constantFrom(['az1', 'az2'], ['az1', 'az3'], ['az2', 'az3']),
          median: fc.array(fc.option(fc.double({ min: 0.1, max: 9, noNaN: true })), {
            minLength: bins,
            maxLength: bins,
          }),
        }),
      ),
    }),
  ),
  addon: fc.option(
    fc.record({
      cluster: fc.constant('demo'),
      status: fc.constantFrom('ACTIVE', 'DEGRADED'),
      version: fc.constant('v1.1.6'),
      issues: fc.array(fc.constant('InsufficientNumberOfReplicas')),
    }),
  ),
  metrics: fc.option(
    fc.array(
      fc
        .record({
          of: fc.constantFrom(
            ['CWAgent', 'ethtool_bw_out_allowance_exceeded', { InstanceId: bad }] as const,
            ['AWS/NATGateway', 'ErrorPortAllocation', { NatGatewayId: 'nat-1' }] as const,
            ['AWS/NATGateway', 'PacketsDropCount', { NatGatewayId: 'nat-1' }] as const,
            ['AWS/TransitGateway', 'PacketDropCountBlackhole', { TransitGateway: 'tgw-1' }] as const,
          ),
          values: fc.array(fc.option(fc.nat(9000)), { minLength: 90, maxLength: 90 }),
        })
        .map(({ of: [namespace, name, dimensions], values }) => ({
          namespace,
          name,
          dimensions: { ...dimensions } as Record<string, string>,
          start: '2026-11-21T14:30:00Z',
          periodSeconds: 60,
          values,
        })),
      { maxLength: 4 },
    ),
  ),
  autoshifts: fc.option(
    fc.array(
      fc.record({
        azId: fc.constantFrom('az1', 'az2'),
        status: fc.constantFrom('ACTIVE', 'COMPLETED'),
        start: fc.constantFrom('2026-11-21T15:36:00Z', '2026-11-20T00:00:00Z'),
        end: fc.constantFrom(null, '2026-11-21T15:50:00Z', '2026-11-20T01:00:00Z'),
      }),
    ),
  ),
  issues: fc.option(
    fc.array(
      fc.record({
        service: fc.constantFrom('EC2', 'MULTIPLE_SERVICES'),
        code: fc.constant('AWS_EC2_OPERATIONAL_ISSUE'),
        start: fc.constantFrom('2026-11-21T15:36:00Z', '2026-11-18T00:00:00Z'),
        end: fc.constantFrom(null, '2026-11-21T15:50:00Z'),
        isOwn: fc.boolean(),
        zones: fc.constantFrom([], ['az1'], ['az1', 'az2']),
        ids: fc.constantFrom([], [bad]),
        others: fc.nat(3),
        words: fc.option(fc.string()),
      }),
      { maxLength: 6 },
    ),
  ),
  missing: fc.array(fc.constant({ code: 'permission', action: 'ec2:X', effect: 'e', fix: 'f' })),
});

describe('witnesses', () => {
  it.each(Object.entries(SETUPS))('never turn the verdict: %s', (_, setup) => {
    const data = buildCase(setup);
    const { evidence, gaps, ...alone } = judge(data);
    fc.assert(
      fc.property(witnessesOf, (witnesses) => {
        const heard = judge({ ...data, witnesses });
        const { evidence: more, gaps: others, ...same } = heard;
        expect(same).toEqual(alone);
        expect(more.filter((e) => evidence.some((own) => own.code === e.code))).toEqual(evidence);
        expect(others.slice(0, gaps.length)).toEqual(gaps);
      }),
      { numRuns: 12 },
    );
  });

  const NONE: Witnesses = { statusChecks: null, latency: null, addon: null, missing: [] };
  const heard = (data: Case, more: Partial<Witnesses>) =>
    judge(caseSchema.parse({ ...data, witnesses: { ...NONE, ...more } })).evidence.filter((e) =>
      /status|latency|addon/.test(e.code),
    );
  const check = (
    system: string,
    instance: string,
    instanceId = bad,
    impairedSince: string | null = null,
  ) => ({
    statusChecks: [{ instanceId, system, instance, impairedSince }],
  });

  it("EC2's checks of the blamed instance speak for one side; of another, or of later, for none", () => {
    const data = buildCase(hotPod);
    const told = (more: Partial<Witnesses>) => heard(data, more).map((e) => [e.code, e.supports]);
    expect(told(check('impaired', 'ok'))).toEqual([['system-status-impaired', 'aws-infrastructure']]);
    expect(told(check('ok', 'impaired'))).toEqual([['instance-status-impaired', 'workload']]);
    expect(told(check('impaired', 'ok', 'i-az1-pod-0'))).toEqual([['system-status-impaired', 'none']]);
    expect(told(check('impaired', 'ok', bad, '2026-11-21T17:00:00Z'))).toEqual([['status-checks', 'none']]);
    expect(told(check('ok', 'ok'))).toEqual([['status-checks', 'none']]);
    expect(told({})).toEqual([]);
  });

  it('allowances count what they grew by, and a driver that was set up anew begins again', () => {
    const growing = (values: (number | null)[]) => ({
      metrics: [
        {
          namespace: 'CWAgent',
          name: 'ethtool_bw_out_allowance_exceeded',
          dimensions: { InstanceId: bad },
          start: '2026-11-21T15:27:00Z',
          periodSeconds: 60,
          values,
        },
      ],
    });
    const told = (values: (number | null)[]) =>
      judge(caseSchema.parse({ ...buildCase(hotPod), witnesses: { ...NONE, ...growing(values) } }))
        .evidence.filter((e) => e.code.startsWith('allowance'))
        .map((e) => [e.code, e.supports, e.data.packets]);
    expect(told([500, 500, 500, 500, 500])).toEqual([['allowances', 'none', undefined]]);
    expect(told([500, 500, 500, 530, 560])).toEqual([['allowance-exceeded', 'workload', 60]]);
    expect(told([500, 500, 500, null, 7])).toEqual([['allowance-exceeded', 'workload', 7]]);
    expect(told([100, 200, 300, 400, 500])).toEqual([['allowances', 'none', undefined]]);
    expect(told([null, null, null, null, null])).toEqual([]);
  });

  it('a check that does not pass is not counted as one that does', () => {
    expect(heard(buildCase(hotPod), check('ok', 'insufficient-data'))[0]?.statement).toContain('0 of 1');
  });

  describe('of a whole host', () => {
    /** Two nodes in each zone, of three pods each; all of one node lose. */
    const node = (azId: string, i: number) => `i-${azId}-node-${i}`;
    const onNodes: Setup = {
      pods: ZONES.flatMap((azId) =>
        [0, 1].flatMap((n) =>
          [0, 1, 2].map((i) => ({
            name: `${azId}-${n}-${i}`,
            azId,
            instance: node(azId, n),
            remote: `10.9.0.${i + 1}`,
            bytes: () => 10_000_000,
            events: azId === 'az2' && n === 1 ? from(210, 0.2, 10) : evenly(0.2),
          })),
        ),
      ),
    };
    const host = node('az2', 1);
    const judged = (more: Partial<Witnesses>) =>
      judge(caseSchema.parse({ ...buildCase(onNodes), witnesses: { ...NONE, ...more } }));
    const AT = '2026-11-21T15:32:00Z';

    it.each([
      [
        'the system check fails',
        check('impaired', 'ok', host, AT),
        'aws-infrastructure',
        'host-impaired',
        'medium',
      ],
      [
        'the instance check fails',
        check('ok', 'impaired', host, AT),
        'workload',
        'instance-concentrated',
        'high',
      ],
      [
        'both fail: the second is a consequence',
        check('impaired', 'impaired', host, AT),
        'aws-infrastructure',
        'host-impaired',
        'medium',
      ],
      ['neither fails', check('ok', 'ok', host), 'workload', 'instance-concentrated', 'high'],
      ['they are not known', {}, 'workload', 'instance-concentrated', 'medium'],
      [
        'they have too little data',
        check('insufficient-data', 'ok', host),
        'workload',
        'instance-concentrated',
        'medium',
      ],
      [
        'the system check failed long before',
        check('impaired', 'ok', host, '2026-11-20T00:00:00Z'),
        'workload',
        'instance-concentrated',
        'medium',
      ],
      [
        'the system check of its neighbour fails',
        check('impaired', 'ok', node('az2', 0), AT),
        'workload',
        'instance-concentrated',
        'medium',
      ],
    ] as const)('%s', (_, more, verdict, reason, confidence) => {
      expect(judged(more)).toMatchObject({ verdict, reason, confidence, location: { instanceId: host } });
    });

    it('that is of AWS says so, and runs elsewhere once it is stopped and started', () => {
      const { summary, next, evidence } = judged(check('impaired', 'impaired', host, AT));
      expect(summary).toContain("EC2's system status check of it fails");
      expect(JSON.stringify(spoken(next))).toContain('aws ec2 stop-instances');
      expect(evidence.filter((e) => e.supports === 'workload').map((e) => e.code)).toEqual(['nhi-healthy']);
      expect(evidence.find((e) => e.code === 'instance-status-impaired')?.supports).toBe('none');
    });

    it('volumes that do not answer are said, and blame nobody', () => {
      const [first] = check('ok', 'ok', host, AT).statusChecks;
      const { verdict, evidence } = judged({ statusChecks: first ? [{ ...first, ebs: 'impaired' }] : [] });
      expect(verdict).toBe('workload');
      expect(evidence.find((e) => e.code === 'ebs-status-impaired')).toMatchObject({ supports: 'none' });
    });
  });

  const latency = (slow: string[]) => ({
    latency: {
      start: '2026-11-21T12:00:00Z',
      periodSeconds: 300,
      pairs: ['az1 az2', 'az1 az3', 'az2 az3'].map((pair) => ({
        zones: pair.split(' '),
        median: Array.from({ length: bins }, (_, i) =>
          slow.includes(pair) && START + i * 300_000 >= START + 210 * 60_000 ? 2 : 0.5,
        ),
      })),
    },
  });

  it.each([
    [['az1 az2', 'az2 az3'], 'latency-raised', 'aws-infrastructure'],
    [['az1 az2'], 'latency-raised', 'none'],
    [['az1 az3'], 'latency-raised', 'none'],
    [['az1 az2', 'az2 az3', 'az1 az3'], 'latency-raised', 'none'],
    [[], 'latency-steady', 'none'],
  ])('latency that doubled between %j: %s, for %s', (slow, code, supports) => {
    expect(heard(buildCase(hotZone), latency(slow))).toMatchObject([
      { code, supports, strength: 'optional' },
    ]);
  });

  it('what is missing matters only where there is something to explain', () => {
    const missing = [{ code: 'permission', action: 'ec2:DescribeInstanceStatus', effect: 'e', fix: 'f' }];
    const gaps = (setup: Setup) =>
      judge({ ...buildCase(setup), witnesses: { ...NONE, missing } }).gaps.map((g) => g.action);
    expect(gaps(hotPod)).toEqual(['ec2:DescribeInstanceStatus']);
    expect(gaps({ pods: fleet(ZONES, 3) })).toEqual([]);
  });
});

describe('coverage', () => {
  const quiet = buildCase({ pods: fleet(ZONES, 3) });
  const silent = (count: number) => Array.from({ length: count }, (_, i) => ({ instanceId: `i-${i}` }));
  const covered = (running: number, count: number) =>
    judge(caseSchema.parse({ ...quiet, coverage: { running, silent: silent(count) } }));

  it.each([
    [9, 0, 'no-impairment', 'no-rise', 'high'],
    [10, 1, 'no-impairment', 'no-rise', 'medium'],
    [9, 1, 'inconclusive', 'partly-unseen', 'low'],
    [9, 9, 'inconclusive', 'partly-unseen', 'low'],
  ])(
    'of %i instances %i are silent: %s, %s, confidence %s',
    (running, count, verdict, reason, confidence) => {
      expect(covered(running, count)).toMatchObject({ verdict, reason, confidence });
    },
  );

  it('says in the sentence what is not seen', () => {
    expect(covered(10, 1).summary).toMatch(
      /Not known: what 1 of 10 running instances sends, which reports nothing\.$/,
    );
  });

  it('names three of them, counts the rest and says what to run', () => {
    expect(spoken(covered(9, 5).gaps)).toEqual([
      {
        code: 'coverage',
        action: null,
        effect:
          '5 of 9 running instances in the target have no flow in what was read of the window: i-0, i-1, i-2 and 2 more; what they see is not in this verdict.',
        fix: 'nfm doctor --vpc vpc-1 --region eu-west-1',
      },
    ]);
    expect(covered(9, 0).gaps).toEqual([]);
    expect(judge({ ...quiet, coverage: null })).toEqual(judge(quiet));
  });
});
