import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { zones as spec } from '../../src/cli/commands/zones/command.ts';
import { type ZonesDocument, zonesSchema } from '../../src/model/documents.ts';
import { locate } from '../../src/sandbox/world/place.ts';
import { type Account, account, denied, HOME, nfm, shell } from './helpers.ts';

const WINDOW = { start: Date.parse('2026-11-21T10:58:00Z'), end: Date.parse('2026-11-21T11:58:00Z') };

async function zones({ run }: Account, ...args: string[]): Promise<ZonesDocument> {
  const { code, stdout, stderr } = await run(['zones', '-o', 'json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return zonesSchema.strict().parse(JSON.parse(stdout));
}

/** What the agents of one zone reported, summed independently; a monitor does not see flows to the internet. */
function truth({ sandbox }: Account, azId: string, { start, end } = WINDOW, internet = false) {
  const reports = sandbox
    .flowReports(start, end)
    .filter(({ flow }) => locate(sandbox.world, flow.local).zone?.id === azId)
    .filter(({ flow }) => internet || locate(sandbox.world, flow.remote).peer?.kind !== 'internet');
  const sum = (key: 'bytes' | 'retransmissions' | 'timeouts') =>
    reports.reduce((total, report) => total + report[key], 0);
  return { bytes: sum('bytes'), retransmissions: sum('retransmissions'), timeouts: sum('timeouts') };
}

async function deleteMonitors({ sandbox }: Account, ...names: string[]): Promise<void> {
  for (const name of names) {
    const response = await fetch(`${sandbox.endpoint}/monitors/${name}`, {
      method: 'DELETE',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/ap-northeast-3/networkflowmonitor/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000',
      },
    });
    expect(response.status).toBe(200);
  }
}

const queries = ({ sandbox }: Account) => sandbox.requests.filter((r) => /^StartQuery/.test(r.operation));

describe('nfm zones', () => {
  test.each(['packet-loss', 'quiet', 'aws-impairment'])(
    '%s: the numbers are those of the flow reports, and no query is made',
    async (scenario) => {
      const own = await account({ scenario });
      const { items, gaps, target, window } = await zones(own);
      expect(window).toEqual({ start: '2026-11-21T10:58:00Z', end: '2026-11-21T11:58:00Z' });
      expect(target).toMatchObject({ kind: 'scope', region: 'ap-northeast-3' });
      expect(gaps).toEqual([]);
      expect(items.map((z) => [z.az, z.azId, z.source, z.region])).toEqual([
        ['ap-northeast-3a', 'apne3-az1', 'monitor', 'ap-northeast-3'],
        ['ap-northeast-3b', 'apne3-az3', 'monitor', 'ap-northeast-3'],
      ]);
      for (const item of items) {
        const { retransmissions, bytes, timeouts } = truth(own, item.azId);
        expect(item).toMatchObject({ retransmissions, bytes, timeouts, state: 'reporting' });
        expect(item.retransmissionsPerGiB).toBeCloseTo((retransmissions / bytes) * 2 ** 30, 9);
        expect(item.minutes.retransmissions).toHaveLength(60);
        expect(item.minutes.retransmissions.reduce<number>((a, b) => a + (b ?? 0), 0)).toBe(retransmissions);
        expect(item.rttMicros).toBeGreaterThan(0);
      }
      expect(items.map((z) => z.outlier)).toEqual([false, scenario !== 'quiet']);
      expect(queries(own)).toEqual([]);
    },
  );

  test('without zone monitors, workload insights stand in and are called so', async () => {
    const own = await account({ settleMillis: 0 });
    await deleteMonitors(own, 'demo-zone-a', 'demo-zone-b');
    const { items, notes, gaps } = await zones(own, '--since', '30m', '--baseline', '1h');
    const window = { start: Date.parse('2026-11-21T11:28:00Z'), end: Date.parse('2026-11-21T11:58:00Z') };
    expect(items.map((z) => [z.azId, z.source, z.rttMicros, z.minutes.periodSeconds])).toEqual([
      ['apne3-az1', 'workload-insights', null, 300],
      ['apne3-az3', 'workload-insights', null, 300],
    ]);
    expect(items.map((z) => z.retransmissions)).toEqual(
      items.map((z) => truth(own, z.azId, window, true).retransmissions),
    );
    expect(notes.join()).toMatch(/five-minute steps, measure no round-trip time/);
    expect(gaps.map((g) => g.code)).toEqual(['no-zone-monitors']);
    expect(new Set(queries(own).map((r) => r.operation))).toEqual(
      new Set(['StartQueryWorkloadInsightsTopContributorsData']),
    );
    const { stdout } = await own.run(['zones', '--since', '30m', '--baseline', '1h']);
    expect(stdout).toMatch(/^Source {2}workload insights, because zones have no monitors/m);
  });

  test('without a scope there is no zone, and the gap says why', async () => {
    const own = await account({ settleMillis: 0 });
    await deleteMonitors(own, 'demo-vpc', 'demo-zone-a', 'demo-zone-b');
    const response = await fetch(`${own.sandbox.endpoint}/scopes/c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54`, {
      method: 'DELETE',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=A/20261121/ap-northeast-3/networkflowmonitor/aws4_request, SignedHeaders=host, Signature=0',
      },
    });
    expect(response.status).toBe(200);
    const { items, gaps, notes } = await zones(own);
    expect(items).toEqual([]);
    expect(gaps.map((g) => g.code)).toContain('no-scope');
    expect(notes.join()).toMatch(/No zone can be shown/);
    const { stdout } = await own.run(['zones']);
    expect(stdout).toMatch(/^No zone was reported\.$/m);
  });

  test('a refusal of the metrics is a gap, never a zero', async () => {
    const own = await account({ faults: [denied('cloudwatch:GetMetricData')] });
    const { items, gaps } = await zones(own);
    expect(items).toEqual([]);
    expect(gaps).toMatchObject([{ code: 'permission', action: 'cloudwatch:GetMetricData' }]);
  });

  test.each(['csv', 'text', 'ndjson'])(
    '-o %s, which has rows alone, says on stderr what is not known',
    async (o) => {
      const own = await account({ faults: [denied('cloudwatch:GetMetricData')] });
      const { code, stderr } = await own.run(['zones', '-o', o]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^warning: .*(unknown|not known)/m);
    },
  );

  test('days come in five-minute steps, as CSV a row a zone', async () => {
    const own = await account();
    const { code, stdout, stderr } = await own.run([
      'zones',
      '--since',
      '4d',
      '--baseline',
      'none',
      '-o',
      'csv',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    const at = (key: string) => head.split(',').indexOf(key);
    expect(rows).toHaveLength(2);
    const window = { start: Date.parse('2026-11-17T11:55:00Z'), end: Date.parse('2026-11-21T11:55:00Z') };
    for (const cells of rows.map((row) => row.split(','))) {
      const { retransmissions, bytes } = truth(own, cells[at('azId')] ?? '', window);
      expect(Number(cells[at('retransmissions')])).toBe(retransmissions);
      expect(Number(cells[at('bytes')])).toBe(bytes);
      expect(cells.slice(at('region'))).toEqual([
        'ap-northeast-3',
        '2026-11-17T11:55:00Z',
        '2026-11-21T11:55:00Z',
      ]);
    }
  });

  test('wide: the page, then every column, rounded for people; CSV has the plain numbers', async () => {
    const own = await account();
    const [table, wide, csv] = await Promise.all(
      ['table', 'wide', 'csv'].map((format) => own.run(['zones', '-o', format])),
    );
    expect(wide?.stdout.startsWith(`${table?.stdout}\nZONE `)).toBe(true);
    const list = wide?.stdout.slice(table?.stdout.length) ?? '';
    expect(list).toMatch(/RTT uS +OUTLIER +SOURCE +REGION +START +END\n/i);
    expect(list).not.toMatch(/ LOW| HIGH|\d\.\d{3}/);
    expect(csv?.stdout).toMatch(/,changeLow,changeHigh,.*\n.*\d\.\d{5}/);
  });

  test('--sort orders the items of JSON', async () => {
    const own = await account();
    const { items } = await zones(own, '--sort', 'az:desc');
    expect(items.map((z) => z.az)).toEqual(['ap-northeast-3b', 'ap-northeast-3a']);
  });

  test('several Regions: each zone says which, one that refuses is a gap', async () => {
    const own = await account();
    const regions = ['--region', 'ap-northeast-3', '--region', 'eu-west-1'];
    const { code, stdout } = await own.run(['zones', '-o', 'json', ...regions]);
    expect(code).toBe(0);
    const { items, target } = zonesSchema.parse(JSON.parse(stdout));
    expect(target).toMatchObject({ id: null, region: null });
    expect(items[0]).toMatchObject({ region: 'ap-northeast-3' });
  });

  test.each([
    ['zones-80', 'en_US.UTF-8', []],
    ['zones-80-ascii', 'C', []],
    ['zones-80-color', 'en_US.UTF-8', ['--color', 'always']],
    ['zones.md', 'en_US.UTF-8', ['-o', 'markdown']],
  ])('%s, read by eye', async (name, LANG, args) => {
    const own = await account();
    const { stdout } = await own.run(['zones', ...args], { env: { LANG } });
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
    if (name.startsWith('zones-80') && !args.length) {
      expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    }
    if (LANG === 'C') expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
  });

  test.each(spec.examples)('runs as printed: %s', async (example) => {
    const folder = mkdtempSync(join(HOME, 'example-'));
    const { code, stdout, stderr } = await shell(`cd ${folder} && ${example.replace(/^nfm/, '$NFM')}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });

  test('the schema is published', async () => {
    const { code, stdout } = await nfm(['schema', 'zones']);
    expect(code).toBe(0);
    expect(stdout).toContain('nfm.zones/v1');
  });
});
