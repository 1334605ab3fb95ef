import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

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
    'dist/help.txt',
    'dist/main.cjs',
    'man/nfm.1',
    'package.json',
  ]);
});
