import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { PENDING } from './pending.ts';
import { plan, type Run } from './plan.ts';
import { KINDS } from './rules.ts';
import { Suite } from './suite.ts';

const suite = new Suite(fileURLToPath(new URL('../../bin/nfm.js', import.meta.url)));
afterAll(() => suite.close());

/** One run of each kind that is held; `npm run faults` has all rules. */
const HELD = KINDS.filter((kind) => !PENDING.includes(kind));
const SEED = 1;

test('a fault of each kind that is held: nothing wrong is said, nothing hangs', async () => {
  const runs: Run[] = HELD.map((_, index) => plan(SEED, index, HELD));
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
  expect(results.filter(({ outcome }) => outcome.hits > 0).length).toBeGreaterThan(HELD.length / 2);
});
