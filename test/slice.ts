/**
 * One in so many of what takes a world of its own each: the gate has ten minutes. `NFM_ALL=1 npm test` takes them all.
 */
export function slice<T>(all: readonly T[], oneIn: number): T[] {
  return all.filter((_, i) => process.env.NFM_ALL !== undefined || i % oneIn === 0);
}
