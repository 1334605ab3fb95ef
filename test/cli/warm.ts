import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Run } from './helpers.ts';

const THREAD = fileURLToPath(new URL('./warm-thread.cjs', import.meta.url));
const workerData = {
  main: fileURLToPath(new URL('../../dist/main.cjs', import.meta.url)),
  bin: fileURLToPath(new URL('../../bin/nfm.js', import.meta.url)),
};

const idle: Worker[] = [];

/** Runs the built program once in a thread of this process, one run at a time in each. */
export async function warm(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const thread = idle.pop() ?? new Worker(THREAD, { workerData, env: {} });
  thread.ref();
  const ended = once(thread, 'message');
  thread.postMessage({ args, env });
  const [run] = await ended;
  thread.unref();
  idle.push(thread);
  return run;
}
