import type { Aws } from '../aws/aws.ts';
import type { MetricColumn, MonitorSeries } from '../aws/cloudwatch.ts';
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

/** An answer that is on its way: it is asked for before it is known whose metrics matter. */
export type SeriesAsked = Promise<MonitorSeries>;

export function askSeries(
  aws: Aws,
  { arns, window, periodSeconds, only }: Pick<MetricsRequest, 'arns' | 'window' | 'periodSeconds' | 'only'>,
): SeriesAsked {
  const asked = import('../aws/cloudwatch.ts').then(({ monitorSeries }) =>
    monitorSeries(aws, arns, window, periodSeconds, only),
  );
  // Whoever reads it is told; nobody may.
  asked.catch(() => undefined);
  return asked;
}

/** The metrics of monitors by ARN; null where the call was refused. What is lost inside an answer is one gap. */
export async function readSeries(
  aws: Aws,
  { arns, gaps, effect, ...request }: MetricsRequest,
  asked?: SeriesAsked,
): Promise<Map<string, Series> | null> {
  if (arns.length === 0) return new Map();
  return gaps.tolerate(null, effect, async () => {
    const { lostWords } = await import('../aws/cloudwatch.ts');
    const answer = await (asked ?? askSeries(aws, { arns, ...request }));
    const lost = answer.lost.filter(({ arn }) => arns.includes(arn));
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
    return answer.series;
  });
}
