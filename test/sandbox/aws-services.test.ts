import type { AddressInfo } from 'node:net';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  InvalidParameterValueException,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDataQuery,
  paginateGetMetricData,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeIdentityProviderConfigCommand,
  EKSClient,
  ListAddonsCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { createAdaptorServer } from '@hono/node-server';
import { decode, encode, Tagged } from 'cborg';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MetricName, MonitorMetrics } from '../../src/sandbox/measure/publications.ts';
import { cloudwatch } from '../../src/sandbox/services/cloudwatch.ts';
import { ec2 } from '../../src/sandbox/services/ec2.ts';
import { eks } from '../../src/sandbox/services/eks.ts';
import { sts } from '../../src/sandbox/services/sts.ts';
import type { Fault, Service, ServiceContext } from '../../src/sandbox/wire/service.ts';
import { emptyWorld, LINUX_HOST } from '../../src/sandbox/world/topology.ts';
import type { World } from '../../src/sandbox/world/world.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-21T12:00:00Z');
const VPC = 'vpc-0123456789abcdef0';
const NODE = 'i-0123456789abcdef0';
const arnOf = (name: string) => `arn:aws:networkflowmonitor:us-west-2:123456789012:monitor/${name}`;
const MONITOR = arnOf('m0');

const world: World = {
  ...emptyWorld('us-west-2'),
  zones: [
    { name: 'us-west-2a', id: 'usw2-az2' },
    { name: 'us-west-2b', id: 'usw2-az1' },
  ],
  vpcs: [{ id: VPC, name: 'shop & "co" <1>', cidr: '10.0.0.0/16' }],
  subnets: Array.from({ length: 7 }, (_, index) => ({
    id: `subnet-0123456789abcdef${index}`,
    name: `s${index}`,
    vpcId: VPC,
    zoneId: index % 2 ? 'usw2-az1' : 'usw2-az2',
    cidr: `10.0.${index}.0/24`,
  })),
  instances: [
    {
      ...LINUX_HOST,
      id: NODE,
      name: 'node-a',
      subnetId: 'subnet-0123456789abcdef0',
      ip: '10.0.0.5',
      type: 't3.medium',
      launchedAt: '2026-09-01T02:31:00Z',
      eniId: 'eni-0123456789abcdef0',
      cluster: 'demo',
    },
    {
      ...LINUX_HOST,
      id: 'i-0123456789abcdef1',
      name: 'lb',
      subnetId: 'subnet-0123456789abcdef1',
      ip: '10.0.1.5',
      type: 't3.medium',
      launchedAt: '2026-09-01T02:31:00Z',
      eniId: 'eni-0123456789abcdef1',
    },
  ],
  pods: [{ name: 'web-a', namespace: 'default', service: 'web', ip: '10.0.0.11', node: NODE }],
  peers: [
    {
      name: 'db',
      kind: 'database',
      ip: '10.0.0.20',
      subnetId: 'subnet-0123456789abcdef0',
      eniId: 'eni-0123456789abcdef2',
    },
    { name: 'client', kind: 'internet', ip: '198.51.100.10' },
  ],
  clusters: [
    {
      name: 'demo',
      version: '1.33',
      status: 'ACTIVE',
      vpcId: VPC,
      subnetIds: ['subnet-0123456789abcdef0'],
      createdAt: '2026-09-01T02:15:00Z',
      addons: [
        {
          name: 'aws-network-flow-monitoring-agent',
          version: 'v1.1.6-eksbuild.1',
          status: 'DEGRADED',
          issues: [{ code: 'AddonPermissionFailure', message: 'No role.', resourceIds: ['sa'] }],
          createdAt: '2026-09-01T02:40:00Z',
        },
        {
          name: 'vpc-cni',
          version: 'v1.19.5',
          status: 'ACTIVE',
          issues: [],
          createdAt: '2026-09-01T02:40:00Z',
        },
      ],
      podIdentityAssociations: [
        {
          id: 'a-1',
          namespace: 'nfm',
          serviceAccount: 'agent',
          roleArn: 'arn:aws:iam::123456789012:role/agent',
          createdAt: '2026-09-01T02:40:00Z',
        },
        {
          id: 'a-2',
          namespace: 'other',
          serviceAccount: 'x',
          roleArn: 'arn:aws:iam::123456789012:role/x',
          createdAt: '2026-09-01T02:40:00Z',
        },
      ],
      nodegroups: [],
      fargateProfiles: [],
      accessEntries: [],
      updates: [],
      inside: {},
    },
  ],
};

