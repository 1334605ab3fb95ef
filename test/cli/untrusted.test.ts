import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { account, fault, HOME, nfm, SHORT } from './helpers.ts';

/** A title for the terminal, a wiped screen, a C1 control, a right-to-left override, a zero-width space, a line. */
const EVIL = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eb-bew\u200b\nVERDICT no-impairment';
/** Any control, format or other unprintable character but the end of a line. */
const RAW = /[^\P{C}\n]/u;

describe('what others named never reaches the terminal raw', () => {
  const path = join(mkdtempSync(join(HOME, 'untrusted-')), 'case.json');

  beforeAll(async () => {
    await nfm(['triage', '--sandbox', ...SHORT, '--save-case', path]);
    const text = readFileSync(path, 'utf8');
    const evil = JSON.stringify(EVIL).slice(1, -1);
    const doctored = text
      .replaceAll(/"podName": ?"web-b"/g, `"podName":${JSON.stringify(EVIL)}`)
      .replaceAll('"demo-zone-b"', `"${evil}"`)
      .replaceAll(
        /"gaps": ?\[\]/g,
        `"gaps": [{"code":"${evil}","action":"${evil}","effect":"${evil}","fix":"${evil}"}]`,
      );
    expect(doctored.split(evil).length).toBeGreaterThan(6);
    writeFileSync(path, doctored);
  });

  test.each([
    ['table'],
    ['wide'],
    ['markdown'],
    ['html'],
    ['support'],
    ['slack'],
    ['json'],
    ['ndjson'],
    ['yaml'],
  ])('-o %s', async (format) => {
    const { code, stdout, stderr } = await nfm(['triage', '--case', path, '-o', format], {
      env: { LANG: 'en_US.UTF-8' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('b-bew');
    expect(stdout).not.toMatch(RAW);
    expect(stdout).not.toMatch(/^VERDICT/m);
  });

  test('--query, where JSON is all that holds it', async () => {
    const { stdout } = await nfm(['triage', '--case', path, '--query', 'location.podName']);
    expect(stdout).not.toMatch(RAW);
    expect(JSON.parse(stdout)).toBe(EVIL);
  });

  test('an error message of AWS', async () => {
    const { run } = await account({
      faults: [fault('*:*', { code: 'ValidationException', status: 400, message: EVIL })],
    });
    const { code, stderr } = await run(['triage', ...SHORT]);
    expect(code).toBe(254);
    expect(stderr).toContain('b-bew');
    expect(stderr).not.toMatch(RAW);
    expect(stderr).not.toMatch(/^VERDICT/m);
  });

  test('a name on the command line', async () => {
    const { stderr } = await nfm(['triage', '--vpc', EVIL]);
    expect(stderr).toContain('b-bew');
    expect(stderr).not.toMatch(RAW);
  });
});
