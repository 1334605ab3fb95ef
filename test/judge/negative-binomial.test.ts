import { describe, expect, it } from 'vitest';
import { negativeBinomial } from '../../src/judge/negative-binomial.ts';

describe('the likelihood of a count', () => {
  it.each([20, 60, 80, 100, 165, 1e4, 1e6, 1e9])('is finite where next to none was expected: %d', (count) => {
    expect(Number.isFinite(negativeBinomial(100)(count, 0.0022))).toBe(true);
  });

  it.each([0, 1, 100, 1e6, 1e9, 1e12])('is finite where it is as expected: %d', (count) => {
    for (const shape of [1e-6, 0.1, 100, 1e6]) {
      expect(Number.isFinite(negativeBinomial(shape)(count, Math.max(count, 0.5)))).toBe(true);
    }
  });

  it('is that of the product of its factors, where those can be had', () => {
    // P(k) = C(k + r − 1, k) pʳ (1 − p)ᵏ with r = 3, p = r ÷ (r + 2).
    const p = 3 / 5;
    expect(negativeBinomial(3)(4, 2)).toBeCloseTo(Math.log(15 * p ** 3 * (1 - p) ** 4), 10);
    const all = Array.from({ length: 200 }, (_, k) => Math.exp(negativeBinomial(3)(k, 2)));
    expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
  });

  it('is the highest near what was expected, at any size', () => {
    for (const mean of [5, 500, 5e4, 5e7]) {
      const at = (factor: number) => negativeBinomial(25)(mean * factor, mean);
      expect(at(1)).toBeGreaterThan(at(0.5));
      expect(at(1)).toBeGreaterThan(at(2));
    }
  });
});
