import { describe, expect, test } from 'vitest';
import {
  CreateMonitorCommand,
  CreateScopeCommand,
  DeleteMonitorCommand,
  DeleteScopeCommand,
  ListMonitorsCommand,
  ListScopesCommand,
  NetworkFlowMonitorClient,
} from '../../src/aws/networkflowmonitor/index.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import type { Fault } from '../../src/sandbox/wire/service.ts';
import { type Account, account, denied, expectError, fault, jsonError, SHORT } from './helpers.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';

describe.concurrent('an identity that may not do everything', () => {
  test.each([
    // What may not be called, the target, and whether the metrics can be read without it.
    ['networkflowmonitor:ListScopes', [], true],
    ['networkflowmonitor:ListMonitors', [], false],
    ['networkflowmonitor:GetMonitor', [], false],
    ['networkflowmonitor:StartQueryMonitorTopContributors', [], true],
    ['networkflowmonitor:GetQueryStatusMonitorTopContributors', [], true],
    ['networkflowmonitor:GetQueryResultsMonitorTopContributors', [], true],
    ['cloudwatch:GetMetricData', [], false],
    ['ec2:DescribeAvailabilityZones', [], true],
    ['ec2:DescribeSubnets', [], true],
    ['eks:DescribeCluster', ['--cluster', 'demo'], true],
  ] as const)(
    'without %s: a report with the gap, the action and the policy',
    async (action, target, readable) => {
      const { triage } = await account({ faults: [denied(action)] });
      const { verdict, gaps } = await triage(target);
      const own = gaps.filter((gap) => gap.action === action);
      expect(own.length).toBeGreaterThan(0);
      for (const gap of own) {
        expect(gap.code).toBe('permission');
        expect(gap.effect).not.toBe('');
        expect(gap.fix).toContain(`"Action":"${action}"`);
      }
      expect(gaps.filter((gap) => gap.code === 'permission' && gap.action !== action)).toEqual([]);
      if (!readable) expect(verdict).not.toMatch(/no-impairment|aws-infrastructure|workload/);
    },
  );
});

describe.concurrent('what is not needed for the verdict', () => {
  test.each(['ec2:DescribeAvailabilityZones', 'sts:GetCallerIdentity'])(
    'without %s the workload is still found',
    async (action) => {
      const { triage } = await account({ faults: [denied(action)] });
      expect(await triage()).toMatchObject({
        verdict: 'workload',
        location: { azId: 'apne3-az3', podName: 'web-b' },
      });
    },
  );

  test('quiet without metrics is inconclusive, and never no-impairment', async () => {
    const { triage } = await account({ scenario: 'quiet', faults: [denied('cloudwatch:GetMetricData')] });
    expect((await triage()).verdict).toBe('inconclusive');
  });

  test('without any permission the refusal itself is the answer', async () => {
    const { run } = await account({
      faults: [denied('networkflowmonitor:*'), denied('ec2:*'), denied('sts:*'), denied('cloudwatch:*')],
    });
    const text = await run(['triage', ...SHORT]);
    expect(text.code).toBe(254);
    expect(expectError(text).hint).toMatch(/"Action":"networkflowmonitor:List(Scopes|Monitors)"/);
    const json = await run(['triage', ...SHORT, '-o', 'json']);
    expect(json.code).toBe(254);
    expect(jsonError(json)).toMatchObject({ code: 'access-denied', action: 'networkflowmonitor:ListScopes' });
  });
});

