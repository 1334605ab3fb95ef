import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/* The programs that these tests bring together: our own binary, and AWS clients and servers that others wrote. */

const NFM = fileURLToPath(new URL('../../bin/nfm.js', import.meta.url));
const PATIENCE = 20_000;

export interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export type Env = Record<string, string>;

/** Null where the program can be used; else why not, for the tests' title, and aloud: a reporter may hide titles. */
export function lacks(program: string, probe: string): string | null {
  const { error, status } = spawnSync(program, [probe], { stdio: 'ignore', timeout: PATIENCE });
  if (!error && status === 0) return null;
  const why = error ? 'is not on PATH' : `does not run (exit code ${status})`;
  const title = `SKIPPED: ${program} ${why}`;
  process.stderr.write(`${title}\n`);
  return title;
}

/** Nothing of this machine's AWS settings gets in: a home of our own, and nothing inherited but PATH. */
export function cleanEnv(): { env: Env; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'nfm-interop-'));
  return {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

export async function run(program: string, args: readonly string[], env: Env): Promise<Ended> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended: Ended = { exitCode: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    ended.stderr += text;
  });
  [ended.exitCode] = await once(child, 'close');
  return ended;
}

export function nfm(args: readonly string[], env: Env): Promise<Ended> {
  return run(process.execPath, [NFM, ...args], env);
}

export interface Server {
  endpoint: string;
  stop(): Promise<void>;
}

export interface ServedSandbox extends Server {
  region: string;
  accountId: string;
  scenario: string;
  vpcId: string;
}

/** `nfm sandbox serve`, which says in its first line where it listens. */
export async function serveSandbox(env: Env, scenario?: string): Promise<ServedSandbox> {
  const args = [NFM, 'sandbox', 'serve', ...(scenario ? [scenario] : [])];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = listen(child);
  const stop = () => end(child);
  try {
    await until('the first line of nfm sandbox serve', () => {
      if (child.exitCode !== null) throw new Error(`nfm sandbox serve ended: ${said.stderr}`);
      return said.stdout.includes('\n');
    });
    return { ...JSON.parse(said.stdout.split('\n')[0] ?? ''), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** moto cannot be asked for a free port, so one is looked for; another program may be quicker to take it. */
export async function serveMoto(env: Env): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = listen(child);
    const endpoint = `http://127.0.0.1:${port}`;
    const stop = () => end(child);
    try {
      await until('moto_server', async () => {
        if (child.exitCode !== null) throw new Error(`moto_server ended: ${said.stderr}`);
        // Its own line first: whoever else took the port could answer too.
        return said.stderr.includes(`127.0.0.1:${port}`) && (await answers(endpoint));
      });
      return { endpoint, stop };
    } catch (error) {
      await stop();
      if (attempt === 3 || !/in use/i.test(said.stderr)) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function listen(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said.stderr += text;
  });
  // A program that cannot be started has no exit code of its own.
  child.on('error', ({ message }) => {
    said.stderr += message;
  });
  return said;
}

/** Politely, then not: a server that hangs must not outlive the tests. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

/** Asks again until it is so. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`Waited ${PATIENCE / 1000} s in vain for ${what}.`);
}
