import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced } from '../../src/aws/pace.ts';
import { RefusedError } from '../../src/model/errors.ts';

const tooMany = () => new RefusedError('quota-exceeded', 'Too many concurrent queries');
const throttled = () => new RefusedError('throttled', 'Rate exceeded');

/** A service that takes so many at once; each runs for a second. */
function service(most: number, refusal = tooMany) {
  const seen = { running: 0, peak: 0, begun: 0, refused: 0 };
  const start = async () => {
    if (seen.running >= most) {
      seen.refused++;
      throw refusal();
    }
    seen.begun++;
    seen.running++;
    seen.peak = Math.max(seen.peak, seen.running);
  };
  const finish = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    seen.running--;
  };
  return { seen, start, finish };
}

async function ask(
  pace: ReturnType<typeof paced>,
  queries: number,
  { start, finish }: ReturnType<typeof service>,
) {
  const all = Array.from({ length: queries }, () =>
    pace(async () => {
      await pace.begin(start);
      await finish();
    }),
  );
  const settled = Promise.allSettled(all);
  await vi.runAllTimersAsync();
  return (await settled).map(({ status }) => status);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the pace', () => {
  it('grows by one with each query that is accepted', async () => {
    const free = service(1000);
    expect(await ask(paced(), 30, free)).not.toContain('rejected');
    expect(free.seen.peak).toBe(30);
  });

  it('keeps to what was asked for', async () => {
    const free = service(1000);
    await ask(paced(3), 30, free);
    expect(free.seen.peak).toBe(3);
  });

  it.each([
    [1, tooMany],
    [2, tooMany],
    [7, throttled],
  ])('loses nothing where the service takes %i at once', async (most, refusal) => {
    const busy = service(most, refusal);
    expect(await ask(paced(), 40, busy)).not.toContain('rejected');
    expect(busy.seen).toMatchObject({ begun: 40, peak: most });
  });

  it('gives up where nothing passes and nothing of its own runs, and then at once', async () => {
    const closed = service(0);
    expect(new Set(await ask(paced(), 40, closed))).toEqual(new Set(['rejected']));
    expect(closed.seen.refused).toBeLessThan(80);
  });

  it('does not try again what is refused for another reason', async () => {
    const pace = paced();
    const denied = pace(() => pace.begin(() => Promise.reject(new RefusedError('access-denied', 'no'))));
    await expect(denied).rejects.toThrow('no');
  });
});

describe('the time of a query', () => {
  const signal = new AbortController().signal;

  it('is looked for by the first, and the others wait for it', async () => {
    const { runTime } = paced();
    const [scout, other] = [runTime.looks(signal), runTime.looks(signal)];
    const looked: string[] = [];
    const first = scout(0).then(() => looked.push('scout'));
    const second = other(0).then(() => looked.push('other'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(looked).toEqual(['scout']);
    runTime.took(3000, 20);
    await vi.advanceTimersByTimeAsync(3000);
    await Promise.all([first, second]);
    expect(looked).toEqual(['scout', 'other']);
  });
});
