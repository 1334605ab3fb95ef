/*
 * npm run binary [-- x64 arm64]: nfm as one file that needs no Node.js, for Linux, in binaries/. Node's single-executable
 * application (https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html): a stripped Node with dist's
 * modules inside. Packed, not self-unpacking: what unpacks itself does so at every start.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { inject } from 'postject';
import { writeModules } from './binary/modules.js';
import { sbom } from './binary/sbom.js';
import { bundledPackages } from './notices.js';

const root = path.dirname(import.meta.dirname);
const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const manifest = read('package.json');
const BINARIES = path.join(root, 'binaries');
const CACHE = path.join(root, 'node_modules/.cache/nfm');

/**
 * The Node inside. 24 is the newest with long-term support that needs nothing but glibc 2.28 and libstdc++: 26 also asks for
 * libatomic, which small systems lack. The archives of npm, and their digests there.
 */
const NODE = '24.21.0';
const INTEGRITY = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** What runs or strips a program of another architecture; Debian: qemu-user-static, binutils-aarch64-linux-gnu. */
const FOREIGN = { x64: 'x86_64', arm64: 'aarch64' };

/** What Node looks for in itself, to know that there is something to run (its documentation has it). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Run once when the executable is built: what V8 compiled meanwhile need not be compiled at every start. */
const WARM_UP = [
  '--version',
  '__complete monitor',
  'zones --help',
  'triage --sandbox',
  'triage --sandbox -o json',
  'zones --sandbox',
  'top --sandbox',
  'health --sandbox',
  'metrics --sandbox',
  'doctor --sandbox',
  'monitor list --sandbox',
  'sweep --sandbox fleet --region all',
  'mcp --sandbox',
];

const run = (program, args, options = {}) =>
  execFileSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    ...options,
  });
const say = (text) => process.stdout.write(`${text}\n`);

/** The folder of Node for an architecture, from npm's archive. */
function nodeFor(arch) {
  const at = path.join(CACHE, `node-${NODE}-${arch}`);
  if (existsSync(path.join(at, 'package/bin/node'))) return path.join(at, 'package');
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', at, `node-linux-${arch}@${NODE}`]),
  );
  const archive = path.join(at, filename);
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== INTEGRITY[arch]) throw new Error(`${filename} is not what was expected: ${found}`);
  run('tar', ['-xzf', archive, '-C', at]);
  rmSync(archive);
  return path.join(at, 'package');
}

const has = (program) => !spawnSync(program, ['--version']).error;

/** How Node of an architecture is run here; undefined where it can't be. Its libraries: libstdc++6-arm64-cross. */
function running(arch, node) {
  if (arch === process.arch) return [node];
  const emulator = `qemu-${FOREIGN[arch]}-static`;
  return has(emulator) ? [emulator, '-L', `/usr/${FOREIGN[arch]}-linux-gnu`, node] : undefined;
}

function strip(arch, file) {
  const own = arch === process.arch ? 'strip' : `${FOREIGN[arch]}-linux-gnu-strip`;
  const program = [own, 'llvm-strip'].find(has);
  if (program) run(program, [file]);
  else say(`  not stripped: there is no ${own}`);
}

