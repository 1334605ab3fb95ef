import {
  CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkFlowMonitorClient, paginateListMonitors } from '../../src/aws/networkflowmonitor/index.ts';
import type { Report } from '../../src/model/report.ts';
import {
  cleanEnv,
  type Env,
  lacks,
  nfm,
  type ServedSandbox,
  type Server,
  serveMoto,
  serveSandbox,
} from './programs.ts';

/* The same triage where Network Flow Monitor alone is ours: all else is an AWS that others wrote. */

const MINUTE = 60_000;
/** Window and baseline of a triage by default, and the minutes that it leaves to settle. */
const SPAN = 250 * MINUTE;
const NAMESPACE = 'AWS/NetworkFlowMonitor';
/** With the statistic that gives a one-minute value back as it was published, and the unit that it had. */
const METRICS = [
  { name: 'DataTransferred', stat: 'Sum', unit: 'Bytes' },
  { name: 'Retransmissions', stat: 'Sum', unit: 'Count' },
  { name: 'Timeouts', stat: 'Sum', unit: 'Count' },
  { name: 'RoundTripTime', stat: 'Average', unit: 'Microseconds' },
  { name: 'HealthIndicator', stat: 'Maximum', unit: 'None' },
] as const;
/** Datapoints in one PutMetricData. */
const BATCH = 1000;

const missing = lacks('moto_server', '--help');

describe.skipIf(missing)(missing ?? 'nfm triage with CloudWatch, EC2, EKS and STS from moto', () => {
  let clean: ReturnType<typeof cleanEnv>;
  let sandbox: ServedSandbox;
  let moto: Server;
  let apart: Env;
  let otherVpc: string;
  let whole: Promise<Report>;

  beforeAll(async () => {
    clean = cleanEnv();
    const { env } = clean;
    const started = await Promise.allSettled([serveSandbox(env), serveMoto(env)]);
    // Each is known to afterAll before a failure of the other ends the set-up.
    if (started[0].status === 'fulfilled') sandbox = started[0].value;
    if (started[1].status === 'fulfilled') moto = started[1].value;
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    apart = {
      ...env,
      AWS_REGION: sandbox.region,
      AWS_ENDPOINT_URL_NETWORKFLOWMONITOR: sandbox.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: moto.endpoint,
      AWS_ENDPOINT_URL_EC2: moto.endpoint,
      AWS_ENDPOINT_URL_EKS: moto.endpoint,
      AWS_ENDPOINT_URL_STS: moto.endpoint,
      // Nobody listens there: a call that does not heed the variables above fails instead of getting out.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    };
    const [datapoints, vpcId] = await Promise.all([
      copyMetrics(sandbox, moto),
      createVpc(sandbox.region, moto),
    ]);
    expect(datapoints).toBeGreaterThan(3 * 4 * 240);
    otherVpc = vpcId;
  });

  afterAll(async () => {
    await Promise.all([sandbox?.stop(), moto?.stop()]);
    clean.remove();
  });

  async function triage(...args: string[]): Promise<Report> {
    const { exitCode, stdout, stderr } = await nfm(['triage', '-o', 'json', ...args], apart);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return JSON.parse(stdout);
  }

  it('blames the pod, though EC2 knows none of the subnets', async () => {
    whole = triage();
    const report = await whole;
    expect(report).toMatchObject({
      verdict: 'workload',
      location: { azId: 'apne3-az3', podName: 'web-b' },
      target: { kind: 'scope', region: sandbox.region, accountId: sandbox.accountId },
    });
    expect(report.zones.map(({ azId, source, outlier }) => [azId, source, outlier])).toEqual([
      ['apne3-az1', 'monitor', false],
      ['apne3-az3', 'monitor', true],
    ]);
    expect(report.nhi.map(({ monitor, state, covers }) => [monitor, state, covers])).toEqual([
      ['demo-vpc', 'healthy', ['apne3-az1', 'apne3-az3']],
      ['demo-zone-a', 'healthy', ['apne3-az1']],
      ['demo-zone-b', 'healthy', ['apne3-az3']],
    ]);
  });

  it('does not ask for zone monitors that are there', async () => {
    const { gaps } = await whole;
    // What else noticed, or changed, nobody here tells.
    const elsewhere = /^(cloudtrail|autoscaling|arc-zonal-shift|health):|^ec2:GetAwsNetworkPerformanceData$/;
    expect(gaps.filter(({ action }) => !elsewhere.test(action ?? ''))).toEqual([]);
  });

  it('says of a VPC that no monitor watches that there is no data, not what another VPC has', async () => {
    const report = await triage('--vpc', otherVpc);
    expect(report.target).toMatchObject({ kind: 'vpc', id: otherVpc });
    expect(['no-data', 'inconclusive']).toContain(report.verdict);
    expect(report).not.toHaveProperty('location.podName');
    expect(report.contributors).toEqual([]);
    // The traffic of the sandbox's VPC is in other subnets: none of its zones is this VPC's outlier.
    expect(report.zones.filter((zone) => zone.outlier)).toEqual([]);
    expect(report.onset).toBeNull();
  });

  it('refuses a VPC that EC2 does not know', async () => {
    const args = ['triage', '-o', 'json', '--vpc', 'vpc-0123456789abcdef0'];
    const { exitCode, stdout, stderr } = await nfm(args, apart);
    expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ schema: 'nfm.error/v1', error: { code: 'target-not-found' } });
  });
});

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };

