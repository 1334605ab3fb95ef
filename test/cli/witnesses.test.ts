import { describe, expect, test } from 'vitest';
import { patience } from '../../src/collect/witnesses.ts';
import { hosts, nodes } from '../../src/sandbox/scenarios/changes.ts';
import { packetLoss } from '../../src/sandbox/scenarios/recorded.ts';
import { NODES } from '../sandbox/account.ts';
import * as helpers from './helpers.ts';
import { denied, fault } from './helpers.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';
/** Twice: on a busy machine a connection may take longer than it is waited for. */
const account: typeof helpers.account = async (options) => {
  const own = await helpers.account(options);
  return { ...own, triage: (args) => own.triage(args, { AWS_MAX_ATTEMPTS: '2' }) };
};
const codes = (evidence: { code: string }[]) => evidence.map((e) => e.code);

test.each([
  // A service that does not answer keeps nobody for longer than 15 s, where the others do.
  [0, 15_000],
  [300, 15_000],
  // A busy machine, or a way of many seconds: what is slow is no silence.
  [4_000, 40_000],
  [29_000, 60_000],
])('where the slowest answer took %i ms, witnesses have %i ms', (slowest, millis) => {
  expect(patience(slowest)).toBe(millis);
});

describe.concurrent('witnesses', () => {
  test("AWS's own latency speaks for AWS where AWS's network is impaired", async () => {
    const { triage } = await account({ scenario: 'aws-impairment' });
    const { evidence } = await triage();
    expect(evidence.find((e) => e.code === 'latency-raised')).toMatchObject({
      supports: 'aws-infrastructure',
      strength: 'optional',
    });
  });

  test('where AWS is healthy, its probes and the status checks say so', async () => {
    const { triage } = await account();
    const { evidence } = await triage();
    expect(codes(evidence)).toEqual(expect.arrayContaining(['latency-steady', 'status-checks']));
    expect(evidence.find((e) => e.code === 'status-checks')?.data).toEqual({ passed: 2, checked: 2 });
  });

  test('a status check that fails is told, with what it is a consequence of', async () => {
    const since = '2026-11-21T11:45:00Z';
    const { triage } = await account({
      scenario: {
        ...packetLoss,
        changes: [nodes({ failing: { checks: ['system', 'instance', 'ebs'], since } })],
      },
    });
    const { verdict, evidence } = await triage();
    // One pod of the host: its neighbours there are well.
    expect(verdict).toBe('workload');
    expect(codes(evidence)).toEqual(
      expect.arrayContaining(['system-status-impaired', 'instance-status-impaired', 'ebs-status-impaired']),
    );
    const own = evidence.find((e) => e.code === 'instance-status-impaired');
    expect(own?.statement).toContain('a consequence of the system check');
  });

  const WITNESSES = ['ec2:DescribeInstanceStatus', 'ec2:GetAwsNetworkPerformanceData'];

  test.each(WITNESSES)('without %s: the same verdict, one gap', async (action) => {
    const [all, without] = await Promise.all([account(), account({ faults: [denied(action)] })]);
    const [{ evidence: _, ...heard }, { evidence, ...same }] = await Promise.all([
      all.triage(),
      without.triage(),
    ]);
    expect(heard.gaps).toEqual([]);
    expect(same).toEqual({ ...heard, gaps: [expect.objectContaining({ code: 'permission', action })] });
    expect(same.gaps[0]?.effect).toMatch(/^A witness is missing: /);
    expect(codes(evidence)).not.toContain(action.endsWith('Status') ? 'status-checks' : 'latency-steady');
  });

  test('where nothing is to be explained, a missing witness is not mentioned', async () => {
    const { triage } = await account({ scenario: 'quiet', faults: WITNESSES.map(denied) });
    expect(await triage()).toMatchObject({ verdict: 'no-impairment', gaps: [] });
  });

  test('what an AWS does not have is no gap', async () => {
    const { triage } = await account({
      faults: [
        fault('ec2:GetAwsNetworkPerformanceData', { code: 'InvalidAction' }),
        fault('ec2:DescribeInstanceStatus', { code: 'InvalidInstanceID.NotFound' }),
      ],
    });
    expect(await triage()).toMatchObject({ verdict: 'workload', gaps: [] });
  });

  test.each([
    ['addon-degraded', [], true],
    ['addon-degraded', ['--cluster', 'demo'], true],
    ['packet-loss', ['--cluster', 'demo'], false],
  ] as const)('the add-on of %s, asked with %j', async (scenario, target, unhealthy) => {
    const { triage } = await account({ scenario });
    const { evidence } = await triage(target);
    expect(codes(evidence).includes('addon-unhealthy')).toBe(unhealthy && target.length > 0);
  });
});

