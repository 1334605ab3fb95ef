import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { Journal } from '../../src/cli/commands/sweep/journal.ts';
import { ConfigurationError, UsageError } from '../../src/model/errors.ts';
import { reportSchema } from '../../src/model/report.ts';
import { type SweepDocument, type SweptPlace, sweepSchema, sweptPlaceSchema } from '../../src/model/sweep.ts';
import { monitors } from '../../src/sandbox/scenarios/changes.ts';
import { awsImpairment, quiet } from '../../src/sandbox/scenarios/recorded.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { home } from './aws-stub.ts';
import {
  type Account,
  account,
  denied,
  expectError,
  HOME,
  jsonError,
  nfm,
  nfmProcess,
  type RunOptions,
} from './helpers.ts';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'].flatMap((r) => ['--region', r]);
const ORG = ['--accounts', 'org', '--role', 'nfm-read'];

async function sweep({ run }: Account, args: string[], options: RunOptions = {}): Promise<SweepDocument> {
  const { code, stdout, stderr } = await run(['sweep', '-o', 'json', ...args], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return sweepSchema.strict().parse(JSON.parse(stdout));
}

/** 'degraded shop eu-central-1 demo-vpc' */
const lines = ({ items }: SweepDocument) =>
  items.map(({ state, accountName, region, monitor }) =>
    [state, accountName, region, monitor].filter(Boolean).join(' '),
  );

const count = ({ sandbox }: Account, operation: string) =>
  sandbox.requests.filter((r) => r.operation === operation).length;

/** One for all tests that count no calls: its places are opened once. */
let fleet: Promise<Account> | undefined;
const inFleet = (): Promise<Account> => {
  fleet ??= open();
  return fleet;
};

/** One of its accounts throttles: that is tried again. */
async function open(options: Partial<SandboxOptions> = {}): Promise<Account> {
  const own = await account({ scenario: 'fleet', ...options });
  const env = { ...own.env, AWS_MAX_ATTEMPTS: '6' };
  return { ...own, env, run: (args, more = {}) => own.run(args, { ...more, env: { ...env, ...more.env } }) };
}

const file = () => join(mkdtempSync(join(HOME, 'sweep-')), 'fleet.ndjson');

describe('nfm sweep over an organization', () => {
  test('the worst first; refused, silent and empty ones are lines of the list', async () => {
    const own = await open();
    const document = await sweep(own, [...REGIONS, ...ORG]);
    const all = lines(document);
    expect(all.slice(0, 10)).toEqual([
      'degraded shop eu-central-1 demo-zone-b',
      'degraded shop eu-central-1 demo-vpc',
      'degraded shop eu-central-1 demo-zone-a',
      'worse payments us-east-1 demo-zone-b',
      'worse payments us-east-1 demo-vpc',
      'worse payments us-east-1 demo-zone-a',
      'silent data eu-west-1 demo-vpc',
      'silent data eu-west-1 demo-zone-a',
      'silent data eu-west-1 demo-zone-b',
      'refused partner',
    ]);
    for (const line of [
      'refused secure us-east-1',
      'refused closed-off',
      'suspended retired',
      'no-scope new us-west-2',
      'no-monitor busy eu-central-1',
      'scope-not-ready busy us-east-1',
      'no-data busy us-west-2 demo-vpc',
      'quiet secure eu-central-1 demo-vpc',
    ])
      expect(all).toContain(line);
    // Nothing that was not seen is called quiet.
    expect(all.filter((l) => l.startsWith('quiet'))).toHaveLength(15 - 3);
    expect(document.asked).toEqual({ accounts: 9, regions: 4, places: 36, answered: 27, monitors: 24 });
    expect(document).toMatchObject({ incomplete: false, states: { degraded: 3, worse: 3, silent: 3 } });
    const [worst] = document.items;
    expect(worst).toMatchObject({
      azId: 'euc1-az3',
      az: 'eu-central-1b',
      covers: ['euc1-az3'],
      indicator: 'degraded',
      // From 11:41 to the end of the window, which is one of whole steps of five minutes.
      degradedMinutes: 14,
      role: 'arn:aws:iam::111122223333:role/nfm-read',
      next: 'nfm triage --monitor demo-zone-b --region eu-central-1 --role arn:aws:iam::111122223333:role/nfm-read',
    });
    expect(worst?.change?.low).toBeGreaterThan(10);
    expect(worst?.changeVersusFleet?.low).toBeGreaterThan(10);
    // From metrics alone, and what is quiet is not asked about again.
    expect(own.sandbox.requests.filter((r) => /Query/.test(r.operation))).toEqual([]);
    expect(count(own, 'ListMonitors')).toBe(28);
    expect(count(own, 'GetMonitor')).toBe(12);
    expect(count(own, 'AssumeRole')).toBe(8);
    expect(count(own, 'ListAccounts')).toBe(1);
  });

  test('accounts by name, the external ID, and one that is your own and takes no role', async () => {
    const own = await open();
    const named = [
      '--accounts',
      '123456789012,444455556666',
      '--role',
      'nfm-read',
      '--region',
      'eu-central-1',
    ];
    const document = await sweep(own, [...named, '--external-id', 'nfm-sandbox']);
    expect(count(own, 'AssumeRole')).toBe(1);
    expect(document.items.find(({ accountId }) => accountId === '123456789012')).toMatchObject({
      state: 'no-scope',
      role: null,
    });
    const worst = document.items[0];
    expect(worst).toMatchObject({ state: 'worse', accountId: '444455556666' });
    expect(worst?.next).toMatch(/--role arn:aws:iam::444455556666:role\/nfm-read --external-id nfm-sandbox$/);
  });

  test('in your own account there is no role, in what is printed neither', async () => {
    const own = '123456789012';
    const accounts = [{ id: own, name: 'management', state: 'ACTIVE' as const }];
    const { run } = await account({
      scenario: {
        ...quiet,
        name: 'fleet',
        fleet: {
          organization: { role: 'nfm-read', accounts },
          plays: { [own]: { 'eu-central-1': awsImpairment } },
        },
      },
    });
    const args = ['sweep', ...ORG, '--external-id', 'x', '--region', 'eu-central-1'];
    const { stdout, stderr } = await run(args);
    expect(stdout).toContain('nfm triage --monitor demo-zone-b --region eu-central-1\n');
    expect(stderr).toBe('');
    const hours = await run([...args, '--since', '2h', '--query', 'items[0].next']);
    expect(JSON.parse(hours.stdout)).toBe(
      'nfm triage --monitor demo-zone-b --region eu-central-1 --since 2026-11-21T09:55:00Z --until 2026-11-21T11:55:00Z',
    );
  });

  test('--details: zones and timeouts of the quiet ones, too', async () => {
    const own = await inFleet();
    const { items } = await sweep(own, [
      '--accounts',
      '555566667777',
      '--role',
      'nfm-read',
      '--region',
      'eu-central-1',
      '--details',
    ]);
    expect(items.map(({ azId, timeouts }) => [azId, timeouts])).toEqual([
      [null, 0],
      ['euc1-az1', 0],
      ['euc1-az3', 0],
    ]);
  });

  test('--triage: the verdict of the worst, of each account and Region one', async () => {
    const own = await inFleet();
    const two = [
      '--accounts',
      '111122223333,222233334444',
      '--role',
      'nfm-read',
      '--region',
      'eu-central-1',
      '--region',
      'us-east-1',
    ];
    const { triages } = await sweep(own, [...two, '--triage', '5']);
    expect(triages?.map(({ rank, region, report }) => [rank, region, report?.verdict])).toEqual([
      [1, 'eu-central-1', 'aws-infrastructure'],
      [4, 'us-east-1', 'workload'],
    ]);
    expect(triages?.[1]?.report?.next.map(({ command }) => command).join()).toContain(
      '--role arn:aws:iam::222233334444:role/nfm-read',
    );
  });

  test.each<[string, string[], number]>([
    ['an indicator is degraded', ['111122223333', 'eu-central-1'], 10],
    ['something is worse', ['222233334444', 'us-east-1'], 12],
    ['all is quiet', ['222233334444', 'eu-west-1'], 0],
    ['nothing is there', ['777788889999', 'eu-west-1'], 13],
  ])('--exit-code where %s', async (_, [id = '', region = ''], expected) => {
    const { run } = await inFleet();
    const { code } = await run([
      'sweep',
      '--accounts',
      id,
      '--role',
      'nfm-read',
      '--region',
      region,
      '--exit-code',
    ]);
    expect(code).toBe(expected);
  });

  test('a command that it prints reaches that account and Region', async () => {
    const { run } = await inFleet();
    const role = ['--role', 'arn:aws:iam::111122223333:role/nfm-read', '--region', 'eu-central-1'];
    const { code, stdout } = await run(['health', 'demo-zone-b', ...role, '--exit-code']);
    expect({ code, stdout }).toEqual({ code: 10, stdout: expect.stringContaining('degraded') });
    const wrong = await run(['health', '--role', 'arn:aws:iam::999900001111:role/nfm-read']);
    expect(wrong.code).toBe(254);
    expect(expectError(wrong).message).toBe('AWS does not hand out the role nfm-read.');
  });
});

describe('what fails in a sweep', () => {
  test('a Region that hangs holds nobody: after three accounts it is not waited for', async () => {
    const own = await open({
      faults: [{ service: 'networkflowmonitor', operation: '*', region: 'us-east-1', hang: true }],
    });
    const accounts = '111122223333,222233334444,333344445555,777788889999,888899990000';
    const { items, asked } = await sweep(
      own,
      [
        '--region',
        'us-east-1',
        '--region',
        'eu-central-1',
        '--accounts',
        accounts,
        '--role',
        'nfm-read',
        '--concurrency',
        '4',
      ],
      { env: { NFM_CALL_TIMEOUT: '2s' } },
    );
    const there = items.filter(({ region }) => region === 'us-east-1');
    expect(there.map(({ state }) => state)).toEqual(Array(5).fill('unreachable'));
    const codes = there.map(({ refusal }) => refusal?.code);
    expect(codes.filter((code) => code === 'region-hangs').length).toBeGreaterThan(0);
    expect(asked).toMatchObject({ places: 10, answered: 5 });
    expect(items[0]?.state).toBe('degraded');
  });

  test('metrics that are refused are unread, and a gap of that place alone', async () => {
    const own = await open({
      faults: [{ ...denied('cloudwatch:GetMetricData'), region: 'eu-central-1' }],
    });
    const { items, gaps } = await sweep(own, [
      '--region',
      'eu-central-1',
      '--region',
      'us-east-1',
      '--accounts',
      '111122223333',
      '--role',
      'nfm-read',
    ]);
    expect(items.map(({ region, state }) => `${region} ${state}`)).toEqual([
      ...Array(3).fill('eu-central-1 unread'),
      ...Array(3).fill('us-east-1 quiet'),
    ]);
    expect(gaps).toMatchObject([
      { code: 'permission', effect: expect.stringContaining('111122223333 in eu-central-1') },
    ]);
  });

  test('monitors that are being deleted are none, and nobody asks for their metrics', async () => {
    const own = await account({ scenario: { ...quiet, changes: [monitors({ stuck: 'DELETING' })] } });
    const { states } = await sweep(own, []);
    expect(states).toEqual({ 'no-monitor': 1 });
    expect(count(own, 'GetMetricData')).toBe(0);
  });

  test('where STS does not say whose the account is, the worst are triaged as well', async () => {
    const own = await account({
      scenario: 'aws-impairment',
      faults: [{ ...denied('sts:GetCallerIdentity'), service: 'sts' }],
    });
    const { triages } = await sweep(own, ['--triage', '1']);
    expect(triages?.map(({ accountId, report }) => [accountId, report?.verdict])).toEqual([
      ['123456789012', 'aws-infrastructure'],
    ]);
  });

  test('a run that is out of time has a line for each place that was not asked, and says so', async () => {
    const own = await account({
      scenario: 'quiet',
      faults: [{ service: 'networkflowmonitor', operation: '*', region: 'us-east-1', hang: true }],
    });
    const regions = ['--region', 'ap-northeast-3', '--region', 'us-east-1'];
    const { code, stdout, stderr } = await own.run(['sweep', ...regions, '--timeout', '8s', '-o', 'ndjson']);
    const states = stdout
      .trim()
      .split('\n')
      .map((line) => sweptPlaceSchema.parse(JSON.parse(line)).state);
    expect({ code, states }).toEqual({ code: 0, states: ['seen', 'not-asked'] });
    expect(stderr).toMatch(
      /^The time for this run was over \(--timeout\): 1 of 2 accounts and Regions were asked; /,
    );
  });

  test('nothing answers: the first failure is the answer', async () => {
    const { run } = await inFleet();
    const typo = await run([
      'sweep',
      '--accounts',
      '111122223333,222233334444',
      '--role',
      'nfm-reed',
      ...REGIONS,
    ]);
    expect(typo.code).toBe(254);
    expect(expectError(typo)).toMatchObject({
      message: 'AWS does not hand out the role nfm-reed.',
      hint: expect.stringContaining('--external-id'),
    });
    const alone = await account({ scenario: 'quiet' });
    const none = await alone.run(['sweep', ...ORG]);
    expect(none.code).toBe(254);
    expect(expectError(none).hint).toMatch(/management account .*--accounts 111122223333/);
    const offline = await nfm(['sweep', ...REGIONS], {
      env: { ...alone.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    });
    expect(offline.code).toBe(255);
    expect(expectError(offline).message).toMatch(/^No connection for /);
  });

  test.each<[string[], RegExp]>([
    [['--role', 'x'], /go with --accounts/],
    [['--accounts', 'org'], /role to assume in the accounts is missing/],
    [['--accounts', '12', '--role', 'x'], /does not look right: '12'/],
    [['--accounts', 'org', '--role', 'a b'], /does not look right: 'a b'/],
    [['--accounts', 'org', '--role', 'x', '--profiles', 'a'], /--profiles does not go with --accounts/],
    [['--profiles', ','], /names none/],
    [['--accounts', 'org', '--accounts', '111122223333', '--role', 'x'], /does not look right: 'org'/],
    [['--profiles', 'a', '--profiles', 'b', '--sandbox', 'fleet'], /does not go with --profiles/],
    [['--triage', '1', '-o', 'csv'], /no place for what --triage finds/],
    [['--triage', '1', '-o', 'prometheus'], /no place for what --triage finds/],
    [['--region', ''], /--region is empty/],
    [['--triage', '0'], /whole number above 0/],
    [['-o', 'ndjson', '--sort', 'state'], /in no order/],
    [['--columns', 'nope'], /not there: 'nope'/],
    [['--query', 'items[].colour'], /'colour'/],
    [['--region', 'eu-nowhere-1'], /not known to run in 'eu-nowhere-1'/],
  ])('%j is refused before anything is asked', async (args, message) => {
    const run = await nfm(['sweep', ...args], { env: { AWS_REGION: 'eu-west-1' } });
    expect(run.code).toBe(252);
    const said = args.includes('ndjson') ? jsonError(run) : expectError(run);
    expect(said.message).toMatch(message);
  });
});

describe('profiles', () => {
  test('one that cannot sign in is a line; two of one account are asked once', async () => {
    const own = await account({ scenario: 'quiet' });
    const keys = 'aws_access_key_id = AKIAX\naws_secret_access_key = y\nregion = ap-northeast-3\n';
    const env = {
      AWS_ENDPOINT_URL: own.sandbox.endpoint,
      ...home({
        '.aws/config': `[profile a]\n${keys}[profile b]\n${keys}[profile c]\nregion = ap-northeast-3\nsso_session = gone\nsso_account_id = 1\nsso_role_name = r\n[sso-session gone]\nsso_region = ap-northeast-3\nsso_start_url = https://example.com\n`,
      }),
    };
    const { code, stdout, stderr } = await nfm(
      ['sweep', '--profiles', 'a,b,c', '-o', 'csv', '--columns', 'state,accountId,accountName,monitor'],
      { env },
    );
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').slice(1)).toEqual([
      'refused,,c,',
      ...['demo-vpc', 'demo-zone-a', 'demo-zone-b'].map((m) => `quiet,123456789012,a,${m}`),
    ]);
    expect(stderr).toContain('profiles a and b are one account');
  });

  test('of one account in two Regions, both are asked', async () => {
    const own = await account({ scenario: 'quiet' });
    const profile = (name: string, region: string) =>
      `[profile ${name}]\naws_access_key_id = AKIAX\naws_secret_access_key = y\nregion = ${region}\n`;
    const env = {
      AWS_ENDPOINT_URL: own.sandbox.endpoint,
      ...home({ '.aws/config': `${profile('a', 'ap-northeast-3')}${profile('b', 'eu-west-1')}` }),
    };
    const { stdout } = await nfm(['sweep', '--profiles', 'a', '--profiles', 'b', '-o', 'json'], { env });
    const { asked, items }: SweepDocument = JSON.parse(stdout);
    expect(asked).toMatchObject({ accounts: 1, regions: 2, places: 2, answered: 2 });
    expect(items.map(({ profile, region, state }) => `${profile} ${region} ${state}`)).toEqual([
      'b eu-west-1 no-scope',
      ...Array(3).fill('a ap-northeast-3 quiet'),
    ]);
  });
});

