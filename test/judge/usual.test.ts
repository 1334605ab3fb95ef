import { describe, expect, it } from 'vitest';
import { rateLimit, silences } from '../../src/judge/usual.ts';
import type { Series } from '../../src/model/case.ts';
import { GIB } from '../../src/model/service.ts';
import type { MetricAlarm, Stack } from '../../src/model/stack.ts';
import { alarmsStack } from '../../src/provision/alarms.ts';
import { toCloudFormation } from '../../src/render/cloudformation.ts';
import { evaluate } from '../../src/sandbox/services/cloudwatch/metric-math.ts';
import type { Template } from '../provision/template.ts';
import { alarmsIn, type Seen, watch } from '../provision/watching.ts';

const STEP = 300_000;
const DAY = 288;
const START = Date.parse('2026-11-07T00:00:00Z');
const RULE = { breaching: 3, periods: 8 };
const MIB = 1024 ** 2;

type Bin = readonly [bytes: number | null, retransmissions: number | null];

function seriesOf(days: number, bin: (hour: number, day: number, at: number) => Bin): Series {
  const bins = Array.from({ length: days * DAY }, (_, at) => bin((at % DAY) / 12, Math.floor(at / DAY), at));
  const none = bins.map(() => null);
  return {
    start: new Date(START).toISOString(),
    periodSeconds: 300,
    bytes: bins.map(([bytes]) => bytes),
    retransmissions: bins.map(([, events]) => events),
    timeouts: none,
    rttMicros: none,
    nhi: none,
  };
}

/** What the exported alarms of this past do with what comes then. */
function then(past: Series, coming: readonly Bin[]): Record<string, Seen> {
  const end = START + past.bytes.length * STEP;
  const window = { start: past.start, end: new Date(end).toISOString() };
  const arn = 'arn:aws:networkflowmonitor:eu-central-1:123456789012:monitor/m';
  const stack = alarmsStack([{ name: 'm', arn, past }], {
    region: 'eu-central-1',
    window,
    topic: null,
    tags: {},
    part: [],
  });
  const bins = [...past.bytes.map((bytes, at): Bin => [bytes, past.retransmissions[at] ?? null]), ...coming];
  const series = (name: string) => {
    const column = name === 'Retransmissions' ? 1 : 0;
    return new Map(
      bins.flatMap((bin, i) => {
        const value = bin[column];
        return value === null ? [] : [[START + i * STEP, name === 'SampleCount' ? 1 : value] as const];
      }),
    );
  };
  const alarms = alarmsIn(toCloudFormation(stack, 'test') as unknown as Template);
  return Object.fromEntries(
    alarms
      .filter(({ id }) => !id.endsWith('Indicator'))
      .map((alarm) => {
        const { Expression } = alarm.queries.find((query) => query.Expression) ?? {};
        const points = Expression
          ? evaluate(Expression, {
              series: (id) => series(id === 'events' ? 'Retransmissions' : 'DataTransferred'),
              periods: [],
            })
          : series('SampleCount');
        const to = end + coming.length * STEP;
        return [alarm.id, watch(alarm, points, { from: end, to, lag: 25, extra: 2 })];
      }),
  );
}

const repeat = (bin: Bin, hours = 6): Bin[] => Array.from({ length: hours * 12 }, () => bin);

