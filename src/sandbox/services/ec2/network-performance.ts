import { stableHex, takePage } from '../../wire/ids.ts';
import type { XmlRecord } from '../../wire/query.ts';
import { type Form, formTree } from '../../wire/query.ts';
import type { ServiceContext } from '../../wire/service.ts';
import { ServiceError } from '../../wire/service.ts';
import type { AwsEvent } from '../../world/world.ts';

const MINUTES: Readonly<Record<string, number>> = {
  'five-minutes': 5,
  'fifteen-minutes': 15,
  'one-hour': 60,
  'three-hours': 180,
  'one-day': 1440,
  'one-week': 10_080,
};
const MINUTE = 60_000;
const MOST = 100;

/** How much slower a path is while AWS's network is impaired at one of its ends. */
const IMPAIRED = 4;

/** Latency between zones by AWS's own probes: flat, but for the impairments of AWS's own network. */
export function networkPerformance(parameters: URLSearchParams, context: ServiceContext): XmlRecord {
  const { DataQuery, StartTime, EndTime, MaxResults, NextToken } = formTree(parameters);
  const end = Math.min(instantOf(EndTime) ?? context.now(), context.now());
  const start = instantOf(StartTime) ?? end - 60 * MINUTE;
  const answers = Array.isArray(DataQuery)
    ? DataQuery.map((query) => answer(query, start, end, context))
    : [];
  const size = typeof MaxResults === 'string' ? Number(MaxResults) : MOST;
  const token = typeof NextToken === 'string' ? NextToken : undefined;
  const { items, nextToken } = takePage(answers, size, token, () => invalid('NextToken', token));
  return { dataResponseSet: items, nextToken };
}

function answer(query: Form, start: number, end: number, { world, awsEvents }: ServiceContext): XmlRecord {
  const given = typeof query === 'object' && !Array.isArray(query) ? query : {};
  const word = (key: string) => (typeof given[key] === 'string' ? given[key] : '');
  const [id, source, destination, metric, statistic, period] = [
    'Id',
    'Source',
    'Destination',
    'Metric',
    'Statistic',
    'Period',
  ].map(word) as [string, string, string, string, string, string];
  for (const zone of [source, destination])
    if (!world.zones.some((z) => z.id === zone)) throw invalid('Availability Zone', zone);
  if (metric !== 'aggregate-latency') throw invalid('Metric', metric);
  if (statistic !== 'p50') throw invalid('Statistic', statistic);
  const step = (MINUTES[period] ?? 0) * MINUTE;
  if (step === 0) throw invalid('Period', period);
  const metricPointSet: XmlRecord[] = [];
  for (let from = Math.ceil(start / step) * step; from + step <= end; from += step)
    metricPointSet.push({
      startDate: new Date(from),
      endDate: new Date(from + step),
      value: latency([source, destination], from, step, awsEvents),
      status: 'ok',
    });
  return { id, source, destination, metric, statistic, period, metricPointSet };
}

/** Milliseconds: a fraction of one, as between zones of a Region. The median is raised if most of the minutes are. */
function latency(ends: [string, string], from: number, step: number, awsEvents: AwsEvent[]): number {
  const flat = 0.3 + Number.parseInt(stableHex([...ends].sort().join(), 4), 16) / 0x10000;
  const minutes = awsEvents
    .filter(({ zoneId }) => ends.includes(zoneId))
    .map((e) => (Math.min(e.toMinute, from + step) - Math.max(e.fromMinute, from)) / MINUTE);
  const impaired = Math.max(0, ...minutes) * 2 > step / MINUTE;
  return Number((impaired ? flat * IMPAIRED : flat).toFixed(3));
}

function instantOf(value: Form | undefined): number | undefined {
  if (value === undefined) return undefined;
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(instant)) throw invalid('time', String(value));
  return instant;
}

function invalid(what: string, value: string | undefined): ServiceError {
  return new ServiceError('InvalidParameterValue', `Invalid ${what}: ${value}`);
}
