import { endedBy } from '../model/errors.ts';

/** Waits; an abort ends it. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis);
  });
  return unlessAborted(waited, signal).finally(() => clearTimeout(timer));
}

/** The work's answer, or at once why it was aborted: not all that a call waits for listens to a signal (credential_process). */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(endedBy(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const done = () => signal.removeEventListener('abort', onAbort);
    work.then(resolve, reject).finally(done);
  });
}
