import pLimit from 'p-limit';

/** Runs work, at most so much at once. */
export interface Limit {
  <T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

export function limited(concurrency: number): Limit {
  return tracked(pLimit(concurrency));
}

/** Knows what `start` has begun and not ended. */
export function tracked(start: <T>(work: () => Promise<T>) => Promise<T>): Limit {
  const underWay = new Set<Promise<unknown>>();
  const run = <T>(work: () => Promise<T>): Promise<T> => {
    const promise = start(work);
    underWay.add(promise);
    const done = () => underWay.delete(promise);
    promise.then(done, done);
    return promise;
  };
  const idle = async () => {
    await Promise.allSettled(underWay);
  };
  return Object.assign(run, { idle });
}
