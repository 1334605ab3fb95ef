/*
 * npm run bench: what nfm costs, as ratios and counts taken in one run, because machines differ and are shared.
 * Ends non-zero where a limit is passed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProxy } from './proxy.js';

const NFM = fileURLToPath(new URL('../../bin/nfm.js', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const ENV = { PATH: process.env.PATH, HOME: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true' };
const RUNS = 21;
let failed = false;

function check(what, value, limit, unit = '') {
  const ok = value <= limit;
  failed ||= !ok;
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${what}: ${value}${unit} (at most ${limit}${unit})`);
}

startUp();
loadedModules();
const sandbox = await serve();
try {
  await concurrency(sandbox.endpoint);
  await chain(sandbox.endpoint);
  await throttled(sandbox.endpoint);
} finally {
  sandbox.child.kill('SIGINT');
}
memory();
process.exitCode = failed ? 1 : 0;

/** Start-up against an empty Node, in turns, so that a slow moment hits both. */
function startUp() {
  const commands = { empty: ['-e', '0'], version: [NFM, '--version'], help: [NFM, '--help'] };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let i = 0; i <= RUNS; i++) {
    for (const [name, args] of Object.entries(commands)) {
      const start = performance.now();
      spawnSync(process.execPath, args, { env: ENV });
      // The first round warms the file cache.
      if (i > 0) times[name].push(performance.now() - start);
    }
  }
  const empty = median(times.empty);
  console.log(`      node -e 0: ${empty.toFixed(0)} ms, median of ${RUNS}`);
  check('nfm --version against node -e 0', round(median(times.version) / empty), 1.3);
  check('nfm --help against node -e 0', round(median(times.help) / empty), 1.3);
}

/** What --help loads, by the source maps of the files that V8 says it ran. */
function loadedModules() {
  const coverage = mkdtempSync(path.join(tmpdir(), 'nfm-bench-'));
  spawnSync(process.execPath, [NFM, '--help'], { env: { ...ENV, NODE_V8_COVERAGE: coverage } });
  const urls = readdirSync(coverage).flatMap((file) =>
    JSON.parse(readFileSync(path.join(coverage, file), 'utf8')).result.map((script) => script.url),
  );
  rmSync(coverage, { recursive: true });
  const files = urls.filter((url) => url.startsWith(`file://${DIST}`)).map((url) => fileURLToPath(url));
  const sources = files.flatMap((file) => JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources);
  if (sources.length === 0) throw new Error('no source map was read: the check would pass unseen');
  check('AWS SDK modules loaded by --help', sources.filter((s) => /@aws-sdk|@smithy/.test(s)).length, 0);
}

/** The same calls at the same latency: as nfm makes them, and one after another. */
async function concurrency(endpoint) {
  const asIs = await triage(endpoint, { latency: 30 });
  const serial = await triage(endpoint, { latency: 30, atOnce: 1 }, ['--concurrency', '1']);
  console.log(
    `      triage at 30 ms a call: ${seconds(asIs.millis)} for ${asIs.calls.length} calls; one after another ${seconds(serial.millis)} for ${serial.calls.length}`,
  );
  check('triage against the same calls one after another', round(asIs.millis / serial.millis), 0.5);
}

/** In turns, so that a slow moment hits both. Gaps would make it cheaper: none may be lost. */
async function throttled(endpoint) {
  const times = { free: [], throttled: [] };
  for (let i = 0; i < 3; i++) {
    for (const [name, throttle] of [
      ['free', 0],
      ['throttled', 10],
    ]) {
      const { millis, calls, report } = await triage(endpoint, { latency: 30, throttle });
      times[name].push(millis);
      console.log(`      ${name}: ${seconds(millis)}, ${calls.length} calls, ${report.gaps.length} gaps`);
      if (throttle) check('gaps of a triage with a tenth of its calls throttled', report.gaps.length, 0);
    }
  }
  const ratio = median(times.throttled) / median(times.free);
  check('triage with a tenth of its calls throttled, against one without', round(ratio), 2);
}

/** At a latency that dwarfs everything else, what starts after something ended waited for it. */
async function chain(endpoint) {
  // Few enough that no call waits for one of the SDK's 50 sockets.
  const { calls } = await triage(endpoint, { latency: 1000 }, [
    '--concurrency',
    '40',
    '--since',
    '30m',
    '--baseline',
    'none',
  ]);
  // List, look, two rounds of queries (start and read), names.
  check('longest chain of dependent AWS calls, polling aside', longestChain(calls), 7);
}

function longestChain(calls) {
  const ordered = [...calls].sort((a, b) => a.start - b.start);
  for (const call of ordered) {
    const before = ordered.filter((c) => c.end > 0 && c.end <= call.start).map((c) => c.depth ?? 0);
    call.depth = Math.max(0, ...before) + (/\/status$/.test(call.name) ? 0 : 1);
  }
  return Math.max(...ordered.map((c) => c.depth));
}

function memory() {
  const report = 'process.on("exit",()=>process.stderr.write("\\nmaxRSS "+process.resourceUsage().maxRSS))';
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${report}`, NFM, 'triage', '--sandbox'],
    {
      env: ENV,
      encoding: 'utf8',
    },
  );
  const kilobytes = Number(/maxRSS (\d+)/.exec(stderr)?.[1]);
  check('peak memory of triage --sandbox, sandbox included', Math.round(kilobytes / 1024), 150, ' MiB');
}

async function triage(endpoint, proxyOptions, flags = []) {
  const proxy = await startProxy(endpoint, proxyOptions);
  const env = {
    ...ENV,
    AWS_ENDPOINT_URL: proxy.endpoint,
    AWS_REGION: 'ap-northeast-3',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const start = performance.now();
  const child = spawn(process.execPath, [NFM, 'triage', '-o', 'json', ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`nfm triage ended with ${code}`);
  proxy.close();
  return { millis: performance.now() - start, calls: proxy.calls, report: JSON.parse(stdout) };
}

async function serve() {
  const child = spawn(process.execPath, [NFM, 'sandbox', 'serve'], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  return { child, endpoint: JSON.parse(line).endpoint };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function round(value) {
  return Math.round(value * 100) / 100;
}

function seconds(millis) {
  return `${(millis / 1000).toFixed(1)} s`;
}
