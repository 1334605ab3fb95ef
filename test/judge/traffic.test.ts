import { describe, expect, test } from 'vitest';
import { trafficIn } from '../../src/judge/traffic.ts';
import { type Traffic, trafficSchema } from '../../src/model/report.ts';
import { caseOfFlows, type Sent, sumsOf } from './build.ts';

function traffic(sent: readonly Sent[], location: Parameters<typeof trafficIn>[1] = {}): Traffic {
  return trafficSchema.strict().parse(trafficIn(sumsOf(caseOfFlows(sent)), location).traffic);
}

const db = { ip: '10.0.2.9', azId: 'az2' };

describe('who sends to whom', () => {
  test('a service is one end, whatever runs it, and its flows are summed', () => {
    const { links } = traffic([
      { pod: 'web-1', azId: 'az1', remote: db, bytes: [0, 2 ** 30], events: [0, 3] },
      { pod: 'web-2', azId: 'az1', remote: db, bytes: [0, 2 ** 30], events: [0, 5] },
    ]);
    expect(links).toEqual([
      {
        from: { podNamespace: 'default', serviceName: 'web' },
        to: { ip: '10.0.2.9' },
        flows: 2,
        retransmissions: 8,
        timeouts: 0,
        bytes: 2 ** 31,
        retransmissionsPerGiB: 4,
      },
    ]);
  });

  test('what is blamed stands by itself, first, on either end', () => {
    const { links } = traffic(
      [
        { pod: 'web-1', azId: 'az1', remote: db, events: [0, 1] },
        { pod: 'web-2', azId: 'az1', remote: db, events: [0, 900] },
        { pod: 'api-1', service: 'api', azId: 'az2', remote: { podNamespace: 'default', podName: 'web-1' } },
      ],
      { podNamespace: 'default', podName: 'web-1' },
    );
    expect(
      links.map(({ from, to, blamed }) => [from.podName ?? from.serviceName, to.podName ?? to.ip, blamed]),
    ).toEqual([
      ['api', 'web-1', 'to'],
      ['web-1', '10.0.2.9', 'from'],
      ['web', '10.0.2.9', undefined],
    ]);
  });

  test('a far end of which nothing else is known is its category', () => {
    const { links, zones } = traffic([{ pod: 'web-1', azId: 'az1', remote: {} }]);
    expect(links[0]?.to).toEqual({ category: 'INTRA_AZ' });
    expect(zones).toMatchObject([{ from: 'az1', to: 'INTRA_AZ' }]);
  });

  test('above thirty links the others are one, and nothing of them is lost', () => {
    const sent = Array.from(
      { length: 42 },
      (_, i): Sent => ({
        pod: `p-${i}`,
        service: `s-${i}`,
        azId: 'az1',
        remote: db,
        bytes: [0, 1000],
        events: [0, 100 - i],
      }),
    );
    const { links, folded, zones } = traffic(sent);
    expect(links).toHaveLength(30);
    expect(folded).toMatchObject({ links: 12, flows: 12, bytes: 12_000 });
    const events = links.reduce((sum, l) => sum + (l.retransmissions ?? 0), folded?.retransmissions ?? 0);
    expect(zones).toMatchObject([{ from: 'az1', to: 'az2', retransmissions: events }]);
    expect(traffic(sent.slice(0, 30))).not.toHaveProperty('folded');
  });

  test('events whose bytes nobody listed make no rate, and no list is not 0', () => {
    const data = caseOfFlows([
      { pod: 'a', azId: 'az1', remote: db, bytes: [0, 2 ** 30], events: [0, 3] },
      { pod: 'b', azId: 'az1', remote: db, bytes: [0, 1], events: [0, 4] },
    ]);
    const only = (pod: string, facts: object) =>
      data.flows.map((flow) => (flow.local.podName === pod ? { ...flow, ...facts } : flow));
    const of = (flows: typeof data.flows) => trafficIn(sumsOf({ ...data, flows }), {}).traffic?.links[0];
    expect(of(only('b', { bytes: null }))).toMatchObject({
      retransmissions: 7,
      bytes: 2 ** 30,
      retransmissionsPerGiB: null,
    });
    expect(of(data.flows.map((flow) => ({ ...flow, retransmissions: null })))).toMatchObject({
      retransmissions: null,
      bytes: null,
      retransmissionsPerGiB: null,
    });
  });

  test('without a flow there is no picture', () => {
    expect(trafficIn([], {})).toEqual({});
  });
});
