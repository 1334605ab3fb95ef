import gammaln from '@stdlib/math-base-special-gammaln';

/**
 * Log-likelihood of a negative binomial count with a mean, whose rate has a gamma distribution of this shape. In
 * logarithms throughout: the density itself underflows from some hundred events on, and its logarithm is then −∞. A
 * count may be a fraction of a whole one.
 */
export function negativeBinomial(shape: number): (count: number, mean: number) => number {
  const ofShape = gammaln(shape);
  return (count, mean) =>
    gammaln(count + shape) -
    ofShape -
    gammaln(count + 1) -
    shape * Math.log1p(mean / shape) -
    (count > 0 ? count * Math.log1p(shape / mean) : 0);
}
