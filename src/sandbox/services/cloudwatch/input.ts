import { z } from 'zod';
import { ServiceError } from '../../wire/service-error.ts';

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
export function validationError(problems: string[]): ServiceError {
  return new ServiceError('ValidationError', problems.join('\n'));
}