/** 101 monitors × 5 metrics; m0 has sent 100, 200, … bytes in the ten minutes from noon, and was degraded once. */
const NAMES: MetricName[] = [
  'DataTransferred',
  'Retransmissions',
  'Timeouts',
  'RoundTripTime',
  'HealthIndicator',
];
const metrics: MonitorMetrics = {
  list: () =>
    Array.from({ length: 101 }, (_, index) => arnOf(`m${index}`)).flatMap((monitorArn) =>
      NAMES.map((metricName) => ({ monitorArn, metricName })),
    ),
  points(monitorArn, metricName, start, end) {
    if (monitorArn !== MONITOR) return [];
    const value = (index: number) =>
      metricName === 'HealthIndicator' ? Number(index === 3) : 100 * (index + 1);
    return Array.from({ length: 10 }, (_, index) => ({
      minute: NOON + index * MINUTE,
      value: value(index),
    })).filter(({ minute }) => minute >= start && minute < end);
  },
};

const services: Service[] = [cloudwatch, ec2, eks, sts];
const calls: string[] = [];
const faults: Fault[] = [];

function contextOf(service: string): ServiceContext {
  return {
    world,
    metrics,
    awsEvents: [],
    now: () => NOON + 10 * MINUTE,
    kubernetes: async () => ({ endpoint: 'https://127.0.0.1', authority: 'PEM' }),
    later: (_, change) => change(),
    fault: (operation) => faults.find((fault) => fault.service === service && fault.operation === operation),
    record: (operation) => calls.push(`${service}:${operation}`),
  };
}

async function dispatch(request: Request): Promise<Response> {
  const name = request.headers.get('authorization')?.match(/\/([^/]+)\/aws4_request/)?.[1];
  const service = services.find((candidate) => candidate.name === name);
  if (!service) return new Response(`no service ${name}`, { status: 500 });
  return service.handle(request, contextOf(service.name));
}

