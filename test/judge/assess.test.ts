import { describe, expect, it } from 'vitest';
import { assess } from '../../src/judge/assess.ts';
import { buildCase } from './build.ts';

const WINDOW = 180;
const pod = (azId: string, events: (minute: number) => number) => ({
  name: `pod-${azId}`,
  azId,
  bytes: () => 50e6,
  events,
});
const hot = pod('az1', (m) => (m >= WINDOW + 20 ? 20 : 0));
const rose = (...pods: ReturnType<typeof pod>[]) => {
  const data = buildCase({ pods, flows: false });
  const names = new Map(data.monitors.map(({ name, zones }) => [name, zones?.join()]));
  return assess(data).rose.map((name) => names.get(name));
};

describe('a monitor rose', () => {
  it('where its rate did', () => {
    expect(
      rose(
        hot,
        pod('az2', () => 1),
      ),
    ).toEqual(['az1,az2', 'az1']);
  });

  it('not where it had one event and none before, beside one that had hundreds', () => {
    expect(
      rose(
        hot,
        pod('az2', (m) => Number(m === WINDOW + 30)),
      ),
    ).toEqual(['az1,az2', 'az1']);
  });

  it('where it had as many as another', () => {
    expect(rose(hot, { ...hot, name: 'pod-az2', azId: 'az2' })).toEqual(['az1,az2', 'az1', 'az2']);
  });
});
