import pLimit from 'p-limit';

/** Runs work, at most so much at once. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

export function limited(concurrency: number): Limit {
  return pLimit(concurrency);
}
