import { setMaxListeners } from 'node:events';
import type { Io } from './cli/io.ts';
import { run } from './cli/run.ts';

declare const NFM_VERSION: string;

/** argv → exit code. The only place that touches `process`. */
export async function main(): Promise<void> {
  // The SDK announces on the console that it will stop supporting Node 20: not the news that someone on call needs.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

  const interrupt = new AbortController();
  // Every call under way listens for Ctrl-C.
  setMaxListeners(0, interrupt.signal);
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
  process.on('SIGTERM', () => interrupt.abort());

  const parent = process.ppid;
  const fixed = process.env.NFM_NOW;
  const io: Io = {
    args: process.argv.slice(2),
    env: process.env,
    version: NFM_VERSION,
    // Node opens a stream when it is first touched, some milliseconds each: --help needs one of the three.
    get stdout() {
      return quietly(process.stdout);
    },
    get stderr() {
      return quietly(process.stderr);
    },
    get interactive() {
      return Boolean(process.stdin.isTTY && process.stderr.isTTY);
    },
    signal: interrupt.signal,
    hasParent: () => process.ppid === parent,
    now: fixed && !Number.isNaN(Date.parse(fixed)) ? () => Date.parse(fixed) : Date.now,
    async ask(question) {
      const { createInterface } = await import('node:readline/promises');
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        // readline takes Ctrl-C for itself.
        terminal.on('SIGINT', () => interrupt.abort());
        return await terminal.question(question, { signal: interrupt.signal });
      } finally {
        terminal.close();
      }
    },
  };
  // Not process.exit(): what is still in the pipes must get out.
  process.exitCode = await run(io);
}

/** A reader that goes away (`| head -1`) is no error; Node reports it asynchronously, past any try (nodejs/node#947). */
function quietly(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (stream.listenerCount('error') === 0) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return stream;
}
