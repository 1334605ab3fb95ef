import { describe, expect, test } from 'vitest';
import { metricsUrl } from '../../src/model/console.ts';

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
