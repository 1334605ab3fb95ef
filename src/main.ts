import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { addAbortSignal } from 'node:stream';
import type { Io } from './cli/core/io.ts';
import { run } from './cli/run.ts';

declare const NFM_VERSION: string;

/** argv → exit code. The only place that touches `process`. */
export async function main(shipped: Io['shipped'] = fromPackage): Promise<void> {
  // The SDK announces on the console that it will stop supporting Node 20: not the news that someone on call needs.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  if (!process.env.HOME) process.env.HOME = homeFromSystem();

  const interrupt = new AbortController();
  // Every call under way listens for Ctrl-C.
  setMaxListeners(0, interrupt.signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted && signal === 'SIGINT') process.exit(130);
      interrupt.abort(signal);
    });
  }

  const parent = process.ppid;
  const fixed = Date.parse(process.env.NFM_NOW ?? '');
  let waited = 0;
  const [out, err] = [new Written(), new Written()];
  const io: Io = {
    args: process.argv.slice(2),
    env: process.env,
    version: NFM_VERSION,
    shipped,
    // Node opens a stream when it is first touched, some milliseconds each: --help needs one of the three.
    get stdout() {
      return out.open(process.stdout);
    },
    get stderr() {
      return err.open(process.stderr);
    },
    // Who waits for more of it must not wait on when the run is interrupted.
    stdin: () => addAbortSignal(interrupt.signal, process.stdin),
    get interactive() {
      return Boolean(process.stdin.isTTY && process.stderr.isTTY);
    },
    signal: interrupt.signal,
    hasParent: () => process.ppid === parent,
    now: Number.isNaN(fixed) ? Date.now : () => fixed + waited,
    async wait(millis) {
      const { signal } = interrupt;
      if (!Number.isNaN(fixed)) waited += millis;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Number.isNaN(fixed) ? millis : 0);
        const end = () => {
          clearTimeout(timer);
          resolve();
        };
        if (signal.aborted) end();
        signal.addEventListener('abort', end, { once: true });
      });
    },
    async ask(question) {
      const { createInterface } = await import('node:readline/promises');
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        // readline takes Ctrl-C for itself.
        terminal.on('SIGINT', () => interrupt.abort('SIGINT'));
        return await terminal.question(question, { signal: interrupt.signal });
      } finally {
        terminal.close();
      }
    },
    async written() {
      await err.flushed(interrupt.signal);
      return out.flushed(interrupt.signal);
    },
  };
  process.exitCode = await run(io);
  await io.written();
  // What an aborted call left behind, such as a credential_process that hangs, must not hold the prompt.
  process.exit();
}

/** A user of a container may have no home at all, and what asks the system for it throws. */
function homeFromSystem(): string {
  try {
    return homedir();
  } catch {
    return '/nonexistent';
  }
}

/** This is bundled as dist/main.cjs. */
function fromPackage(file: string): string {
  return readFileSync(path.join(__dirname, '..', file), 'utf8');
}

/** ms: a pipe that is read takes all at once. */
const PATIENCE = 500;

/** Node reports what went wrong with a write later, past any try (nodejs/node#947). */
class Written {
  #stream: NodeJS.WriteStream | undefined;
  #lost: NodeJS.ErrnoException | null = null;

  open(stream: NodeJS.WriteStream): NodeJS.WriteStream {
    if (this.#stream) return stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that goes away (`| head -1`, a closed terminal) changes neither the work nor the exit code.
      if (!/^(EPIPE|ECONNRESET|ERR_STREAM_DESTROYED)$/.test(error.code ?? '')) this.#lost ??= error;
    });
    this.#stream = stream;
    return stream;
  }

  /** What is still in a pipe must get out before the process ends; who does not read cannot hold one that a signal ends. */
  async flushed(ending: AbortSignal): Promise<NodeJS.ErrnoException | null> {
    await new Promise<void>((resolve) => {
      if (!this.#stream) return resolve();
      this.#stream.write('', () => resolve());
      const giveUp = () => setTimeout(resolve, PATIENCE);
      if (ending.aborted) giveUp();
      else ending.addEventListener('abort', giveUp, { once: true });
    });
    return this.#lost;
  }
}
