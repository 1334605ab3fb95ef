import { expect, test } from 'vitest';
import { counterOf, structuresOf } from '../../src/aws/answers.ts';

test.each([
  [0, 0],
  [17.5, 17.5],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [1e300, null],
  [Number.POSITIVE_INFINITY, null],
  [Number.NaN, null],
  [-1, null],
  ['12', null],
  [null, null],
  [undefined, null],
])('%s counts as %s', (given, counted) => {
  expect(counterOf(given)).toBe(counted);
});

test('only a list of structures is one; what the API may leave out is empty', () => {
  const action = 'service:Action';
  expect(structuresOf([{ a: 1 }], action)).toEqual([{ a: 1 }]);
  expect(structuresOf(undefined, action)).toEqual([]);
  expect(() => structuresOf(undefined, action, true)).toThrow('service:Action');
  for (const wrong of ['text', 3, [null], [[1]], ['row']]) {
    expect(() => structuresOf(wrong as never, action)).toThrow('service:Action');
  }
});
