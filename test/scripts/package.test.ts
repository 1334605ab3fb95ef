import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledPackages } from '../../scripts/notices.js';

interface Manifest {
  name: string;
  version: string;
}

interface Packed {
  filename: string;
  unpackedSize: number;
  files: readonly { path: string; size: number }[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'nfm-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `npm publish` would send. */
const [packed]: Packed[] = JSON.parse(
  execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);

/** Each module's bytes in the bundle. */
const MODULES: Record<string, number> = JSON.parse(readFileSync('dist/modules.json', 'utf8'));

const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim();

/** A library, or a part of ours: src/doctor/checks. */
function partOf(module: string): string {
  const [library] = module.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/) ?? [];
  return library ?? module.split('/').slice(0, 3).join('/');
}

test('the package is below 3 MB; what is large in it', () => {
  const parts = new Map<string, number>();
  for (const [module, bytes] of Object.entries(MODULES)) {
    parts.set(partOf(module), (parts.get(partOf(module)) ?? 0) + bytes);
  }
  const outside = packed?.files.filter(({ path }) => !/^dist\/.*js$/.test(path)) ?? [];
  for (const { path, size } of outside) parts.set(path, size);
  const largest = [...parts].sort(([, a], [, b]) => b - a).slice(0, 25);
  expect(
    packed?.unpackedSize,
    ['Its largest parts:', ...largest.map(([part, bytes]) => `${bytes} ${part}`)].join('\n'),
  ).toBeLessThan(3_000_000);
  expect(packed?.unpackedSize).toBeGreaterThan(1_000_000);
});

test('the package is what runs, and says what it is; nothing else', () => {
  const kinds = new Set(
    packed?.files.map(({ path }) => path.replace(/^dist\/(.*\/)?[^/]+\.js$/, 'dist/*.js')),
  );
  expect([...kinds].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin/nfm.js',
    'bin/package.json',
    'completions/_nfm',
    'completions/nfm.bash',
    'completions/nfm.fish',
    'dist/*.js',
    'dist/THIRD-PARTY-NOTICES',
    'dist/help.txt',
    'dist/main.cjs',
    'man/nfm.1',
    'package.json',
  ]);
});

describe('installed without a network, in a machine without this repository', () => {
  const prefix = path.join(folder, 'prefix');
  const [empty, nowhere] = [path.join(folder, 'empty'), path.join(folder, 'no-home')];
  const env = {
    PATH: `${prefix}/bin:${path.dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: nowhere,
    LANG: 'C.UTF-8',
  };
  const installed = (script: string) =>
    spawnSync('sh', ['-c', script], { cwd: empty, env, encoding: 'utf8' });

  beforeAll(() => {
    mkdirSync(empty);
    const offline = [
      '--offline',
      '--no-update-notifier',
      '--cache',
      path.join(folder, 'cache'),
      '--userconfig',
      path.join(folder, 'rc'),
    ];
    const file = path.join(folder, packed?.filename ?? '');
    const npm = ['install', '--global', '--prefix', prefix, ...offline, file];
    const { status, stderr } = spawnSync('npm', npm, { cwd: empty, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('nfm triage --sandbox', () => {
    const { status, stdout, stderr } = installed('nfm triage --sandbox');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^WORKLOAD {2}pod default\/web-b /);
    expect(readdirSync(empty)).toEqual([]);
  });

  test('completions and help are there', () => {
    expect(installed('nfm completion zsh').stdout).toBe(readFileSync('completions/_nfm', 'utf8'));
    expect(installed('nfm --help').stdout).toContain('Usage: nfm');
  });

  test('man looks where npm puts the page', () => {
    expect(readFileSync(path.join(prefix, 'share/man/man1/nfm.1'), 'utf8')).toMatch(/^\.TH NFM 1/im);
  });
});

describe('THIRD-PARTY-NOTICES', () => {
  const notices = squeezed(readFileSync('dist/THIRD-PARTY-NOTICES', 'utf8'));
  const folders = new Set(
    Object.keys(MODULES).flatMap((module) => module.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  const packages = [...folders].map((folder) => ({
    folder,
    ...(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest),
  }));

  test('names every package of the bundle with its version and licence, and no other', () => {
    const named = notices.matchAll(/(?<=^|-{80} |\d )((?:@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+)(?= |$)/g);
    expect([...named].map(([name]) => name).sort()).toEqual(
      [...new Set(packages.map(({ name, version }) => `${name} ${version}`))].sort(),
    );
    expect(packages.length).toBeGreaterThan(100);
  });

  test('has the licence of each, and its notices, word for word', () => {
    // The terms of Apache-2.0 are there once, whatever stands after them each time.
    const apache =
      squeezed(readFileSync('LICENSE', 'utf8')).split(/(?<=END OF TERMS AND CONDITIONS)/)[0] ?? '';
    expect(notices).toContain(apache);
    for (const { name, folder } of packages) {
      const files = readdirSync(folder).filter((file) =>
        /^(licen[cs]e|copying|unlicense|notice)/i.test(file),
      );
      for (const file of files) {
        const [words = ''] = squeezed(readFileSync(path.join(folder, file), 'utf8'))
          .split(apache)
          .slice(-1);
        expect(notices, `${file} of ${name}`).toContain(words.trim());
      }
    }
  });

  test.each([
    ['GPL-3.0-only', true, "its licence 'GPL-3.0-only'"],
    ['MIT AND GPL-3.0-only', true, "its licence 'GPL-3.0-only'"],
    ['(MIT OR GPL-3.0-only)', true, "its licence 'MIT OR GPL-3.0-only'"],
    [undefined, true, "its licence 'undefined'"],
    ['MIT', false, 'without the text'],
  ])('%s (with its text: %s) ends the build', (license, withText, why) => {
    const at = mkdtempSync(path.join(folder, 'stranger-'));
    const stranger = path.join(at, 'node_modules/stranger');
    mkdirSync(stranger, { recursive: true });
    writeFileSync(
      path.join(stranger, 'package.json'),
      JSON.stringify({ name: 's', version: '1.0.0', license }),
    );
    if (withText) writeFileSync(path.join(stranger, 'LICENSE'), 'Do as you like.');
    expect(() => bundledPackages(at, { 'node_modules/stranger/index.js': 1 })).toThrow(why);
  });
});
