import { EC2Client, paginateGetAwsNetworkPerformanceData } from '@aws-sdk/client-ec2';
import type { Window, Witnesses } from '../model/case.ts';
import { instant, SECOND } from '../model/time.ts';
import type { Aws } from './aws.ts';
import { askAll } from './pages.ts';

type Latency = NonNullable<Witnesses['latency']>;

const PERIOD = 300;

/**
 * Latency between zones by AWS's own probes (Infrastructure Performance), a median of each five minutes. It needs no
 * subscription: that is for CloudWatch. Whoever asks can do without, so one retry is enough.
 */
export async function zoneLatency(
  aws: Aws,
  pairs: readonly (readonly [string, string])[],
  window: Window,
): Promise<Latency> {
  const client = aws.client(EC2Client, 'EC2', 2);
  const step = PERIOD * SECOND;
  const from = Math.ceil(Date.parse(window.start) / step) * step;
  const bins = Math.max(0, Math.floor((Date.parse(window.end) - from) / step));
  const answers = await askAll(
    aws,
    'ec2:GetAwsNetworkPerformanceData',
    (options) =>
      paginateGetAwsNetworkPerformanceData(
        { client },
        {
          DataQueries: pairs.map(([Source, Destination], i) => ({
            Id: `pair${i}`,
            Source,
            Destination,
            Metric: 'aggregate-latency',
            Statistic: 'p50',
            Period: 'five-minutes',
          })),
          StartTime: new Date(from),
          EndTime: new Date(window.end),
        },
        options,
      ),
    (page) => page.DataResponses,
  );
  return {
    start: instant(from),
    periodSeconds: PERIOD,
    pairs: pairs.map((zones, i) => {
      const median = new Array<number | null>(bins).fill(null);
      for (const { MetricPoints } of answers.filter(({ Id }) => Id === `pair${i}`)) {
        for (const { StartDate, Value } of MetricPoints ?? []) {
          const bin = Math.floor(((StartDate?.getTime() ?? Number.NaN) - from) / step);
          if (bin in median && Value !== undefined) median[bin] = Value;
        }
      }
      return { zones: [...zones], median };
    }),
  };
}
