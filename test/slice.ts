/** The gate has ten minutes: `NFM_ALL=1 npm test` takes all of what is long, too. */
export const ALL = process.env.NFM_ALL !== undefined;

/** One in so many of what takes a world of its own each. */
export function slice<T>(all: readonly T[], oneIn: number): T[] {
  return all.filter((_, i) => ALL || i % oneIn === 0);
}
