import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Findings } from '../../src/model/report.ts';
import { incidentOf, trialsOf } from '../bench/verdict/plan.ts';
import { play, scenes } from './fleets.ts';

/*
 * No report says two things of which one must be wrong. Over fleets as they are made for other properties, and over
 * incidents of the benchmark: those that fool a judge, and each kind of target.
 */

const FAMILIES = /^(quiet|hot-pod|zone-gray|unseen|denied|bad-deploy|region-gray|remote-db)/;

const trials = trialsOf('tuning', 0.02).filter(
  ({ family, tier, size }) => FAMILIES.test(family) && tier === 'normal' && size !== 20,
);
const reports = [
  ...fc.sample(scenes, { seed: 7, numRuns: 150 }).map((scene) => ({
    of: JSON.stringify(scene),
    found: judge(play(scene)),
  })),
  ...trials.map((trial) => ({ of: JSON.stringify(trial), found: judge(incidentOf(trial).data) })),
];

function contradicting(is: (found: Findings) => boolean): string[] {
  return reports
    .filter(({ found }) => is(found))
    .map(({ of, found }) => `${of}: ${found.verdict}, ${found.reason}`);
}

const evidence = ({ evidence }: Findings, code: string) => evidence.find((e) => e.code === code);
const statements = (found: Findings) => found.evidence.map(({ statement }) => String(statement));

describe('a report', () => {
  it('is of every verdict here, and of many reasons', () => {
    expect(new Set(reports.map(({ found }) => found.verdict)).size).toBeGreaterThanOrEqual(4);
    expect(new Set(reports.map(({ found }) => found.reason)).size).toBeGreaterThan(10);
  });

  it('has no minute in which a rise began where it says that there is none', () => {
    const denies = (found: Findings) => statements(found).some((text) => text.includes('no rise'));
    expect(contradicting((found) => denies(found) && evidence(found, 'onset') !== undefined)).toEqual([]);
    expect(contradicting((found) => found.verdict === 'no-impairment' && found.onset !== null)).toEqual([]);
  });

  it('has no burst that is over beside a rise that is not', () => {
    expect(
      contradicting(
        (found) => evidence(found, 'burst') !== undefined && evidence(found, 'onset') !== undefined,
      ),
    ).toEqual([]);
  });

  it('does not say that all of it is impaired alike where the flows that were there did not rise', () => {
    const everywhere = ({ reason }: Findings) => reason.startsWith('region-wide');
    const unchanged = (found: Findings) => Number(evidence(found, 'matched')?.data.low ?? Infinity) <= 1;
    expect(contradicting((found) => everywhere(found) && unchanged(found))).toEqual([]);
  });

  it('has no zone that stands out, nor an indicator that speaks, where nothing rose', () => {
    const speaks = (found: Findings) =>
      ['zone-outlier', 'nhi-healthy', 'nhi-degraded'].some((code) => evidence(found, code));
    expect(contradicting((found) => found.verdict === 'no-impairment' && speaks(found))).toEqual([]);
  });

  it('does not set a healthy indicator against flows that it does not cover', () => {
    expect(
      contradicting(
        (found) => found.reason === 'category-not-covered' && Boolean(evidence(found, 'nhi-healthy')),
      ),
    ).toEqual([]);
  });

  it('does not count all of them, or none, as neither one nor all', () => {
    const neither = (found: Findings) =>
      statements(found).some((text) => /^(None|0|(\d+) of \2) .*not one alone, nor all/.test(text));
    expect(contradicting(neither)).toEqual([]);
  });

  it('does not say of old traffic that it shows no rise beside a part of it that rose', () => {
    expect(
      contradicting(
        (found) =>
          evidence(found, 'concentrated') !== undefined &&
          statements(found).some((text) => text.startsWith('Old traffic shows no clear rise')),
      ),
    ).toEqual([]);
  });

  it('blames nobody for nothing, nor for want of others', () => {
    const isGround = /(^|[^.\d])0 % of|no other to compare|nothing is sent to any other/;
    const ground = (found: Findings) => String(evidence(found, 'concentrated')?.statement ?? '');
    expect(contradicting((found) => found.verdict === 'workload' && isGround.test(ground(found)))).toEqual(
      [],
    );
  });
});
