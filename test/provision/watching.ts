import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type State, stateOf } from './alarm-state.ts';
import type { Template } from './template.ts';

/* What the alarms of a template would do, minute by minute. */

const MINUTE = 60_000;

export type Points = ReadonlyMap<number, number>;

export interface AlarmIn {
  id: string;
  name: string;
  periodSeconds: number;
  queries: MetricDataQuery[];
  stateIn(range: readonly (number | null)[]): State;
  periods: number;
}

/** Metric alarms, each with what GetMetricData is asked for it. */
export function alarmsIn({ Resources }: Template): AlarmIn[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties: p }]) => {
    if (Type !== 'AWS::CloudWatch::Alarm') return [];
    const { MetricName, Namespace, Dimensions, Statistic, Period, Metrics } = p;
    const queries: MetricDataQuery[] = Metrics ?? [
      {
        Id: 'm',
        MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic },
        ReturnData: true,
      },
    ];
    const settings = {
      periods: p.EvaluationPeriods,
      toAlarm: p.DatapointsToAlarm,
      missing: p.TreatMissingData,
    };
    const breaches = (value: number) =>
      p.ComparisonOperator === 'GreaterThanThreshold' ? value > p.Threshold : value < p.Threshold;
    return [
      {
        id,
        name: p.AlarmName,
        periodSeconds: Period ?? queries.find((q) => q.MetricStat)?.MetricStat?.Period,
        queries,
        periods: settings.periods,
        stateIn: (range: readonly (number | null)[]) =>
          stateOf(
            range.map((value) => (value === null ? null : breaches(value))),
            settings,
          ),
      },
    ];
  });
}

export interface Seen {
  states: Set<State>;
  /** At the end. */
  last: State;
  /** When it first went off, ms; null where it did not. */
  fired: number | null;
}

interface Watch {
  from: number;
  to: number;
  /** How late datapoints come, minutes. */
  lag: number;
  /** Periods that CloudWatch looks at beside those of the alarm: how many is not documented. */
  extra: number;
}

/** Evaluated at each end of a period, on what has come by then. */
export function watch(alarm: AlarmIn, points: Points, { from, to, lag, extra }: Watch): Seen {
  const step = alarm.periodSeconds * 1000;
  const seen: Seen = { states: new Set(), last: 'INSUFFICIENT_DATA', fired: null };
  for (let now = Math.ceil(from / step) * step; now <= to; now += step) {
    const range = Array.from({ length: alarm.periods + extra }, (_, i) => {
      const start = now - (alarm.periods + extra - i) * step;
      const hasCome = start + step + lag * MINUTE <= now;
      return hasCome ? (points.get(start) ?? null) : null;
    });
    const state = alarm.stateIn(range);
    seen.states.add(state);
    seen.last = state;
    if (state === 'ALARM') seen.fired ??= now;
  }
  return seen;
}

/** Whether a composite alarm is on: of ours, terms joined by OR, each one alarm, or one and not another. */
export function isOn(rule: string, states: ReadonlyMap<string, State>): boolean {
  const on = (text: string) => {
    const [, id = ''] = /^ALARM\("\$\{(\w+)\}"\)$/.exec(text) ?? [];
    const state = states.get(id);
    if (state === undefined) throw new Error(`no alarm in ${text}`);
    return state === 'ALARM';
  };
  return rule.split(' OR ').some((term) => {
    const [, alarm, unless] = /^\((.*) AND NOT (.*)\)$/.exec(term) ?? [];
    return alarm && unless ? on(alarm) && !on(unless) : on(term);
  });
}
