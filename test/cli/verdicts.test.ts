import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { caseSchema } from '../../src/model/case.ts';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { HOME, nfm, type Run, SHORT } from './helpers.ts';

const SCENARIOS = [
  'packet-loss',
  'total-loss',
  'quiet',
  'aws-impairment',
  'nat-gateway',
  'transit-gateway',
  'load-balancer',
] as const;
type Scenario = (typeof SCENARIOS)[number];

const folder = mkdtempSync(join(HOME, 'verdicts-'));
const caseFile = (scenario: Scenario) => join(folder, `${scenario}.json`);

/** The embedded sandbox, once for each scenario; the formats are then printed from the saved cases. */
describe('nfm triage --sandbox', () => {
  const runs = {} as Record<Scenario, Run>;
  const report = (scenario: Scenario): Report => reportSchema.parse(JSON.parse(runs[scenario].stdout));

  beforeAll(async () => {
    await Promise.all(
      SCENARIOS.map(async (scenario) => {
        const save = ['--save-case', caseFile(scenario)];
        const args = ['triage', '--sandbox', scenario, '-o', 'json', '--exit-code', '--concurrency', '8'];
        runs[scenario] = await nfm([...args, ...save]);
      }),
    );
  });

  test.each(SCENARIOS)('%s: nothing but the document, and in the published schema', async (scenario) => {
    const { stdout, stderr } = runs[scenario];
    expect(stderr).toBe('');
    const published = z.fromJSONSchema(JSON.parse((await nfm(['schema', 'triage'])).stdout));
    expect(published.safeParse(JSON.parse(stdout)).error).toBeUndefined();
    expect(published.safeParse({ ...JSON.parse(stdout), verdict: 'aliens' }).success).toBe(false);
    expect(stdout.endsWith('}\n')).toBe(true);
  });

  test('packet-loss is the workload: pod web-b in zone b, and nothing is missing', () => {
    expect(report('packet-loss')).toMatchObject({
      schema: 'nfm.triage/v1',
      generatedAt: '2026-11-21T12:03:20Z',
      verdict: 'workload',
      confidence: 'high',
      reason: 'pod-concentrated',
      onset: '2026-11-21T11:41:00Z',
      ongoing: true,
      location: { azId: 'apne3-az3', az: 'ap-northeast-3b', podNamespace: 'default', podName: 'web-b' },
      gaps: [],
    });
    expect(runs['packet-loss'].code).toBe(11);
  });

  test('total-loss is the workload: pod web-b in zone b', () => {
    expect(report('total-loss')).toMatchObject({
      verdict: 'workload',
      location: { azId: 'apne3-az3', podName: 'web-b' },
    });
    expect(runs['total-loss'].code).toBe(11);
  });

  test('total-loss goes on, also for one who asks the monitor of its zone alone', async () => {
    const one = ['triage', '--sandbox', 'total-loss', '--monitor', 'demo-zone-b', '-o', 'json'];
    const { onset, ongoing } = reportSchema.parse(JSON.parse((await nfm(one)).stdout));
    expect({ began: onset !== null, ongoing }).toEqual({ began: true, ongoing: true });
    expect(report('total-loss')).toMatchObject({ end: null, ongoing: true });
  });

  test('quiet is no impairment, nowhere and since never', () => {
    expect(report('quiet')).toMatchObject({
      verdict: 'no-impairment',
      onset: null,
      location: {},
      contributors: [],
    });
    expect(runs.quiet.code).toBe(0);
  });

  test('aws-impairment is AWS: zone b, no pod is blamed', () => {
    const { verdict, location, nhi, onset, ongoing } = report('aws-impairment');
    expect(verdict).toBe('aws-infrastructure');
    expect({ began: onset !== null, ongoing }).toEqual({ began: true, ongoing: true });
    expect(location).toMatchObject({ azId: 'apne3-az3' });
    expect(location).not.toHaveProperty('podName');
    expect(nhi.some((n) => n.state === 'degraded' && n.covers.includes('apne3-az3'))).toBe(true);
    expect(runs['aws-impairment'].code).toBe(10);
  });

  test('nat-gateway is the gateway, and nobody is blamed for it', () => {
    const { verdict, reason, location } = report('nat-gateway');
    expect({ verdict, reason }).toEqual({ verdict: 'inconclusive', reason: 'path-concentrated' });
    expect(location).toEqual({ component: { type: 'AWS::EC2::NatGateway', id: 'nat-0c5b8e1f7a3d92460' } });
  });

  test('transit-gateway is its attachment, load-balancer is that, and nobody is blamed for them', () => {
    const open = { verdict: 'inconclusive', reason: 'path-concentrated' };
    const component = (type: string, id: string) => ({ location: { component: { type, id } } });
    expect(report('transit-gateway')).toMatchObject({
      ...open,
      ...component('AWS::EC2::TransitGatewayAttachment', 'tgw-attach-0d6f2a9c4e8b13570'),
    });
    expect(report('load-balancer')).toMatchObject({
      ...open,
      ...component('AWS::ElasticLoadBalancingV2::LoadBalancer', 'app/demo-internal/50dc6c495c0c9188'),
    });
  });

  test('--baseline 1d-ago is a second opinion, also from a case file', async () => {
    const file = join(folder, 'earlier.json');
    const args = ['triage', '--sandbox', '--baseline', '1d-ago', '-o', 'json', '--save-case', file];
    const { code, stdout, stderr } = await nfm([...args, '--concurrency', '8']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { secondBaseline, ...same } = reportSchema.parse(JSON.parse(stdout));
    expect(secondBaseline).toMatchObject({ says: 'the-same', retransmissionsPerGiB: 0 });
    expect(same.confidence).toBe(report('packet-loss').confidence);
    expect(same.baseline).toEqual(report('packet-loss').baseline);
    expect(JSON.parse((await nfm(['triage', '--case', file, '-o', 'json'])).stdout)).toEqual(
      JSON.parse(stdout),
    );
  });

  test('without --exit-code every verdict is a success', async () => {
    const { code } = await nfm(['triage', '--case', caseFile('aws-impairment')]);
    expect(code).toBe(0);
  });

  test('flows are asked for by the hour, and by the half hour in the newest one', () => {
    const { tiles, window } = caseSchema.parse(JSON.parse(readFileSync(caseFile('packet-loss'), 'utf8')));
    const minutes = tiles.map(({ start, end }) => (Date.parse(end) - Date.parse(start)) / 60_000);
    expect(minutes).toEqual([60, 60, 60, 30, 30]);
    expect(tiles.at(-1)?.end).toBe(window.end);
  });

  test('a saved case is the same report without AWS, and only its owner can read it', async () => {
    const { stdout, stderr } = await nfm(['triage', '--case', caseFile('packet-loss'), '-o', 'json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(runs['packet-loss'].stdout));
    expect(statSync(caseFile('packet-loss')).mode & 0o777).toBe(0o600);
    expect(
      caseSchema.safeParse(JSON.parse(readFileSync(caseFile('packet-loss'), 'utf8'))).error,
    ).toBeUndefined();
  });

  describe('formats', () => {
    const print = (scenario: Scenario, args: string[], env: Record<string, string> = {}) =>
      nfm(['triage', '--case', caseFile(scenario), ...args], { env });
    const ESC = '\u001b';

    test.each(SCENARIOS)('%s as a table fits 80 columns and says whose it is first', async (scenario) => {
      const { stdout, stderr } = await print(scenario, [], { LANG: 'en_US.UTF-8' });
      expect(stderr).toBe('');
      expect(stdout).not.toContain(ESC);
      expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
      const words = {
        'packet-loss': /^WORKLOAD .*web-b in ap-northeast-3b/,
        'total-loss': /^WORKLOAD .*web-b in ap-northeast-3b/,
        quiet: /^NO IMPAIRMENT/,
        'aws-impairment': /^AWS INFRASTRUCTURE .*ap-northeast-3b/,
        'nat-gateway': /^INCONCLUSIVE +NAT gateway nat-0c5b8e1f7a3d92460/,
        'transit-gateway': /^INCONCLUSIVE +transit gateway attachment tgw-attach-/,
        'load-balancer': /^INCONCLUSIVE +load balancer app\/demo-internal/,
      }[scenario];
      expect(stdout.split('\n')[0]).toMatch(words);
    });

    test('LANG=C gets ASCII only', async () => {
      const { stdout } = await print('packet-loss', [], { LANG: 'C' });
      expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    });

    test('NFM_FORCE_TTY and COLUMNS set the width', async () => {
      const widest = (text: string) => Math.max(...text.split('\n').map((line) => stringWidth(line)));
      const narrow = await print('packet-loss', ['--color', 'never'], { NFM_FORCE_TTY: '60' });
      expect(widest(narrow.stdout)).toBeLessThanOrEqual(60);
      const wide = await print('packet-loss', [], { COLUMNS: '120' });
      expect(widest(wide.stdout)).toBeGreaterThan(80);
    });

    test('wide has the whole page with its statistics, then the list of zones uncut', async () => {
      const [table, wide] = await Promise.all([
        print('packet-loss', []),
        print('packet-loss', ['-o', 'wide'], { COLUMNS: '80' }),
      ]);
      const statistics = /Statistics\n(?: {2}.*\n)+\n/;
      expect(wide.stdout).toMatch(statistics);
      expect(wide.stdout.replace(statistics, '').startsWith(`${table.stdout}\nZONE `)).toBe(true);
      expect(wide.stdout).toMatch(/ OUTLIER +SOURCE\n/);
    });

    test('Markdown is for a ticket: no colour, the verdict as its title', async () => {
      const { stdout, stderr, code } = await print('packet-loss', ['-o', 'markdown', '--color', 'always']);
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout).not.toContain(ESC);
      expect(stdout).toMatch(/^#+ .*workload/i);
      expect(stdout).toContain('web-b');
    });

    test('--query filters the JSON document', async () => {
      const { stdout } = await print('packet-loss', ['--query', '[verdict, location.podName, zones[].azId]']);
      expect(JSON.parse(stdout)).toEqual(['workload', 'web-b', ['apne3-az1', 'apne3-az3']]);
    });

    test.each<[string, string[], Record<string, string>, boolean]>([
      ['a pipe', [], {}, false],
      ['--color always', ['--color', 'always'], {}, true],
      ['--color always beats NO_COLOR', ['--color', 'always'], { NO_COLOR: '1' }, true],
      ['NO_COLOR beats CLICOLOR_FORCE', [], { NO_COLOR: '1', CLICOLOR_FORCE: '1' }, false],
      ['an empty NO_COLOR says nothing', [], { NO_COLOR: '', CLICOLOR_FORCE: '1' }, true],
      ['NFM_FORCE_TTY', [], { NFM_FORCE_TTY: '80' }, true],
      ['TERM=dumb', [], { NFM_FORCE_TTY: '80', TERM: 'dumb' }, false],
      ['--color never', ['--color', 'never'], { CLICOLOR_FORCE: '1' }, false],
      ['JSON has none', ['--color', 'always', '-o', 'json'], {}, false],
    ])('colour: %s', async (_, args, env, colored) => {
      const { stdout } = await print('packet-loss', args, env);
      expect(stdout.includes(ESC)).toBe(colored);
    });
  });

  test('--debug prints each call on stderr and leaves stdout alone', async () => {
    const { stdout, stderr } = await nfm(['triage', '--sandbox', ...SHORT, '-o', 'json', '--debug']);
    expect(() => reportSchema.parse(JSON.parse(stdout))).not.toThrow();
    expect(stderr).toMatch(/^cloudwatch:GetMetricData ok \d+ ms$/m);
    expect(stderr).toMatch(/^networkflowmonitor:ListScopes ok \d+ ms$/m);
  });
});
