import { run } from '../../src/cli/run.ts';
import { type Report, reportSchema } from '../../src/model/report.ts';
import type { Playable } from '../../src/sandbox/scenarios/scenario.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Fault } from '../../src/sandbox/wire/service.ts';
import { later } from '../later.ts';
import { HOME, NOW } from './helpers.ts';

/** What a run says on stderr, without the calls that --debug prints. */
export const saidIn = (stderr: string) => stderr.split('\n').filter((line) => line && !/ \d+ ms$/.test(line));

export interface Watched {
  code: number;
  stderr: string;
  reports: Report[];
  /** By round. */
  calls: string[][];
}

export interface World {
  scenario?: string | Playable;
  faults?: Fault[];
  /** Is called before each round but the first, and may put the clock forward. */
  between?(round: number, so: Watched): number | undefined;
  /** Takes the reports, so that they are not kept. */
  take?(report: Report): void;
}

/** The program in this process, against a sandbox with the same clock, which goes on only where it waits. */
export async function watched(
  args: readonly string[],
  { scenario = 'packet-loss', faults = [], between, take }: World = {},
) {
  let now = Date.parse(NOW);
  const sandbox = await startSandbox({
    scenario,
    faults,
    now: () => now,
    elapsed: () => now,
    queryMillis: 0,
  });
  later(() => sandbox.close());
  // Twice: what idles for long in a busy machine may be closed by the other end.
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_MAX_ATTEMPTS: '2' };
  Object.assign(process.env, keys);
  const result: Watched = { code: 0, stderr: '', reports: [], calls: [] };
  const write = (to: (text: string) => void) => (text: string, done?: (error?: Error | null) => void) => {
    to(text);
    done?.();
  };
  const connection = ['--endpoint-url', sandbox.endpoint, '--region', sandbox.world.region];
  const env = { HOME, AWS_EC2_METADATA_DISABLED: 'true', ...keys };
  const counted = () => {
    result.calls.push(sandbox.requests.splice(0).map(({ service, operation }) => `${service}:${operation}`));
  };
  result.code = await run({
    args: ['watch', '-o', 'ndjson', ...connection, ...args],
    env,
    version: '0.0.0',
    shipped: () => '',
    stdin: async function* () {},
    stdout: {
      write: write((text) => {
        const report = reportSchema.parse(JSON.parse(text));
        if (take) take(report);
        else result.reports.push(report);
      }),
    },
    stderr: {
      write: write((text) => {
        result.stderr += text;
      }),
    },
    interactive: false,
    signal: new AbortController().signal,
    hasParent: () => true,
    now: () => now,
    wait: async (millis) => {
      counted();
      now += between?.(result.calls.length, result) ?? millis;
    },
    ask: async () => '',
    written: async () => null,
  });
  counted();
  for (const name of Object.keys(keys)) delete process.env[name];
  return result;
}
