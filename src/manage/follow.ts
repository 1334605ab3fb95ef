import { pause } from '../aws/pause.ts';
import type { Said } from '../model/command-line.ts';
import { UnreachableError } from '../model/errors.ts';
import { duration } from '../model/units.ts';

/** Terraform waits as long for scopes and monitors by default; no figure of the service's own was found. */
export const LONGEST_MILLIS = 30 * 60_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

interface FollowOptions {
  /** What is waited for, for the message when it takes too long. */
  what: string;
  read(): Promise<string>;
  /** Throws where the status can only mean that it will never be done. */
  isDone(status: string): boolean;
  onStatus(status: string, elapsedMillis: number): void;
  signal: AbortSignal;
  /** The command that tells later. */
  hint: Said;
  longestMillis?: number;
}

/** Reads a status until it is the wanted one: soon at first, then every ten seconds. */
export async function follow(options: FollowOptions): Promise<void> {
  const { what, read, isDone, onStatus, signal, hint, longestMillis = LONGEST_MILLIS } = options;
  const started = performance.now();
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE)) {
    const status = await read();
    const elapsed = performance.now() - started;
    onStatus(status, elapsed);
    if (isDone(status)) return;
    if (elapsed > longestMillis) {
      throw new UnreachableError('wait-timeout', `${what} is still ${status} after ${duration(elapsed)}.`, {
        hint,
      });
    }
    await pause(wait, signal);
  }
}
