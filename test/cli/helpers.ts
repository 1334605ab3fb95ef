import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorSchema } from '../../src/model/documents.ts';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import type { Fault } from '../../src/sandbox/wire/service.ts';
import { later } from '../later.ts';
import { warm } from './warm.ts';

const BIN = fileURLToPath(new URL('../../bin/nfm.js', import.meta.url));
/** How the program is started: as it was built, or as one file that `npm run binary` made (CONTRIBUTING.md). */
const { NFM_EXECUTABLE } = process.env;
export const PROGRAM: readonly [string, ...string[]] = NFM_EXECUTABLE
  ? [NFM_EXECUTABLE]
  : [process.execPath, BIN];
/** The clock of the binary and of the sandbox: the recorded incident began 22 minutes before. */
export const NOW = '2026-11-21T12:03:20Z';
export const HOME = mkdtempSync(join(tmpdir(), 'nfm-cli-'));

/** Nothing of the machine that runs the tests gets in: no AWS_*, no locale, no terminal, no proxy. */
export const ENV: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME,
  NFM_NOW: NOW,
  AWS_EC2_METADATA_DISABLED: 'true',
};

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Readonly<Record<string, string>>;
  /** Is handed the process as soon as it runs. */
  during?: ((child: ChildProcess) => void) | undefined;
}

/** What Node or the AWS SDK looks at once a process. */
const ONCE =
  /^(NODE_|TZ$|HOME$|PATH$|XDG_|AWS_(CONFIG|SHARED|PROFILE|CA|WEB|ROLE|CONTAINER|EC2)|\w+_PROXY$)/i;

/** Runs the built program to its end: in a warm thread, or as a process where the test needs what only that has. */
export function nfm(args: readonly string[], { env = {}, during }: RunOptions = {}): Promise<Run> {
  if (during || NFM_EXECUTABLE || Object.keys(env).some((name) => ONCE.test(name)))
    return nfmProcess(args, { env, during });
  return warm(args, { ...ENV, ...env });
}

/** Runs the built binary to its end, as a process. */
export function nfmProcess(args: readonly string[], { env = {}, during }: RunOptions = {}): Promise<Run> {
  return ran([...PROGRAM, ...args], { env: { ...ENV, ...env }, during });
}

/** Runs a line of shell in which $NFM is the binary. */
export function shell(line: string, env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return ran(['bash', '-c', line], { env: { ...ENV, NFM: PROGRAM.join(' '), ...env } });
}

interface Place {
  env: Readonly<Record<string, string>>;
  cwd?: string;
  during?: RunOptions['during'];
}

/** Runs any program, with this environment alone. */
export function ran([program = '', ...args]: readonly string[], { env, cwd, during }: Place): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    during?.(child);
  });
}

/** A window and a baseline that hold the incident and cost few queries. */
export const SHORT = ['--since', '30m', '--baseline', '1h', '--concurrency', '8'] as const;

export interface Account {
  sandbox: Sandbox;
  /** Points the binary at the sandbox, as a user would. One attempt: where a retry is the point, a test says so. */
  env: Readonly<Record<string, string>>;
  /** Runs the binary against the sandbox. */
  run(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** The verdict over a short window, as JSON. */
  triage(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Report>;
}

/** An AWS account on loopback, in the test's own process. */
export async function account(options: Partial<SandboxOptions> = {}): Promise<Account> {
  const sandbox = await startSandbox({
    scenario: 'packet-loss',
    now: () => Date.parse(NOW),
    queryMillis: 0,
    ...options,
  });
  later(() => sandbox.close());
  const env = { ...access(sandbox), AWS_MAX_ATTEMPTS: '1' };
  const run: Account['run'] = (args, more = {}) => nfm(args, { ...more, env: { ...env, ...more.env } });
  return {
    sandbox,
    env,
    run,
    async triage(args = [], more = {}) {
      const { code, stdout, stderr } = await run(['triage', ...SHORT, '-o', 'json', ...args], { env: more });
      if (code !== 0 || stderr !== '') throw new Error(`exit ${code}: ${stderr}`);
      return reportSchema.parse(JSON.parse(stdout));
    },
  };
}

export function access({ endpoint, world }: Sandbox): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret-that-must-never-be-printed',
  };
}

/** 'ec2:DescribeSubnets' answers as the service words a refusal. */
export function fault(action: string, error: Partial<NonNullable<Fault['error']>>, times?: number): Fault {
  const [service = '*', operation = '*'] = action.split(':');
  return {
    service: SIGNING_NAMES[service] ?? service,
    operation,
    error: { code: 'Oops', status: 400, message: 'as told by the test', ...error },
    ...(times === undefined ? {} : { times }),
  };
}

const SIGNING_NAMES: Readonly<Record<string, string>> = { cloudwatch: 'monitoring' };

const DENIALS: Readonly<Record<string, string>> = {
  networkflowmonitor: 'AccessDeniedException',
  eks: 'AccessDeniedException',
  cloudwatch: 'AccessDenied',
  sts: 'AccessDenied',
  ec2: 'UnauthorizedOperation',
};

/** Each service has its own code for 'you may not'. */
export function denied(action: string): Fault {
  const code = DENIALS[action.split(':')[0] ?? ''] ?? 'AccessDenied';
  return fault(action, {
    code,
    status: 403,
    message: `User: arn:aws:iam::123456789012:user/oncall is not authorized to perform: ${action}`,
  });
}

/** What a person reads: what happened, then what to do, nothing on stdout. */
export function expectError(run: Run): { message: string; hint: string } {
  if (run.stdout !== '') throw new Error(`stdout is not empty: ${run.stdout}`);
  const [, message = '', hint = ''] = /^error: (.+)\nhint: (.+)\n$/.exec(run.stderr) ?? [];
  if (!message) throw new Error(`not 'error:' and 'hint:' in two lines: ${run.stderr}`);
  return { message, hint };
}

/** What a program reads: one line on stderr, nothing on stdout. */
export function jsonError(run: Run) {
  if (run.stdout !== '') throw new Error(`stdout is not empty: ${run.stdout}`);
  if (!/^[^\n]+\n$/.test(run.stderr)) throw new Error(`not one line: ${run.stderr}`);
  return errorSchema.strict().parse(JSON.parse(run.stderr)).error;
}
