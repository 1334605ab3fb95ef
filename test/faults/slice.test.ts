import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { plan, type Run } from './plan.ts';
import { KINDS } from './rules.ts';
import { Suite } from './suite.ts';

const suite = new Suite(fileURLToPath(new URL('../../bin/nfm.js', import.meta.url)));
afterAll(() => suite.close());

const SEED = 1;

/** One run of each kind; `npm run faults` has all rules. */
test('a fault of each kind: nothing wrong is said, nothing hangs', async () => {
  const runs: Run[] = KINDS.map((_, index) => plan(SEED, index, KINDS));
  const results = await suite.all(runs, 3, () => {});
  const wrong = results.flatMap(({ run, violations }) =>
    violations.map((violation) => ({
      ...violation,
      kind: run.rule.kind,
      rule: run.rule.name,
      args: run.args,
    })),
  );
  expect(wrong).toEqual([]);
  expect(results.filter(({ outcome }) => outcome.hits > 0).length).toBeGreaterThan(KINDS.length / 2);
});
