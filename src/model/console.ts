import type { Window } from './case.ts';
import { arnOf, FORMS, type Owner } from './ids.ts';
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

/** Of load balancers: as in their ARNs, and of classic ones their names (the API references of both). */
const BALANCER = /^(app|net|gwy)\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{8,32}$/;
const CLASSIC = { type: 'AWS::ElasticLoadBalancing::LoadBalancer', name: /^[A-Za-z0-9-]{1,32}$/ };

/**
 * EC2's page of a load balancer, by the console's own links; of a classic one, by those of
 * https://github.com/aws/elastic-load-balancing-tools. Null where it is none, its owner is not known, or the console of
 * its partition is not.
 */
export function loadBalancerUrl({ type, id }: { type: string; id: string }, owner: Owner): string | null {
  const { partition, region, accountId } = owner;
  const host = HOSTS[partition];
  if (!host || !FORMS.region.pattern.test(region)) return null;
  const page = `https://${host}/ec2/home?region=${region}`;
  if (type === CLASSIC.type)
    return CLASSIC.name.test(id) ? `${page}#LoadBalancers:loadBalancerName=${id}` : null;
  if (!BALANCER.test(id) || !/^\d{12}$/.test(accountId)) return null;
  return `${page}#LoadBalancer:loadBalancerArn=${arnOf('elasticloadbalancing', owner, 'loadbalancer', id)}`;
}

/** Whether it leads to AWS's console, and nowhere else. */
export function isConsolePage(url: string): boolean {
  return Object.values(HOSTS).some((host) => url.startsWith(`https://${host}/`)) && /^[!-~]+$/.test(url);
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
