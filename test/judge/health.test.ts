import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveWindows, type WindowOptions } from '../../src/collect/window.ts';
import { healthOf, overallHealth } from '../../src/judge/health.ts';
import type { Monitor } from '../../src/model/case.ts';
import { DAY, HOUR, instant, MINUTE } from '../../src/model/time.ts';
import { minuteRanges } from '../../src/model/units.ts';
import { type Health, strip, timeAxis } from '../../src/render/charts.ts';

const START = '2026-11-21T10:00:00Z';
const at = (minute: number) => instant(Date.parse(START) + minute * MINUTE);

function monitor(name: string, nhi: (number | null)[] | null): Monitor {
  const nothing = (nhi ?? []).map(() => null);
  const series = nhi && {
    start: START,
    periodSeconds: 60,
    bytes: nothing,
    retransmissions: nothing,
    timeouts: nothing,
    rttMicros: nothing,
    nhi,
  };
  return {
    name,
    arn: `arn:aws:networkflowmonitor:eu-west-1:123456789012:monitor/${name}`,
    status: 'ACTIVE',
    createdAt: null,
    local: [],
    remote: [],
    zones: ['euw1-az1'],
    coversTarget: true,
    series,
  };
}

const judge = (...monitors: Monitor[]) =>
  healthOf(
    {
      monitors,
      zones: [{ azId: 'euw1-az1', az: 'eu-west-1b' }],
      window: { start: START, end: at(4) },
      target: { kind: 'scope', id: 'eu-west-1', region: 'eu-west-1', accountId: '123456789012' },
    },
    [],
    60,
  );

describe('the health indicator', () => {
  test.each([1, 100, 0.2])('%d is degraded: the docs publish 1, the field has seen 100', (value) => {
    const [item] = judge(monitor('m', [0, value, null, 0]));
    expect(item).toMatchObject({
      state: 'degraded',
      degradedMinutes: [at(1)],
      datapoints: 3,
      coversNames: ['eu-west-1b'],
      minutes: { start: START, periodSeconds: 60, values: [0, 1, null, 0] },
    });
  });

  test('no datapoint is unknown, and so is no series', () => {
    const items = judge(monitor('a', [null, null, null, null]), monitor('b', null));
    expect(items.map((m) => [m.state, m.datapoints, m.minutes.values])).toEqual([
      ['unknown', 0, [null, null, null, null]],
      ['unknown', 0, [null, null, null, null]],
    ]);
    expect(overallHealth(items)).toBe('unknown');
    expect(overallHealth([])).toBe('unknown');
  });

  test('what needs a look comes first; one degraded monitor is enough', () => {
    const items = judge(
      monitor('a', [0, 0, 0, 0]),
      monitor('b', [null, null, null, null]),
      monitor('c', [0, 0, 0, 1]),
    );
    expect(items.map((m) => m.monitor)).toEqual(['c', 'b', 'a']);
    expect(overallHealth(items)).toBe('degraded');
    expect(overallHealth(items.slice(1))).toBe('healthy');
  });
});

describe('its strip', () => {
  const values = fc.array(fc.constantFrom<Health>(0, 1, null), { minLength: 1, maxLength: 500 });

  test('no degraded minute disappears, and no unknown one turns healthy, at any width', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 200 }), (list, width) => {
        const marks = strip(list, width);
        expect(marks.length).toBeLessThanOrEqual(width);
        expect(marks.includes('degraded')).toBe(list.includes(1));
        if (list.every((value) => value === null)) expect(new Set(marks)).toEqual(new Set(['missing']));
        if (!list.includes(1) && list.includes(null)) expect(marks).toContain('missing');
      }),
    );
  });

  test('as many marks as minutes where they fit', () => {
    expect(strip([0, 1, null], 80)).toEqual(['healthy', 'degraded', 'missing']);
    expect(strip([0, 0, 1, 0, 0, null], 3)).toEqual(['healthy', 'degraded', 'missing']);
  });

  test('times stand under its ends', () => {
    expect(timeAxis(START, at(60), 20)).toBe('10:00          11:00');
    expect(timeAxis(START, at(24 * 60 * 2), 30)).toBe('11-21 10:00        11-23 10:00');
    expect(timeAxis(START, at(60), 6)).toBe('10:00');
  });
});

test('minutes of several days carry their dates', () => {
  expect(minuteRanges([at(0), at(1), at(24 * 60)])).toEqual([
    '2026-11-21 10:00–10:02',
    '2026-11-22 10:00–10:01',
  ]);
  expect(minuteRanges([at(0), at(5)], 300)).toEqual(['10:00–10:10']);
});

describe('periods', () => {
  const NOW = Date.parse('2026-11-21T12:03:20Z');
  const from = (ago: number, baseline: WindowOptions['baseline'] = 'none', until = 0): WindowOptions => ({
    since: { at: NOW - ago },
    until: { at: NOW - until },
    baseline,
  });

  test.each([
    ['an hour', from(HOUR, 'default'), 60, '2026-11-21T11:03:00Z'],
    ['a day, baseline included', from(DAY, 'default'), 60, '2026-11-20T12:03:00Z'],
    ['a week, baseline included', from(7 * DAY, 'default'), 300, '2026-11-14T12:00:00Z'],
    ['a month without baseline', from(30 * DAY), 3600, '2026-10-22T12:00:00Z'],
    ['an hour three weeks ago', from(21 * DAY, 'none', 21 * DAY - HOUR), 300, '2026-10-31T12:00:00Z'],
  ])('%s', (_, options, periodSeconds, start) => {
    const windows = resolveWindows(options, NOW);
    expect([windows.periodSeconds, windows.window.start]).toEqual([periodSeconds, start]);
    expect(Date.parse(windows.window.start) % (periodSeconds * 1000)).toBe(0);
    expect(Date.parse(windows.window.end) % (periodSeconds * 1000)).toBe(0);
  });
});
