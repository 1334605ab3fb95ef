import { describe, expect, test } from 'vitest';
import { account } from '../cli/helpers.ts';

/* What is to be pasted from the page of a terminal. */

describe.concurrent("the doctor's page at 80 columns", () => {
  test.each([
    ['iam-denied', 'iam:GetRole'],
    ['queries-denied', 'networkflowmonitor:StartQueryWorkloadInsightsTopContributors'],
  ])('%s: the statement that is missing is JSON, over its lines too', async (scenario, action) => {
    const { run } = await account({ scenario });
    const { code, stdout } = await run(['doctor', '-o', 'table'], { env: { COLUMNS: '80' } });
    expect(code).toBe(0);
    const [statement = ''] = /\{\s*"Effect"[^}]*\}/.exec(stdout) ?? [];
    expect(JSON.parse(statement)).toMatchObject({ Effect: 'Allow', Action: [action] });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
