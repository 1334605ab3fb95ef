import { describe, expect, test } from 'vitest';
import { isConsolePage, loadBalancerUrl, metricsUrl } from '../../src/model/console.ts';

const WINDOW = { start: '2026-11-21T11:28:00Z', end: '2026-11-21T11:58:00Z' };
const arn = (partition: string, region: string, name = 'demo-vpc') =>
  `arn:${partition}:networkflowmonitor:${region}:123456789012:monitor/${name}`;

describe("the console's graph of a monitor", () => {
  test.each([
    ['aws', 'eu-central-1', 'https://console.aws.amazon.com/cloudwatch/home?region=eu-central-1#'],
    ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#'],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#',
    ],
  ])('is on the host of its partition: %s', (partition, region, start) => {
    expect(metricsUrl(arn(partition, region), WINDOW)?.startsWith(start)).toBe(true);
  });

  test('has all five metrics, each by its statistic, in the window', () => {
    const url = metricsUrl(arn('aws', 'eu-central-1'), WINDOW) ?? '';
    const id = 'arn*3aaws*3anetworkflowmonitor*3aeu-central-1*3a123456789012*3amonitor*2fdemo-vpc';
    expect(url.match(/AWS\*2fNetworkFlowMonitor/g)).toHaveLength(5);
    expect(url).toContain(
      `#metricsV2:graph=~(metrics~(~(~'AWS*2fNetworkFlowMonitor~'Retransmissions~'MonitorId~'${id}~(stat~'Sum~period~60))`,
    );
    expect(url).toContain("~'HealthIndicator~");
    expect(url).toMatch(/~start~'2026-11-21T11\*3a28\*3a00Z~end~'2026-11-21T11\*3a58\*3a00Z\)$/);
  });

  test('whatever it is called, its name stays in its place', () => {
    const url = metricsUrl(arn('aws', 'eu-central-1', "a'~(b)#<\u00e9\ud83d\ude00"), WINDOW) ?? '';
    expect(url).toContain('monitor*2fa*27*7e*28b*29*23*3c*e9**d83d**de00');
  });

  test('is not guessed where the partition is not known', () => {
    expect(metricsUrl(arn('aws-iso', 'us-iso-east-1'), WINDOW)).toBeNull();
    expect(metricsUrl('demo-vpc', WINDOW)).toBeNull();
  });
});

describe("the console's page of a load balancer", () => {
  const V2 = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
  const id = 'app/demo-internal/50dc6c495c0c9188';
  const owner = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' };

  test.each([
    ['aws', 'eu-central-1', 'https://console.aws.amazon.com'],
    ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'https://console.amazonaws-us-gov.com'],
  ])('is on the host of its partition, in its Region: %s', (partition, region, host) => {
    expect(loadBalancerUrl({ type: V2, id }, { ...owner, partition, region })).toBe(
      `${host}/ec2/home?region=${region}#LoadBalancer:loadBalancerArn=arn:${partition}:elasticloadbalancing:${region}:123456789012:loadbalancer/${id}`,
    );
  });

  test('of a classic one, is the list with it alone', () => {
    const type = 'AWS::ElasticLoadBalancing::LoadBalancer';
    expect(loadBalancerUrl({ type, id: 'my-elb' }, owner)).toBe(
      'https://console.aws.amazon.com/ec2/home?region=eu-central-1#LoadBalancers:loadBalancerName=my-elb',
    );
    expect(loadBalancerUrl({ type: V2, id: 'my-elb' }, owner)).toBeNull();
  });

  test.each([
    [{ partition: 'aws-iso', region: 'us-iso-east-1' }],
    [{ accountId: '' }],
    [{ region: 'eu-central-1&x=1' }],
  ])('is not guessed of %o', (unknown) => {
    expect(loadBalancerUrl({ type: V2, id }, { ...owner, ...unknown })).toBeNull();
  });

  test.each(['nat-0a1b2c3d4e5f60718', 'app/a/b', `${id}"><script>`, `${id};x=1`, 'javascript:alert(1)'])(
    '%s is none',
    (other) => {
      expect(loadBalancerUrl({ type: V2, id: other }, owner)).toBeNull();
    },
  );
});

test.each([
  ['https://console.aws.amazon.com/ec2/home', true],
  ['https://console.aws.amazon.com.example/', false],
  ['https://console.aws.amazon.com@example.com/', false],
  ['http://console.aws.amazon.com/', false],
  ['javascript:https://console.aws.amazon.com/', false],
  ['https://console.aws.amazon.com/ x', false],
])('%s is a page of the console: %s', (url, is) => expect(isConsolePage(url)).toBe(is));
