import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DESTINATION_CATEGORIES } from '../../src/model/service.ts';
import { sum } from '../../src/sandbox/measure/group.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ask, type Call, type Clocks, iso, LANDED, MINUTE, NOW, SCOPE_ID, start } from './client.ts';

const MONITOR = '/monitors/demo-vpc/topContributorsQueries';
const INSIGHTS = `/workloadInsights/${SCOPE_ID}/topContributorsQueries`;
const SERIES = `/workloadInsights/${SCOPE_ID}/topContributorsDataQueries`;
const HOUR = 60 * MINUTE;

let sandbox: Sandbox;
let call: Call;
let clocks: Clocks;
beforeEach(async () => {
  ({ sandbox, call, clocks } = await start({ queryMillis: 0 }));
});
afterEach(() => sandbox.close());

const query = (more: object = {}) => ({
  startTime: iso(LANDED - HOUR),
  endTime: iso(LANDED),
  metricName: 'RETRANSMISSIONS',
  destinationCategory: 'INTER_AZ',
  ...more,
});

describe("a monitor's top contributors", () => {
  it('are the sums of its flow reports over the window', async () => {
    const reports = sandbox.flowReports(LANDED - 10 * MINUTE, LANDED);
    const { body } = await ask(call, MONITOR, query({ startTime: iso(LANDED - 10 * MINUTE) }));
    const expected = (local: string) =>
      sum(
        reports.filter(({ flow }) => flow.local === local),
        (report) => report.retransmissions,
      );
    expect(body.unit).toBe('Count');
    expect(body.topContributors).toHaveLength(2);
    expect(body.topContributors[0]).toMatchObject({
      value: expected('web-b'),
      localIp: '10.77.2.11',
      localAz: 'apne3-az3',
      remoteAz: 'apne3-az1',
      remoteIp: '10.77.0.20',
      targetPort: 0,
      snatIp: '',
      destinationCategory: 'INTER_AZ',
      kubernetesMetadata: { localPodName: 'web-b', localServiceName: 'web', remotePodName: '' },
    });
    expect(body.topContributors[0]?.traversedConstructs).toHaveLength(2);
    expect(body.topContributors[1]).toMatchObject({
      value: expected('lb'),
      localAz: 'apne3-az1',
      targetPort: 80,
      kubernetesMetadata: { localPodName: '', remotePodName: '' },
    });
  });

  it('over all categories carry what the metric does, and nothing to the internet', async () => {
    const answers = await Promise.all(
      DESTINATION_CATEGORIES.map((destinationCategory) =>
        ask(call, MONITOR, query({ metricName: 'DATA_TRANSFERRED', destinationCategory })),
      ),
    );
    const rows = answers.flatMap(({ body }) => body.topContributors);
    const points = sandbox.metrics.points(
      'arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/demo-vpc',
      'DataTransferred',
      LANDED - HOUR,
      LANDED,
    );
    expect(sum(rows, ({ value }) => value)).toBe(sum(points, ({ value }) => value));
    expect(rows.map(({ remoteIp }) => remoteIp)).not.toContain('198.51.100.10');
    expect(answers.every(({ body }) => body.unit === undefined)).toBe(true);
  });

  it('of events leave out the flows without one; ranked, and cut at the limit', async () => {
    const intra = await ask(call, MONITOR, query({ destinationCategory: 'INTRA_AZ' }));
    expect(intra.body.topContributors).toEqual([]);
    const data = await ask(call, MONITOR, query({ metricName: 'DATA_TRANSFERRED', limit: 2 }));
    const values = data.body.topContributors.map(({ value }) => value);
    expect(values).toHaveLength(2);
    expect(values[0]).toBeGreaterThan(values[1] ?? 0);
  });

  it('of round-trip time are averages in microseconds, of the flows that have one', async () => {
    const startTime = iso(LANDED - 5 * MINUTE);
    const { body } = await ask(call, MONITOR, query({ metricName: 'ROUND_TRIP_TIME', startTime }));
    const rtts = sandbox
      .flowReports(LANDED - 5 * MINUTE, LANDED)
      .filter(({ flow }) => flow.local === 'web-b')
      .map((report) => report.rttMicros ?? Number.NaN);
    expect(body.unit).toBe('Microseconds');
    expect(body.topContributors).toHaveLength(2);
    expect(body.topContributors[0]?.value).toBe(Math.round(sum(rtts, (value) => value) / 5));
  });

  it('do not reach back before the monitor', async () => {
    const old = query({ startTime: iso(NOW - 31 * 24 * HOUR), endTime: iso(NOW - 31 * 24 * HOUR + HOUR) });
    const { status, body } = await ask(call, MONITOR, { ...old, metricName: 'DATA_TRANSFERRED' });
    expect(status).toBe(200);
    expect(body.topContributors).toEqual([]);
  });

  it('come in pages', async () => {
    const { body } = await call('POST', MONITOR, query({ metricName: 'DATA_TRANSFERRED' }));
    const results = `${MONITOR}/${body.queryId}/results`;
    const whole = await call('GET', results);
    expect(whole.body.topContributors).toHaveLength(3);
    expect(whole.body.nextToken).toBeUndefined();
    const first = await call('GET', `${results}?maxResults=2`);
    const second = await call('GET', `${results}?maxResults=2&nextToken=${first.body.nextToken}`);
    expect(second.body.nextToken).toBeUndefined();
    expect([...first.body.topContributors, ...second.body.topContributors]).toEqual(
      whole.body.topContributors,
    );
    expect(await call('GET', `${results}?nextToken=made-up`)).toMatchObject({
      status: 400,
      code: 'ValidationException',
    });
  });
});

