/** How far a long run has come, for a line on the terminal. */
export interface Progress {
  phase: string;
  done: number;
  planned: number;
}

/** Counts queries as they are planned and done. */
export function counter(onProgress: (progress: Progress) => void) {
  let planned = 0;
  let done = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    planned++;
    try {
      return await work();
    } finally {
      done++;
      onProgress({ phase: 'Reading flows', done, planned });
    }
  };
}

export type Counted = ReturnType<typeof counter>;
