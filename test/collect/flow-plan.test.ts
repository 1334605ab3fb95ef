import { describe, expect, it } from 'vitest';
import { type Assessment, type FlowPlan, isRead, planFlows } from '../../src/collect/flow-plan.ts';
import type { Answer } from '../../src/collect/flows.ts';
import { withWitnesses } from '../../src/collect/read-flows.ts';
import { finer, tile } from '../../src/collect/window.ts';
import type { Monitor, Series, Window } from '../../src/model/case.ts';
import type { QueryMetric } from '../../src/model/service.ts';

const WINDOW: Window = { start: '2026-11-25T13:00:00Z', end: '2026-11-25T14:00:00Z' };
const BASELINE: Window = { start: '2026-11-25T10:00:00Z', end: WINDOW.start };
const TILES = finer([...tile(BASELINE), ...tile(WINDOW)]);
const CATEGORIES = ['INTRA_AZ', 'INTER_AZ', 'AMAZON_S3'];
const NEWEST = 4;

function series(
  values: Partial<Record<'retransmissions' | 'timeouts' | 'rttMicros', number | null>>,
): Series {
  const all = (value: number | null) => new Array<number | null>(240).fill(value);
  return {
    start: BASELINE.start,
    periodSeconds: 60,
    bytes: all(1e6),
    retransmissions: all(values.retransmissions ?? 1),
    timeouts: all(values.timeouts ?? 0),
    rttMicros: all(values.rttMicros ?? null),
    nhi: all(0),
  };
}

const RISEN: Assessment = {
  risen: true,
  sides: ['reference', 'reference', 'reference', 'reference', 'symptom'],
  rose: ['m'],
};
const QUIET: Assessment = {
  risen: false,
  sides: ['reference', 'reference', 'reference', 'symptom', 'symptom'],
  rose: [],
};

type Row = { metric: QueryMetric };

/** All rounds of a plan, where only these categories have rows. */
function rounds(given: Partial<FlowPlan>, carrying: readonly string[] = ['INTER_AZ']) {
  const plan = planFlows<Row>({
    tiles: TILES,
    window: WINDOW,
    categories: CATEGORIES,
    series: series({}),
    incomplete: false,
    assessment: QUIET,
    ...given,
  });
  const asked: string[][] = [];
  let round = plan.next();
  while (!round.done) {
    asked.push(round.value.map(({ tile, category, metric }) => `${tile} ${category} ${metric}`));
    const answers = round.value.map(
      ({ tile, category, metric }): Answer<Row> => ({
        tile,
        category,
        metric,
        rows: carrying.includes(category) ? [{ metric }] : [],
      }),
    );
    round = plan.next(answers);
  }
  return { asked, answers: round.value };
}

