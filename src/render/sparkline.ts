type Counts = readonly (number | null)[];

/** The lowest mark is for zero alone, so that one event never looks like none. */
const BLOCKS = { levels: '▁▂▃▄▅▆▇█', missing: '·' };
const ASCII = { levels: '_.:-=+*#', missing: '?' };

interface SparklineOptions {
  width: number;
  unicode: boolean;
  /** The value of the tallest mark; give the same one to lines that stand under each other. */
  max?: number;
}

/** The marks that a key under a chart explains. */
export function marks(unicode: boolean): { full: string; missing: string } {
  const { levels, missing } = unicode ? BLOCKS : ASCII;
  return { full: levels.charAt(levels.length - 1), missing };
}

/** How many values share one mark when `length` values must fit into `width` marks. */
export function binSize(length: number, width: number): number {
  return Math.max(1, Math.ceil(length / Math.max(1, width)));
}

/**
 * Sums of equal bins. Where the values do not divide evenly, the first bin is the short one:
 * the newest minutes matter most. A bin is null only where nothing in it was reported.
 */
export function bins(values: Counts, width: number): (number | null)[] {
  return groups(values, width).map((group) => {
    const known = group.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

/** The values of each mark. */
export function groups<T>(values: readonly T[], width: number): T[][] {
  const size = binSize(values.length, width);
  const first = values.length % size;
  const starts = Array.from({ length: Math.ceil(values.length / size) }, (_, bin) =>
    first === 0 ? bin * size : Math.max(0, first + (bin - 1) * size),
  );
  return starts.map((start, bin) => values.slice(start, starts[bin + 1]));
}

export function sparkline(values: Counts, { width, unicode, max }: SparklineOptions): string {
  const { levels, missing } = unicode ? BLOCKS : ASCII;
  const sums = bins(values, width);
  const top = max ?? Math.max(0, ...sums.map((sum) => sum ?? 0));
  const highest = levels.length - 1;
  return sums
    .map((sum) => {
      if (sum === null) return missing;
      if (sum <= 0 || top <= 0) return levels.charAt(0);
      return levels.charAt(Math.min(highest, Math.max(1, Math.ceil((sum / top) * highest))));
    })
    .join('');
}
