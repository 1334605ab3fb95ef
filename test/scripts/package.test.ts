import { execFile, execFileSync, type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledPackages } from '../../scripts/notices.js';
import { blocks, INSTALLS } from '../docs/bin.ts';

interface Manifest {
  name: string;
  version: string;
  engines: { node: string };
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));

interface Packed {
  filename: string;
  integrity: string;
  unpackedSize: number;
  files: readonly { path: string; size: number }[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'nfm-package-'));
// Others may run what is installed there.
chmodSync(folder, 0o755);
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

describe('installed where this repository is not', () => {
  const prefix = path.join(folder, 'prefix');
  const empty = path.join(folder, 'empty');
  const env = {
    PATH: `${prefix}/bin:${process.env.PATH}`,
    HOME: path.join(folder, 'home'),
    LANG: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_prefix: prefix,
    npm_config_update_notifier: 'false',
  };
  const installed = (script: string, options: SpawnSyncOptions = {}) =>
    spawnSync('sh', ['-c', script], { cwd: empty, env, ...options, encoding: 'utf8' });

  beforeAll(() => {
    for (const name of ['empty', 'home']) mkdirSync(path.join(folder, name));
    const { status, stderr } = installed(`npm install --global --offline ../${packed?.filename}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('from the file, without a network: by a user who has no home, as in a container', () => {
    const { HOME: _, ...homeless } = env;
    const uid = process.getuid?.() === 0 ? { uid: 54_321 } : {};
    const { status, stdout, stderr } = installed('nfm triage --sandbox', { env: homeless, ...uid });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^WORKLOAD {2}pod default\/web-b /);
    expect(readdirSync(empty)).toEqual([]);
  });

  test.each(['18.20.8', '20.2.0'])('on Node %s, which is too old, it says what it needs', (node) => {
    const older = `Object.defineProperty(process, 'versions', { value: { node: '${node}' } })`;
    const run = installed(
      'node --import "data:text/javascript,$OLDER" "$(command -v nfm)" triage --sandbox',
      {
        env: { ...env, OLDER: older },
      },
    );
    const needed = manifest.engines.node.replace('>=', '');
    expect(run).toMatchObject({
      status: 253,
      stdout: '',
      stderr: `error: nfm needs Node.js ${needed} or newer; this is ${node}.\nhint: Install a newer one, or take nfm as one file for Linux, which needs none.\n`,
    });
  });

  test('completions and help are there', () => {
    expect(installed('nfm completion zsh').stdout).toBe(readFileSync('completions/_nfm', 'utf8'));
    expect(installed('nfm --help').stdout).toContain('Usage: nfm');
  });

  test('man looks where npm puts the page', () => {
    expect(readFileSync(path.join(prefix, 'share/man/man1/nfm.1'), 'utf8')).toMatch(/^\.TH NFM 1/im);
  });

  describe('once it is published', () => {
    /** What a registry answers to `npm install`. https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md */
    const registry = createServer(({ url = '' }, response) => {
      if (url === `/${packed?.filename}`) return response.end(readFileSync(path.join(folder, url)));
      if (url !== '/nfm-cli') return response.writeHead(404).end();
      const { name, version, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
      const dist = { tarball: `${origin}/${packed?.filename}`, integrity: packed?.integrity };
      const versions = { [version]: { name, version, bin, dist } };
      return response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    });
    let origin = '';
    beforeAll(async () => {
      await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
    });
    afterAll(() => registry.close());

    test.each(blocks('sh').filter((block) => INSTALLS.registry.test(block)))(
      'as the README has it: %s',
      async (block) => {
        const home = mkdtempSync(path.join(folder, 'home-'));
        const npm = { npm_config_registry: origin, npm_config_yes: 'true', npm_config_prefix: home };
        const { stdout } = await promisify(execFile)('sh', ['-ec', `${block}\nnfm --version || :`], {
          cwd: empty,
          env: { ...env, ...npm, HOME: home, PATH: `${home}/bin:${process.env.PATH}` },
        });
        if (block.includes('npx')) expect(stdout).toMatch(/^WORKLOAD {2}pod/);
        else expect(stdout.split('\n').at(-2)).toBe(manifest.version);
      },
    );
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

  test('has what others wrote within them, and ask to keep: notices in the code itself', () => {
    const holders = Object.keys(MODULES)
      .filter((module) => module.includes('node_modules/'))
      .flatMap((module) => readFileSync(module, 'utf8').match(/Copyright[^\n]* \d{4}[^\n]*/g) ?? [])
      .map((line) => squeezed(line.replace(/Copyright|\(c\)|[\d-]{4,}|\.$|All rights reserved\.?/gi, '')));
    expect(holders).toEqual(expect.arrayContaining(['Douglas Christopher Wilson', 'Vladimir Agafonkin']));
    for (const holder of holders) expect(notices).toContain(holder);
    expect(notices).toContain('software is freely granted, provided that this notice is preserved.');
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
