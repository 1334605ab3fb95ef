import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { health as spec } from '../../src/cli/commands/health/command.ts';
import { type HealthDocument, healthSchema } from '../../src/model/documents.ts';
import { instant, MINUTE } from '../../src/model/time.ts';
import { type Account, account, denied, expectError, nfm, shell } from './helpers.ts';

async function health({ run }: Account, ...args: string[]): Promise<HealthDocument> {
  const { code, stdout, stderr } = await run(['health', '-o', 'json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return healthSchema.strict().parse(JSON.parse(stdout));
}

const START = Date.parse('2026-11-21T10:58:00Z');
/** The recorded fault begins 20 minutes before the newest minute that has landed. */
const EVENT = Array.from({ length: 17 }, (_, i) => instant(Date.parse('2026-11-21T11:41:00Z') + i * MINUTE));

describe('nfm health', () => {
  test('aws-impairment: exactly the minutes of the event, and nothing is queried', async () => {
    const own = await account({ scenario: 'aws-impairment' });
    const { items, gaps, notes } = await health(own);
    expect(gaps).toEqual([]);
    expect(items.map((m) => m.monitor)).toEqual(['demo-vpc', 'demo-zone-a', 'demo-zone-b']);
    for (const { monitor, state, degradedMinutes, datapoints, minutes } of items) {
      const arn = `arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/${monitor}`;
      const published = own.sandbox.metrics.points(arn, 'HealthIndicator', START, START + 60 * MINUTE);
      expect(minutes).toEqual({
        start: instant(START),
        periodSeconds: 60,
        values: published.map((p) => p.value),
      });
      expect({ state, degradedMinutes, datapoints }).toEqual({
        state: 'degraded',
        degradedMinutes: EVENT,
        datapoints: 60,
      });
    }
    expect(items[2]).toMatchObject({ covers: ['apne3-az3'], coversNames: ['ap-northeast-3b'] });
    expect(notes).toEqual([expect.stringMatching(/INTERNET, AWS_SERVICE, TRANSIT_GATEWAY/)]);
    expect(own.sandbox.requests.filter((r) => /Query/.test(r.operation))).toEqual([]);
    expect(own.sandbox.requests.filter((r) => r.operation === 'GetMetricData')).toHaveLength(1);
  });

  test('only what is named; --monitor is the same', async () => {
    const own = await account({ scenario: 'quiet' });
    const names = (document: HealthDocument) => document.items.map((m) => m.monitor);
    expect(names(await health(own, 'demo-zone-b', 'demo-vpc'))).toEqual(['demo-vpc', 'demo-zone-b']);
    expect(names(await health(own, '--monitor', 'demo-zone-b'))).toEqual(['demo-zone-b']);
    expect(names(await health(own, '--zone', 'ap-northeast-3a'))).toEqual(['demo-vpc', 'demo-zone-a']);
  });

  test('a name that is unknown is an error that names the nearest', async () => {
    const own = await account();
    const run = await own.run(['health', 'demo-zone-x', 'demo-vpc']);
    expect(run.code).toBe(254);
    expect(expectError(run)).toEqual({
      message: "There is no monitor 'demo-zone-x' in ap-northeast-3.",
      hint: "Did you mean 'demo-zone-a'?",
    });
    expect((await own.run(['health', 'demo-vpc', '--zone', 'ap-northeast-3a'])).code).toBe(252);
  });

  test.each([
    ['quiet', 0],
    ['packet-loss', 0],
    ['aws-impairment', 10],
  ])('--exit-code of %s is %i', async (scenario, expected) => {
    const own = await account({ scenario });
    const { code, stderr } = await own.run(['health', '--exit-code']);
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
  });

  test('what could not be read is unknown, never healthy', async () => {
    const own = await account({ faults: [denied('cloudwatch:GetMetricData')] });
    const { code, stdout } = await own.run(['health', '--exit-code', '-o', 'json']);
    expect(code).toBe(13);
    const { items, gaps } = healthSchema.parse(JSON.parse(stdout));
    expect(gaps).toMatchObject([{ code: 'permission', action: 'cloudwatch:GetMetricData' }]);
    expect(items.map((m) => m.state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(items[0]?.minutes.values).toEqual(new Array(60).fill(null));
    const { stdout: page } = await own.run(['health']);
    expect(page).toMatch(/^Nothing is known\. No datapoint, so unknown: 3 of 3 monitors\.$/m);
    expect(page).not.toMatch(/^healthy/m);
  });

  test('days keep their minutes and one degraded quarter of an hour', async () => {
    const own = await account({ scenario: 'aws-impairment' });
    const { items } = await health(own, '--since', '4d', 'demo-zone-b');
    expect(items[0]?.minutes.periodSeconds).toBe(60);
    expect(items[0]?.degradedMinutes).toEqual(EVENT);
    const { stdout } = await own.run(['health', '--since', '4d', 'demo-zone-b'], {
      env: { LANG: 'C.UTF-8' },
    });
    expect(stdout).toMatch(/^ {2}▁+█$/m);
    expect(stdout).toContain('degraded 17 min: 2026-11-21 11:41–11:58 UTC');
  });

  test('CSV has one row a monitor', async () => {
    const own = await account({ scenario: 'aws-impairment' });
    const { stdout } = await own.run([
      'health',
      '-o',
      'csv',
      '--columns',
      'monitor,state,degraded,degradedIntervals',
    ]);
    expect(stdout.split('\n')[1]).toBe('demo-vpc,degraded,17,2026-11-21T11:41:00Z/2026-11-21T11:58:00Z');
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
  });

  test.each([
    ['health-80', 'en_US.UTF-8', []],
    ['health-80-ascii', 'C', []],
    ['health-80-color', 'en_US.UTF-8', ['--color', 'always']],
    ['health.md', 'en_US.UTF-8', ['-o', 'markdown']],
  ])('%s, read by eye', async (name, LANG, args) => {
    const own = await account({ scenario: 'aws-impairment' });
    const { stdout } = await own.run(['health', ...args], { env: { LANG } });
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
    if (name.startsWith('health-80') && !args.length) {
      expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    }
    if (LANG === 'C') expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
  });

  test.each(spec.examples)('runs as printed: %s', async (example) => {
    const { code, stdout, stderr } = await shell(example.replace(/^nfm/, '$NFM'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });

  test('wide: the page, then every column', async () => {
    const { run } = await account({ scenario: 'aws-impairment' });
    const [table, wide] = await Promise.all([run(['health']), run(['health', '-o', 'wide'])]);
    expect(wide.stdout.startsWith(`${table.stdout}\nREGION `)).toBe(true);
    expect(wide.stdout).toMatch(/DEGRADED \(UTC\)\n/);
  });

  test('the schema is published', async () => {
    const { code, stdout } = await nfm(['schema', 'health']);
    expect(code).toBe(0);
    expect(stdout).toContain('nfm.health/v1');
  });
});
