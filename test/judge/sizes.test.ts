import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case, Series } from '../../src/model/case.ts';
import type { Findings } from '../../src/model/report.ts';
import { clearScenes, play, type Scene } from './fleets.ts';

/*
 * A fleet with a thousand times the traffic has a thousand times the events of the same fault, in bursts a thousand times
 * as large. That is no reason to be surer, and none to say anything else.
 */

const answerOf = ({ verdict, location, onset, end, ongoing }: Findings) => ({
  verdict,
  location,
  onset,
  end,
  ongoing,
});

/** Every counter of every series and flow. */
function atSize(data: Case, k: number): Case {
  const counter = (value: number | null) => (value === null ? null : Math.round(value * k));
  const counters = <T extends Counters>(of: T) => ({
    ...of,
    bytes: of.bytes.map(counter),
    retransmissions: of.retransmissions.map(counter),
    timeouts: of.timeouts.map(counter),
  });
  return {
    ...data,
    monitors: data.monitors.map((m) => ({ ...m, series: m.series && counters(m.series) })),
    insights: data.insights.map((i) => ({ ...i, series: counters(i.series) })),
    flows: data.flows.map((f) => ({
      ...f,
      bytes: counter(f.bytes),
      retransmissions: counter(f.retransmissions),
      timeouts: counter(f.timeouts),
    })),
  };
}

type Counters = Pick<Series, 'bytes' | 'retransmissions' | 'timeouts'>;

/** So many events that a hundredth of them is still a number to speak of. */
const busy = (scene: Scene): Scene => ({ ...scene, rate: 100 * scene.rate });

const RUNS = { seed: 9, numRuns: 60 };

describe('a verdict', () => {
  it.each([10, 100, 1000, 10_000, 100_000, 1_000_000])('is the same at %d times the traffic', (k) => {
    fc.assert(
      fc.property(clearScenes, (scene) => {
        const data = play(scene);
        expect(answerOf(judge(atSize(data, k)))).toEqual(answerOf(judge(data)));
      }),
      RUNS,
    );
  });

  it.each([0.01, 0.1, 0.5])('is the same at %d of the traffic', (k) => {
    fc.assert(
      fc.property(clearScenes.map(busy), (scene) => {
        const data = play(scene);
        expect(answerOf(judge(atSize(data, k)))).toEqual(answerOf(judge(data)));
      }),
      RUNS,
    );
  });
});
