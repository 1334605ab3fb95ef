import { expect, test } from 'vitest';
import { Results } from '../../src/cli/commands/mcp/results.ts';

const MIB = 1024 * 1024;

test('the last twenty whole results are kept', () => {
  const results = new Results();
  const kept = Array.from({ length: 25 }, (_, i) => results.keep(`nfm zones ${i}`, { i }));
  expect(results.list.map(({ title }) => title)).toEqual(
    Array.from({ length: 20 }, (_, i) => `nfm zones ${i + 5}`),
  );
  expect(results.read(kept[4]?.uri ?? '')).toBeUndefined();
  expect(results.read(kept[5]?.uri ?? '')?.text).toBe('{"i":5}');
});

test('and no more than there is room for: what is too large by itself, not at all', () => {
  const results = new Results();
  const large = (mib: number) => 'x'.repeat(mib * MIB - 2);
  expect(results.keep('30', large(30))?.bytes).toBe(30 * MIB);
  results.keep('34', large(34));
  expect(results.list.map(({ title }) => title)).toEqual(['30', '34']);
  results.keep('1', 'x');
  expect(results.list.map(({ title }) => title)).toEqual(['34', '1']);
  expect(results.keep('65', large(65))).toBeNull();
  expect(results.list).toHaveLength(2);
});