describe('what is usual', () => {
  it.each([
    ['one machine', 20 * MIB, 2],
    ['a fleet', 2000 * GIB, 3_000_000],
  ])('rises with the past of %s, and goes off above it', (_, bytes, events) => {
    const past = seriesOf(14, () => [bytes, events]);
    const usual = (events / bytes) * GIB;
    const limit = rateLimit(past, RULE);
    expect(limit?.wouldHaveFired).toBe(0);
    expect(limit?.perGib).toBeGreaterThanOrEqual(2 * usual);
    expect(limit?.perGib).toBeLessThanOrEqual(Math.max(2.2 * usual, 1.1 * (20 / bytes) * GIB));
    expect(then(past, repeat([bytes, events])).MRate?.fired).toBeNull();
    expect(then(past, repeat([bytes, Math.max(30, 3 * events)])).MRate?.fired).not.toBeNull();
  });

  it('is quiet on little traffic, however bad its rate', () => {
    const past = seriesOf(14, () => [100 * MIB, 40]);
    expect(then(past, repeat([0.5 * MIB, 400])).MRate?.fired).toBeNull();
    expect(then(past, repeat([5 * MIB, 400])).MRate?.fired).toBeNull();
    expect(then(past, repeat([20 * MIB, 400])).MRate?.fired).not.toBeNull();
  });

  it('is quiet on few events, and on a bad period now and then', () => {
    const past = seriesOf(14, () => [100 * MIB, 0]);
    expect(then(past, repeat([100 * MIB, 19])).MRate?.fired).toBeNull();
    const seldom = Array.from({ length: 72 }, (_, i): Bin => [100 * MIB, i % 4 === 0 ? 5000 : 0]);
    expect(then(past, seldom).MRate?.fired).toBeNull();
    // One bad period before a pause: missing data is not bad.
    const paused = [...repeat([100 * MIB, 0], 3), [100 * MIB, 5000] as Bin, ...repeat([null, null], 1)];
    expect(then(past, paused).MRate?.fired).toBeNull();
  });

  it('knows what comes back every day, and forgets the incident of one', () => {
    const nightly = seriesOf(14, (hour) => [100 * MIB, hour < 1 ? 2000 : 40]);
    const once = seriesOf(14, (hour, day) => [100 * MIB, day === 5 && hour < 8 ? 2000 : 40]);
    const [usual, limit] = [rateLimit(nightly, RULE), rateLimit(once, RULE)];
    expect(usual?.usualPerGib).toBeCloseTo((2000 / (100 * MIB)) * GIB);
    expect(usual?.wouldHaveFired).toBe(0);
    expect(limit?.usualPerGib).toBeCloseTo((40 / (100 * MIB)) * GIB);
    expect(limit?.wouldHaveFired).toBe(1);
  });

  it('says nothing of a past that is too short, or was not read', () => {
    expect(
      rateLimit(
        seriesOf(0.5, () => [100 * MIB, 40]),
        RULE,
      ),
    ).toBeNull();
    const idle = seriesOf(14, () => [0, 0]);
    expect(rateLimit(idle, RULE)).toBeNull();
    const lost = { ...seriesOf(14, () => [100 * MIB, 0]), lost: ['retransmissions' as const] };
    expect(rateLimit(lost, RULE)).toBeNull();
    expect(silences(lost)).toEqual({ longest: 0, now: 0 });
    expect(silences({ ...lost, lost: ['bytes'] })).toBeNull();
    expect(silences(seriesOf(14, () => [null, null]))).toBeNull();
    // Two digits: a little more traffic makes no other template.
    const [a, b] = [39, 39.05].map((events) =>
      rateLimit(
        seriesOf(2, () => [100 * MIB, events]),
        RULE,
      ),
    );
    expect(a).toMatchObject({ perGib: b?.perGib, leastBytes: b?.leastBytes });
  });
});

