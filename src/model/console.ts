import type { Window } from './case.ts';
import { METRIC_NAMESPACE } from './service.ts';

/* Pages of AWS's console, for whoever prefers them. */

/** https://docs.aws.amazon.com/general/latest/gr/console-service.html */
const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

const STATISTICS = {
  Retransmissions: 'Sum',
  Timeouts: 'Sum',
  DataTransferred: 'Sum',
  RoundTripTime: 'Average',
  HealthIndicator: 'Maximum',
} as const;

/** CloudWatch's graph of a monitor's metrics in the window; null in a partition whose console is not known. */
export function metricsUrl(arn: string, { start, end }: Window): string | null {
  const [, partition = '', , region = ''] = arn.split(':');
  const host = HOSTS[partition];
  if (!host || region === '') return null;
  const metrics = Object.entries(STATISTICS).map(([name, stat]) => [
    METRIC_NAMESPACE,
    name,
    'MonitorId',
    arn,
    { stat, period: 60 },
  ]);
  const graph = { metrics, view: 'timeSeries', region, start, end };
  return `https://${host}/cloudwatch/home?region=${encodeURIComponent(region)}#metricsV2:graph=${jsurl(graph)}`;
}

/** What the console reads: JSON in the characters that a fragment may have. https://github.com/Sage/jsurl */
function jsurl(value: unknown): string {
  if (Array.isArray(value)) return `~(${value.map(jsurl).join('')})`;
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? `~'${value.replace(/[^\w.-]/gu, escaped)}` : `~${value}`;
  }
  const members = Object.entries(value).map(([name, inner]) => `${name}${jsurl(inner)}`);
  return `~(${members.join('~')})`;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    const code = character.charCodeAt(i);
    return code < 0x100
      ? `*${code.toString(16).padStart(2, '0')}`
      : `**${code.toString(16).padStart(4, '0')}`;
  }).join('');
}
