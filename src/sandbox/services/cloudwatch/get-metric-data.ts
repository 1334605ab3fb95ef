import { METRIC_UNITS } from '../../measure/publications.ts';
import { decodeToken, encodeToken } from '../../wire/ids.ts';
import { type ServiceContext, ServiceError } from '../../wire/service.ts';
import type { GetMetricDataInput } from './input.ts';
import { checkGetMetricData, fromMetric, isStatistic, MAX_DATAPOINTS, statistics } from './input.ts';
import { evaluate, type TimeSeries } from './metric-math.ts';
import { otherPoints } from './other-metrics.ts';

const MINUTE = 60_000;

type MetricDataResult = {
  Id: string;
  Label: string;
  Timestamps: Date[];
  Values: number[];
  StatusCode: 'Complete' | 'PartialData';
};

export type GetMetricDataOutput = {
  MetricDataResults: MetricDataResult[];
  NextToken: string | undefined;
  Messages: never[];
};

type Query = GetMetricDataInput['MetricDataQueries'][number];
type Series = { query: Query; points: Datapoint[] };
type Datapoint = { timestamp: number; value: number };

export function getMetricData(input: GetMetricDataInput, context: ServiceContext): GetMetricDataOutput {
  checkGetMetricData(input);
  const pointsOf = answers(input, context);
  const series = input.MetricDataQueries.filter((query) => query.ReturnData).map((query) => ({
    query,
    points: inOrder(pointsOf(query.Id), input),
  }));
  return pageOf(series, input);
}

function inOrder(points: readonly Datapoint[], { ScanBy }: GetMetricDataInput): Datapoint[] {
  return ScanBy === 'TimestampAscending' ? [...points] : [...points].reverse();
}

/** The points of each query, oldest first; expressions ask for those that they name. */
function answers(input: GetMetricDataInput, context: ServiceContext): (id: string) => readonly Datapoint[] {
  const known = new Map<string, readonly Datapoint[]>();
  const open = new Set<string>();
  const pointsOf = (id: string): readonly Datapoint[] => {
    const found = known.get(id);
    if (found) return found;
    const query = input.MetricDataQueries.find((one) => one.Id === id);
    if (!query) throw new ServiceError('ValidationError', `There is no metric with the ID ${id}.`);
    if (open.has(id)) throw new ServiceError('ValidationError', `The expression ${id} is of itself.`);
    open.add(id);
    const points =
      query.Expression === undefined ? datapoints(query, input, context) : computed(query.Expression);
    known.set(id, points);
    return points;
  };
  const computed = (expression: string): Datapoint[] => {
    const series = (id: string): TimeSeries =>
      new Map(pointsOf(id).map(({ timestamp, value }) => [timestamp, value]));
    const result = evaluate(expression, { series, periods: periodsOf(input) });
    return [...result]
      .map(([timestamp, value]) => ({ timestamp, value }))
      .sort((a, b) => a.timestamp - b.timestamp);
  };
  return pointsOf;
}

/** Starts of the periods, by the period of its metrics. */
function periodsOf(input: GetMetricDataInput): number[] {
  const period = (input.MetricDataQueries.find((query) => query.MetricStat)?.MetricStat?.Period ?? 60) * 1000;
  const [start, end] = [toMinute(input.StartTime), toMinute(input.EndTime)];
  return Array.from({ length: Math.ceil((end - start) / period) }, (_, i) => start + i * period);
}

/**
 * Periods start at StartTime, not at the wall clock's multiples (boto/boto3 issue 3457, answered by AWS);
 * both ends are rounded down to the minute, as the API reference says of StartTime.
 */
function datapoints({ MetricStat }: Query, input: GetMetricDataInput, context: ServiceContext): Datapoint[] {
  if (!MetricStat || !isStatistic(MetricStat.Stat)) return [];
  const source = fromMetric(MetricStat.Metric);
  if (source && MetricStat.Unit !== undefined && MetricStat.Unit !== METRIC_UNITS[source.metricName])
    return [];

  const statistic = statistics[MetricStat.Stat];
  const period = MetricStat.Period * 1000;
  const start = toMinute(input.StartTime);
  const bins = new Map<number, number[]>();
  const end = toMinute(input.EndTime);
  const points = source
    ? context.metrics.points(source.monitorArn, source.metricName, start, end)
    : otherPoints(MetricStat.Metric, start, end, context);
  for (const point of points) {
    const bin = start + Math.floor((point.minute - start) / period) * period;
    const values = bins.get(bin);
    if (values) values.push(point.value);
    else bins.set(bin, [point.value]);
  }
  return [...bins].map(([timestamp, values]) => ({ timestamp, value: statistic(values) }));
}

function toMinute(millis: number): number {
  return Math.floor(millis / MINUTE) * MINUTE;
}

/** Fills a page in the order of the queries; a series that does not fit is cut and marked PartialData. */
function pageOf(series: Series[], input: GetMetricDataInput): GetMetricDataOutput {
  const [firstSeries, firstPoint] = startOf(input.NextToken);
  const results: MetricDataResult[] = [];
  let room = input.MaxDatapoints ?? MAX_DATAPOINTS;
  for (const [index, { query, points }] of series.entries()) {
    if (index < firstSeries) continue;
    const from = index === firstSeries ? firstPoint : 0;
    const rest = points.length - from;
    if (rest > 0 && room === 0) return output(results, [index, from]);
    results.push(resultOf(query, points.slice(from, from + room), rest > room));
    if (rest > room) return output(results, [index, from + room]);
    room -= Math.max(rest, 0);
  }
  return output(results);
}

function startOf(token: string | undefined): [series: number, point: number] {
  if (token === undefined) return [0, 0];
  const [series, point] = decodeToken(token, 2) ?? [];
  if (series === undefined || point === undefined)
    throw new ServiceError('InvalidNextToken', 'The next token specified is invalid.');
  return [series, point];
}

function resultOf(query: Query, points: Datapoint[], partial: boolean): MetricDataResult {
  return {
    Id: query.Id,
    Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
    Timestamps: points.map(({ timestamp }) => new Date(timestamp)),
    Values: points.map(({ value }) => value),
    StatusCode: partial ? 'PartialData' : 'Complete',
  };
}

function output(results: MetricDataResult[], next?: [series: number, point: number]): GetMetricDataOutput {
  return { MetricDataResults: results, NextToken: next && encodeToken(next), Messages: [] };
}
