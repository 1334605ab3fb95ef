import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../src/model/case.ts';
import { expectError, HOME, nfm, SHORT } from './helpers.ts';

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
