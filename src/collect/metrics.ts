import type { Aws } from '../aws/aws.ts';
import type { MetricColumn } from '../aws/cloudwatch.ts';
import type { Series, Window } from '../model/case.ts';
import { advise, nfm } from '../model/command-line.ts';
import type { Gaps } from './gaps.ts';

export interface MetricsRequest {
  arns: readonly string[];
  window: Window;
  periodSeconds: number;
  gaps: Gaps;
  /** What a refusal of the whole call leaves unknown. */
  effect: string;
  only?: readonly MetricColumn[];
}

/** The metrics of monitors by ARN; null where the call was refused. What is lost inside an answer is one gap. */
export async function readSeries(
  aws: Aws,
  { arns, window, periodSeconds, gaps, effect, only }: MetricsRequest,
): Promise<Map<string, Series> | null> {
  if (arns.length === 0) return new Map();
  return gaps.tolerate(null, effect, async () => {
    const { monitorSeries, lostWords } = await import('../aws/cloudwatch.ts');
    const { series, lost } = await monitorSeries(aws, arns, window, periodSeconds, only);
    if (lost.length > 0) {
      gaps.add({
        code: 'metrics-lost',
        action: 'cloudwatch:GetMetricData',
        effect: `${lostWords(lost)}: what it left out is unknown, not 0.`,
        fix: lost.some(({ status }) => status === 'Forbidden')
          ? advise('Let this identity read these metrics:', nfm('policy', {}, ...aws.command.split(' ')))
          : 'Run the command again; CloudWatch was asked twice.',
      });
    }
    return series;
  });
}
