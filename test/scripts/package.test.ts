import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

interface Manifest {
  name: string;
  version: string;
}

interface Packed {
  unpackedSize: number;
  files: readonly { path: string; size: number }[];
}

/** What `npm publish` would send, without the network. */
const [packed]: Packed[] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
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

  test.each(packages)('has the licence of $name, and its notices, word for word', ({ folder }) => {
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|unlicense|notice)/i.test(file));
    const apache =
      squeezed(readFileSync('LICENSE', 'utf8')).split(/(?<=END OF TERMS AND CONDITIONS)/)[0] ?? '';
    expect(notices).toContain(apache);
    for (const file of files) {
      // The terms of Apache-2.0 are there once, whatever stands after them each time.
      const [words = ''] = squeezed(readFileSync(path.join(folder, file), 'utf8'))
        .split(apache)
        .slice(-1);
      expect(notices).toContain(words.trim());
    }
  });
});
