import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Steps } from '../../src/cli/commands/mcp/steps.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('progress is told four times a second at most, every five seconds at least, and grows', () => {
  const told: [number, number | undefined, string][] = [];
  const steps = new Steps(({ progress, total, message }) => told.push([progress, total, message]));
  for (let done = 0; done <= 100; done++) {
    steps.update({ phase: 'Reading flows', done, planned: 100 });
    vi.advanceTimersByTime(10);
  }
  expect(told.map(([progress]) => progress)).toEqual([1 / 64, 25, 50, 75, 100]);
  expect(told[1]).toEqual([25, 100, 'Reading flows · 25 of 100 queries · 0 s']);
  told.splice(0);
  // Each phase counts from 0.
  steps.update({ phase: 'Looking \u202e', done: 0, planned: 0 });
  vi.advanceTimersByTime(9000);
  expect(told).toEqual([
    [100 + 1 / 64, undefined, 'Looking \\u202e · 5 s'],
    [100 + 2 / 64, undefined, 'Looking \\u202e · 10 s'],
  ]);
  steps.end();
  vi.advanceTimersByTime(60_000);
  steps.update({ phase: 'Too late', done: 0, planned: 0 });
  expect(told).toHaveLength(2);
});
