import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case, Flow, Series } from '../../src/model/case.ts';
import type { Findings } from '../../src/model/report.ts';
import { MINUTE } from '../../src/model/time.ts';
import { drawFrom } from '../bench/verdict/random.ts';
import { clearScenes, play, scenes } from './fleets.ts';

/*
 * What must hold of a verdict whatever the fleet is. Seeds are fixed: a property that fails, fails for everyone.
 */

const RUNS = { seed: 4, numRuns: 30 };

const answerOf = ({ verdict, reason, location }: Findings) => ({ verdict, reason, location });
const isBlame = ({ verdict }: Findings) => verdict === 'workload' || verdict === 'aws-infrastructure';

/** Finer is well, elsewhere is not. */
function samePlace(a: Findings, b: Findings): boolean {
  const keys = Object.keys(a.location) as (keyof Findings['location'])[];
  return keys.every((key) => b.location[key] === undefined || b.location[key] === a.location[key]);
}

function mapCase(data: Case, series: (s: Series) => Series, flows: (f: Flow) => Flow[]): Case {
  return {
    ...data,
    monitors: data.monitors.map((m) => ({ ...m, series: m.series && series(m.series) })),
    flows: data.flows.flatMap(flows),
  };
}

/** Where AWS is degraded and one pod is bad, two things are wrong; a handful of events is another handful each time. */
const faults = scenes.filter(
  ({ fault, nhi, rate }) => fault !== 'none' && rate >= 0.2 && (fault === 'zone' || nhi !== 'degraded'),
);

const times = (k: number) => (value: number | null) => (value === null ? null : value * k);

describe('a verdict', () => {
  it('is of every kind in these fleets', () => {
    const said = fc.sample(scenes, RUNS).map((scene) => judge(play(scene)));
    expect(new Set(said.map(({ verdict }) => verdict))).toEqual(
      new Set(['no-impairment', 'inconclusive', 'workload', 'aws-infrastructure']),
    );
    expect(said.filter(isBlame).length).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('does not depend on how much traffic carries the events', () => {
    fc.assert(
      fc.property(scenes, fc.constantFrom(0.001, 0.03, 0.7, 4, 1000), (scene, k) => {
        const data = play(scene);
        const scaled = mapCase(
          data,
          (s) => ({ ...s, bytes: s.bytes.map(times(k)) }),
          (f) => [{ ...f, bytes: times(k)(f.bytes) }],
        );
        const [before, after] = [judge(data), judge(scaled)];
        expect({ ...answerOf(after), onset: after.onset }).toEqual({
          ...answerOf(before),
          onset: before.onset,
        });
      }),
      RUNS,
    );
  });

  it('does not depend on names and order', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const data = play(scene);
        const swap = (text: string) =>
          text.replaceAll('az1', 'az8').replaceAll('az2', 'az1').replaceAll('az8', 'az2');
        const turned: Case = JSON.parse(swap(JSON.stringify(data)));
        turned.flows.reverse();
        turned.monitors.reverse();
        turned.zones.reverse();
        const [before, after] = [judge(data), judge(turned)];
        expect(answerOf(after)).toEqual(JSON.parse(swap(JSON.stringify(answerOf(before)))));
        expect(after.onset).toBe(before.onset);
      }),
      RUNS,
    );
  });

  it('does not depend on the length of bins', () => {
    const apart: number[] = [];
    fc.assert(
      fc.property(clearScenes, (scene) => {
        const data = play(scene);
        const { uniform } = drawFrom(scene.seed);
        const split = mapCase(
          data,
          (s) => halved(s, uniform),
          (f) => [f],
        );
        const [before, after] = [judge(data), judge(split)];
        expect(answerOf(after)).toEqual(answerOf(before));
        if (before.onset) apart.push(Math.abs(Date.parse(after.onset ?? '') - Date.parse(before.onset)));
      }),
      RUNS,
    );
    // Which half of its minute an event falls into is new: the likeliest start may move, and seldom does.
    expect(apart.filter((time) => time <= MINUTE).length / apart.length).toBeGreaterThan(0.95);
  });

  it('does not depend on how many flows carry the traffic of one', () => {
    fc.assert(
      fc.property(clearScenes, fc.nat(), (scene, n) => {
        const data = play(scene);
        const { local } = data.flows[n % data.flows.length] ?? {};
        const split = mapCase(
          data,
          (s) => s,
          (f) => (f.local.ip === local?.ip ? inTwo(f) : [f]),
        );
        const [before, after] = [judge(data), judge(split)];
        expect({ verdict: after.verdict, location: after.location }).toEqual({
          verdict: before.verdict,
          location: before.location,
        });
      }),
      RUNS,
    );
  });

  it('is never lowered by more of the same fault', () => {
    fc.assert(
      fc.property(faults, fc.constantFrom(2, 5), (scene, worse) => {
        const [before, after] = [judge(play(scene)), judge(play(scene, { worse }))];
        expect(rankOf(after)).toBeGreaterThanOrEqual(rankOf(before));
        if (isBlame(before)) expect(after.verdict).toBe(before.verdict);
        if (rankOf(before) >= RANKS.indexOf('suspect') && isBlame(after)) {
          expect(samePlace(before, after)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('does not move to another when a quiet zone is added', () => {
    const kept: boolean[] = [];
    fc.assert(
      fc.property(clearScenes, (scene) => {
        const [before, after] = [judge(play(scene)), judge(play(scene, { quietZone: true }))];
        if (!isBlame(before)) return;
        kept.push(isBlame(after));
        if (!isBlame(after)) return;
        expect(after.verdict).toBe(before.verdict);
        expect(samePlace(before, after)).toBe(true);
      }),
      RUNS,
    );
    expect(kept.filter((is) => is).length / kept.length).toBeGreaterThan(0.9);
  });
});

const RANKS = ['no-impairment', 'low-traffic', 'suspect', 'blame'];

function rankOf(findings: Findings): number {
  if (isBlame(findings)) return RANKS.indexOf('blame');
  if (findings.reason === 'low-traffic') return RANKS.indexOf('low-traffic');
  return RANKS.indexOf(findings.verdict === 'inconclusive' ? 'suspect' : 'no-impairment');
}

/** Each bin in two halves; its events fall into either by chance, as they would. */
function halved(series: Series, chance: () => number): Series {
  const twice = <T>(values: T[]) => values.flatMap((value) => [value, value]);
  const events = (values: (number | null)[]) =>
    values.flatMap((value) => {
      const first = Array.from({ length: value ?? 0 }).filter(() => chance() < 0.5).length;
      return value === null ? [null, null] : [first, value - first];
    });
  return {
    ...series,
    periodSeconds: series.periodSeconds / 2,
    bytes: twice(series.bytes).map(times(0.5)),
    retransmissions: events(series.retransmissions),
    timeouts: events(series.timeouts),
    rttMicros: twice(series.rttMicros),
    nhi: twice(series.nhi),
  };
}

/** Two flows to two ports, with half of all each. */
function inTwo(flow: Flow): Flow[] {
  const { bytes, retransmissions, timeouts } = flow;
  const part = (value: number | null, round: (n: number) => number) =>
    value === null ? null : round(value / 2);
  return [Math.ceil, Math.floor].map((round, i) => ({
    ...flow,
    targetPort: 80 + i,
    bytes: part(bytes, round),
    retransmissions: part(retransmissions, round),
    timeouts: part(timeouts, round),
  }));
}
