import { type GetMetricDataInput, validationError } from './input.ts';
import { isStatistic, statistics } from './statistics.ts';

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
  if (Expression !== undefined)
    return [
      ...problems,
      `The nfm sandbox does not evaluate expressions: ${at}.Expression is "${Expression}".`,
    ];
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
