import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { later } from '../later.ts';
import { type Ended, type Env, run } from './programs.ts';

const FORKS = fileURLToPath(new URL('./aws-fork.py', import.meta.url));
const importable = spawnSync('python3', ['-c', 'import awscli.clidriver'], { stdio: 'ignore' }).status === 0;

let forks: ((args: readonly string[], env: Env) => Promise<Ended>) | undefined;

/** One call of the AWS CLI: from one that is loaded already, where Python can import it, else by starting it. */
export function aws(args: readonly string[], env: Env): Promise<Ended> {
  if (!importable) return run('aws', args, env);
  forks ??= startForks(env);
  return forks(args, env);
}

function startForks(env: Env) {
  const child = spawn('python3', [FORKS], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const files = mkdtempSync(join(tmpdir(), 'nfm-aws-'));
  const waiting = new Map<number, (code: number) => void>();
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, code } = JSON.parse(line);
    waiting.get(id)?.(code);
    waiting.delete(id);
  });
  later(() => stop(child, files));
  return async (args: readonly string[], env: Env): Promise<Ended> => {
    const id = ++last;
    const [stdout, stderr] = [join(files, `${id}.out`), join(files, `${id}.err`)];
    child.stdin.write(`${JSON.stringify({ id, args, env, stdout, stderr })}\n`);
    const exitCode = await new Promise<number>((resolve) => waiting.set(id, resolve));
    return { exitCode, stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') };
  };
}

async function stop(child: ChildProcess, files: string): Promise<void> {
  forks = undefined;
  child.stdin?.end();
  rmSync(files, { recursive: true, force: true });
}