describe('workload insights', () => {
  it('are rows by subnet and remote, the internet included', async () => {
    const { body } = await ask(
      call,
      INSIGHTS,
      query({ metricName: 'DATA_TRANSFERRED', destinationCategory: 'INTERNET' }),
    );
    const toClient = sandbox
      .flowReports(LANDED - HOUR, LANDED)
      .filter(({ flow }) => flow.remote === 'client');
    expect(body.unit).toBeUndefined();
    expect(body.topContributors).toEqual([
      expect.objectContaining({
        accountId: '123456789012',
        localAz: 'apne3-az1',
        remoteIdentifier: '',
        value: sum(toClient, (report) => report.bytes),
      }),
    ]);
  });

  it('add up the flows of a subnet', async () => {
    const { body } = await ask(call, INSIGHTS, query());
    const bySubnet = body.topContributors.map(({ localAz, value }) => [localAz, value]);
    expect(bySubnet).toEqual([
      ['apne3-az3', 611],
      ['apne3-az1', 89],
    ]);
  });

  it('over time are a series a zone ID on a five-minute grid', async () => {
    const { body } = await ask(call, SERIES, query());
    expect(body.unit).toBe('Count');
    expect(body.datapoints.map(({ label }) => label).sort()).toEqual(['apne3-az1', 'apne3-az3']);
    for (const { timestamps, values } of body.datapoints) {
      expect(timestamps).toHaveLength(values.length);
      expect(timestamps[0]).toBe('2026-11-21T11:00:00.000Z');
      const steps = timestamps.map((at) => Date.parse(at) % (5 * MINUTE));
      expect(new Set(steps)).toEqual(new Set([0]));
      expect(values[0]).toBe(0);
    }
    const zoneB = body.datapoints.find(({ label }) => label === 'apne3-az3');
    expect(sum(zoneB?.values ?? [], (value) => value)).toBe(611);
  });

  it('have no round-trip time, and no zone without events', async () => {
    expect(await call('POST', SERIES, query({ metricName: 'ROUND_TRIP_TIME' }))).toMatchObject({
      status: 400,
      code: 'ValidationException',
    });
    const { body } = await ask(call, SERIES, query({ destinationCategory: 'INTRA_AZ' }));
    expect(body).toEqual({ datapoints: [], unit: 'Count' });
  });
});

