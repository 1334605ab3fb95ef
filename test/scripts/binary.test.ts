import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, describe, expect, test } from 'vitest';
import { writeModules } from '../../scripts/binary/modules.js';
import { sbom } from '../../scripts/binary/sbom.js';
import { bundledPackages } from '../../scripts/notices.js';
import { blocks, INSTALLS } from '../docs/bin.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'nfm-binary-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const manifest = read('package.json');

describe('what goes into an executable, run by this Node', async () => {
  const modules = path.join(folder, 'modules');
  const names = await writeModules('dist', modules);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/binary/warm.cjs', modules, ...args], {
      env: { PATH: '', HOME: path.join(folder, 'no-home'), LANG: 'C.UTF-8' },
      encoding: 'utf8',
    });

  test('is every module of dist, and imports nothing', () => {
    expect(names).toContain('main.cjs');
    expect(names.length).toBeGreaterThan(100);
    for (const name of names) {
      const text = readFileSync(path.join(modules, name), 'utf8');
      expect(text.match(/import\.meta|\bimport\(/), name).toBeNull();
    }
  });

  test('triages, and what V8 compiled meanwhile is taken the next time', () => {
    const { status, stdout, stderr } = run('triage', '--sandbox');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^WORKLOAD {2}pod default\/web-b /);
    expect(existsSync(path.join(modules, 'main.cjs.compiled'))).toBe(true);
    expect(run('--version').stdout).toBe(`${manifest.version}\n`);
  });

  test('has help and completions inside', () => {
    expect(run('--help').stdout).toBe(readFileSync('dist/help.txt', 'utf8'));
    expect(run('completion', 'fish').stdout).toBe(readFileSync('completions/nfm.fish', 'utf8'));
  });
});

test('the SBOM is CycloneDX 1.6, with every package of the bundle and Node', async () => {
  const packages = bundledPackages('.', read('dist/modules.json'));
  const document = sbom(manifest, packages, read('package-lock.json').packages, {
    ...(process.versions as Record<string, string>),
  });
  expect(
    await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(document)),
  ).toBeNull();
  expect(document.components.map(({ purl }) => purl)).toEqual([
    ...packages.map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`),
    `pkg:generic/node@${process.versions.node}`,
  ]);
  // npm ci checked these.
  for (const component of document.components.slice(0, -1)) expect(component).toHaveProperty('hashes');
});

/** A file that `npm run binary` made; it runs these and what drives a process (CONTRIBUTING.md). */
const { NFM_EXECUTABLE } = process.env;

/** The rest of the machine is out of sight. */
describe.skipIf(!NFM_EXECUTABLE || process.getuid?.() !== 0)(
  'nfm as one file, alone in an empty system',
  () => {
    const system = path.join(folder, 'system');
    const program = path.resolve(NFM_EXECUTABLE ?? '');
    const run = (...args: string[]) =>
      spawnSync(
        'unshare',
        [
          '-n',
          'sh',
          '-c',
          'ip link set lo up && exec env -i /usr/sbin/chroot "$@"',
          '-',
          system,
          '/nfm',
          ...args,
        ],
        { encoding: 'utf8' },
      );

    test('needs glibc and libstdc++, and no Node', () => {
      const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/[^ ]+/g) ?? [];
      for (const library of libraries) {
        mkdirSync(path.join(system, path.dirname(library)), { recursive: true });
        copyFileSync(library, path.join(system, library));
      }
      copyFileSync(program, path.join(system, 'nfm'));
      const families = libraries.map((library) => path.basename(library).replace(/[.-].*/, ''));
      expect(new Set(families)).toEqual(
        new Set(['ld', 'libc', 'libdl', 'libgcc_s', 'libm', 'libpthread', 'libstdc++']),
      );
      expect(run('--version').stdout).toBe(`${manifest.version}\n`);
    });

    test('triages', () => {
      const { status, stdout, stderr } = run('triage', '--sandbox');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^WORKLOAD {2}pod default\/web-b /);
    });

    test.each(blocks('sh').filter((block) => INSTALLS.file.test(block)))(
      'as the README has it: %s',
      (block) => {
        const at = path.join(folder, 'unpacked');
        cpSync(path.dirname(path.dirname(program)), at, {
          recursive: true,
          filter: (file) => !/linux-\w+$/.test(file),
        });
        const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' };
        const { status, stdout } = spawnSync('sh', ['-ec', block], { cwd: at, env, encoding: 'utf8' });
        expect(status).toBe(0);
        expect(stdout).toMatch(/^WORKLOAD {2}pod/m);
      },
    );
  },
);
