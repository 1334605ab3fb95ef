import * as z from 'zod';
import { METRIC_UNITS, type MetricName } from '../../measure/publications.ts';
import { ServiceError } from '../../wire/service.ts';

/* How Network Flow Monitor names its metrics in CloudWatch: docs/network-flow-monitor.md, 'Metrics'. */

const NAMESPACE = 'AWS/NetworkFlowMonitor';
const DIMENSION = 'MonitorId';

export function toMetric(monitorArn: string, metricName: MetricName): Metric {
  return {
    Namespace: NAMESPACE,
    MetricName: metricName,
    Dimensions: [{ Name: DIMENSION, Value: monitorArn }],
  };
}

/** The monitor and metric that are meant, or undefined: CloudWatch takes any name and finds nothing under it. */
export function fromMetric(metric: Metric): { monitorArn: string; metricName: MetricName } | undefined {
  const [dimension, ...others] = metric.Dimensions;
  if (metric.Namespace !== NAMESPACE || others.length > 0 || dimension?.Name !== DIMENSION) return undefined;
  return isMetricName(metric.MetricName)
    ? { monitorArn: dimension.Value, metricName: metric.MetricName }
    : undefined;
}

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRIC_UNITS, name);
}

type Statistic = (values: number[]) => number;

const sum: Statistic = (values) => values.reduce((total, value) => total + value, 0);

/** The five plain statistics, over one-minute values: each minute is one sample. */
export const statistics = {
  Average: (values) => sum(values) / values.length,
  Maximum: (values) => values.reduce((a, b) => Math.max(a, b)),
  Minimum: (values) => values.reduce((a, b) => Math.min(a, b)),
  SampleCount: (values) => values.length,
  Sum: sum,
} satisfies Record<string, Statistic>;

export function isStatistic(name: string): name is keyof typeof statistics {
  return Object.hasOwn(statistics, name);
}

/*
 * One input, three spellings: JSON sends epoch seconds, CBOR dates, query strings for everything.
 * Shapes: botocore cloudwatch/2010-08-01. Members that change nothing here (AccountId, LabelOptions,
 * RecentlyActive's linked accounts) are accepted and dropped.
 */

const timestamp = z.union([
  z.date().transform((date) => date.getTime()),
  z.number().transform((seconds) => seconds * 1000),
  z
    .string()
    .transform((text) => Date.parse(text))
    .refine((millis) => !Number.isNaN(millis)),
]);
const integer = z.coerce.number().int();
const flag = z.union([z.boolean(), z.stringbool()]);

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
});

const getMetricData = z.object({
  MetricDataQueries: z.array(
    z.object({
      Id: z.string(),
      MetricStat: z
        .object({ Metric: metric, Period: integer, Stat: z.string(), Unit: z.string().optional() })
        .optional(),
      Expression: z.string().optional(),
      Label: z.string().optional(),
      ReturnData: flag.default(true),
    }),
  ),
  StartTime: timestamp,
  EndTime: timestamp,
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: integer.optional(),
});

const listMetrics = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  RecentlyActive: z.literal('PT3H').optional(),
  NextToken: z.string().optional(),
});

export type Metric = z.output<typeof metric>;
export type GetMetricDataInput = z.output<typeof getMetricData>;
export type ListMetricsInput = z.output<typeof listMetrics>;

export const readGetMetricData = (input: unknown): GetMetricDataInput => parse(getMetricData, input);
export const readListMetrics = (input: unknown): ListMetricsInput => parse(listMetrics, input);

function parse<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw validationError(parsed.error.issues.map((issue) => problemOf(issue, input)));
}

function problemOf({ path }: z.core.$ZodIssue, input: unknown): string {
  const name = path.map((part) => (typeof part === 'number' ? `member.${part + 1}` : String(part))).join('.');
  const value = path.reduce<unknown>((value, key) => memberOf(value, key), input);
  return value === undefined
    ? `The parameter ${name} is required.`
    : `The value ${String(value)} for parameter ${name} is not valid.`;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** CloudWatch lists every problem, a line each (seen in yet-another-cloudwatch-exporter issue 1435). */
function validationError(problems: string[]): ServiceError {
  return new ServiceError('ValidationError', problems.join('\n'));
}

/* What GetMetricData refuses, in CloudWatch's words where they are known from reports of the live API. */

/** Also the default. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const MAX_DATAPOINTS = 100_800;
const MAX_QUERIES = 500;
const ID = /^[a-z][a-zA-Z0-9_]*$/;

type Query = GetMetricDataInput['MetricDataQueries'][number];

export function checkGetMetricData(input: GetMetricDataInput): void {
  const problems = [
    ...queriesProblems(input.MetricDataQueries),
    ...input.MetricDataQueries.flatMap((query, index) =>
      queryProblems(query, `MetricDataQueries.member.${index + 1}`),
    ),
    ...timeProblems(input),
    ...maxDatapointsProblems(input.MaxDatapoints),
  ];
  if (problems.length > 0) throw validationError(problems);
}

function queriesProblems(queries: Query[]): string[] {
  if (queries.length === 0) return ['The parameter MetricDataQueries is required.'];
  if (queries.length > MAX_QUERIES)
    return [`The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`];
  const ids = new Set(queries.map(({ Id }) => Id));
  return ids.size < queries.length
    ? ['The values for parameter id in MetricDataQueries are not unique.']
    : [];
}

function queryProblems({ Id, MetricStat, Expression }: Query, at: string): string[] {
  const problems = ID.test(Id)
    ? []
    : [`The value ${Id} for parameter ${at}.Id is not matching the expected pattern ${ID.source}.`];
  if (MetricStat && Expression !== undefined)
    return [
      ...problems,
      `The parameters ${at}.Expression and ${at}.MetricStat are mutually exclusive and you have specified both.`,
    ];
  if (Expression !== undefined) return problems;
  if (!MetricStat) return [...problems, `Either ${at}.MetricStat or ${at}.Expression must be specified.`];
  return [...problems, ...statProblems(MetricStat, `${at}.MetricStat`)];
}

function statProblems({ Period, Stat }: NonNullable<Query['MetricStat']>, at: string): string[] {
  const problems: string[] = [];
  // Shorter periods exist for high-resolution metrics only, and AWS's own are not (API reference, MetricStat).
  if (Period < 60 || Period % 60 !== 0)
    problems.push(`The value ${Period} for parameter ${at}.Period must be a multiple of 60.`);
  if (!isStatistic(Stat)) {
    const known = Object.keys(statistics).join(', ');
    problems.push(
      `The value ${Stat} for parameter ${at}.Stat is not a valid statistic. The nfm sandbox computes: ${known}.`,
    );
  }
  return problems;
}

function timeProblems({ StartTime, EndTime }: GetMetricDataInput): string[] {
  if (StartTime === EndTime) return ['The parameter StartTime must not equal parameter EndTime.'];
  return StartTime > EndTime ? ['The parameter EndTime must be greater than StartTime.'] : [];
}

function maxDatapointsProblems(max: number | undefined): string[] {
  return max !== undefined && (max < 1 || max > MAX_DATAPOINTS)
    ? [`The value ${max} for parameter MaxDatapoints must be between 1 and ${MAX_DATAPOINTS}.`]
    : [];
}