describe.concurrent('throttling and quotas', () => {
  const throttled = (action: string, times?: number) =>
    fault(action, { code: 'ThrottlingException', status: 429, message: 'Rate exceeded' }, times);

  test('a throttled call is made again, and nothing is missing', async () => {
    const { triage } = await account({
      faults: [throttled('networkflowmonitor:ListMonitors', 1), throttled('cloudwatch:GetMetricData', 1)],
    });
    expect(await triage([], { AWS_MAX_ATTEMPTS: '3' })).toMatchObject({ verdict: 'workload', gaps: [] });
  });

  test('what stays throttled is a gap', async () => {
    const { triage } = await account({ faults: [throttled('cloudwatch:GetMetricData')] });
    const { verdict, gaps } = await triage();
    expect(verdict).toBe('inconclusive');
    expect(gaps).toMatchObject([{ code: 'throttled', action: 'cloudwatch:GetMetricData' }]);
  });

  test('throttled everywhere: exit 254 and what to do', async () => {
    const { run } = await account({ faults: [throttled('*:*')] });
    const refused = await run(['triage', ...SHORT]);
    expect(refused.code).toBe(254);
    expect(expectError(refused)).toMatchObject({
      message: expect.stringContaining('throttled'),
      hint: expect.stringContaining('--concurrency'),
    });
  });

  const START = 'networkflowmonitor:StartQueryMonitorTopContributors';
  const quota = (times: number) =>
    fault(START, { code: 'ServiceQuotaExceededException', status: 402, message: 'Too many queries' }, times);

  test('402 on a query means later, not never', async () => {
    const { triage, sandbox } = await account({ faults: [quota(3)] });
    expect(await triage()).toMatchObject({ verdict: 'workload', gaps: [] });
    const starts = sandbox.requests.filter((r) => START.endsWith(`:${r.operation}`)).length;
    const reads = sandbox.requests.filter((r) => r.operation === 'GetQueryResultsMonitorTopContributors');
    expect(starts).toBe(reads.length + 3);
  });
});

/** An account whose clock of states is moved by the test, so that nothing has to be waited for. */
async function emptied({
  scope,
  faults = [],
}: {
  scope: 'kept' | 'gone' | 'new';
  faults?: Fault[];
}): Promise<Account> {
  const clock = { elapsed: 1_000_000 };
  const it = await account({ elapsed: () => clock.elapsed, settleMillis: 10_000, faults });
  const client = clientOf(it.sandbox);
  const { monitors = [] } = await client.send(new ListMonitorsCommand({}));
  for (const { monitorName } of monitors) await client.send(new DeleteMonitorCommand({ monitorName }));
  clock.elapsed += 60_000;
  if (scope === 'kept') return it;
  const { scopes = [] } = await client.send(new ListScopesCommand({}));
  for (const { scopeId } of scopes) await client.send(new DeleteScopeCommand({ scopeId }));
  clock.elapsed += 60_000;
  if (scope === 'new') {
    const target = { targetId: { accountId: '123456789012' }, targetType: 'ACCOUNT' } as const;
    await client.send(
      new CreateScopeCommand({ targets: [{ targetIdentifier: target, region: it.sandbox.world.region }] }),
    );
  }
  return it;
}

