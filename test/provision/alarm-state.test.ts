import { describe, expect, it } from 'vitest';
import { type State, stateOf } from './alarm-state.ts';

/** The tables of the page: five datapoints, the newest last; 0 is good, X breaches, - is missing. */
const TABLES: readonly { toAlarm: number; rows: readonly (readonly [string, ...string[]])[] }[] = [
  {
    toAlarm: 3,
    rows: [
      ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
      ['0----', 'OK', 'OK', 'OK', 'OK'],
      ['-----', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
      ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['--X--', 'ALARM', 'retain', 'ALARM', 'OK'],
    ],
  },
  {
    toAlarm: 2,
    rows: [
      ['0-X-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['00X0X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0-X--', 'OK', 'OK', 'ALARM', 'OK'],
      ['----0', 'OK', 'OK', 'ALARM', 'OK'],
      ['---X-', 'ALARM', 'retain', 'ALARM', 'OK'],
    ],
  },
];
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const POINTS: Readonly<Record<string, boolean | null>> = { '0': false, X: true, '-': null };

describe("the tests' evaluation of alarms is CloudWatch's", () => {
  const cases = TABLES.flatMap(({ toAlarm, rows }) =>
    rows.flatMap(([data, ...states]) =>
      TREATMENTS.map((missing, i) => ({ toAlarm, data, missing, state: states[i] ?? '' })),
    ),
  );
  it.each(cases)('$toAlarm of 3, $data, $missing: $state', ({ toAlarm, data, missing, state }) => {
    const range = [...data].map((point) => POINTS[point] ?? null);
    for (const before of ['OK', 'ALARM'] as State[]) {
      expect(stateOf(range, { periods: 3, toAlarm, missing }, before)).toBe(
        state === 'retain' ? before : state,
      );
    }
  });

  it('waits with a single bad datapoint', () => {
    const waits = ['----X', '---X-'].map((data) =>
      stateOf(
        [...data].map((point) => POINTS[point] ?? null),
        { periods: 3, toAlarm: 3, missing: 'missing' },
      ),
    );
    expect(waits).toEqual(['OK', 'OK']);
  });
});
