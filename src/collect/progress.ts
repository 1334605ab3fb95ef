/** How far a long run has come, for a line on the terminal. */
export interface Progress {
  phase: string;
  done: number;
  planned: number;
  /** What is counted; queries where it is not said. */
  of?: string;
  /** What is planned may change with what is found. */
  about?: boolean;
}

/** Counts queries as they are planned and done. */
export function counter(onProgress: (progress: Progress) => void, phase = 'Reading flows') {
  let planned = 0;
  let expected = 0;
  let done = 0;
  const say = () => onProgress({ phase, done, planned: planned + expected, about: expected > 0 });
  const count = async <T>(work: () => Promise<T>): Promise<T> => {
    planned++;
    say();
    try {
      return await work();
    } finally {
      done++;
      say();
    }
  };
  /** While the work runs, so many queries are likely to follow it. */
  const expecting = async <T>(more: number, work: () => Promise<T>): Promise<T> => {
    expected += more;
    try {
      return await work();
    } finally {
      expected -= more;
    }
  };
  return Object.assign(count, { expecting });
}

export type Counted = ReturnType<typeof counter>;
