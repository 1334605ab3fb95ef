/*
 * npm run lab: one minute of real packets, half of it with loss on one pod, and nfm's verdict on it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
const NFM = path.join(HERE, '../../bin/nfm.js');
/** What this machine lacks, as nfm's own exit code for a wrong setup. */
const CANNOT_RUN = 253;
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', nginx: 'nginx', python3: 'python3' };

function refuse(message) {
  process.stderr.write(`npm run lab: ${message}\n`);
  process.exit(CANNOT_RUN);
}

function preflight() {
  if (process.platform !== 'linux') refuse('needs Linux: it builds network namespaces.');
  if (process.getuid() !== 0) {
    refuse('needs root, to build network namespaces and to drop packets inside them. Run: sudo npm run lab');
  }
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const missing = Object.entries(PROGRAMS).filter(
    ([program]) => spawnSync('sh', ['-c', `command -v ${program}`], { env }).status !== 0,
  );
  if (missing.length) {
    const programs = missing.map(([program]) => program).join(', ');
    refuse(`${programs} not found. Install: ${missing.map(([, name]) => name).join(' ')}`);
  }
  return env;
}

/** The lab cleans up behind itself when it is told to stop; this waits for it, and then does the same. */
function record(file) {
  const child = spawn('python3', [path.join(HERE, 'lab.py'), 'live', file], { env, stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, being typed at both.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 130)));
}

const env = preflight();
const folder = mkdtempSync(path.join(tmpdir(), 'nfm-lab-case-'));
try {
  const recording = path.join(folder, 'recording.json');
  const status = await record(recording);
  if (status !== 0) {
    process.exitCode = status;
  } else {
    const bundle = path.join(folder, 'to-case.mjs');
    await build({
      entryPoints: [path.join(HERE, 'to-case.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      banner: {
        js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    const { toCase } = await import(bundle);
    const file = path.join(folder, 'case.json');
    const { data, onset } = toCase(JSON.parse(readFileSync(recording, 'utf8')), { minutes: 30 });
    writeFileSync(file, JSON.stringify(data));
    process.exitCode =
      spawnSync(process.execPath, [NFM, 'triage', '--case', file], { stdio: 'inherit' }).status ?? 1;
    process.stdout.write(
      `\nThe truth: 5 % of what pod web-b-2 sent was dropped, from ${onset} on. AWS was healthy.\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