/** Publishes in moto what the monitors published in the sandbox; how many datapoints that were. */
async function copyMetrics({ region, endpoint }: ServedSandbox, moto: Server): Promise<number> {
  const from = { region, endpoint, credentials };
  const metrics = (await monitorArns(new NetworkFlowMonitorClient(from))).flatMap((arn) =>
    METRICS.map(({ name, stat, unit }, i) => ({
      id: `m${i}_${arn.split('/').at(-1)?.replaceAll('-', '_')}`,
      metric: { MetricName: name, Dimensions: [{ Name: 'MonitorId', Value: arn }] },
      stat,
      unit,
    })),
  );
  const end = Date.now();
  const pages = paginateGetMetricData(
    { client: new CloudWatchClient(from) },
    {
      StartTime: new Date(end - SPAN),
      EndTime: new Date(end),
      MetricDataQueries: metrics.map(({ id, metric, stat }) => ({
        Id: id,
        MetricStat: { Metric: { Namespace: NAMESPACE, ...metric }, Period: 60, Stat: stat },
      })),
    },
  );
  const data: MetricDatum[] = [];
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id, Timestamps = [], Values = [] } of MetricDataResults) {
      const asked = metrics.find(({ id }) => id === Id);
      for (const [i, Timestamp] of Timestamps.entries()) {
        const Value = Values[i];
        if (asked && Value !== undefined) data.push({ ...asked.metric, Unit: asked.unit, Timestamp, Value });
      }
    }
  }
  // moto takes no compressed JSON.
  const to = new CloudWatchClient({
    region,
    credentials,
    endpoint: moto.endpoint,
    disableRequestCompression: true,
  });
  for (let i = 0; i < data.length; i += BATCH) {
    await to.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData: data.slice(i, i + BATCH) }));
  }
  return data.length;
}

async function monitorArns(client: NetworkFlowMonitorClient): Promise<string[]> {
  const arns: string[] = [];
  for await (const { monitors = [] } of paginateListMonitors({ client }, {})) {
    arns.push(...monitors.flatMap((monitor) => monitor.monitorArn ?? []));
  }
  return arns;
}

/** A VPC that moto has and the sandbox does not, with a subnet. */
async function createVpc(region: string, moto: Server): Promise<string> {
  const client = new EC2Client({ region, endpoint: moto.endpoint, credentials });
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '10.99.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const subnet = { VpcId, CidrBlock: '10.99.1.0/24', AvailabilityZone: `${region}a` };
  await client.send(new CreateSubnetCommand(subnet));
  return VpcId;
}
