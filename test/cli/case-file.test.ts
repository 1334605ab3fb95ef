import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../src/model/case.ts';
import { caseSummarySchema } from '../../src/model/case-summary.ts';
import { expectNothingLeft } from '../model/redacted.ts';
import { expectError, HOME, nfm, type Run, SHORT, shell } from './helpers.ts';
import { inProcess } from './in-process.ts';

const folder = mkdtempSync(join(HOME, 'cases-'));
const file = (name: string) => join(folder, name);
const SAVE = ['triage', '--sandbox', ...SHORT, '--save-case'];

/** Written over a file that anybody could read. */
beforeAll(async () => {
  writeFileSync(file('sound.json'), 'an older one');
  chmodSync(file('sound.json'), 0o644);
  const { code } = await nfm([...SAVE, file('sound.json')]);
  expect(code).toBe(0);
});

describe.concurrent('written', () => {
  test('it is for the owner only, also where it was there, and nothing is left beside it', () => {
    expect(statSync(file('sound.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('sound'))).toEqual(['sound.json']);
  });

  test('a link is not followed', async () => {
    writeFileSync(file('theirs'), 'untouched');
    symlinkSync(file('theirs'), file('link.json'));
    const run = await nfm([...SAVE, file('link.json')]);
    expect(run.code).toBe(253);
    expect(expectError(run).message).toContain('is a symbolic link, not a file');
    expect(readFileSync(file('theirs'), 'utf8')).toBe('untouched');
  });

  test.each([
    ['a directory', folder],
    ['a device', '/dev/full'],
    ['a folder that is not there', '/nowhere/case.json'],
  ])('%s is refused before anything is asked', async (_, path) => {
    const run = await nfm(['triage', '--endpoint-url', 'http://127.0.0.1:1', '--save-case', path]);
    expect(run.code).toBe(253);
    expect(expectError(run).message).toMatch(/could not be written/);
  });
});

describe.concurrent('read', () => {
  const kinds: readonly [what: string, make: (path: string) => void, message: RegExp][] = [
    ['a directory', (path) => mkdirSync(path), /is a directory, not a file/],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), /is a pipe, not a file/],
    ['a device', (path) => symlinkSync('/dev/zero', path), /is a device or socket, not a file/],
    [
      'more than fits',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 2 * 1024 ** 3);
      },
      /is too large \(2\S* GiB; at most 1\S* GiB\)/,
    ],
  ];
  test.each(kinds)('%s is refused', async (what, make, message) => {
    make(file(what));
    const run = await nfm(['triage', '--case', file(what)]);
    expect(run.code).toBe(252);
    expect(expectError(run).message).toMatch(message);
  });

  const flaws: readonly [what: string, message: RegExp, spoil: (data: Case) => void][] = [
    ['a reversed window', /window: ends before/, (c) => reverse(c.window)],
    ['a reversed baseline', /baseline: ends before/, (c) => reverse(c.baseline)],
    ['a reversed tile', /tiles\.0: ends before/, (c) => reverse(c.tiles[0])],
    ['a baseline after the window', /baseline: ends after/, (c) => later(c)],
    [
      'a counter below 0',
      /flows\.0\.retransmissions: is below 0/,
      (c) => spoilFlow(c, { retransmissions: -1 }),
    ],
    ['bytes below 0', /flows\.0\.bytes: is below 0/, (c) => spoilFlow(c, { bytes: -5 })],
    ['a series below 0', /monitors\.0\.series\.timeouts: is below 0/, (c) => spoilSeries(c, 'timeouts', -1)],
    ['a ragged series', /series\.nhi: is not as long/, (c) => c.monitors[0]?.series?.nhi.pop()],
    ['a tile that is not there', /tile: is an index beyond/, (c) => spoilFlow(c, { tile: 999 })],
    [
      'a period past counting',
      /monitors\.0\.series\.periodSeconds: is longer than a day/,
      (c) => Object.assign(c.monitors[0]?.series ?? {}, { periodSeconds: 1e15 }),
    ],
    ['a window of ages', /window: is longer than ten/, (c) => Object.assign(c.window, { start: AGES_AGO })],
    [
      'a baseline of ages',
      /baseline: is longer/,
      (c) => Object.assign(c.baseline ?? {}, { start: AGES_AGO }),
    ],
    [
      'a window to come',
      /window: ends after the case/,
      (c) => Object.assign(c.window, { end: '2028-01-01T00:00:00Z' }),
    ],
    [
      'a baseline in the window',
      /baseline: overlaps/,
      (c) => Object.assign(c.baseline ?? {}, { end: c.window.end }),
    ],
    [
      'a case of tomorrow',
      /collectedAt: is in the future/,
      (c) => Object.assign(c, { collectedAt: '2036-01-01T00:00:00Z' }),
    ],
    [
      'a series elsewhere',
      /monitors\.0\.series: does not cover/,
      (c) => Object.assign(c.monitors[0]?.series ?? {}, { start: AGES_AGO }),
    ],
    [
      'fewer than none',
      /coverage\.running: is below 0/,
      (c) => Object.assign(c, { coverage: { running: -1, silent: [] } }),
    ],
    [
      'more silent than run',
      /coverage\.silent: is more/,
      (c) => Object.assign(c, { coverage: { running: 1, silent: [{}, {}] } }),
    ],
    ['a number that is none', /flows\.0\.bytes/, (c) => spoilFlow(c, { bytes: '7' as never })],
    ['a time that is none', /window\.start/, (c) => Object.assign(c.window, { start: 'yesterday' })],
  ];
  test.each(flaws)('%s is refused, with its place', async (what, message, spoil) => {
    const data = JSON.parse(readFileSync(file('sound.json'), 'utf8')) as Case;
    spoil(data);
    expect(await refusal(what, JSON.stringify(data))).toMatch(message);
  });

  test.each([['1e999'], ['-1e999'], ['NaN']])('%s is refused', async (number) => {
    const text = readFileSync(file('sound.json'), 'utf8').replace(/"bytes":\d+/, `"bytes":${number}`);
    expect(await refusal(number, text)).toMatch(/is not a case file|cannot be read as JSON/);
  });

  test('its members may come in any order, and on one line', async () => {
    const data = JSON.parse(readFileSync(file('sound.json'), 'utf8')) as Case;
    const reversed = Object.fromEntries(Object.entries(data).reverse());
    writeFileSync(file('reversed.json'), JSON.stringify(reversed));
    const [as, other] = await Promise.all(
      ['sound', 'reversed'].map((name) => nfm(['triage', '--case', file(`${name}.json`)])),
    );
    expect(other).toEqual(as);
  });

  test.each([
    ['half of it', (text: string) => text.slice(0, text.length / 2), /cannot be read as JSON/],
    ['flows that are none', (text: string) => text.replace('"flows": [', '"flows": 5, "x": ['), /flows: /],
    ['a list', (text: string) => `[${text}]`, /is not a case file|cannot be read as JSON/],
  ])('%s is refused', async (name, spoil, message) => {
    expect(await refusal(name, spoil(readFileSync(file('sound.json'), 'utf8')))).toMatch(message);
  });

  async function refusal(name: string, text: string): Promise<string> {
    writeFileSync(file(`${name}.json`), text);
    const run = await nfm(['triage', '--case', file(`${name}.json`)]);
    expect(run.code).toBe(252);
    return expectError(run).message;
  }
});

