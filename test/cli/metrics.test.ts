import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { type MetricsDocument, metricsSchema } from '../../src/model/documents.ts';
import { instant, MINUTE } from '../../src/model/time.ts';
import { type Account, account, denied, expectError, nfm } from './helpers.ts';

async function metrics({ run }: Account, ...args: string[]): Promise<MetricsDocument> {
  const { code, stdout, stderr } = await run(['metrics', '-o', 'json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return metricsSchema.strict().parse(JSON.parse(stdout));
}

const START = Date.parse('2026-11-21T10:58:00Z');
const END = START + 60 * MINUTE;
const arn = (name: string) => `arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/${name}`;
const NAMES = {
  bytes: 'DataTransferred',
  retransmissions: 'Retransmissions',
  timeouts: 'Timeouts',
  rttMicros: 'RoundTripTime',
  nhi: 'HealthIndicator',
} as const;
const KEYS = Object.keys(NAMES) as (keyof typeof NAMES)[];

describe('nfm metrics', () => {
  test('every minute as it was published, in one call', async () => {
    const own = await account();
    const { items, gaps, window } = await metrics(own);
    expect(window).toEqual({ start: instant(START), end: instant(END) });
    expect(gaps).toEqual([]);
    expect(items.map((m) => m.monitor)).toEqual(['demo-vpc', 'demo-zone-a', 'demo-zone-b']);
    for (const { monitor, series } of items) {
      expect(series).toMatchObject({ start: instant(START), periodSeconds: 60 });
      for (const key of KEYS) {
        const published = own.sandbox.metrics.points(arn(monitor ?? ''), NAMES[key], START, END);
        expect(series[key]).toEqual(published.map((p) => p.value));
      }
    }
    expect(own.sandbox.requests.filter((r) => r.operation === 'GetMetricData')).toHaveLength(1);
    expect(own.sandbox.requests.filter((r) => /Query/.test(r.operation))).toEqual([]);
  });

  test('longer steps: counts are summed, round-trip times averaged, the indicator at its worst', async () => {
    const own = await account({ scenario: 'aws-impairment' });
    const fine = await metrics(own, 'demo-zone-b', '--until', '2026-11-21T11:50:00Z', '--since', '20m');
    const [coarse] = (
      await metrics(
        own,
        'demo-zone-b',
        '--until',
        '2026-11-21T11:50:00Z',
        '--since',
        '20m',
        '--period',
        '10m',
      )
    ).items;
    const [minutes] = fine.items;
    const half = (values: readonly (number | null)[] = []) => [values.slice(0, 10), values.slice(10, 20)];
    const sums = (values: readonly (number | null)[] = []) =>
      half(values).map((ten) => ten.reduce<number>((sum, v) => sum + (v ?? 0), 0));
    expect(coarse?.series.periodSeconds).toBe(600);
    for (const key of ['bytes', 'retransmissions', 'timeouts'] as const)
      expect(coarse?.series[key]).toEqual(sums(minutes?.series[key]));
    const averages = sums(minutes?.series.rttMicros).map((sum) => sum / 10);
    expect(coarse?.series.rttMicros.map((v) => v?.toFixed(6))).toEqual(averages.map((v) => v.toFixed(6)));
    // The event begins at 11:41: nine of the last ten minutes.
    expect(coarse?.series.nhi).toEqual([0, 1]);
    expect(coarse?.total.nhi).toBe('degraded');
  });

  test('what was not reported is a hole, in every format', async () => {
    // Nothing is published from before a monitor was there.
    const own = await account({ scenario: 'quiet' });
    await own.run(['monitor', 'create', 'young', '--zone', 'ap-northeast-3a', '--yes', '--wait']);
    const { items } = await metrics(own, 'young');
    expect(items[0]).toMatchObject({
      missing: 60,
      total: { bytes: null, retransmissions: null, nhi: 'unknown' },
    });
    for (const key of KEYS) expect(items[0]?.series[key]).toEqual(new Array(60).fill(null));
    const { stdout } = await own.run(['metrics', 'young', 'demo-zone-a'], { env: { LANG: 'C.UTF-8' } });
    expect(stdout).toMatch(/^ {2}young {8}·+ +– +–$/m);
    const csv = await own.run(['metrics', 'young', '-o', 'csv', '--columns', 'start,bytes,nhi']);
    expect(csv.stdout.split('\n').slice(0, 2)).toEqual(['start,bytes,nhi', '2026-11-21T10:58:00Z,,']);
  });

  test('metrics that could not be read are holes and a gap', async () => {
    const own = await account({ faults: [denied('cloudwatch:GetMetricData')] });
    const { items, gaps } = await metrics(own);
    expect(gaps).toMatchObject([{ code: 'permission', action: 'cloudwatch:GetMetricData' }]);
    expect(items.map(({ total }) => total.bytes)).toEqual([null, null, null]);
    const { stderr } = await own.run(['metrics', '-o', 'csv']);
    expect(stderr).toMatch(/^warning: The metrics of monitors are unknown/);
  });

  test('without a monitor, by zone and kind of destination, from workload insights', async () => {
    const own = await account({ scenario: 'no-monitor+packet-loss' });
    const { items, notes } = await metrics(own);
    expect(items.map(({ az, category }) => `${az} ${category}`)).toContain('ap-northeast-3b INTER_AZ');
    expect(items.every(({ source, monitor }) => source === 'workload-insights' && monitor === null)).toBe(
      true,
    );
    expect(new Set(items.map(({ series }) => series.periodSeconds))).toEqual(new Set([300]));
    expect(notes).toEqual([expect.stringMatching(/five-minute steps/)]);
    const coarse = await metrics(own, '--since', '2h', '--period', '1h');
    expect(coarse.items[0]?.series).toMatchObject({ periodSeconds: 3600 });
    expect(coarse.items[0]?.series.bytes).toHaveLength(2);
  });

  test('--insights beside monitors says the same in longer steps', async () => {
    const own = await account();
    const until = ['--since', '30m', '--until', '2026-11-21T11:55:00Z'];
    const zone = (await metrics(own, '--insights', ...until)).items.filter(
      ({ azId }) => azId === 'apne3-az3',
    );
    const [monitor] = (await metrics(own, 'demo-zone-b', ...until)).items;
    const sum = zone.reduce((all, { total }) => all + (total.retransmissions ?? 0), 0);
    expect(sum).toBe(monitor?.total.retransmissions);
  });

  test('a part of the scope has no series in workload insights', async () => {
    const own = await account();
    const { items, gaps } = await metrics(own, '--insights', '--zone', 'ap-northeast-3a');
    expect(items).toEqual([]);
    expect(gaps.map(({ code }) => code)).toEqual(['insights-whole-scope']);
  });

  test('a name that is unknown is an error that names the nearest', async () => {
    const own = await account();
    const run = await own.run(['metrics', 'demo-zone-x']);
    expect(run.code).toBe(254);
    expect(expectError(run).hint).toBe("Did you mean 'demo-zone-a'?");
  });

  test('days and weeks, as CloudWatch keeps them', async () => {
    const own = await account({ scenario: 'quiet' });
    for (const [since, period] of [
      ['2d', 60],
      ['16d', 3600],
    ] as const) {
      const { items } = await metrics(own, 'demo-vpc', '--since', since);
      expect({ since, period: items[0]?.series.periodSeconds }).toEqual({ since, period });
    }
    const { items } = await metrics(own, 'demo-vpc', '--since', '16d', '--period', '5m');
    expect(items[0]?.series.bytes).toHaveLength(16 * 24 * 12);
  });

  test('ndjson has a series a line, CSV a row a period', async () => {
    const own = await account();
    const lines = (await own.run(['metrics', '-o', 'ndjson'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).monitor)).toEqual(['demo-vpc', 'demo-zone-a', 'demo-zone-b']);
    const { stdout } = await own.run(['metrics', '-o', 'csv']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + 3 * 60);
  });

  test.each([
    ['metrics-80', 'en_US.UTF-8', []],
    ['metrics-80-ascii', 'C', []],
    ['metrics-insights', 'en_US.UTF-8', ['--insights']],
    ['metrics.md', 'en_US.UTF-8', ['-o', 'markdown']],
    ['metrics-wide', 'en_US.UTF-8', ['-o', 'wide', '--columns', 'monitor,bytes,nhi,missing']],
  ])('%s, read by eye', async (name, LANG, args) => {
    const own = await account({ scenario: 'aws-impairment' });
    const { stdout } = await own.run(['metrics', ...args], { env: { LANG } });
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
    if (args.length === 0)
      expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    if (LANG === 'C') expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
  });

  test('the schema is published', async () => {
    const { code, stdout } = await nfm(['schema', 'metrics']);
    expect(code).toBe(0);
    expect(stdout).toContain('nfm.metrics/v1');
  });
});
