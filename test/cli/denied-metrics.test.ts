import { describe, expect, test } from 'vitest';
import { account, denied } from './helpers.ts';

/** CloudWatch refuses: what flows alone can say is said, without an indicator and never as 'no data'. */
describe.each([
  ['packet-loss', { verdict: 'inconclusive', reason: 'nhi-unknown', location: { podName: 'web-b' } }],
  ['total-loss', { verdict: 'inconclusive', reason: 'nhi-unknown', location: { podName: 'web-b' } }],
  ['aws-impairment', { verdict: 'inconclusive', reason: 'nhi-unknown' }],
  ['quiet', { verdict: 'inconclusive', reason: 'evidence-incomplete' }],
] as const)('%s without metrics', (scenario, said) => {
  test.each([
    ['the scope', []],
    ['a monitor', ['--monitor', 'demo-vpc']],
    ['a zone', ['--zone', 'apne3-az3']],
  ])('of %s', async (_, target) => {
    const { triage } = await account({ scenario, faults: [denied('cloudwatch:GetMetricData')] });
    const report = await triage(['--since', '1h', '--baseline', '3h', ...target]);
    expect(report).toMatchObject(said);
    expect(report.gaps.map(({ action }) => action)).toContain('cloudwatch:GetMetricData');
    expect(report.onset === null).toBe(scenario === 'quiet');
  });
});
