import { describe, expect, it } from 'vitest';
import { signsOf } from '../../src/judge/signs.ts';
import { caseOfFlows, type Sent, sumsOf } from './build.ts';

const pods = (count: number, of: Omit<Sent, 'pod' | 'azId'>): Sent[] =>
  Array.from({ length: count }, (_, i) => ({ pod: `pod-${i}`, azId: 'az1', ...of }));
const signs = (sent: Sent[]) => signsOf(sumsOf(caseOfFlows(sent)), 1);

describe('timeouts', () => {
  it('are a sign where there are more than the baseline explains', () => {
    // Three hours with 3 each: an hour is expected to have 1 each.
    expect(signs(pods(10, { timeouts: [3, 6] })).timeouts).toMatchObject({ window: 60 });
    expect(signs(pods(10, { timeouts: [3, 6] })).timeouts?.expected).toBeCloseTo(10, 0);
  });

  it.each<[string, Omit<Sent, 'pod' | 'azId'>]>([
    ['are as many as before', { timeouts: [30, 10] }],
    ['grow with the traffic', { timeouts: [30, 40], bytes: [3e9, 4e9] }],
    ['grow as retransmissions do', { timeouts: [30, 30], events: [300, 300] }],
    ['are none', { timeouts: [3, 0] }],
    ['have no baseline', { timeouts: [0, 9], bytes: [0, 1e9] }],
  ])('are no sign where they %s', (_, sent) => {
    expect(signs(pods(10, sent)).timeouts).toBeNull();
  });

  it('are no sign where they are a handful', () => {
    expect(signs(pods(1, { timeouts: [1, 2] })).timeouts).toBeNull();
  });
});

describe('round-trip times', () => {
  const remote = { ip: '10.9.0.2' };

  it('are a sign where most of the flows to one place have doubled', () => {
    const slow = [
      ...pods(4, { remote, rttMicros: [400, 900] }),
      ...pods(4, { remote: { ip: '10.9.0.3' }, rttMicros: [400, 420] }),
    ];
    expect(signs(slow).slow).toEqual({ side: 'to', identity: remote, flows: 4, of: 4 });
  });

  it('are a sign where most of what one sends has', () => {
    const from = (pod: string, rttMicros: [number, number]) =>
      ['10.9.0.1', '10.9.0.2', '10.9.0.3'].map(
        (ip): Sent => ({ pod, azId: 'az1', remote: { ip }, rttMicros }),
      );
    const { slow } = signs([...from('a', [400, 1200]), ...from('b', [400, 380]), ...from('c', [400, 390])]);
    expect(slow).toMatchObject({ side: 'from', identity: { podName: 'a' }, flows: 3, of: 3 });
  });

  it.each<[string, Sent[]]>([
    ['two flows only', pods(2, { rttMicros: [400, 1200] })],
    ['fewer than a doubling', pods(6, { rttMicros: [400, 700] })],
    [
      'a minority',
      [
        ...pods(3, { rttMicros: [400, 900] }),
        ...pods(8, { rttMicros: [400, 400] }).map((p) => ({ ...p, pod: `b-${p.pod}` })),
      ],
    ],
    ['no round-trip time', pods(6, {})],
  ])('are no sign where it is %s', (_, sent) => {
    expect(signs(sent).slow).toBeNull();
  });

  it('are no sign where they were not known before', () => {
    const data = caseOfFlows(pods(6, { rttMicros: [400, 900] }));
    const flows = data.flows.map((f) => (f.tile === 0 ? { ...f, rttMicros: null } : f));
    expect(signsOf(sumsOf({ ...data, flows }), 1).slow).toBeNull();
  });
});
