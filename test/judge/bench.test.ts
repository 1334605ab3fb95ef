import { describe, expect, it } from 'vitest';
import { run, trialsOf } from '../bench/verdict/plan.ts';
import { ratio, score } from '../bench/verdict/score.ts';

/*
 * A small part of npm run bench:verdict: the same seeds, a few incidents of each family. No wrong blame at all, and
 * floors below what is measured there, so that chance does not break them and a lost rule does.
 */

const trials = trialsOf('tuning', 0.1).filter(
  ({ tier, size }) => tier === 'normal' && (size === 1 || size === 6),
);
const outcomes = trials.map(run).filter(({ churn }) => churn <= 0.2);
const due = outcomes.filter(({ answer }) => answer === 'due');

describe('a slice of the benchmark', () => {
  it('blames nobody wrongly', () => {
    const wrong = outcomes.filter(({ wrongBlame }) => wrongBlame);
    expect(wrong.map((o) => `${o.family} ${o.seed}: ${o.verdict} ${o.said}, truth ${o.truth}`)).toEqual([]);
  });

  it('finds nothing where nothing is wrong', () => {
    const quiet = due.filter((o) => o.quiet);
    expect(quiet.length).toBeGreaterThan(5);
    expect(quiet.filter(({ verdict }) => verdict !== 'no-impairment')).toEqual([]);
  });

  it('finds what is there', () => {
    expect(ratio(score(due.filter((o) => !o.quiet)).found)).toBeGreaterThan(RECALL_FLOOR);
  });
});

/** Below the recall at ×6 of the whole benchmark. */
const RECALL_FLOOR = 0.65;