describe('the lists that are asked for', () => {
  it('are first the bytes of the newest tile where nothing rose, in all categories', () => {
    expect(rounds({}).asked[0]).toEqual(CATEGORIES.map((c) => `${NEWEST} ${c} DATA_TRANSFERRED`));
  });

  it('are then the events there and two hours before, in the categories that carry anything', () => {
    expect(rounds({}).asked[1]).toEqual([
      ...[1, 2].flatMap((t) => [`${t} INTER_AZ DATA_TRANSFERRED`, `${t} INTER_AZ RETRANSMISSIONS`]),
      `${NEWEST} INTER_AZ RETRANSMISSIONS`,
      // Who is silent is told by the hour.
      '3 INTER_AZ DATA_TRANSFERRED',
    ]);
  });

  it('are those of the symptom first, and then of the rest of the window too', () => {
    const { asked } = rounds({ assessment: RISEN });
    expect(asked[0]?.every((list) => list.startsWith(`${NEWEST} `))).toBe(true);
    expect(new Set(asked[1]?.map((list) => list[0]))).toEqual(new Set(['1', '2', '3']));
  });

  it('leave out hours that the incident had reached', () => {
    const sides: Assessment['sides'] = ['reference', 'reference', 'symptom', 'symptom', 'symptom'];
    const { asked } = rounds({ assessment: { ...RISEN, sides } });
    expect(asked[0]?.every((list) => /^[34] /.test(list))).toBe(true);
    expect(new Set(asked[1]?.map((list) => list[0]))).toEqual(new Set(['0', '1']));
  });

  it('are of a long window no more hours before the onset than of the baseline', () => {
    const window: Window = { start: '2026-11-25T07:00:00Z', end: WINDOW.end };
    const tiles = finer([...tile({ start: '2026-11-25T04:00:00Z', end: window.start }), ...tile(window)]);
    const sides = tiles.map((_, i) => (i === tiles.length - 1 ? 'symptom' : 'reference'));
    const { asked } = rounds({ tiles, window, assessment: { ...RISEN, sides } });
    expect(new Set(asked[1]?.map((list) => list.split(' ')[0]))).toEqual(new Set(['1', '2', '8', '9']));
  });

  it('are none of events that the series sum up to 0: those are empty without asking', () => {
    const { asked, answers } = rounds({ series: series({ retransmissions: 0 }) });
    expect(asked.flat().some((list) => list.endsWith('RETRANSMISSIONS'))).toBe(false);
    const events = answers.filter(({ metric }) => metric === 'RETRANSMISSIONS');
    expect(events.length).toBeGreaterThan(0);
    expect(events.every(({ rows }) => rows?.length === 0)).toBe(true);
  });

  it('are of timeouts and round-trip times where the series show any', () => {
    const metricsOf = (given: Partial<FlowPlan>) =>
      new Set(rounds(given).asked.flatMap((round) => round.map((list) => list.split(' ')[2])));
    expect(metricsOf({})).toEqual(new Set(['DATA_TRANSFERRED', 'RETRANSMISSIONS']));
    expect(metricsOf({ series: series({ timeouts: 1 }) })).toContain('TIMEOUTS');
    expect(metricsOf({ series: series({ rttMicros: 900 }) })).toContain('ROUND_TRIP_TIME');
  });

  it.each([
    ['the series were not read', { series: null }],
    ['a minute of them is missing', { incomplete: true }],
  ])('are all where %s', (_, given) => {
    const { asked } = rounds(given);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(CATEGORIES.length * (3 * TILES.length + 2));
  });

  it('are of bytes alone where a monitor has no datapoint at all', () => {
    const silent = { ...series({}), bytes: series({}).bytes.map(() => null) };
    const { asked } = rounds({ series: silent }, []);
    expect(asked.flat()).toEqual(CATEGORIES.map((c) => `${NEWEST} ${c} DATA_TRANSFERRED`));
  });
});

describe('a series', () => {
  it('is read where every minute with bytes has its events', () => {
    const whole = series({});
    const [, ...others] = whole.retransmissions;
    expect(isRead(whole)).toBe(true);
    expect(isRead({ ...whole, retransmissions: [null, ...others] })).toBe(false);
    expect(isRead({ ...whole, lost: ['nhi'] })).toBe(false);
    expect(isRead(null)).toBe(false);
  });
});

describe('of many monitors', () => {
  const monitor = (name: string, bytes: number): Monitor => ({
    name,
    arn: name,
    status: 'ACTIVE',
    createdAt: null,
    local: [],
    remote: [],
    zones: null,
    coversTarget: false,
    series: { ...series({}), bytes: new Array<number>(240).fill(bytes) },
  });
  const all = Array.from({ length: 20 }, (_, i) => monitor(`m${i}`, i === 7 ? 0 : 1e6 + i));
  const asked = (rose: string[]) => withWitnesses(all, { ...RISEN, rose }).map(({ name }) => name);

  it('those that rose are asked, and the three largest of the others beside them', () => {
    expect(asked(['m2'])).toEqual(['m2', 'm17', 'm18', 'm19']);
    expect(asked(['m19', 'm2'])).toEqual(['m2', 'm16', 'm17', 'm18', 'm19']);
  });

  it('all are, where none rose by itself', () => {
    expect(asked([])).toHaveLength(20);
  });
});
