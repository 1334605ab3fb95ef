import { landedUntil, minutesBetween } from '../../measure/flows.ts';
import type { ServiceContext } from '../../wire/service.ts';
import type { OtherMetric } from '../../world/world.ts';
import type { Metric } from './input.ts';

/* Metrics of other services than Network Flow Monitor: what a world says that each minute has. */

export function otherMetrics({ world }: ServiceContext): Metric[] {
  return world.metrics.map(toMetric);
}

export function otherPoints(
  wanted: Metric,
  start: number,
  end: number,
  { world, now }: ServiceContext,
): { minute: number; value: number }[] {
  const found = world.metrics.find((metric) => nameOf(toMetric(metric)) === nameOf(wanted));
  if (!found) return [];
  return minutesBetween(start, Math.min(end, landedUntil(now()))).flatMap((minute) => {
    const value = valueAt(found, minute);
    return value === undefined ? [] : [{ minute, value }];
  });
}

function toMetric({ namespace, name, dimensions }: OtherMetric): Metric {
  const pairs = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: namespace, MetricName: name, Dimensions: pairs };
}

function nameOf({ Namespace, MetricName, Dimensions }: Metric): string {
  const pairs = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return [Namespace, MetricName, ...pairs].join(' ');
}

const MINUTE = 60_000;

function valueAt({ steps, cumulative }: OtherMetric, minute: number): number | undefined {
  const begun = steps
    .map(({ from, value }) => ({ from: Date.parse(from), value }))
    .filter(({ from }) => from <= minute);
  if (!cumulative) return begun.at(-1)?.value;
  if (begun.length === 0) return undefined;
  return begun.reduce((sum, { from, value }, i) => {
    const until = begun[i + 1]?.from ?? minute + MINUTE;
    return sum + ((until - from) / MINUTE) * value;
  }, 0);
}
