import { describe, expect, it } from 'vitest';
import { logLikelihood } from '../../src/judge/negative-binomial.ts';

describe('the likelihood of a count', () => {
  it.each([20, 60, 80, 100, 165, 1e4, 1e6, 1e9])('is finite where next to none was expected: %d', (count) => {
    expect(Number.isFinite(logLikelihood(count, 0.0022, 100))).toBe(true);
  });

  it.each([0, 1, 100, 1e6, 1e9, 1e12])('is finite where it is as expected: %d', (count) => {
    for (const shape of [1e-6, 0.1, 100, 1e6]) {
      expect(Number.isFinite(logLikelihood(count, Math.max(count, 0.5), shape))).toBe(true);
    }
  });

  it('is that of the product of its factors, where those can be had', () => {
    // P(k) = C(k + r − 1, k) pʳ (1 − p)ᵏ with r = 3, p = r ÷ (r + 2).
    const p = 3 / 5;
    expect(logLikelihood(4, 2, 3)).toBeCloseTo(Math.log(15 * p ** 3 * (1 - p) ** 4), 10);
    const all = Array.from({ length: 200 }, (_, k) => Math.exp(logLikelihood(k, 2, 3)));
    expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
  });

  it('is the highest near what was expected, at any size', () => {
    for (const mean of [5, 500, 5e4, 5e7]) {
      const at = (factor: number) => logLikelihood(mean * factor, mean, 25);
      expect(at(1)).toBeGreaterThan(at(0.5));
      expect(at(1)).toBeGreaterThan(at(2));
    }
  });
});
