type Statistic = (values: number[]) => number;

const sum: Statistic = (values) => values.reduce((total, value) => total + value, 0);

/** The five plain statistics, over one-minute values: each minute is one sample. */
export const statistics = {
  Average: (values) => sum(values) / values.length,
  Maximum: (values) => values.reduce((a, b) => Math.max(a, b)),
  Minimum: (values) => values.reduce((a, b) => Math.min(a, b)),
  SampleCount: (values) => values.length,
  Sum: sum,
} satisfies Record<string, Statistic>;

export function isStatistic(name: string): name is keyof typeof statistics {
  return Object.hasOwn(statistics, name);
}