describe('silence', () => {
  it('is waited for longer than any night was', () => {
    const nights = seriesOf(14, (hour) => (hour >= 22 || hour < 5 ? [null, null] : [100 * MIB, 0]));
    expect(silences(nights)).toEqual({ longest: 84, now: 24 });
    const night = [...repeat([null, null], 5), ...repeat([100 * MIB, 0], 3)];
    expect(then(nights, night).MNoData?.fired).toBeNull();
    const outage = [...repeat([100 * MIB, 0], 3), ...repeat([null, null], 9)];
    const fired = then(nights, outage).MNoData?.fired ?? 0;
    // Two hours of the last night, three of reports, and then longer than the seven of a night.
    expect(fired).toBeGreaterThan(START + 14 * DAY * STEP + 10 * 3_600_000);
  });

  it('that lasts longer than an alarm can wait has none, and says so', () => {
    const weekly = seriesOf(14, (_, day) => (day % 7 === 6 ? [null, null] : [100 * MIB, 0]));
    const stack = alarmsStack([{ name: 'm', arn: 'arn', past: weekly }], {
      region: 'eu-central-1',
      window: { start: weekly.start, end: weekly.start },
      topic: null,
      tags: {},
      part: [],
    });
    expect(stack.resources.map(({ id }) => id.join(' '))).toEqual([
      'm indicator',
      'm rate',
      'aws degraded of any',
      'retransmissions of any',
    ]);
    expect(stack.lacks.at(-1)).toMatch(/^m: no alarm on missing data, for it was silent for 24 h at a time/);
  });

  it('that makes an alarm wait, and a past in which one would have gone off, are said to who asked', () => {
    const noisy = seriesOf(14, (hour, day) =>
      day === 5 && hour < 8 ? [null, null] : [100 * MIB, day % 7 === 6 && hour < 2 ? 2000 : 40],
    );
    const { lacks } = alarmsStack([{ name: 'm', arn: 'arn', past: noisy }], {
      region: 'eu-central-1',
      window: { start: noisy.start, end: noisy.start },
      topic: null,
      tags: {},
      part: [],
    });
    expect(lacks).toEqual([
      expect.stringMatching(/^m: its alarm on the rate would have gone off 2 times .* raise its threshold/),
      expect.stringMatching(/^m: its alarm on missing data waits 8 h 30 min, .* --since/),
    ]);
  });

  it.each([
    [282, 288],
    [283, null],
  ])('of %i periods is waited for as long as an alarm can wait, a day', (silent, periods) => {
    const past = seriesOf(3, (_, __, at) => (at >= 300 && at < 300 + silent ? [null, null] : [100 * MIB, 0]));
    expect(silences(past)?.longest).toBe(silent);
    const { resources } = alarmsStack([{ name: 'm', arn: 'arn', past }], {
      region: 'eu-central-1',
      window: { start: past.start, end: past.start },
      topic: null,
      tags: {},
      part: [],
    });
    const [indicator, , ...more] = resources.flatMap((r) => (r.kind === 'metric-alarm' ? [r] : []));
    expect(more.map((alarm) => alarm.evaluationPeriods)).toEqual(periods === null ? [] : [periods]);
    // Of the indicator the worst minute of a period counts.
    expect(indicator?.watched).toMatchObject({ name: 'HealthIndicator', statistic: 'Maximum' });
  });

  it('of now is said, where the alarm goes off at once', () => {
    const gone = seriesOf(14, (_, day) => (day === 13 ? [null, null] : [100 * MIB, 0]));
    expect(silences(gone)).toEqual({ longest: 0, now: DAY });
    expect(then(gone, repeat([null, null], 3)).MNoData?.last).toBe('ALARM');
  });

  it('of what CloudWatch does not tell leaves the indicator alone', () => {
    const stack = alarmsStack([{ name: 'm', arn: 'arn', past: null }], {
      region: 'eu-central-1',
      window: { start: 'x', end: 'y' },
      topic: null,
      tags: {},
      part: [],
    });
    expect(stack.resources.map(({ id }) => id.join(' '))).toEqual(['m indicator', 'aws degraded of any']);
  });
});

