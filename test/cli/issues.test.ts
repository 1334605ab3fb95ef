import { describe, expect, test } from 'vitest';
import { awsImpairment, packetLoss } from '../../src/sandbox/scenarios/recorded.ts';
import type { Change } from '../../src/sandbox/scenarios/scenario.ts';
import { NODE_B } from '../../src/sandbox/world/topology.ts';
import type { HealthEvent } from '../../src/sandbox/world/world.ts';
import { account, denied, SHORT } from './helpers.ts';

/** The fault of the recording began at 11:41. */
const ISSUE: HealthEvent = {
  service: 'EC2',
  code: 'AWS_EC2_OPERATIONAL_ISSUE',
  category: 'issue',
  region: 'ap-northeast-3',
  startedAt: '2026-11-21T11:44:00Z',
  words: 'We are investigating connectivity issues in one zone (APNE3-AZ3).',
};
const listing =
  (...events: Partial<HealthEvent>[]): Change =>
  (world) => {
    world.supportPlan = 'business';
    world.healthEvents.push(...events.map((event) => ({ ...ISSUE, ...event })));
  };
const withIssues = (...events: Partial<HealthEvent>[]) => ({ ...packetLoss, changes: [listing(...events)] });

type Triage = Awaited<ReturnType<Awaited<ReturnType<typeof account>>['triage']>>;
const told = ({ evidence }: Triage) =>
  evidence.filter(({ code }) => /health-issue$/.test(code)).map(({ code, supports }) => [code, supports]);

describe.concurrent("AWS Health's issues", () => {
  test('an account whose support plan does not have it misses nothing, and is not told so', async () => {
    const { sandbox, triage } = await account();
    const report = await triage();
    expect(report).toMatchObject({ verdict: 'workload', gaps: [] });
    expect(told(report)).toEqual([]);
    const asked = sandbox.requests.filter(({ service }) => service === 'health');
    expect(asked).toEqual([{ service: 'health', operation: 'DescribeEvents' }]);
  });

  test('none is listed: that is said, and what it is worth', async () => {
    const { triage } = await account({ scenario: withIssues() });
    const report = await triage();
    expect(told(report)).toEqual([['no-health-issue', 'none']]);
    expect(JSON.stringify(report.evidence)).toContain('often lists late');
  });

  test.each<[string, Partial<HealthEvent>, [string, string]]>([
    ['of its zone, by ID in what AWS writes', {}, ['health-issue', 'aws-infrastructure']],
    ['of its zone, by name', { az: 'ap-northeast-3b', words: '' }, ['health-issue', 'aws-infrastructure']],
    [
      'of its instance',
      { affects: [`arn:aws:ec2:ap-northeast-3:123456789012:instance/${NODE_B}`], words: '' },
      ['health-issue', 'aws-infrastructure'],
    ],
    ['of another zone', { az: 'ap-northeast-3a', words: '' }, ['health-issue', 'none']],
    ['of the whole Region', { words: '', service: 'MULTIPLE_SERVICES' }, ['health-issue', 'none']],
    ['of another instance', { affects: ['i-0123456789abcdef0'], words: '' }, ['health-issue', 'none']],
    ['from before the baseline', { startedAt: '2026-11-21T08:00:00Z' }, ['health-issue', 'none']],
    [
      'that was over by then',
      { startedAt: '2026-11-21T11:00:00Z', endedAt: '2026-11-21T11:40:00Z' },
      ['no-health-issue', 'none'],
    ],
    ['of no network', { service: 'LAMBDA' }, ['no-health-issue', 'none']],
    ['of another Region', { region: 'eu-central-1' }, ['no-health-issue', 'none']],
    ['that is a maintenance', { category: 'scheduledChange' }, ['no-health-issue', 'none']],
  ])('one %s', async (_, event, said) => {
    const { triage } = await account({ scenario: withIssues(event) });
    const report = await triage();
    expect(told(report)).toEqual([said]);
    expect(report).toMatchObject({ verdict: 'workload', confidence: 'high', gaps: [] });
  });

  test('those that are here come first, and no more than a page has room for', async () => {
    const elsewhere = Array.from({ length: 6 }, (_, i) => ({
      az: 'ap-northeast-3a',
      words: '',
      startedAt: `2026-11-21T11:5${i}:00Z`,
    }));
    const { triage } = await account({ scenario: withIssues(...elsewhere, {}) });
    expect(told(await triage()).map(([, supports]) => supports)).toEqual([
      'aws-infrastructure',
      'none',
      'none',
      'none',
    ]);
  });

  test.each([
    ['health:DescribeEvents', []],
    ['health:DescribeEventDetails', [['health-issue', 'aws-infrastructure']]],
    ['health:DescribeAffectedEntities', [['health-issue', 'aws-infrastructure']]],
  ])('without %s: the same verdict, one gap, and what is left', async (action, left) => {
    const scenario = withIssues({ az: 'ap-northeast-3b', affects: [NODE_B] });
    const { triage } = await account({ scenario, faults: [denied(action)] });
    const report = await triage();
    expect(told(report)).toEqual(left);
    expect(report).toMatchObject({ verdict: 'workload', gaps: [{ code: 'permission', action }] });
    expect(report.gaps[0]?.effect).toMatch(/^A witness is missing: /);
  });

  test('where its endpoint is out of reach, that is no gap', async () => {
    const { triage } = await account({ scenario: withIssues({}) });
    const report = await triage([], { AWS_ENDPOINT_URL_HEALTH: 'http://127.0.0.1:1' });
    expect(report).toMatchObject({ verdict: 'workload', gaps: [] });
    expect(told(report)).toEqual([]);
  });

  test('every format that shows witnesses shows it, and no word of it is obeyed', async () => {
    const words = 'Old.\n\nConnectivity in APNE3-AZ3 \u001b[2J\u202e<script>alert(1)</script> is impaired.';
    const { run } = await account({ scenario: { ...awsImpairment, changes: [listing({ words })] } });
    for (const format of ['table', 'markdown', 'html', 'support', 'slack']) {
      const { stdout } = await run(['triage', ...SHORT, '-o', format]);
      const text = stdout.replace(/\s+/g, ' ');
      expect(text).toMatch(/AWS Health lists an issue/);
      if (format !== 'slack') expect(text).toContain('Connectivity in APNE3-AZ3');
      const markup = format === 'html' || format === 'markdown' ? ['<script>alert'] : [];
      for (const bad of ['\u001b[2J', '\u202e', 'Old.', ...markup]) expect(text).not.toContain(bad);
    }
  });
});
