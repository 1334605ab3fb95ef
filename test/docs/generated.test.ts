import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { generatedFiles } from '../../src/cli/generate.ts';
import { topicNames } from '../../src/cli/help/topics.ts';
import { EXIT, VERDICT_EXIT } from '../../src/model/errors.ts';
import { nfm } from '../cli/helpers.ts';
import { ROOT } from './bin.ts';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

describe('what is generated and checked in', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const files = Object.entries(
    generatedFiles({ version, readme: read('README.md'), doctor: read('docs/doctor.md') }),
  );

  it.each(files)("%s is what 'npm run generate' writes", (file, content) => {
    expect(read(file) === content, `${file} is stale: npm run generate`).toBe(true);
  });
});

describe('nfm(1)', () => {
  const page = path.join(ROOT, 'man/nfm.1');
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

  if (has('groff')) {
    test('is good roff, and shows options that can be pasted', () => {
      const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbu', page], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      for (const shown of [
        '--exit-code',
        'nfm triage --sandbox',
        'AWS_PROFILE',
        'EXIT STATUS',
        "AWS's or ours",
      ]) {
        expect(stdout).toContain(shown);
      }
    });
  } else test.skip('SKIPPED, groff is not installed here: apt-get install -y groff');

  if (has('mandoc')) {
    test('mandoc has nothing to say against it', () => {
      // The page has no date, see man.ts.
      const { stdout } = spawnSync('mandoc', ['-Tlint', '-Wwarning', page], { encoding: 'utf8' });
      expect(stdout.split('\n').filter((l) => l !== '' && !l.includes('missing date'))).toEqual([]);
    });
  } else test.skip('SKIPPED, mandoc is not installed here: apt-get install -y mandoc');
});

describe.concurrent('nfm help', () => {
  it('lists the topics', async () => {
    for (const args of [['help'], ['--help']]) {
      const { stdout } = await nfm(args);
      for (const name of topicNames) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });

  it.each(topicNames)('%s fits 80 columns', async (name) => {
    const { code, stdout, stderr } = await nfm(['help', name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('exit-codes has them all', async () => {
    const { stdout } = await nfm(['help', 'exit-codes']);
    expect(stdout).toMatch(/nfm health.*\n+ *0 +healthy.*\n+ *10 +degraded.*\n+ *13 +unknown/s);
    for (const code of [...Object.values(EXIT), ...Object.values(VERDICT_EXIT)]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${code} `, 'm'));
    }
  });

  it('environment names every variable that the sources read', async () => {
    const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
    const names = sources
      .filter((file) => file.endsWith('.ts') && !file.startsWith('sandbox'))
      .flatMap((file) =>
        [...read(`src/${file}`).matchAll(/\benv\.([A-Z][A-Z0-9_]+)/g)].map((m) => m[1] ?? ''),
      )
      // Set for the SDK, not read.
      .filter((name) => name !== 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED');
    const { stdout } = await nfm(['help', 'environment']);
    expect([...new Set(names)].filter((name) => !stdout.includes(name))).toEqual([]);
  });

  it.each([[['sandbox', 'serve']], [['triage']], [['sandbox']]])('%j is --help of it', async (words) => {
    const asked = await nfm(['help', ...words]);
    expect(asked).toEqual(await nfm([...words, '--help']));
    expect(asked.stdout).toMatch(/^Examples:\n {2}\$ nfm /);
  });

  it.each([
    ['exit-code', "Did you mean 'nfm help exit-codes'?"],
    ['triag', "Did you mean 'nfm help triage'?"],
    ['entirely different', 'Topics: exit-codes'],
  ])('%s is unknown', async (word, hint) => {
    const { code, stdout, stderr } = await nfm(['help', ...word.split(' ')]);
    expect({ code, stdout }).toEqual({ code: 252, stdout: '' });
    expect(stderr).toContain(hint);
  });
});