const server = createAdaptorServer({ fetch: dispatch });
let endpoint = '';
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const settings = () => ({ region: 'us-west-2', endpoint, credentials, maxAttempts: 1 });
const clients = () => ({
  cloudwatch: new CloudWatchClient(settings()),
  ec2: new EC2Client(settings()),
  eks: new EKSClient(settings()),
  sts: new STSClient(settings()),
});
let aws: ReturnType<typeof clients>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  aws = clients();
});
afterAll(() => {
  for (const client of Object.values(aws)) client.destroy();
  server.close();
});
beforeEach(() => {
  calls.length = 0;
  faults.length = 0;
});

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKID/20261121/us-west-2/${service}/aws4_request, SignedHeaders=host, Signature=0`;

async function postForm(
  service: string,
  form: Record<string, string>,
): Promise<{ status: number; xml: Xml }> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: authorization(service) },
    body: new URLSearchParams(form),
  });
  return {
    status: response.status,
    xml: new XMLParser({ parseTagValue: false }).parse(await response.text()),
  };
}
type Xml = Record<string, unknown>;

async function postCbor(operation: string, input: unknown): Promise<Response> {
  return fetch(`${endpoint}/service/GraniteServiceVersion20100801/operation/${operation}`, {
    method: 'POST',
    headers: {
      authorization: authorization('monitoring'),
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
      'x-amzn-query-mode': 'true',
    },
    body: new Uint8Array(encode(input)),
  });
}

function query(
  stat: string,
  change: Partial<MetricDataQuery> = {},
  metric = 'DataTransferred',
): MetricDataQuery {
  const Dimensions = [{ Name: 'MonitorId', Value: MONITOR }];
  const Metric = { Namespace: 'AWS/NetworkFlowMonitor', MetricName: metric, Dimensions };
  return { Id: stat.toLowerCase(), MetricStat: { Metric, Period: 300, Stat: stat }, ...change };
}

function asking(
  queries: MetricDataQuery[],
  change: Partial<GetMetricDataCommandInput> = {},
): GetMetricDataCommandInput {
  const window = { StartTime: new Date(NOON), EndTime: new Date(NOON + 10 * MINUTE) };
  return { MetricDataQueries: queries, ...window, ...change };
}

const getMetricData = (queries: MetricDataQuery[], change: Partial<GetMetricDataCommandInput> = {}) =>
  aws.cloudwatch.send(new GetMetricDataCommand(asking(queries, change)));

describe('CloudWatch GetMetricData', () => {
  it('computes each statistic over the one-minute values of a period', async () => {
    const stats = ['Sum', 'Average', 'Maximum', 'Minimum', 'SampleCount'];
    const { MetricDataResults } = await getMetricData(
      stats.map((stat) => query(stat)),
      { ScanBy: 'TimestampAscending' },
    );
    expect(MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([
      ['sum', [1500, 4000]],
      ['average', [300, 800]],
      ['maximum', [500, 1000]],
      ['minimum', [100, 600]],
      ['samplecount', [5, 5]],
    ]);
    expect(MetricDataResults?.[0]).toMatchObject({
      Label: 'DataTransferred',
      StatusCode: 'Complete',
      Timestamps: [new Date(NOON), new Date(NOON + 5 * MINUTE)],
    });
    expect(calls).toEqual(['monitoring:GetMetricData']);
  });

  it('puts the newest first unless asked otherwise, and shows only what is to be returned', async () => {
    const { MetricDataResults } = await getMetricData([
      query('Sum', { Label: 'bytes' }),
      query('Maximum', { ReturnData: false }, 'HealthIndicator'),
    ]);
    expect(MetricDataResults).toHaveLength(1);
    expect(MetricDataResults?.[0]).toMatchObject({ Label: 'bytes', Values: [4000, 1500] });
  });

  it('starts its periods at StartTime, rounded down to the minute, and leaves EndTime out', async () => {
    const { MetricDataResults } = await getMetricData([query('Sum')], {
      StartTime: new Date(NOON + 2 * MINUTE + 34_000),
      EndTime: new Date(NOON + 9 * MINUTE + 59_000),
      ScanBy: 'TimestampAscending',
    });
    expect(MetricDataResults?.[0]).toMatchObject({
      Timestamps: [new Date(NOON + 2 * MINUTE), new Date(NOON + 7 * MINUTE)],
      Values: [300 + 400 + 500 + 600 + 700, 800 + 900],
    });
  });

  const dimension = (Name: string, Value: string) => ({
    MetricStat: {
      Metric: { Namespace: 'AWS/NetworkFlowMonitor', MetricName: 'Timeouts', Dimensions: [{ Name, Value }] },
      Period: 60,
      Stat: 'Sum',
    },
  });
  it.each([
    ['an unknown monitor', dimension('MonitorId', arnOf('nobody'))],
    ['the dimension that the documentation names', dimension('MonitorName', 'm0')],
    ['a unit that the metric is not in', { MetricStat: { ...query('Sum').MetricStat, Unit: 'Count' } }],
    [
      'another namespace',
      { MetricStat: { ...query('Sum').MetricStat, Metric: { Namespace: 'X', MetricName: 'Y' } } },
    ],
  ])('finds nothing, and says it is complete, for %s', async (_, change) => {
    const { MetricDataResults } = await getMetricData([query('Sum', change as Partial<MetricDataQuery>)]);
    expect(MetricDataResults?.[0]).toMatchObject({ Timestamps: [], Values: [], StatusCode: 'Complete' });
  });

  it('pages by datapoints, across the series', async () => {
    const input = asking(
      [
        query('Sum'),
        query('Maximum', { MetricStat: { ...query('Maximum').MetricStat, Period: 60 } } as object),
      ],
      { MaxDatapoints: 5 },
    );
    const pages: [string, number, string][][] = [];
    const values: number[] = [];
    for await (const page of paginateGetMetricData({ client: aws.cloudwatch }, input)) {
      pages.push(
        (page.MetricDataResults ?? []).map((r) => [r.Id ?? '', r.Values?.length ?? 0, r.StatusCode ?? '']),
      );
      values.push(...(page.MetricDataResults ?? []).flatMap((result) => result.Values ?? []));
    }
    expect(pages).toEqual([
      [
        ['sum', 2, 'Complete'],
        ['maximum', 3, 'PartialData'],
      ],
      [['maximum', 5, 'PartialData']],
      [['maximum', 2, 'Complete']],
    ]);
    expect(values).toEqual([4000, 1500, 1000, 900, 800, 700, 600, 500, 400, 300, 200, 100]);
  });

  const stat = (change: object) =>
    query('Sum', { MetricStat: { ...query('Sum').MetricStat, ...change } } as object);
  it.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, string]>([
    [
      'two queries of one Id',
      [query('Sum'), query('Sum')],
      {},
      'parameter id in MetricDataQueries are not unique',
    ],
    ['an Id in capitals', [query('Sum', { Id: 'Sum' })], {}, 'expected pattern ^[a-z][a-zA-Z0-9_]*$'],
    ['no query', [], {}, 'The parameter MetricDataQueries is required'],
    [
      '501 queries',
      Array.from({ length: 501 }, (_, index) => query('Sum', { Id: `q${index}` })),
      {},
      'The collection MetricDataQueries must not have a size greater than 500.',
    ],
    ['no width', [query('Sum')], { EndTime: new Date(NOON) }, 'StartTime must not equal parameter EndTime'],
    ['a reversed window', [query('Sum')], { EndTime: new Date(0) }, 'EndTime must be greater than StartTime'],
    ['a period of 90 s', [stat({ Period: 90 })], {}, 'member.1.MetricStat.Period must be a multiple of 60'],
    ['a percentile', [stat({ Stat: 'p99' })], {}, 'MetricStat.Stat is not a valid statistic'],
    ['an expression of nothing', [{ Id: 'e', Expression: 'm1/m2' }], {}, 'There is no metric with the ID m1'],
    ['an expression of itself', [{ Id: 'e', Expression: 'e + 1' }], {}, 'The expression e is of itself'],
    [
      'what is no expression',
      [{ Id: 'e', Expression: '(1' }],
      {},
      "Error in expression '(1': ')' is expected",
    ],
    ['too many datapoints', [query('Sum')], { MaxDatapoints: 100_801 }, 'MaxDatapoints must be between'],
  ])('refuses %s', async (_, queries, change, message) => {
    await expect(getMetricData(queries, change)).rejects.toMatchObject({
      name: 'ValidationException',
      Code: 'ValidationError',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses a token that it did not give', async () => {
    await expect(getMetricData([query('Sum')], { NextToken: 'x' })).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
  });

  const asForm = {
    Action: 'GetMetricData',
    StartTime: '2026-11-21T12:00:00Z',
    EndTime: '2026-11-21T12:10:00Z',
    'MetricDataQueries.member.1.Id': 'q',
    'MetricDataQueries.member.1.ReturnData': 'true',
    'MetricDataQueries.member.1.MetricStat.Metric.Namespace': 'AWS/NetworkFlowMonitor',
    'MetricDataQueries.member.1.MetricStat.Metric.MetricName': 'DataTransferred',
    'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name': 'MonitorId',
    'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value': MONITOR,
    'MetricDataQueries.member.1.MetricStat.Period': '300',
    'MetricDataQueries.member.1.MetricStat.Stat': 'Sum',
  };

  it('speaks query/XML', async () => {
    const { xml } = await postForm('monitoring', asForm);
    expect(xml.GetMetricDataResponse).toMatchObject({
      GetMetricDataResult: {
        MetricDataResults: {
          member: {
            Id: 'q',
            StatusCode: 'Complete',
            Timestamps: { member: ['2026-11-21T12:05:00.000Z', '2026-11-21T12:00:00.000Z'] },
            Values: { member: ['4000', '1500'] },
          },
        },
      },
      ResponseMetadata: { RequestId: expect.any(String) },
    });
    const refused = await postForm('monitoring', { ...asForm, EndTime: 'soon' });
    expect(refused).toMatchObject({
      status: 400,
      xml: { ErrorResponse: { Error: { Type: 'Sender', Code: 'ValidationError' } } },
    });
  });

  it('speaks CBOR, with tagged timestamps and values that are doubles', async () => {
    const seconds = (millis: number) => new Tagged(1, millis / 1000);
    const input = {
      ...asking([query('Sum')]),
      StartTime: seconds(NOON),
      EndTime: seconds(NOON + 10 * MINUTE),
    };
    const response = await postCbor('GetMetricData', input);
    expect(response.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    const body = new Uint8Array(await response.arrayBuffer());
    expect(decode(body, { tags: Tagged.preserve(1) })).toEqual({
      MetricDataResults: [
        {
          Id: 'sum',
          Label: 'DataTransferred',
          Timestamps: [seconds(NOON + 5 * MINUTE), seconds(NOON)],
          Values: [4000, 1500],
          StatusCode: 'Complete',
        },
      ],
      Messages: [],
    });
    expect(Buffer.from(body).includes(Buffer.from('fb40af400000000000', 'hex'))).toBe(true);
  });

  it('words a CBOR error for those who knew it from the query protocol', async () => {
    const response = await postCbor('ListMetrics', { NextToken: 'x' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-query-error')).toBe('InvalidParameterValue;Sender');
    expect(decode(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      __type: 'com.amazonaws.cloudwatch#InvalidParameterValueException',
    });
  });
});

describe.each([
  ['JSON', AwsJson1_0Protocol],
  ['CBOR', AwsSmithyRpcV2CborProtocol],
  ['query', AwsQueryProtocol],
])('CloudWatch over %s', (_, protocol) => {
  it('gives the SDK the same answers', async () => {
    const client = new CloudWatchClient({ ...settings(), protocol });
    const input = asking([query('Average'), query('Maximum', {}, 'HealthIndicator')], { MaxDatapoints: 3 });
    const first = await client.send(new GetMetricDataCommand(input));
    expect(first.MetricDataResults).toMatchObject([
      { Id: 'average', Timestamps: [new Date(NOON + 5 * MINUTE), new Date(NOON)], Values: [800, 300] },
      { Id: 'maximum', Timestamps: [new Date(NOON + 5 * MINUTE)], Values: [0], StatusCode: 'PartialData' },
    ]);
    const rest = await client.send(new GetMetricDataCommand({ ...input, NextToken: first.NextToken }));
    expect(rest.MetricDataResults).toMatchObject([{ Id: 'maximum', Values: [1], StatusCode: 'Complete' }]);
    const listed = await client.send(new ListMetricsCommand({ MetricName: 'Timeouts' }));
    expect(listed.Metrics).toHaveLength(101);
    const refused = client.send(new ListMetricsCommand({ NextToken: 'x' }));
    await expect(refused).rejects.toBeInstanceOf(InvalidParameterValueException);
    client.destroy();
  });
});

describe('CloudWatch ListMetrics', () => {
  it('pages by 500', async () => {
    const sizes: number[] = [];
    for await (const page of paginateListMetrics({ client: aws.cloudwatch }, {}))
      sizes.push(page.Metrics?.length ?? 0);
    expect(sizes).toEqual([500, 5]);
  });

  it('filters by namespace, name, dimension and recent activity', async () => {
    const list = async (input: ListMetricsCommandInput) =>
      (await aws.cloudwatch.send(new ListMetricsCommand(input))).Metrics ?? [];
    expect(await list({ Namespace: 'AWS/EC2' })).toHaveLength(0);
    expect(await list({ MetricName: 'Timeouts', Dimensions: [{ Name: 'MonitorId' }] })).toHaveLength(101);
    expect(await list({ Dimensions: [{ Name: 'MonitorName' }] })).toHaveLength(0);
    expect(await list({ Dimensions: [{ Name: 'MonitorId', Value: arnOf('m7') }] })).toHaveLength(5);
    expect(await list({ RecentlyActive: 'PT3H', MetricName: 'Timeouts' })).toEqual([
      {
        Namespace: 'AWS/NetworkFlowMonitor',
        MetricName: 'Timeouts',
        Dimensions: [{ Name: 'MonitorId', Value: MONITOR }],
      },
    ]);
  });

  it('is refused with a class of the SDK', async () => {
    const listing = aws.cloudwatch.send(new ListMetricsCommand({ NextToken: 'x' }));
    await expect(listing).rejects.toBeInstanceOf(InvalidParameterValueException);
  });
});

describe('EC2', () => {
  it('knows zones by name and by ID', async () => {
    const all = await aws.ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(all.AvailabilityZones?.map(({ ZoneName, ZoneId, State }) => [ZoneName, ZoneId, State])).toEqual([
      ['us-west-2a', 'usw2-az2', 'available'],
      ['us-west-2b', 'usw2-az1', 'available'],
    ]);
    const one = await aws.ec2.send(new DescribeAvailabilityZonesCommand({ ZoneIds: ['usw2-az1'] }));
    expect(one.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['us-west-2b']);
    await expect(
      aws.ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['x'] })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Invalid availability zone: [x]',
    });
  });

  it('describes a VPC, whatever its name', async () => {
    const { Vpcs } = await aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [VPC] }));
    expect(Vpcs).toMatchObject([
      {
        VpcId: VPC,
        CidrBlock: '10.0.0.0/16',
        State: 'available',
        OwnerId: '123456789012',
        IsDefault: false,
        Tags: [{ Key: 'Name', Value: 'shop & "co" <1>' }],
      },
    ]);
  });

  it('describes a subnet in its zone', async () => {
    const SubnetIds = ['subnet-0123456789abcdef0'];
    const { Subnets } = await aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
    expect(Subnets).toMatchObject([
      {
        SubnetArn: 'arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0123456789abcdef0',
        AvailabilityZone: 'us-west-2a',
        AvailabilityZoneId: 'usw2-az2',
        AvailableIpAddressCount: 256 - 5 - 3,
      },
    ]);
  });

  it.each<[string, string[], number]>([
    ['vpc-id', [VPC], 7],
    ['availability-zone', ['us-west-2b'], 3],
    ['availability-zone-id', ['usw2-az1', 'usw2-az2'], 7],
    ['cidr-block', ['10.0.3.0/24'], 1],
    ['cidr-block', ['10.0.?.0/*'], 7],
    ['cidr-block', ['10.0.\\?.0/24'], 0],
    ['tag:Name', ['s1', 's2'], 2],
    ['tag-key', ['Name'], 7],
    ['tag:Team', ['net'], 0],
    ['default-for-az', ['false'], 7],
  ])('filters subnets by %s = %s', async (Name, Values, count) => {
    const { Subnets } = await aws.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name, Values }] }));
    expect(Subnets).toHaveLength(count);
  });

  it('pages', async () => {
    const sizes: number[] = [];
    for await (const page of paginateDescribeSubnets({ client: aws.ec2, pageSize: 5 }, {}))
      sizes.push(page.Subnets?.length ?? 0);
    expect(sizes).toEqual([5, 2]);
  });

  const command = {
    unknownVpc: new DescribeVpcsCommand({ VpcIds: ['vpc-00000000000000000'] }),
    malformedVpc: new DescribeVpcsCommand({ VpcIds: ['vpc-xyz'] }),
    unknownSubnet: new DescribeSubnetsCommand({ SubnetIds: ['subnet-00000000'] }),
    malformedSubnet: new DescribeSubnetsCommand({ SubnetIds: ['10.0.0.0'] }),
    unknownInstances: new DescribeInstancesCommand({ InstanceIds: ['i-00000000', 'i-00000001'] }),
    malformedInstance: new DescribeInstanceStatusCommand({ InstanceIds: ['web'] }),
    unknownEni: new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-00000000'] }),
    filter: new DescribeVpcsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] }),
    small: new DescribeVpcsCommand({ MaxResults: 1 }),
    both: new DescribeInstancesCommand({ InstanceIds: [NODE], MaxResults: 5 }),
    token: new DescribeVpcsCommand({ NextToken: 'x' }),
  };
  it.each<[keyof typeof command, string, string]>([
    ['unknownVpc', 'InvalidVpcID.NotFound', "The vpc ID 'vpc-00000000000000000' does not exist"],
    ['malformedVpc', 'InvalidVpcID.Malformed', 'Invalid id: "vpc-xyz" (expecting "vpc-...")'],
    ['unknownSubnet', 'InvalidSubnetID.NotFound', "The subnet ID 'subnet-00000000' does not exist"],
    ['malformedSubnet', 'InvalidSubnetID.Malformed', 'Invalid id: "10.0.0.0" (expecting "subnet-...")'],
    [
      'unknownInstances',
      'InvalidInstanceID.NotFound',
      "The instance IDs 'i-00000000, i-00000001' do not exist",
    ],
    ['malformedInstance', 'InvalidInstanceID.Malformed', 'Invalid id: "web" (expecting "i-...")'],
    [
      'unknownEni',
      'InvalidNetworkInterfaceID.NotFound',
      "The networkInterface ID 'eni-00000000' does not exist",
    ],
    ['filter', 'InvalidParameterValue', "The filter 'colour' is invalid"],
    ['small', 'InvalidParameterValue', 'Expecting a value greater than 5'],
    ['both', 'InvalidParameterCombination', 'InstanceId cannot be used with the parameter MaxResults'],
    ['token', 'InvalidParameterValue', 'Unable to parse pagination token'],
  ])('refuses %s with %s', async (name, code, message) => {
    await expect(aws.ec2.send(command[name] as DescribeVpcsCommand)).rejects.toMatchObject({
      name: code,
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('describes a node with the addresses of its pods', async () => {
    const Filters = [{ Name: 'tag:eks:cluster-name', Values: ['demo'] }];
    const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ Filters }));
    expect(Reservations).toMatchObject([
      {
        OwnerId: '123456789012',
        Instances: [
          {
            InstanceId: NODE,
            InstanceType: 't3.medium',
            State: { Code: 16, Name: 'running' },
            LaunchTime: new Date('2026-09-01T02:31:00Z'),
            Placement: { AvailabilityZone: 'us-west-2a', AvailabilityZoneId: 'usw2-az2' },
            PrivateIpAddress: '10.0.0.5',
            PrivateDnsName: 'ip-10-0-0-5.us-west-2.compute.internal',
            VpcId: VPC,
            NetworkInterfaces: [
              {
                NetworkInterfaceId: 'eni-0123456789abcdef0',
                PrivateIpAddresses: [
                  { PrivateIpAddress: '10.0.0.5', Primary: true },
                  { PrivateIpAddress: '10.0.0.11', Primary: false },
                ],
              },
            ],
          },
        ],
      },
    ]);
    expect(Reservations?.[0]?.Instances?.[0]?.IamInstanceProfile).toBeUndefined();
  });

  it('finds an interface by a secondary address, and the database by its own', async () => {
    const ownerOf = async (ip: string) => {
      const Filters = [{ Name: 'addresses.private-ip-address', Values: [ip] }];
      const found = await aws.ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
      return found.NetworkInterfaces?.map(({ Attachment, Description, RequesterManaged }) => [
        Attachment?.InstanceId,
        Description,
        RequesterManaged,
      ]);
    };
    expect(await ownerOf('10.0.0.11')).toEqual([[NODE, '', false]]);
    expect(await ownerOf('10.0.0.20')).toEqual([[undefined, 'RDSNetworkInterface', true]]);
    expect(await ownerOf('198.51.100.10')).toEqual([]);
  });

  it('says that instances are reachable', async () => {
    const { InstanceStatuses } = await aws.ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [NODE] }),
    );
    expect(InstanceStatuses).toMatchObject([
      { InstanceState: { Name: 'running' }, SystemStatus: { Status: 'ok' }, AvailabilityZone: 'us-west-2a' },
    ]);
  });

  it('lists the Regions that are enabled, or all', async () => {
    const names = async (AllRegions: boolean) =>
      (await aws.ec2.send(new DescribeRegionsCommand({ AllRegions }))).Regions?.map(
        ({ RegionName }) => RegionName,
      );
    expect(await names(false)).toHaveLength(17);
    expect(await names(true)).toEqual(expect.arrayContaining(['us-west-2', 'me-central-1']));
  });
});

describe('EKS', () => {
  it('describes a cluster', async () => {
    expect((await aws.eks.send(new ListClustersCommand({}))).clusters).toEqual(['demo']);
    const { cluster } = await aws.eks.send(new DescribeClusterCommand({ name: 'demo' }));
    expect(cluster).toMatchObject({
      arn: 'arn:aws:eks:us-west-2:123456789012:cluster/demo',
      createdAt: new Date('2026-09-01T02:15:00Z'),
      status: 'ACTIVE',
      resourcesVpcConfig: { vpcId: VPC },
    });
  });

  it('pages add-ons', async () => {
    const first = await aws.eks.send(new ListAddonsCommand({ clusterName: 'demo', maxResults: 1 }));
    expect(first.addons).toEqual(['aws-network-flow-monitoring-agent']);
    const { nextToken } = first;
    const rest = await aws.eks.send(new ListAddonsCommand({ clusterName: 'demo', maxResults: 1, nextToken }));
    expect(rest).toMatchObject({ addons: ['vpc-cni'] });
    expect(rest.nextToken).toBeUndefined();
  });

  it('describes an add-on with its issues', async () => {
    const addonName = 'aws-network-flow-monitoring-agent';
    const { addon } = await aws.eks.send(new DescribeAddonCommand({ clusterName: 'demo', addonName }));
    expect(addon).toMatchObject({
      addonVersion: 'v1.1.6-eksbuild.1',
      status: 'DEGRADED',
      health: { issues: [{ code: 'AddonPermissionFailure', message: 'No role.', resourceIds: ['sa'] }] },
      createdAt: new Date('2026-09-01T02:40:00Z'),
    });
    expect(addon?.serviceAccountRoleArn).toBeUndefined();
  });

  it('lists pod identity associations by namespace', async () => {
    const input = { clusterName: 'demo', namespace: 'nfm' };
    const { associations } = await aws.eks.send(new ListPodIdentityAssociationsCommand(input));
    expect(associations).toEqual([
      {
        clusterName: 'demo',
        namespace: 'nfm',
        serviceAccount: 'agent',
        associationArn: 'arn:aws:eks:us-west-2:123456789012:podidentityassociation/demo/a-1',
        associationId: 'a-1',
      },
    ]);
  });

  it.each([
    [new DescribeClusterCommand({ name: 'café' }), 'No cluster found for name: café.'],
    [
      new DescribeAddonCommand({ clusterName: 'demo', addonName: 'none' }),
      'No addon: none found in cluster: demo',
    ],
  ])('does not find what is not there', async (command, message) => {
    const error = await aws.eks.send(command as DescribeClusterCommand).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({ message, $metadata: { httpStatusCode: 404 } });
  });

  it('refuses a page of 0 or of 101', async () => {
    for (const maxResults of [0, 101])
      await expect(aws.eks.send(new ListClustersCommand({ maxResults }))).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
  });
});

describe('every service', () => {
  it('STS knows who asks', async () => {
    expect(await aws.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/nfm-sandbox',
    });
  });

  it('names an operation that the sandbox does not have', async () => {
    const window = { StartTime: new Date(NOON), EndTime: new Date(NOON + MINUTE), Period: 60 };
    const statistics = { Namespace: 'X', MetricName: 'Y', ...window };
    const refused = { name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } };
    const naming = (name: string) => ({ ...refused, message: expect.stringContaining(name) });
    await expect(aws.cloudwatch.send(new GetMetricStatisticsCommand(statistics))).rejects.toMatchObject(
      naming('GetMetricStatistics'),
    );
    await expect(aws.ec2.send(new DescribeVolumesCommand({}))).rejects.toMatchObject(
      naming('DescribeVolumes'),
    );
    const identityProviderConfig = { type: 'oidc', name: 'n' };
    const provider = { clusterName: 'demo', identityProviderConfig };
    await expect(aws.eks.send(new DescribeIdentityProviderConfigCommand(provider))).rejects.toMatchObject(
      naming('/clusters/demo/identity-provider-configs/describe'),
    );
    await expect(aws.sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject(
      naming('GetSessionToken'),
    );
    expect((await postForm('ec2', { Action: 'constructor' })).status).toBe(501);
    expect((await postCbor('GetDashboard', {})).status).toBe(501);
  });

  const denied = { code: 'AccessDenied', status: 403, message: 'User is not authorized' };
  it.each<[string, string, () => Promise<unknown>]>([
    ['monitoring', 'ListMetrics', () => aws.cloudwatch.send(new ListMetricsCommand({}))],
    ['ec2', 'DescribeVpcs', () => aws.ec2.send(new DescribeVpcsCommand({}))],
    ['eks', 'ListClusters', () => aws.eks.send(new ListClustersCommand({}))],
    ['sts', 'GetCallerIdentity', () => aws.sts.send(new GetCallerIdentityCommand({}))],
  ])('%s passes a fault on, late', async (service, operation, call) => {
    faults.push({ service, operation, error: denied, delayMillis: 30 });
    const start = performance.now();
    await expect(call()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'User is not authorized',
      $metadata: { httpStatusCode: 403 },
    });
    expect(performance.now() - start).toBeGreaterThan(25);
    expect(calls).toEqual([`${service}:${operation}`]);
  });
});
