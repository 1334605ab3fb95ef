import gammaOf from '@stdlib/random-base-gamma';
import mt19937 from '@stdlib/random-base-mt19937';
import normalOf from '@stdlib/random-base-normal';
import poissonOf from '@stdlib/random-base-poisson';

/** All chance of one incident comes from one seed, so that any incident can be made again by itself. */
export interface Draw {
  /** In [0, 1). */
  uniform(): number;
  between(low: number, high: number): number;
  /** A whole number, both ends included. */
  whole(low: number, high: number): number;
  /** Evenly spread over orders of magnitude: half of what is drawn from 10 to 1000 is below 100. */
  logBetween(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  normal(sd: number): number;
  /** exp(normal), with a mean of 1. */
  lognormal(sd: number): number;
  /** Gamma with a mean of 1 and a variance of 1 ÷ shape. */
  gamma(shape: number): number;
  poisson(mean: number): number;
}

export function drawFrom(seed: number): Draw {
  const integers = mt19937.factory({ seed });
  const prng = () => integers() / 2 ** 32;
  const normal = normalOf.factory({ prng });
  const gamma = gammaOf.factory({ prng });
  const poisson = poissonOf.factory({ prng });
  const whole = (low: number, high: number) => low + Math.floor(prng() * (high - low + 1));
  return {
    uniform: prng,
    between: (low, high) => low + prng() * (high - low),
    whole,
    logBetween: (low, high) => low * (high / low) ** prng(),
    pick: (items) => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new Error('There is nothing to pick from.');
      return item;
    },
    shuffle: (items) =>
      items
        .map((item) => ({ item, order: prng() }))
        .sort((a, b) => a.order - b.order)
        .map(({ item }) => item),
    normal: (sd) => (sd > 0 ? normal(0, sd) : 0),
    lognormal: (sd) => (sd > 0 ? Math.exp(normal(-(sd ** 2) / 2, sd)) : 1),
    gamma: (shape) => gamma(shape, shape),
    poisson: (mean) => (mean > 0 ? poisson(mean) : 0),
  };
}