describe('a sweep that ends and goes on', () => {
  const ARGS = ['--region', 'eu-central-1', '--region', 'us-east-1', ...ORG];

  test('-o ndjson: a line for each place, with its window', async () => {
    const { run } = await inFleet();
    const { code, stdout, stderr } = await run(['sweep', '-o', 'ndjson', ...ARGS]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const places = stdout
      .trim()
      .split('\n')
      .map((line) => sweptPlaceSchema.strict().parse(JSON.parse(line)));
    expect(places).toHaveLength(14 + 3);

    // Who has the lines alone gets the list, and the ways that reach what is in it.
    const path = file();
    writeFileSync(path, stdout);
    const from = ['sweep', '--from', path];
    const ranked = await nfm([...from, '--external-id', 'nfm-sandbox', '--exit-code', '-o', 'json']);
    const { asked, items }: SweepDocument = JSON.parse(ranked.stdout);
    expect({ code: ranked.code, answered: asked.answered }).toEqual({
      code: 10,
      answered: places.filter(({ state }) => /^(seen|no-|scope-)/.test(state)).length,
    });
    expect(items[0]?.next).toMatch(
      /^nfm triage .* --since \S+ --until \S+ --baseline \S+ --role arn:\S+ --external-id nfm-sandbox$/,
    );
    // Another baseline is another sweep: what differs is said.
    const [first, ...others] = places;
    const baseline = { start: '2026-11-20T07:55:00Z', end: '2026-11-20T10:55:00Z' };
    const odd = [{ ...first, baseline }, ...others].map((place) => JSON.stringify(place));
    writeFileSync(path, odd.join('\n'));
    const mixed = await nfm(from);
    expect(mixed.code).toBe(252);
    expect(expectError(mixed).hint).toContain(`against ${baseline.start} to ${baseline.end}`);
  });

  test('--resume: what is answered is not asked again, a line that is cut off is, and the list is the same', async () => {
    const own = await open();
    const path = file();
    const whole = await sweep(own, [...ARGS, '--resume', path]);
    const text = readFileSync(path, 'utf8');
    const kept = text.split('\n').slice(0, 9);
    const answered = kept.filter((line) => /"state":"(seen|no-)/.test(line)).length;
    writeFileSync(path, `${kept.join('\n')}\n${text.split('\n')[9]?.slice(0, 40)}`);
    own.sandbox.requests.splice(0);
    const again = await sweep(own, [...ARGS, '--resume', path]);
    expect(lines(again)).toEqual(lines(whole));
    expect(count(own, 'ListMonitors')).toBe(14 - answered);
    for (const line of readFileSync(path, 'utf8').trim().split('\n'))
      sweptPlaceSchema.parse(JSON.parse(line));
    own.sandbox.requests.splice(0);
    // Later its window is still that of the file; another one is asked anew.
    const later = await sweep(own, [...ARGS, '--resume', path], { env: { NFM_NOW: '2026-11-21T12:33:20Z' } });
    expect(later.window).toEqual(whole.window);
    // All that is asked again is what was refused.
    expect(count(own, 'ListMonitors')).toBe(1);
    const other = await sweep(own, [...ARGS, '--resume', path, '--since', '30m']);
    expect(other.window).not.toEqual(whole.window);
  });

  test('what could not be read is asked again; the way to a place is that of now', async () => {
    const own = await open({ faults: [{ ...denied('cloudwatch:GetMetricData'), times: 1 }] });
    const path = file();
    const args = ['--region', 'eu-central-1', '--accounts', '111122223333', '--resume', path];
    expect((await own.run(['sweep', ...args, '--role', 'nfm-reed'])).code).toBe(254);
    const first = await sweep(own, [...args, '--role', 'nfm-read']);
    expect(first.states).toEqual({ unread: 3 });
    const second = await sweep(own, [...args, '--role', 'nfm-read']);
    expect(second.states).toEqual({ degraded: 3 });
    // The refusal of the whole account is over, too.
    const read = await new Journal(path, '--from').read();
    expect(read.map(({ state }) => state)).toEqual(['seen']);
    // What another run did not come to, as its stream has it, takes no answer back.
    const late: SweptPlace = { ...(read[0] as SweptPlace), state: 'not-asked', monitors: [] };
    const both = `${path}.both`;
    writeFileSync(both, `${readFileSync(path, 'utf8')}${JSON.stringify(late)}\n`);
    expect((await new Journal(both, '--from').read()).map(({ state }) => state)).toEqual(['seen']);
    // The file says that it was asked in another way.
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"profile":null', '"profile":"old"'));
    own.sandbox.requests.splice(0);
    const third = await sweep(own, [...args, '--role', 'nfm-read', '--triage', '1']);
    expect(third.items[0]?.profile).toBeNull();
    expect(third.triages?.[0]?.report?.verdict).toBe('aws-infrastructure');
    expect(third.triages?.[0]?.report?.window).toEqual(third.window);
  });

  test.each([
    ['one line of JSON', '{"my":"only copy"}'],
    ['text', 'one\ntwo'],
    ['text behind what is ours', `${JSON.stringify({ schema: 'nfm.triage/v1' })}\nnotes`],
  ])('a file that is none of ours is left as it is: %s', async (_, text) => {
    const path = file();
    writeFileSync(path, text);
    await expect(new Journal(path, '--resume').resumed()).rejects.toThrow(UsageError);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('lines of reports are passed over, and a part of one is cut off', async () => {
    const path = file();
    const report = JSON.stringify({ schema: 'nfm.triage/v1', verdict: 'workload' });
    // The disk was full, and then it was not.
    const glued = `${report.slice(0, 40)}${report}`;
    writeFileSync(path, `${report}\n${glued}\n${report.slice(0, 12)}`);
    expect(await new Journal(path, '--resume').resumed()).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(`${report}\n${glued}\n`);
    // A line that lacks its end alone is whole.
    appendFileSync(path, report);
    expect(await new Journal(path, '--resume').resumed()).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(`${report}\n${glued}\n${report}\n`);
  });

  test('what is no file is refused at once; one that takes no more is told once, and ends nothing', async () => {
    await expect(new Journal('/dev/full', '--resume').resumed()).rejects.toThrow(ConfigurationError);
    // A pipe may be read, and a device may have no end.
    await expect(new Journal('/dev/zero', '--from').read()).rejects.toThrow(ConfigurationError);
    const told: string[] = [];
    const journal = new Journal('/dev/full', '--resume', (why) => told.push(why));
    journal.add({} as SweptPlace);
    journal.add({} as SweptPlace);
    expect(told).toEqual([expect.stringContaining('ENOSPC')]);
  });

  test('a file of something else is refused, with its line', async () => {
    const { run } = await inFleet();
    const path = file();
    appendFileSync(path, '\n{"schema":"nfm.zones/v1"}\n');
    const wrong = await run(['sweep', '--resume', path]);
    expect(wrong.code).toBe(252);
    expect(expectError(wrong).message).toMatch(/something else in line 2 /);
    expect((await run(['sweep', '--resume', '/proc/nowhere/x'])).code).toBe(253);
  });

  test('Ctrl-C: what is there, marked, and 130; it can go on', async () => {
    const own = await open({ pace: { latencyMillis: 150 } });
    const path = file();
    const args = ['sweep', '--region', 'all', ...ORG, '--concurrency', '2', '--resume', path, '-o', 'json'];
    const { code, stdout, stderr } = await nfmProcess(args, {
      env: own.env,
      during(child) {
        const timer = setInterval(() => {
          if (count(own, 'ListMonitors') > 12) child.kill('SIGINT');
        }, 20);
        child.on('close', () => clearInterval(timer));
      },
    });
    expect(code).toBe(130);
    const document = sweepSchema.parse(JSON.parse(stdout));
    expect(document.incomplete).toBe(true);
    expect(document.asked.answered).toBeGreaterThan(0);
    expect(document.states['not-asked']).toBeGreaterThan(50);
    expect(stderr).toMatch(
      /^Interrupted: \d+ of 119 accounts and Regions were asked; the same command goes on\.\n$/,
    );
  });
});

describe('what a person reads', () => {
  test.each<[string, string, string[]]>([
    ['sweep-80', 'en_US.UTF-8', []],
    ['sweep-80-ascii', 'C', []],
    ['sweep.md', 'en_US.UTF-8', ['-o', 'markdown']],
  ])('%s, read by eye', async (name, LANG, args) => {
    const { run } = await inFleet();
    const { stdout } = await run(['sweep', ...REGIONS, ...ORG, ...args], { env: { LANG } });
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
    if (args.length > 0) return;
    const commands = /^ {4}.*$/gm;
    expect(
      Math.max(
        ...stdout
          .replace(commands, '')
          .split('\n')
          .map((l) => stringWidth(l)),
      ),
    ).toBeLessThanOrEqual(80);
    if (LANG === 'C') expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    // The last line is the worst.
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^DEGRADED demo-zone-b/);
  });
});

const promtool = ['promtool', process.env.PROMTOOL ?? ''].find(
  (program) => program && spawnSync(program, ['--version']).status === 0,
);

describe.concurrent('-o prometheus', () => {
  const printed = async (args: string[], scenario: string) => {
    const { run } = scenario === 'fleet' ? await inFleet() : await account({ scenario });
    const { code, stdout } = await run([...args, '-o', 'prometheus']);
    expect(code).toBe(0);
    return stdout;
  };
  let texts: Promise<[string, string]> | undefined;
  const both = () => {
    texts ??= Promise.all([
      printed(['zones'], 'aws-impairment'),
      printed(['sweep', ...REGIONS, ...ORG], 'fleet'),
    ]);
    return texts;
  };

  test('each family once, each sample with its labels once, and none with a timestamp', async () => {
    for (const text of await both()) {
      const names = [...text.matchAll(/^# TYPE (\w+) gauge$/gm)].map(([, name]) => name);
      expect(new Set(names).size).toBe(names.length);
      const samples = text.split('\n').filter((line) => line && !line.startsWith('#'));
      for (const sample of samples)
        expect(sample).toMatch(/^nfm_\w+(\{(\w+="([^"\\]|\\.)*",?)+\})? [\d.e+-]+$/);
      expect(new Set(samples.map((s) => s.replace(/ \S+$/, ''))).size).toBe(samples.length);
    }
  });

  test('by zone ID; what is not known has no sample, and a state is one of what was seen', async () => {
    const [zones, fleet] = await both();
    expect(zones).toMatch(/^nfm_zone_health_indicator_degraded\{.*zone_id="apne3-az3".*\} 1$/m);
    expect(fleet).toMatch(/^nfm_monitor_state\{.*zone_id="euc1-az3".*state="degraded"\} 1$/m);
    expect(fleet).toMatch(
      /^nfm_place_state\{account_id="444455556666",account="partner",state="refused"\} 1$/m,
    );
    const silent = fleet.split('\n').filter((line) => /account="busy",region="us-west-2"/.test(line));
    expect(silent.filter((line) => !/_state\{/.test(line))).toEqual([]);
  });

  test.skipIf(!promtool)('promtool has nothing to say', async () => {
    for (const input of await both()) {
      const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'metrics'], {
        input,
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });
});

test('reports of a triage are lines of -o ndjson, too', async () => {
  const { run } = await inFleet();
  const args = ['--accounts', '222233334444', '--role', 'nfm-read', '--region', 'us-east-1', '--triage', '1'];
  const { stdout } = await run(['sweep', '-o', 'ndjson', ...args]);
  const [place, report] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(place.schema).toBe('nfm.sweep-place/v1');
  expect(reportSchema.parse(report).verdict).toBe('workload');
});