function clientOf({ endpoint, world }: Sandbox): NetworkFlowMonitorClient {
  return new NetworkFlowMonitorClient({
    endpoint,
    region: world.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

describe.concurrent('an account that is not set up', () => {
  test('no scope: no-data, and the command that enables the service', async () => {
    const { triage, run } = await emptied({ scope: 'gone' });
    const { verdict, gaps } = await triage();
    expect(verdict).toBe('no-data');
    const gap = gaps.find((g) => g.code === 'no-scope');
    expect(gap?.fix).toContain('nfm scope create --region ap-northeast-3');
    expect(gap?.effect).toMatch(/^Network Flow Monitor is not enabled in ap-northeast-3/);
    const { stdout } = await run(['triage', ...SHORT]);
    expect(stdout).toMatch(/^NO DATA {2}Region ap-northeast-3$/m);
  });

  test('a scope that is still being made: no-data, and wait', async () => {
    const { triage } = await emptied({ scope: 'new' });
    const { verdict, gaps } = await triage();
    expect(verdict).toBe('no-data');
    expect(gaps.find((g) => g.code === 'scope-not-ready')?.effect).toContain('IN_PROGRESS');
  });

  test('no monitors: workload insights compare the zones, and what is missing is said', async () => {
    const { triage } = await emptied({ scope: 'kept' });
    const { zones, gaps, verdict, nhi } = await triage();
    expect(zones.map((z) => [z.azId, z.source])).toEqual([
      ['apne3-az1', 'workload-insights'],
      ['apne3-az3', 'workload-insights'],
    ]);
    expect(nhi.filter((n) => n.state !== 'unknown')).toEqual([]);
    // Blame needs the health indicator.
    expect(verdict).toMatch(/inconclusive|no-data/);
    expect(gaps.map((g) => g.code)).toContain('no-zone-monitors');
  });

  test.each([
    'networkflowmonitor:StartQueryWorkloadInsightsTopContributors',
    'networkflowmonitor:StartQueryWorkloadInsightsTopContributorsData',
  ])('no monitors, and no %s: a gap with the action', async (action) => {
    const { triage } = await emptied({ scope: 'kept', faults: [denied(action)] });
    const { verdict, gaps } = await triage();
    expect(verdict).toMatch(/inconclusive|no-data/);
    expect(gaps.find((g) => g.action === action)?.fix).toContain(`"Action":"${action}"`);
  });

  test('monitors that are still being made publish nothing yet', async () => {
    const it = await emptied({ scope: 'kept' });
    const client = clientOf(it.sandbox);
    const { scopes = [] } = await client.send(new ListScopesCommand({}));
    await client.send(
      new CreateMonitorCommand({
        monitorName: 'young',
        scopeArn: scopes[0]?.scopeArn,
        localResources: [
          { type: 'AWS::EC2::VPC', identifier: `arn:aws:ec2:ap-northeast-3:123456789012:vpc/${VPC}` },
        ],
      }),
    );
    const { gaps } = await it.triage();
    expect(gaps.find((g) => g.code === 'monitor-not-active')).toMatchObject({
      effect: expect.stringContaining('young is PENDING'),
      fix: expect.stringContaining('30 minutes'),
    });
  });
});

describe('--create-monitors', () => {
  let it: Account;
  const names = async () => {
    const { monitors = [] } = await clientOf(it.sandbox).send(new ListMonitorsCommand({}));
    return monitors.map((m) => m.monitorName).sort();
  };
  const WANTED = ['', '-apne3-az1', '-apne3-az2', '-apne3-az3'].map((zone) => `nfm-${VPC}${zone}`);
  const args = ['triage', ...SHORT, '--vpc', VPC, '--create-monitors'];

  test('--dry-run prints the requests and changes nothing', async () => {
    it = await emptied({ scope: 'kept' });
    const { code, stdout, stderr } = await it.run([...args, '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const plan = JSON.parse(stdout);
    expect(plan.schema).toBe('nfm.plan/v1');
    expect(plan.items.map((i: { request: { monitorName: string } }) => i.request.monitorName)).toEqual(
      WANTED,
    );
    expect(await names()).toEqual([]);
    expect(it.sandbox.requests.map((r) => r.operation)).not.toContain('CreateMonitor');
  });

  test('off a terminal nothing is created without --yes', async () => {
    it = await emptied({ scope: 'kept' });
    const { code, stdout, stderr } = await it.run(args);
    expect({ code, stdout }).toEqual({ code: 252, stdout: '' });
    expect(stderr).toMatch(/hint: .*--yes.*--dry-run/);
    expect(await names()).toEqual([]);
  });

  test('--yes creates them, says so on stderr, and goes on', async () => {
    it = await emptied({ scope: 'kept' });
    const { code, stdout, stderr } = await it.run([...args, '--yes', '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).schema).toBe('nfm.triage/v1');
    for (const name of WANTED) expect(stderr).toContain(`Created ${name}: PENDING`);
    expect(await names()).toEqual(WANTED);
  });

  test('a refusal to create names the action', async () => {
    it = await account({ faults: [denied('networkflowmonitor:CreateMonitor')] });
    const { code, stderr } = await it.run([...args, '--yes']);
    expect(code).toBe(254);
    expect(stderr).toContain('networkflowmonitor:CreateMonitor');
  });
});