describe('composite alarms', () => {
  const past = seriesOf(1, () => [100 * MIB, 5]);
  const of = (names: readonly string[], part: readonly string[] = []) =>
    alarmsStack(
      names.map((name) => ({ name, arn: `arn:${name}`, past })),
      { region: 'eu-central-1', window: { start: 'x', end: 'y' }, topic: null, tags: {}, part },
    );
  const named = (stack: Stack) =>
    stack.resources.flatMap((r) => (r.kind === 'composite-alarm' ? r.name : []));

  it("let go of an incident that was AWS's before its indicator does: nothing is told to be ours then", () => {
    const [indicator, rate] = of(['m']).resources;
    if (indicator?.kind !== 'metric-alarm' || rate?.kind !== 'metric-alarm') throw new Error('no alarms');
    // The last bad period of both at 0: how long each stays on, by CloudWatch's count, when it is evaluated.
    const last = ({ evaluationPeriods, datapointsToAlarm }: MetricAlarm) =>
      evaluationPeriods - datapointsToAlarm;
    expect(last(indicator)).toBeGreaterThan(last(rate));
  });

  it('of some monitors are called otherwise than those of all, and so is their stack: both can be deployed', () => {
    const all = of(['a', 'b', 'c']);
    const parts = [of(['a'], ['a']), of(['b', 'c'], ['c', 'b']), of(['b.c'], ['b.c'])];
    expect([all.name, ...named(all)]).toEqual([
      'nfm-alarms',
      'nfm-aws-degraded',
      'nfm-retransmissions',
      'nfm-no-data',
    ]);
    expect([parts[0]?.name, ...(parts[0] ? named(parts[0]) : [])]).toEqual([
      'nfm-alarms-a',
      'nfm-aws-degraded-a',
      'nfm-retransmissions-a',
      'nfm-no-data-a',
    ]);
    const names = [all, ...parts].flatMap((stack) => [stack.name, ...named(stack)]);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of [all, ...parts]) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);
    expect(of(['b', 'c'], ['b', 'c', 'b']).name).toBe(parts[1]?.name);
  });

  it('are no more than it takes: a hundred alarms in each', () => {
    const stack = of(Array.from({ length: 120 }, (_, i) => `m${i}`));
    const children = stack.resources.flatMap((r) =>
      r.kind === 'composite-alarm'
        ? [[r.name, r.rule.filter((part) => typeof part !== 'string').length]]
        : [],
    );
    expect(children).toEqual([
      ['nfm-aws-degraded-1', 100],
      ['nfm-aws-degraded-2', 20],
      // Two alarms of each monitor.
      ['nfm-retransmissions-1', 100],
      ['nfm-retransmissions-2', 100],
      ['nfm-retransmissions-3', 40],
      ['nfm-no-data-1', 100],
      ['nfm-no-data-2', 20],
    ]);
  });

  it('have IDs that no alarm of a monitor has, whatever it is called', () => {
    for (const name of [
      'any',
      'no-data',
      'aws-degraded',
      'retransmissions',
      'no-data-any',
      'alarm',
      'topic',
    ]) {
      const stack = of([name]);
      expect(Object.keys(toCloudFormation(stack, 'test')?.Resources ?? {})).toHaveLength(
        stack.resources.length,
      );
    }
  });

  it('are as many as it takes, each as long as CloudWatch takes', () => {
    const monitors = Array.from({ length: 120 }, (_, i) => ({
      name: `${'n'.repeat(100 + (i % 100))}-${i}`,
      arn: `arn:${i}`,
      past: seriesOf(1, () => [100 * MIB, 0]),
    }));
    const stack = alarmsStack(monitors, {
      region: 'eu-central-1',
      window: { start: 'x', end: 'y' },
      topic: null,
      tags: {},
      part: [],
    });
    const ids = new Set(stack.resources.map(({ id }) => id.join(' ')));
    expect(ids.size).toBe(stack.resources.length);
    const names = new Map(
      stack.resources.flatMap((r) => (r.kind === 'metric-alarm' ? [[r.id.join(' '), r.name] as const] : [])),
    );
    const seen: string[] = [];
    for (const resource of stack.resources) {
      if (resource.kind !== 'composite-alarm') continue;
      const parts = resource.rule.map((part) =>
        typeof part === 'string' ? part : (names.get(part.of.join(' ')) ?? 'missing'),
      );
      expect(parts.join('').length).toBeLessThanOrEqual(10_240);
      const children = resource.rule.filter((part) => typeof part !== 'string');
      expect(children.length).toBeLessThanOrEqual(100);
      seen.push(...parts.filter((part) => part.endsWith('-no-data')));
    }
    expect(new Set(seen).size).toBe(120);
  });
});
