import { describe, expect, it } from 'vitest';
import { BLIND, PARTIAL } from '../bench/verdict/families/blind.ts';
import { QUIET } from '../bench/verdict/families/quiet.ts';
import { WORKLOAD } from '../bench/verdict/families/workload.ts';
import { ZONE } from '../bench/verdict/families/zone.ts';
import { run, trialsOf } from '../bench/verdict/plan.ts';
import { incidentsOf, ratio, score, wilson } from '../bench/verdict/score.ts';

/*
 * A small part of npm run bench:verdict: the same seeds, a few incidents of each family. The gate for wrong blame
 * is the same, and floors are below what is measured there, so that chance does not break them and a lost rule does.
 */

/** Below the recall of the whole benchmark, by size. */
const RECALL_FLOORS = { 3: 0.7, 6: 0.85 };

const trials = [
  ...trialsOf('tuning', 0.1, { families: [...QUIET, ...PARTIAL, ...BLIND] }).filter(
    ({ size }) => size === 1 || size === 6,
  ),
  ...trialsOf('tuning', 0.2, { families: [...ZONE, ...WORKLOAD] }).filter(
    ({ size }) => size === 1 || size === 6,
  ),
  ...trialsOf('tuning', 0.1, { families: [...ZONE, ...WORKLOAD] }).filter(({ size }) => size === 3),
].filter(({ tier, size }) => tier === 'normal' || (tier === 'fleet' && size === 6));
const outcomes = trials.map(run).filter(({ churn }) => churn <= 0.2);
const due = outcomes.filter(({ answer }) => answer === 'due');

describe('a slice of the benchmark', () => {
  it('does not blame wrongly in more than one of a hundred, as far as so few can tell', () => {
    const wrong = outcomes.filter(({ wrongBlame }) => wrongBlame);
    const said = wrong.map((o) => `${o.family} ${o.seed}: ${o.verdict} ${o.said}, truth ${o.truth}`);
    const { low } = wilson({ hits: wrong.length, of: outcomes.length });
    expect(low, said.join('\n')).toBeLessThanOrEqual(0.01);
  });

  it('finds nothing where nothing is wrong', () => {
    const quiet = due.filter((o) => o.quiet);
    expect(quiet.length).toBeGreaterThan(5);
    expect(quiet.filter(({ verdict }) => verdict !== 'no-impairment')).toEqual([]);
  });

  it.each(Object.entries(RECALL_FLOORS))('finds what is there at ×%s', (size, floor) => {
    const there = due.filter((o) => o.size === Number(size));
    expect(there.length).toBeGreaterThanOrEqual(10);
    expect(ratio(score(there).found)).toBeGreaterThan(floor);
  });

  it('knows what goes on from what is over', () => {
    const { ongoing } = score(incidentsOf(outcomes));
    expect(ongoing.of).toBeGreaterThan(30);
    expect(ratio(ongoing)).toBeGreaterThan(0.95);
  });
});