describe.concurrent('agents', () => {
  test('where EKS does not tell of Fargate, health is less sure, and that is a gap', async () => {
    const { triage } = await account({ scenario: 'quiet', faults: [denied('eks:ListFargateProfiles')] });
    const { verdict, confidence, summary, gaps } = await triage();
    expect({ verdict, confidence }).toEqual({ verdict: 'no-impairment', confidence: 'medium' });
    expect(summary).toContain('whether pods run on Fargate');
    expect(gaps).toMatchObject([{ code: 'permission', action: 'eks:ListFargateProfiles' }]);
  });

  test('a profile of another subnet is none of the target', async () => {
    const { triage } = await account({ scenario: 'fargate' });
    const [zone, there] = await Promise.all([triage(['--zone', 'apne3-az1']), triage(['--vpc', VPC])]);
    expect(zone.summary).not.toContain('Fargate');
    expect(there.reason).toBe('partly-unseen');
  });

  test('counts of nodes with two agents are said to be so, and blame is less sure', async () => {
    const { triage } = await account({ scenario: 'packet-loss+two-agents' });
    const [whole, without] = await Promise.all([triage(), account().then((a) => a.triage())]);
    expect(without).toMatchObject({ verdict: 'workload', confidence: 'high' });
    expect(whole).toMatchObject({ verdict: 'workload', confidence: 'medium' });
    expect(whole.summary).toContain('counted twice');
    expect(whole.location).toEqual(without.location);
  });
});

describe.concurrent('instances that say nothing', () => {
  test.each([[[]], [['--vpc', VPC]], [['--cluster', 'demo']]])(
    'a cluster without agents is no full answer, asked with %j',
    async (target) => {
      const { triage } = await account({ scenario: 'addon-missing' });
      const { verdict, reason, gaps, next } = await triage(target);
      expect({ verdict, reason }).toEqual({ verdict: 'inconclusive', reason: 'partly-unseen' });
      const [gap] = gaps.filter((g) => g.code === 'coverage');
      expect(gap?.effect).toMatch(target[0] === '--cluster' ? /^2 of 2 / : /^2 of 3 /);
      for (const node of NODES) expect(gap?.effect).toContain(node);
      expect(gap?.fix).toBe(`nfm doctor ${[...target, '--region', 'ap-northeast-3'].join(' ')}`);
      expect(next[0]?.command).toBe(gap?.fix);
    },
  );

  test('none where all report, or started after the window did', async () => {
    const young = hosts({ launchedAt: '2026-11-21T11:50:00Z', agentPackage: undefined });
    const [quiet, grown] = await Promise.all([
      account({ scenario: 'quiet' }),
      account({ scenario: { name: 'young', recording: 'quiet', changes: [young] } }),
    ]);
    expect(await quiet.triage()).toMatchObject({ confidence: 'high', gaps: [] });
    expect((await grown.triage()).gaps).toEqual([]);
  });

  test('one that is outside the target is not missed in it', async () => {
    const { triage } = await account({ scenario: 'agent-not-installed' });
    expect((await triage(['--zone', 'apne3-az3'])).gaps).toEqual([]);
    expect((await triage(['--zone', 'apne3-az1'])).gaps.map((g) => g.code)).toEqual(['coverage']);
  });

  test('where instances may not be listed, that is a gap, and so is nothing else', async () => {
    const { triage } = await account({ scenario: 'quiet', faults: [denied('ec2:DescribeInstances')] });
    expect((await triage()).gaps).toMatchObject([{ code: 'permission', action: 'ec2:DescribeInstances' }]);
  });
});
