import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { judgeRun, type Outcome, type Violation } from './oracle.ts';
import type { Run } from './plan.ts';
import { startProxy } from './proxy.ts';
import { SECRETS } from './rules.ts';

/** The clock of the binary and of the sandbox: the recorded incident began 22 minutes before. */
const NOW = '2026-11-21T12:03:20Z';
/** Longer than any run may take by its own --timeout, also on a busy machine. */
const DEADLINE_MILLIS = 60_000;

export interface Result {
  run: Run;
  outcome: Outcome;
  violations: Violation[];
  millis: number;
}

/** Runs the built binary, each time behind a proxy of its own; sandboxes are shared, for nothing changes them. */
export class Suite {
  readonly #bin: string;
  readonly #home = mkdtempSync(join(tmpdir(), 'nfm-faults-'));
  readonly #sandboxes = new Map<string, Promise<Sandbox>>();

  constructor(bin: string) {
    this.#bin = bin;
  }

  async run(run: Run): Promise<Result> {
    const sandbox = await this.#sandbox(run.scenario);
    const start = performance.now();
    let raise = () => {};
    const proxy = await startProxy(sandbox.endpoint, [run.rule], run.seed + run.index, (hits) => {
      if (run.rule.kind === 'signal' && hits === 3) raise();
    });
    const child = spawn(process.execPath, [this.#bin, ...run.args], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: this.#home,
        NFM_NOW: NOW,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: proxy.endpoint,
        AWS_REGION: sandbox.world.region,
        AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
        ...SECRETS,
        ...run.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    raise = () => void child.kill(run.rule.name as NodeJS.Signals);
    const killer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MILLIS);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (...end) => resolve(end));
    });
    clearTimeout(killer);
    const { hits, lost } = proxy.traffic;
    const outcome: Outcome = { code, signal, stdout, stderr, hits, lost: lost() };
    await proxy.close();
    return { run, outcome, violations: judgeRun(run, outcome), millis: performance.now() - start };
  }

  /** Several at once: most of them wait. */
  async all(runs: readonly Run[], jobs: number, onResult: (result: Result) => void): Promise<Result[]> {
    const left = [...runs];
    const results: Result[] = [];
    const work = async () => {
      for (let run = left.shift(); run; run = left.shift()) {
        const result = await this.run(run);
        results.push(result);
        onResult(result);
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
    return results.sort((a, b) => a.run.index - b.run.index);
  }

  async close(): Promise<void> {
    for (const sandbox of this.#sandboxes.values()) await (await sandbox).close();
    rmSync(this.#home, { recursive: true, force: true });
  }

  #sandbox(scenario: string): Promise<Sandbox> {
    const known = this.#sandboxes.get(scenario);
    if (known) return known;
    const started = startSandbox({ scenario, now: () => Date.parse(NOW), queryMillis: 0 });
    this.#sandboxes.set(scenario, started);
    return started;
  }
}
