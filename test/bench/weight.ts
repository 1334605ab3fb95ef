import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, median, say } from './checks.ts';

const ROOT = process.cwd();
export const NFM = path.join(ROOT, 'bin/nfm.js');
const DIST = path.join(ROOT, 'dist/');
export const ENV = { PATH: process.env.PATH, HOME: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true' };
const RUNS = 21;

/** Against an empty Node, in turns, so that a slow moment hits both. */
export function startUp(): void {
  const commands = { empty: ['-e', '0'], '--version': [NFM, '--version'], '--help': [NFM, '--help'] };
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let i = 0; i <= RUNS; i++) {
    for (const [name, args] of Object.entries(commands)) {
      const start = performance.now();
      spawnSync(process.execPath, args, { env: ENV });
      // The first round warms the file cache.
      if (i > 0) times.get(name)?.push(performance.now() - start);
    }
  }
  const [empty = 1, ...own] = [...times.values()].map(median);
  say(`      node -e 0: ${empty.toFixed(0)} ms, median of ${RUNS}`);
  for (const [i, name] of ['--version', '--help'].entries()) {
    check(`nfm ${name} against node -e 0`, (own[i] ?? 0) / empty, 1.3);
  }
  check(
    'AWS SDK modules loaded by --help',
    sourcesLoaded('--help').filter((s) => /@aws-sdk|@smithy/.test(s)).length,
    0,
  );
}

/** By the source maps of the files that V8 says it ran. */
function sourcesLoaded(...args: string[]): string[] {
  const coverage = mkdtempSync(path.join(tmpdir(), 'nfm-bench-'));
  spawnSync(process.execPath, [NFM, ...args], { env: { ...ENV, NODE_V8_COVERAGE: coverage } });
  const urls = readdirSync(coverage).flatMap((file) =>
    JSON.parse(readFileSync(path.join(coverage, file), 'utf8')).result.map(
      (script: { url: string }) => script.url,
    ),
  );
  rmSync(coverage, { recursive: true });
  const files = urls.filter((url) => url.startsWith(`file://${DIST}`)).map((url) => fileURLToPath(url));
  const sources = files.flatMap((file) => JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources);
  if (sources.length === 0) throw new Error('no source map was read: the check would pass unseen');
  return sources;
}

export function memory(): void {
  check('peak memory of triage --sandbox, sandbox included', peak('triage', '--sandbox'), 130, ' MiB');
}

/** A day of a large account: longer than the longest string. */
const MANY_FLOWS = 1_000_000;
const LARGE_LIMIT = 4000;

/** A case of so many flows is read and judged; how much of it is held is for the reader to see. */
export function large(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'nfm-bench-'));
  const [small, many] = [path.join(folder, 'small.json'), path.join(folder, 'many.json')];
  spawnSync(process.execPath, [NFM, 'triage', '--sandbox', '--save-case', small], { env: ENV });
  const { flows, ...rest } = JSON.parse(readFileSync(small, 'utf8'));
  const file = openSync(many, 'w');
  writeSync(file, `${JSON.stringify(rest).slice(0, -1)},"flows":[`);
  for (let i = 0; i < MANY_FLOWS; i++) {
    const like = flows[i % flows.length];
    const ip = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    writeSync(
      file,
      `${i > 0 ? ',' : ''}${JSON.stringify({ ...like, local: { ...like.local, ip } }, null, 2)}`,
    );
  }
  writeSync(file, ']}');
  closeSync(file);
  const mebibytes = Math.round(statSync(many).size / 2 ** 20);
  check(
    `peak memory of triage --case, ${mebibytes} MiB`,
    peak('triage', '--case', many),
    LARGE_LIMIT,
    ' MiB',
  );
  rmSync(folder, { recursive: true });
}

function peak(...args: string[]): number {
  const report = 'process.on("exit",()=>process.stderr.write("\\nmaxRSS "+process.resourceUsage().maxRSS))';
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${report}`, NFM, ...args],
    {
      env: ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  return Math.round(Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024);
}