describe('a query', () => {
  it.each([
    ['longer than an hour', { endTime: iso(LANDED + 1) }, 'Time range can not exceed 1 hour'],
    ['that ends before it starts', { endTime: iso(LANDED - HOUR) }, 'startTime'],
    ['of no time', { startTime: undefined }, "'startTime'"],
    ['of a bad time', { startTime: 'yesterday' }, "'startTime'"],
    ['of an unknown metric', { metricName: 'PACKETS' }, 'ROUND_TRIP_TIME, TIMEOUTS'],
    ['of an unknown category', { destinationCategory: 'AWS_SERVICES' }, 'LOCAL_ZONE, INTERNET, AWS_SERVICE'],
    ['of no rows', { limit: 0 }, "'limit'"],
    ['of too many rows', { limit: 501 }, 'less than or equal to 500'],
  ])('%s is refused', async (_, more, words) => {
    const answer = await call('POST', MONITOR, query(more));
    expect(answer).toMatchObject({ status: 400, code: 'ValidationException' });
    expect(answer.body.message).toContain(words);
  });

  it('of exactly one hour is not', async () => {
    expect((await call('POST', MONITOR, query())).status).toBe(200);
  });

  it('of an unknown monitor or scope is a bad request, as StartQuery knows no 404', async () => {
    for (const path of [MONITOR.replace('demo-vpc', 'nope'), INSIGHTS.replace(SCOPE_ID, 'nope')]) {
      expect(await call('POST', path, query())).toMatchObject({ status: 400, code: 'ValidationException' });
    }
  });

  it('is known to its own monitor and family only', async () => {
    const { body } = await call('POST', MONITOR, query());
    const elsewhere = [
      `${MONITOR.replace('demo-vpc', 'demo-zone-a')}/${body.queryId}`,
      `${INSIGHTS}/${body.queryId}`,
      `${MONITOR}/unknown`,
    ];
    for (const path of elsewhere) {
      expect(await call('GET', `${path}/results`)).toMatchObject({
        status: 404,
        code: 'ResourceNotFoundException',
      });
      expect(await call('GET', `${path}/status`)).toMatchObject({ status: 400 });
      expect(await call('DELETE', path)).toMatchObject({ status: 400 });
    }
  });
});

describe('the life of a query', () => {
  beforeEach(async () => {
    await sandbox.close();
    ({ sandbox, call, clocks } = await start({ queryMillis: 1000 }));
  });

  it.each([MONITOR, INSIGHTS, SERIES])('at %s goes from QUEUED to SUCCEEDED', async (path) => {
    const { body } = await call('POST', path, query());
    const one = `${path}/${body.queryId}`;
    const status = async () => (await call('GET', `${one}/status`)).body.status;
    expect(await status()).toBe('QUEUED');
    clocks.elapsed += 500;
    expect(await status()).toBe('RUNNING');
    expect(await call('GET', `${one}/results`)).toMatchObject({ status: 400, code: 'ValidationException' });
    clocks.elapsed += 500;
    expect(await status()).toBe('SUCCEEDED');
    expect((await call('GET', `${one}/results`)).status).toBe(200);
    await call('DELETE', one);
    expect(await status()).toBe('SUCCEEDED');
  });

  it('ends with a stop', async () => {
    const { body } = await call('POST', MONITOR, query());
    const one = `${MONITOR}/${body.queryId}`;
    expect((await call('DELETE', one)).status).toBe(200);
    clocks.elapsed += 5000;
    expect((await call('GET', `${one}/status`)).body.status).toBe('CANCELED');
    expect((await call('GET', `${one}/results`)).status).toBe(400);
  });
});

describe('the pace of a real service', () => {
  const begin = () => call('POST', MONITOR, query());

  it('lets so many queries run at once, and refuses one more with 402', async () => {
    ({ sandbox, call, clocks } = await start({ queryMillis: 1000, queriesAtOnce: 2 }));
    expect([await begin(), await begin()].map(({ status }) => status)).toEqual([200, 200]);
    expect(await begin()).toMatchObject({ status: 402, code: 'ServiceQuotaExceededException' });
    clocks.elapsed += 1000;
    expect((await begin()).status).toBe(200);
  });

  it('lets so many calls a second through, and throttles the others in the words of the service', async () => {
    ({ sandbox, call, clocks } = await start({ pace: { callsPerSecond: 2 } }));
    expect([await begin(), await begin()].map(({ status }) => status)).toEqual([200, 200]);
    expect(await begin()).toMatchObject({ status: 429, code: 'ThrottlingException' });
    clocks.elapsed += 500;
    expect((await begin()).status).toBe(200);
    expect((await begin()).status).toBe(429);
  });
});
