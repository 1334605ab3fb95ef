import { fork, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Account } from './account.ts';
import { check, say } from './checks.ts';
import type { Call } from './proxy.ts';
import { ENV, NFM } from './weight.ts';

/** Two rounds of queries, and what is asked beside them: no plan that looks before it asks is faster. */
const BESIDE = 0.8;

/** The machine is shared: what takes half as long again as it should is a fault of ours, less may be the machine's. */
const NOISE = 1.5;

/** They mostly wait. */
const AT_ONCE = 4;

interface Row extends Account {
  name: string;
  args?: string[];
  /** The wall time that it should take, s, and the calls that it may not exceed. */
  seconds: number;
  calls: number;
  /** The row whose verdict this one must have. */
  like?: string;
  /** As people write it, instead of nfm. */
  script?: boolean;
}

const THREE = { query: 3000, seconds: 8.5, calls: 320 };
const POD = { scenario: 'packet-loss' };

const ROWS: Row[] = [
  { ...THREE, ...POD, name: 'pod' },
  { ...THREE, ...POD, name: 'pod, script', script: true },
  { ...THREE, ...POD, name: 'pod, q 10 s', query: 10_000, seconds: 26 },
  { ...THREE, ...POD, name: 'pod, q 10 s, script', query: 10_000, script: true },
  { ...THREE, name: 'quiet', scenario: 'quiet', seconds: 8, calls: 120 },
  { ...THREE, name: 'quiet, q 10 s', scenario: 'quiet', query: 10_000, seconds: 26, calls: 120 },
  { ...THREE, name: 'zone', scenario: 'aws-impairment' },
  { ...THREE, name: 'zone, 6 zones', scenario: 'aws-impairment', zones: 6 },
  { ...THREE, ...POD, name: 'pod, 20 monitors', monitors: 20, seconds: 12, calls: 700 },
  {
    ...THREE,
    ...POD,
    name: 'pod, 20 monitors, 6 zones, 24 h',
    monitors: 20,
    zones: 6,
    args: ['--since', '24h'],
    // Most of it is the sandbox's own counting; the calls are what is looked at.
    seconds: 60,
    calls: 700,
  },
  { ...THREE, name: 'quiet, 20 monitors', scenario: 'quiet', monitors: 20, seconds: 16, calls: 850 },
  { ...THREE, ...POD, name: 'pod, two at once', atOnce: 2, seconds: 100, calls: 450, like: 'pod' },
  {
    ...THREE,
    ...POD,
    name: 'pod, a tenth throttled',
    throttle: 10,
    seconds: 1.6 * 8.5,
    calls: 360,
    like: 'pod',
  },
  { ...THREE, ...POD, name: 'pod, 5 calls a second', rate: 5, seconds: 75, calls: 450, like: 'pod' },
  {
    ...THREE,
    name: 'quiet, 1 call a second',
    scenario: 'quiet',
    rate: 1,
    seconds: 150,
    calls: 250,
    like: 'quiet',
  },
];

/** Rows whose names begin with one of the words; without words, all. */
export async function pace(words: string[]): Promise<void> {
  const rows = ROWS.filter(({ name }) => words.length === 0 || words.some((word) => name.startsWith(word)));
  const hasScript = spawnSync('python3', ['-c', 'import boto3']).status === 0;
  say(
    `      ${'wall'.padStart(7)} ${'/ limit'} calls queries polls refused waves empty  (limit: 2q + ${BESIDE} s)`,
  );
  const told = new Map<string, Measured | null>();
  const left = [...rows];
  const work = async () => {
    for (let row = left.shift(); row; row = left.shift()) {
      told.set(row.name, row.script && !hasScript ? null : await measure(row));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const row of rows) report(row, told);
}

function report(
  { name, query, seconds, calls, like, script }: Row,
  told: Map<string, Measured | null>,
): void {
  const own = told.get(name);
  if (!own) {
    say(`      ${name}: SKIPPED, python3 has no boto3`);
    return;
  }
  const limit = 2 * (query / 1000) + BESIDE;
  const counts = [own.calls, own.queries, own.polls, own.refused, own.waves, own.empty];
  const wall = own.millis / 1000;
  const figures = counts.map((n) => String(n).padStart(6)).join('');
  say(`      ${wall.toFixed(1).padStart(5)} s ${(wall / limit).toFixed(2).padStart(6)} ${figures}  ${name}`);
  if (script) return;
  check(`calls of ${name} that were taken`, own.calls - own.refused, calls);
  check(`wall time of ${name} against its limit`, wall / limit, round(NOISE * (seconds / limit)));
  const other = like && told.get(like);
  if (other) check(`verdict of ${name} other than of ${like}`, Number(own.verdict !== other.verdict), 0);
  if (like) check(`gaps of ${name}`, own.gaps, other ? other.gaps : 1);
}

interface Measured {
  millis: number;
  calls: number;
  queries: number;
  polls: number;
  refused: number;
  waves: number;
  empty: number;
  verdict: string;
  gaps: number;
}

async function measure({ script, args = [], ...account }: Row): Promise<Measured> {
  const server = fork(fileURLToPath(import.meta.url), ['serve', JSON.stringify(account)]);
  const answer = <T>() =>
    new Promise<T>((resolve) => server.once('message', (message) => resolve(message as T)));
  const endpoint = await answer<string>();
  const env = {
    ...ENV,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'ap-northeast-3',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const start = performance.now();
  const stdout = script
    ? await run('python3', [path.join(process.cwd(), 'test/bench/as_people_write.py')], env)
    : await run(process.execPath, [NFM, 'triage', '-o', 'json', ...args], env);
  const millis = performance.now() - start;
  server.send('calls');
  const calls = await answer<Call[]>();
  server.disconnect();
  return { millis, ...counted(calls), ...said(stdout) };
}

async function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return stdout;
}

function counted(calls: readonly Call[]) {
  const count = (which: (call: Call) => boolean) => calls.filter(which).length;
  const started = calls.filter(({ kind, status }) => kind === 'start' && status === 200);
  const queries = started.map(({ queryId, start }) => ({
    start,
    end: Math.max(...calls.filter((call) => call.queryId === queryId).map(({ end }) => end)),
  }));
  return {
    calls: calls.length,
    queries: started.length,
    polls: count(({ kind }) => kind === 'poll'),
    refused: count(({ status }) => status === 402 || status === 429 || status === 503),
    waves: waves(queries),
    empty: count(({ empty }) => empty),
  };
}

/** The longest chain of queries each of which began when another had ended. */
function waves(queries: readonly { start: number; end: number }[]): number {
  let [chain, ended] = [0, 0];
  for (const { start, end } of [...queries].sort((a, b) => a.end - b.end)) {
    if (start < ended) continue;
    chain++;
    ended = end;
  }
  return chain;
}

function said(stdout: string) {
  const report = JSON.parse(stdout);
  return {
    verdict: JSON.stringify([report.verdict, report.reason, report.location]),
    // Who can do without a witness asks for it once more only.
    gaps:
      report.gaps?.filter(({ effect }: { effect: string }) => !effect.startsWith('A witness')).length ?? 0,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
