import { describe, expect, it } from 'vitest';
import { evaluate, type TimeSeries } from '../../src/sandbox/services/cloudwatch/metric-math.ts';

/* Examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html; null is missing. */

const PERIODS = [0, 1, 2, 3, 4];

function series(values: readonly (number | null)[]): TimeSeries {
  return new Map(values.flatMap((value, at) => (value === null ? [] : [[at, value] as const])));
}

function computed(expression: string, given: Readonly<Record<string, readonly (number | null)[]>>) {
  const result = evaluate(expression, { series: (id) => series(given[id] ?? []), periods: PERIODS });
  const length = Math.max(...Object.values(given).map((values) => values.length));
  return Array.from({ length }, (_, at) => result.get(at) ?? null);
}

describe('metric math of the sandbox', () => {
  const two = { m1: [30, 20, 0, 0], m2: [20, null, 20, null] };
  it.each([
    ['(m1 < m2)', [0, 0, 1, 0]],
    ['(m1 >= 30)', [1, 0, 0, 0]],
    ['(m1 > 15 AND m2 > 15)', [1, 0, 0, 0]],
    ['m1 > 15 && m2 > 15 || m2 == 20', [1, 0, 1, 0]],
  ])('compares as the page does: %s', (expression, result) => {
    expect(computed(expression, two)).toEqual(result);
  });

  const chosen = { m1: [1, 1, 0, 0, null], m2: [30, null, 0, 0, 30], m3: [0, 0, 20, null, 20] };
  it.each([
    ['IF(m1, m2, m3)', [30, 0, 20, null, null]],
    ['IF(m1, 5, m3)', [5, 5, 20, null, null]],
    ['IF(m1, m2, 5)', [30, 0, 5, 5, null]],
    ['IF(m1, m2)', [30, 0, null, null, null]],
    ['IF(1, m2, m3)', [30, null, 0, 0, 30]],
  ])('chooses as the page does: %s', (expression, result) => {
    expect(computed(expression, chosen)).toEqual(result);
  });

  it.each([
    ['a + b', [3, 2, 5]],
    ['a - b * 2', [-3, 2, -1]],
    ['(a - b) * 2', [-2, 4, 2]],
    ['-a + 1e1', [9, 8, 7]],
    ['2 ^ a', [2, 4, 8]],
    ['SUM([a, b])', [3, 2, 5]],
    ['AVG([a, b])', [1.5, 1, 2.5]],
    ['MAX([a, b]) - MIN([a, b])', [1, 2, 1]],
    ['FILL(b, 7)', [2, 7, 2]],
    ['FILL(b, REPEAT)', [2, 2, 2]],
  ])('counts what is missing as 0, unless it is filled: %s', (expression, result) => {
    expect(computed(expression, { a: [1, 2, 3], b: [2, null, 2] })).toEqual(result);
  });

  it('drops what is divided by 0', () => {
    expect(computed('a / b', { a: [1, 2, 3], b: [0, null, 2] })).toEqual([null, null, 1.5]);
    expect(computed('IF(b > 0, a / b, 0)', { a: [1, 2, 3], b: [0, 0, 2] })).toEqual([0, 0, 1.5]);
  });

  it.each([
    ['1 + 1', 'must be a single time series'],
    ['[a, b]', 'must be a single time series'],
    ['a +', 'It ends too early'],
    ['a b', "'b' is not expected"],
    ['a § b', "'§ b' is not understood"],
    ['RUNNING_SUM(a)', 'does not compute RUNNING_SUM'],
    ['ANOMALY_DETECTION_BAND(a)', 'does not compute ANOMALY_DETECTION_BAND'],
    ['MAX(a)', 'takes MAX of a list only'],
  ])('refuses %s', (expression, why) => {
    expect(() => computed(expression, { a: [1], b: [2] })).toThrow(why);
  });
});