describe.concurrent('by every command that reads', () => {
  const commands = ['triage', 'zones', 'top', 'health'];
  const read = ({ code, stdout, stderr }: Run) => ({ code, stderr, document: JSON.parse(stdout) });

  test.each(commands)(
    '%s says of its case what it said of AWS, packed and from stdin too',
    async (command) => {
      const packed = file(`${command}.json.gz`);
      const said = await nfm([command, '--sandbox', '--since', '30m', '--save-case', packed, '-o', 'json']);
      expect(said.code).toBe(0);
      expect([...readFileSync(packed).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
      expect(statSync(packed).mode & 0o777).toBe(0o600);
      const again = await nfm([command, '--case', packed, '-o', 'json']);
      expect(read(again)).toEqual(read(said));
      const piped = await shell(`gunzip -c ${packed} | $NFM ${command} --case - -o json`);
      expect(piped).toEqual(again);
      expect(await shell(`$NFM ${command} --case - -o json < ${packed}`)).toEqual(again);
    },
  );

  test.each(commands)("%s reads a triage's case", async (command) => {
    const { code, stdout, stderr } = await nfm([command, '--case', file('sound.json'), '-o', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).gaps).toEqual([]);
  });

  test.each(['zones', 'top', 'health'])('what %s collected is never called healthy', async (command) => {
    const path = file(`${command}-only.json`);
    await nfm([command, '--sandbox', 'quiet', '--since', '30m', '--save-case', path]);
    const { stdout } = await nfm(['triage', '--case', path, '-o', 'json']);
    const { verdict, confidence } = JSON.parse(stdout);
    expect([verdict, confidence]).not.toEqual(['no-impairment', 'high']);
  });

  test.each(commands)('%s: a target beside a case is refused, and two Regions', async (command) => {
    const beside = await nfm([command, '--case', file('sound.json'), '--zone', 'apne3-az1']);
    expect(beside.code).toBe(252);
    expect(expectError(beside).message).toContain('what --zone would');
    const two = [command, '--region', 'eu-west-1', '--region', 'us-east-1', '--save-case', file('two.json')];
    const several = await nfm(two);
    expect(several.code).toBe(252);
    expect(expectError(several).message).toContain('one Region at a time');
  });

  test('top says what nobody asked for', async () => {
    const run = await nfm(['top', '--case', file('sound.json'), '--metric', 'rtt', '-o', 'json']);
    expect(JSON.parse(run.stdout).gaps).toMatchObject([{ code: 'not-asked' }]);
  });

  test('health shows the monitors that are named, and knows no others', async () => {
    const named = await nfm(['health', 'demo-vpc', '--case', file('sound.json'), '-o', 'json']);
    expect(JSON.parse(named.stdout).items).toMatchObject([{ monitor: 'demo-vpc', state: 'healthy' }]);
    const unknown = await nfm(['health', 'demo-vpn', '--case', file('sound.json')]);
    expect(expectError(unknown).hint).toContain('demo-vpc');
  });

  test('what is half packed is refused', async () => {
    const sound = readFileSync(file('sound.json'));
    writeFileSync(file('half.json.gz'), gzipSync(sound).subarray(0, 500));
    const half = await nfm(['triage', '--case', file('half.json.gz')]);
    expect(half.code).toBe(252);
    expect(expectError(half).message).toMatch(/cannot be read as JSON/);
  });
});

describe('nfm case', () => {
  test('show: what is in it, and how it would be judged', async () => {
    const run = await nfm(['case', 'show', file('sound.json'), '-o', 'json']);
    const document = caseSummarySchema.strict().parse(JSON.parse(run.stdout));
    expect(document.judged).toMatchObject({ verdict: 'workload', reason: 'pod-concentrated' });
    expect(document.items.filter(({ part }) => part === 'metrics').map(({ name }) => name)).toEqual([
      'demo-vpc',
      'demo-zone-a',
      'demo-zone-b',
    ]);
    const flows = document.items.reduce((sum, item) => sum + (item.flows ?? 0), 0);
    expect(flows).toBe(document.flows.count);
    const page = await nfm(['case', 'show', file('sound.json')]);
    expect(page.stdout).toMatch(/^WORKLOAD \(high confidence\): [\s\S]*demo-zone-b/);
  });

  test.each(['wide', 'text', 'ndjson', 'yaml', 'csv', 'markdown'])('show -o %s', async (format) => {
    const run = await nfm(['case', 'show', file('sound.json'), '-o', format]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('demo-zone-b');
  });

  test('redact: the same verdict, and no name; what was kept and replaced is said', async () => {
    const run = await nfm(['case', 'redact', file('sound.json')]);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^note: kept: times; .*\nnote: replaced: .*pod \(4\).*\n$/);
    const [original, redacted] = [readFileSync(file('sound.json'), 'utf8'), run.stdout].map(
      (text) => JSON.parse(text) as Case,
    );
    if (!original || !redacted) throw new Error('no case');
    expectNothingLeft(original, redacted);
    writeFileSync(file('redacted.json'), run.stdout);
    const [before, after] = await Promise.all(
      ['sound', 'redacted'].map((name) => nfm(['triage', '--case', file(`${name}.json`), '-o', 'json'])),
    );
    const answer = (text = '{}') => {
      const { verdict, confidence, reason, onset, end } = JSON.parse(text);
      return { verdict, confidence, reason, onset, end };
    };
    expect(answer(after?.stdout)).toEqual(answer(before?.stdout));
  });

  test('redact --save-case writes a file for the owner only, and nothing on stdout', async () => {
    const path = file('handed-on.json.gz');
    const run = await nfm(['case', 'redact', file('sound.json'), '--save-case', path]);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await nfm(['case', 'show', path])).code).toBe(0);
  });

  test.each([
    ['itself', 'own.json', 'own.json'],
    ['itself by another name', 'own.json', 'other.json'],
    ['what a link to it leads to', 'link-to-own.json', 'own.json'],
  ])('redact does not take the place of %s', async (_, from, to) => {
    const sound = readFileSync(file('sound.json'), 'utf8');
    for (const name of ['own.json', 'other.json', 'link-to-own.json']) rmSync(file(name), { force: true });
    writeFileSync(file('own.json'), sound);
    linkSync(file('own.json'), file('other.json'));
    symlinkSync(file('own.json'), file('link-to-own.json'));
    const run = await nfm(['case', 'redact', file(from), '--save-case', file(to)]);
    expect(run).toMatchObject({ code: 252, stdout: '' });
    expect(expectError(run).message).toMatch(/is the file that is read/);
    expect(readFileSync(file('own.json'), 'utf8')).toBe(sound);
  });

  test('--save-case - is no file', async () => {
    const run = await nfm(['case', 'redact', file('sound.json'), '--save-case', '-']);
    expect(run).toMatchObject({ code: 252, stdout: '' });
    expect(expectError(run).message).toMatch(/- names none/);
  });

  test.each(['show', 'redact'])('%s says that a case is newer, and what is none', async (verb) => {
    const sound = readFileSync(file('sound.json'), 'utf8');
    const as = async (schema: string) => {
      const path = file(`${verb}-${schema.replace('/', '-')}.json`);
      writeFileSync(path, sound.replace('nfm.case/v1', schema));
      const run = await nfm(['case', verb, path]);
      expect(run).toMatchObject({ code: 252, stdout: '' });
      return expectError(run);
    };
    const newer = await as('nfm.case/v2');
    expect(newer.message).toContain('is an nfm.case/v2; this nfm reads nfm.case/v1');
    expect(newer.hint).toContain('a newer one');
    expect((await as('nfm.triage/v1')).message).toContain('it is an nfm.triage/v1 document');
    expect((await as('theirs')).message).toContain('schema: Invalid');
  });

  test('redact, interrupted: nothing is left behind', async () => {
    const sound = readFileSync(file('sound.json'));
    const interrupt = new AbortController();
    const before = readdirSync(folder);
    const run = await inProcess(
      ['case', 'redact', '-', '--save-case', file('interrupted.json')],
      {},
      {
        signal: interrupt.signal,
        // It was read whole.
        stdin: async function* () {
          yield sound;
          interrupt.abort('SIGINT');
        },
      },
    );
    expect(run).toMatchObject({ code: 130, stdout: '' });
    expect(readdirSync(folder)).toEqual(before);
  });

  test('show, interrupted while it reads', async () => {
    const sound = readFileSync(file('sound.json'));
    const interrupt = new AbortController();
    let pieces = 0;
    const run = await inProcess(
      ['case', 'show', '-'],
      {},
      {
        signal: interrupt.signal,
        stdin: async function* () {
          for (let at = 0; at < sound.length; at += 1000) {
            if (++pieces === 3) interrupt.abort('SIGINT');
            yield sound.subarray(at, at + 1000);
          }
        },
      },
    );
    expect(run).toMatchObject({ code: 130, stdout: '' });
    expect(pieces).toBe(3);
  });
});

const AGES_AGO = '1970-01-01T00:00:00Z';

function reverse(window: { start: string; end: string } | null | undefined): void {
  if (window) Object.assign(window, { start: window.end, end: window.start });
}

function later(data: Case): void {
  data.baseline = { start: data.window.start, end: '2027-01-01T00:00:00Z' };
}

function spoilFlow(data: Case, change: Partial<Case['flows'][number]>): void {
  Object.assign(data.flows[0] ?? {}, change);
}

function spoilSeries(data: Case, column: 'timeouts', value: number): void {
  const series = data.monitors[0]?.series;
  if (series) series[column][3] = value;
}