/** The modules in `folder`, with what V8 makes of them when they run. */
function warmUp(arch, node, folder) {
  const [program, ...before] = running(arch, node) ?? [];
  if (!program) return say(`  nothing compiled ahead: no Node for ${arch} can run here`);
  const home = path.join(folder, 'no-home');
  for (const line of WARM_UP) {
    const args = [...before, 'scripts/binary/warm.cjs', folder, ...line.split(' ')];
    run(program, args, {
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

async function makeBinary(arch) {
  say(`linux-${arch}, Node ${NODE}`);
  const node = nodeFor(arch);
  const work = path.join(CACHE, `binary-${arch}`);
  rmSync(work, { recursive: true, force: true });
  const modules = path.join(work, 'modules');
  const names = await writeModules(path.join(root, 'dist'), modules);
  warmUp(arch, path.join(node, 'bin/node'), modules);

  const assets = {};
  for (const name of names.flatMap((name) => [name, `${name}.compiled`])) {
    const file = path.join(modules, name);
    if (existsSync(file)) assets[name] = file;
  }
  const completions = readdirSync(path.join(root, 'completions')).map((file) => `completions/${file}`);
  for (const file of ['dist/help.txt', ...completions]) assets[file] = path.join(root, file);
  const main = path.join(work, 'main.cjs');
  buildSync({
    absWorkingDir: root,
    entryPoints: ['scripts/binary/main.cjs'],
    outfile: main,
    bundle: true,
    platform: 'node',
  });
  const [config, blob] = [path.join(work, 'sea.json'), path.join(work, 'sea.blob')];
  writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true, assets }));
  run(path.join(nodeFor(process.arch), 'bin/node'), ['--experimental-sea-config', config], {
    stdio: 'ignore',
  });

  const called = `nfm-${manifest.version}-linux-${arch}`;
  const folder = path.join(BINARIES, called);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, 'nfm');
  copyFileSync(path.join(node, 'bin/node'), program);
  strip(arch, program);
  await inject(program, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
  for (const file of ['LICENSE', 'dist/THIRD-PARTY-NOTICES', 'man/nfm.1']) {
    copyFileSync(path.join(root, file), path.join(folder, path.basename(file)));
  }
  copyFileSync(path.join(node, 'LICENSE'), path.join(folder, 'LICENSE-node'));
  const archive = `${called}.tar.xz`;
  const same = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
  run('tar', [...same, '-cJf', archive, called], { cwd: BINARIES });
  return archive;
}

const asked = process.argv.slice(2);
const unknown = asked.find((arch) => !(arch in INTEGRITY));
if (process.platform !== 'linux' || !(process.arch in INTEGRITY) || unknown) {
  process.stderr.write(`error: built on Linux, x64 or arm64, for ${Object.keys(INTEGRITY).join(' or ')}.\n`);
  process.exit(2);
}

run('npm', ['run', '--silent', 'build']);
mkdirSync(BINARIES, { recursive: true });
const made = [];
for (const arch of asked.length > 0 ? asked : Object.keys(INTEGRITY)) made.push(await makeBinary(arch));

const versions = JSON.parse(
  run(path.join(nodeFor(process.arch), 'bin/node'), ['-p', 'JSON.stringify(process.versions)']),
);
const packages = bundledPackages(root, read('dist/modules.json'));
const bill = `nfm-${manifest.version}.cdx.json`;
const document = sbom(manifest, packages, read('package-lock.json').packages, versions);
writeFileSync(path.join(BINARIES, bill), `${JSON.stringify(document, null, 2)}\n`);

/** Of the architectures that were made before, too. */
const files = readdirSync(BINARIES).filter((file) => /\.(tar\.xz|json)$/.test(file));
const sums = files.map((file) => {
  const sum = createHash('sha256').update(readFileSync(path.join(BINARIES, file)));
  return `${sum.digest('hex')}  ${file}\n`;
});
writeFileSync(path.join(BINARIES, 'SHA256SUMS'), sums.join(''));
for (const file of [...files, 'SHA256SUMS']) {
  const { size } = statSync(path.join(BINARIES, file));
  say(`${String(Math.ceil(size / 1000)).padStart(7)} kB  binaries/${file}`);
}

const [here] = made.filter((file) => file.endsWith(`${process.arch}.tar.xz`));
if (here) {
  const NFM_EXECUTABLE = path.join(BINARIES, path.basename(here, '.tar.xz'), 'nfm');
  const tests = ['test/scripts/binary', 'test/cli/process', 'test/cli/completion', 'test/docs/readme'];
  run('npx', ['vitest', 'run', ...tests], { env: { ...process.env, NFM_EXECUTABLE }, stdio: 'inherit' });
}
