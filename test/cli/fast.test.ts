import { describe, expect, test } from 'vitest';
import { account } from './helpers.ts';

const queries = ({ requests }: { requests: readonly { operation: string }[] }) =>
  requests.filter(({ operation }) => operation.startsWith('StartQuery')).length;

describe.concurrent('triage --fast', () => {
  test('names the zone and when, asks no flow, and leaves open who it is', async () => {
    const { sandbox, triage } = await account();
    const report = await triage(['--fast']);
    expect(queries(sandbox)).toBe(0);
    expect(report).toMatchObject({
      verdict: 'inconclusive',
      reason: 'contributors-unknown',
      location: { azId: 'apne3-az3' },
      onset: expect.any(String),
    });
  });

  test('is less sure of health, and says what it does not know', async () => {
    const { triage } = await account({ scenario: 'quiet' });
    const [fast, whole] = [await triage(['--fast']), await triage()];
    expect(whole).toMatchObject({ verdict: 'no-impairment', confidence: 'high' });
    expect(fast).toMatchObject({ verdict: 'no-impairment', confidence: 'medium' });
    expect(fast.summary).toContain('none of which was asked for');
  });
});

describe.concurrent('the plan of a triage', () => {
  test.each([
    ['packet-loss', 'workload'],
    ['quiet', 'no-impairment'],
    ['aws-impairment', 'aws-infrastructure'],
  ])('asks a third of all lists: %s', async (scenario, verdict) => {
    const { sandbox, run } = await account({ scenario });
    const { stdout } = await run(['triage', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ verdict, gaps: [] });
    expect(queries(sandbox)).toBeLessThanOrEqual(34);
  });

  test('asks for no account where an ARN tells it', async () => {
    const { sandbox, triage } = await account();
    expect((await triage()).target.accountId).toBe('123456789012');
    expect(sandbox.requests.some(({ operation }) => operation === 'GetCallerIdentity')).toBe(false);
  });
});
