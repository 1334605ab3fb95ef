import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkListSchema, type DoctorDocument, doctorSchema } from '../../src/model/doctor.ts';
import { account, denied, expectError, jsonError, nfm } from './helpers.ts';

async function doctor(scenario: string, ...args: string[]): Promise<DoctorDocument> {
  const { run } = await account({ scenario });
  const { code, stdout, stderr } = await run(['doctor', '-o', 'json', ...args]);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return doctorSchema.strict().parse(JSON.parse(stdout));
}

const statusOf = ({ checks }: DoctorDocument, id: string) => checks.find((c) => c.id === id)?.status;

describe.concurrent('nfm doctor', () => {
  test('says the cause first, and what mends it below, in 80 columns', async () => {
    const { run } = await account({ scenario: 'pod-identity-agent-missing' });
    const { code, stdout, stderr } = await run(['doctor'], { env: { NFM_FORCE_TTY: '80' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stripVTControlCharacters(stdout).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^CAUSE {2}pod-identity-agent . Region ap-northeast-3$/);
    expect(lines.slice(1, 3).join(' ')).toBe(
      'The Pod Identity Agent is not installed in cluster demo: the agents have no credentials.',
    );
    expect(lines.slice(3, 6).join('\n')).toMatch(
      /^ {2}Fix . or add --fix\n +aws eks create-addon --cluster-name demo \\\n +--addon-name eks-pod-identity-agent --region ap-northeast-3$/,
    );
    // What follows from it is below it, and what is in order is counted.
    const text = lines.join('\n');
    expect(text).toMatch(/^ {2}Because of it\n {4}agent-reports\n(.*\n)+ {4}coverage\n/m);
    expect(text).not.toContain('region-supported');
    expect(lines.at(-1)).toMatch(/^\d+ checks pass, \d+ have nothing to check\. All of them: -o wide$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('on the sandbox, says once that commands of other programs would reach AWS, and to no program', async () => {
    const seen = await nfm(['doctor', '--sandbox', 'addon-missing', '--only', 'eks-addon-installed']);
    expect(seen.stderr).toMatch(
      /^note: the commands of aws and kubectl below would change the real AWS, not the sandbox;/,
    );
    expect(seen.stdout).not.toContain('note:');
    const quiet = [
      ['-o', 'json'],
      ['--query', 'cause'],
    ].map((args) => nfm(['doctor', '--sandbox', 'addon-missing', '--only', 'eks-addon-installed', ...args]));
    for (const { stderr } of await Promise.all(quiet)) expect(stderr).toBe('');
    const own = await nfm(['doctor', '--sandbox', 'no-scope', '--only', 'scope-exists']);
    expect(own.stderr).toBe('');
  });

  test('of a page taller than the terminal, the cause is said once more at the end', async () => {
    const { run } = await account({ scenario: 'addon-missing' });
    const { stdout } = await run(['doctor', '--only', 'scope', '--only', 'eks-addon-installed']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.match(/^CAUSE/gm)).toHaveLength(1);
    expect(stdout).not.toContain('eks-version');
  });

  test('--exit-code: 0 nothing fails, 20 a check fails, 21 none fails and some are unknown', async () => {
    const codes = await Promise.all(
      ['quiet', 'addon-missing', 'iam-denied'].map(async (scenario) => {
        const { run } = await account({ scenario });
        return (await run(['doctor', '--exit-code', '-o', 'json'])).code;
      }),
    );
    expect(codes).toEqual([0, 20, 21]);
  });

  test('--only and --skip take checks and layers; what is needed runs, and is not shown', async () => {
    const only = await doctor('addon-missing', '--only', 'eks-addon-health,scope');
    expect(new Set(only.checks.map((c) => c.layer))).toEqual(new Set(['scope', 'kubernetes']));
    expect(statusOf(only, 'eks-addon-health')).toBe('skipped');
    expect(only.cause).toBeNull();
    const skipped = await doctor('addon-missing', '--skip', 'kubernetes', '--skip', 'access');
    expect(skipped.checks.map((c) => c.layer)).not.toContain('kubernetes');
    // Nothing else fails: so the symptom is all there is.
    expect(skipped.cause).toBe('coverage');
  });

  test('a check that is not there', async () => {
    const [mistyped, none] = await Promise.all([
      nfm(['doctor', '--sandbox', '--only', 'scope-exist']),
      nfm(['doctor', '--sandbox', '--only', 'coverage', '--skip', 'coverage', '-o', 'json']),
    ]);
    expect([mistyped.code, none.code]).toEqual([252, 252]);
    expect(expectError(mistyped).hint).toBe("Did you mean 'scope-exists'?");
  });

  test('--list asks AWS nothing, and says what needs what', async () => {
    const { code, stdout } = await nfm(['doctor', '--list', '-o', 'json']);
    expect(code).toBe(0);
    const { items } = checkListSchema.strict().parse(JSON.parse(stdout));
    expect(items.length).toBeGreaterThan(30);
    const ids = items.map((item) => item.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { needs, source } of items) {
      for (const need of needs) expect(ids).toContain(need);
      expect(source).toMatch(/^https:\/\//);
    }
  });

  test.each([
    ['--cluster', 'demo', 2],
    ['--zone', 'ap-northeast-3a', 2],
    ['--subnet', 'subnet-0a1f6c2d4e8b97035', 1],
    ['--vpc', 'vpc-0d5c1a7be93f24a60', 3],
    ['--monitor', 'demo-zone-b', 1],
  ])('%s %s: its %i instances', async (flag, id, instances) => {
    const seen = await doctor('quiet', flag, id);
    expect(seen.cause).toBeNull();
    expect(seen.target).toMatchObject({ kind: flag.slice(2), id });
    const coverage = seen.checks.find((c) => c.id === 'coverage');
    expect(coverage).toMatchObject({ status: 'pass' });
    expect(coverage?.evidence.reporting).toHaveLength(instances);
  });

  test("what is broken elsewhere is not the target's", async () => {
    const seen = await doctor('addon-missing', '--subnet', 'subnet-0a1f6c2d4e8b97035');
    expect(seen.cause).toBeNull();
    expect(statusOf(seen, 'eks-addon-installed')).toBe('not-applicable');
  });

  test('a target in which nothing runs is not in order: there is nothing', async () => {
    const seen = await doctor('quiet', '--zone', 'apne3-az2');
    expect(statusOf(seen, 'data-published')).toBe('not-applicable');
    expect(seen.summary).toMatch(/^No instance runs in the target/);
  });

  test.each([
    ['--vpc', 'vpc-0123456789abcdef0'],
    ['--subnet', 'subnet-0123456789abcdef0'],
    ['--cluster', 'nope'],
    ['--zone', 'ap-northeast-3z'],
    ['--monitor', 'nope'],
  ])('%s %s is not there: exit 254', async (flag, id) => {
    const { run } = await account({ scenario: 'quiet' });
    const ended = await run(['doctor', flag, id, '-o', 'json']);
    expect(ended.code).toBe(254);
    expect(jsonError(ended).code).toBe('target-not-found');
  });

  /** Each action by itself: what needs it is unknown and names it, and nothing fails that does not fail. */
  test.each([
    'sts:GetCallerIdentity',
    'ec2:DescribeInstances',
    'ec2:DescribeSubnets',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeVpcEndpoints',
    'eks:ListClusters',
    'eks:DescribeAddon',
    'eks:ListPodIdentityAssociations',
    'eks:ListNodegroups',
    'iam:GetRole',
    'ssm:DescribeInstanceInformation',
  ])('%s is denied', async (action) => {
    const { run } = await account({ scenario: 'quiet', faults: [denied(action)] });
    const { code, stdout } = await run(['doctor', '-o', 'json', '--exit-code']);
    const { cause, checks, summary } = doctorSchema.parse(JSON.parse(stdout));
    expect(cause).toBeNull();
    const unknown = checks.filter((c) => c.status === 'unknown');
    // SSM is not needed to know of instances that publish.
    if (unknown.length > 0) {
      expect(code).toBe(21);
      expect(summary).toContain(action);
      expect(JSON.stringify(unknown)).toContain(action);
    } else {
      expect(action).toBe('ssm:DescribeInstanceInformation');
    }
  });

  test.each([
    'networkflowmonitor:ListScopes',
    'networkflowmonitor:GetScope',
    'networkflowmonitor:ListMonitors',
    'networkflowmonitor:GetMonitor',
    'networkflowmonitor:StartQueryWorkloadInsightsTopContributors',
    'networkflowmonitor:GetQueryResultsWorkloadInsightsTopContributorsData',
    'networkflowmonitor:GetQueryStatusMonitorTopContributors',
    'cloudwatch:GetMetricData',
  ])('%s is denied: that is the cause', async (action) => {
    const { run } = await account({ scenario: 'quiet', faults: [denied(action)] });
    const { stdout } = await run(['doctor', '-o', 'json']);
    const { cause, checks } = doctorSchema.parse(JSON.parse(stdout));
    expect(cause).toBe('permissions');
    expect(checks.find((c) => c.id === 'permissions')?.evidence).toMatchObject({ denied: [action] });
  });

  test('markdown, csv and yaml hold the same checks', async () => {
    const { run } = await account({ scenario: 'no-tolerations' });
    const [markdown, csv, yaml] = await Promise.all(
      ['markdown', 'csv', 'yaml'].map(async (format) => (await run(['doctor', '-o', format])).stdout),
    );
    expect(markdown).toMatch(/^## Cause: `eks-addon-tolerations`/);
    expect(markdown).toMatch(/```sh\n# eks-addon-tolerations\naws eks update-addon /);
    expect(csv?.split('\n')[0]).toBe('layer,id,status,finding,fix,fixable,symptom,title,source,follows');
    expect(yaml).toContain('cause: eks-addon-tolerations');
  });
});

describe.concurrent('nfm triage without data names the cause', () => {
  test.each([
    ['no-scope', 'scope-exists'],
    ['scope-pending', 'scope-ready'],
    ['addon-missing+agent-not-installed', 'eks-addon-installed'],
    ['pod-identity-agent-missing+agent-not-activated', 'pod-identity-agent'],
    ['agent-not-activated+egress-closed', 'agent-activated'],
    ['service-linked-role-missing', 'service-linked-roles'],
  ])('%s: %s', { timeout: 60_000 }, async (scenario, cause) => {
    const { triage } = await account({ scenario });
    const report = await triage();
    expect(report.verdict).toBe('no-data');
    const [gap] = report.gaps;
    expect(gap?.code).toBe(cause);
    expect(report.summary).toContain(gap?.effect);
    expect(report.next.map((n) => n.command)).toContainEqual(expect.stringMatching(/^nfm doctor/));
  });

  test('with data, the doctor is not asked', async () => {
    const { sandbox, triage } = await account({ scenario: 'quiet' });
    const report = await triage();
    expect(report.verdict).toBe('no-impairment');
    expect(sandbox.requests.map((r) => r.service)).not.toContain('iam');
  });
});
