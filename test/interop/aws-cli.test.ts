import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CreateMonitorCommand,
  DeleteMonitorCommand,
  GetMonitorCommand,
  GetScopeCommand,
  ListMonitorsCommand,
  ListScopesCommand,
  NetworkFlowMonitorClient,
} from '../../src/aws/networkflowmonitor/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { aws } from './aws-cli.ts';
import { cleanEnv, type Env, lacks, type ServedSandbox, serveSandbox, until } from './programs.ts';

/* The sandbox as botocore sees it: other people's model of the service, their serialisers, their pagers. */

const MINUTE = 60_000;
const SECOND = 1000;
const VPC_MONITOR = 'demo-vpc';
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const PATIENT = { timeout: 180 * SECOND };

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
type Answer = any;

interface Cli {
  /** The answer of a call that must succeed. */
  ok(...args: string[]): Promise<Answer>;
  /** The code of the error that a call must end with. */
  refused(...args: string[]): Promise<{ code: string | undefined; message: string }>;
}

const missing = lacks('aws', '--version');
const { env, remove } = missing ? { env: {} as Env, remove: () => undefined } : cleanEnv();
afterAll(remove);

/** The AWS CLI prints times as they came unless told to understand them. */
const configFile = join(env.HOME ?? '', 'aws-config');
if (!missing) writeFileSync(configFile, '[default]\ncli_timestamp_format = iso8601\n');

/** What the AWS CLI exits with when the service says no: 254 since version 2, 255 before. */
const REFUSED =
  missing || /aws-cli\/1\./.test(execFileSync('aws', ['--version'], { encoding: 'utf8' })) ? 255 : 254;

/** Each call of the AWS CLI keeps a core busy. */
const twoAtOnce = pLimit(2);

function awsCli(endpoint: string, region: string): Cli {
  // Version 1 of the AWS CLI reads AWS_DEFAULT_REGION only, version 2 both.
  const settings = {
    ...env,
    AWS_CONFIG_FILE: configFile,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  const raw = (...args: string[]) => twoAtOnce(() => aws([...args, '--output', 'json'], settings));
  return {
    async ok(...args) {
      const { exitCode, stdout, stderr } = await raw(...args);
      expect({ exitCode, stderr }, args.join(' ')).toEqual({ exitCode: 0, stderr: '' });
      return stdout.trim() ? JSON.parse(stdout) : {};
    },
    async refused(...args) {
      const { exitCode, stdout, stderr } = await raw(...args);
      expect({ exitCode, stdout }, `${args.join(' ')}: ${stderr}`).toEqual({ exitCode: REFUSED, stdout: '' });
      const [, code, message = ''] =
        /An error occurred \((\w+)\) when calling the \w+ operation.*?: (.*)/s.exec(stderr) ?? [];
      return { code, message };
    },
  };
}

const json = (value: unknown) => JSON.stringify(value);
const iso = (time: number) => new Date(time).toISOString();

/** The last full hour whose data has landed. */
function lastHour(): { from: number; to: number; times: string[] } {
  const to = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * MINUTE;
  const from = to - 60 * MINUTE;
  return { from, to, times: ['--start-time', iso(from), '--end-time', iso(to)] };
}

function settingsOf({ endpoint, region }: ServedSandbox) {
  return { region, endpoint, credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' } };
}

describe.skipIf(missing)(missing ?? 'the AWS CLI against nfm sandbox serve: scopes and monitors', () => {
  let sandbox: ServedSandbox;
  let cli: Cli;
  let client: NetworkFlowMonitorClient;
  let scopeId: string;
  let scopeArn: string;
  let local: string;
  const nfm = (...args: string[]) => cli.ok('networkflowmonitor', ...args);
  const refused = (...args: string[]) => cli.refused('networkflowmonitor', ...args);

  beforeAll(async () => {
    sandbox = await serveSandbox(env);
    cli = awsCli(sandbox.endpoint, sandbox.region);
    // What is only waited for, or only needed in number, need not start an AWS CLI each time.
    client = new NetworkFlowMonitorClient(settingsOf(sandbox));
    local = json([
      {
        type: 'AWS::EC2::VPC',
        identifier: `arn:aws:ec2:${sandbox.region}:${sandbox.accountId}:vpc/${sandbox.vpcId}`,
      },
    ]);
  });
  afterAll(() => sandbox?.stop());

  const target = (region: string) =>
    json([
      { targetIdentifier: { targetId: { accountId: sandbox.accountId }, targetType: 'ACCOUNT' }, region },
    ]);

  it('lists and gets what the account starts with', PATIENT, async () => {
    const [{ scopes }, { monitors }] = await Promise.all([nfm('list-scopes'), nfm('list-monitors')]);
    expect(scopes).toEqual([
      { scopeId: expect.any(String), scopeArn: expect.any(String), status: 'SUCCEEDED' },
    ]);
    ({ scopeId, scopeArn } = scopes[0]);
    expect(monitors.map((m: Answer) => [m.monitorName, m.monitorStatus])).toEqual([
      [VPC_MONITOR, 'ACTIVE'],
      ['demo-zone-a', 'ACTIVE'],
      ['demo-zone-b', 'ACTIVE'],
    ]);

    const [scope, monitor] = await Promise.all([
      nfm('get-scope', '--scope-id', scopeId),
      nfm('get-monitor', '--monitor-name', VPC_MONITOR),
    ]);
    expect(scope).toMatchObject({
      scopeArn,
      status: 'SUCCEEDED',
      targets: JSON.parse(target(sandbox.region)),
    });
    expect(monitor).toMatchObject({
      monitorArn: monitors[0].monitorArn,
      monitorStatus: 'ACTIVE',
      localResources: JSON.parse(local),
      tags: {},
    });
    // botocore reads the timestamp as the API model says; 30 days ago, not in 1970 and not in milliseconds.
    expect(Date.now() - Date.parse(monitor.createdAt)).toBeGreaterThan(29 * 24 * 60 * MINUTE);
    expect(Date.now() - Date.parse(monitor.createdAt)).toBeLessThan(31 * 24 * 60 * MINUTE);
  });

  it('refuses what AWS refuses', PATIENT, async () => {
    const create = ['--local-resources', local, '--scope-arn', scopeArn, '--monitor-name'];
    const [second, badName, taken, unknown, unknownScope, inUse] = await Promise.all([
      refused('create-scope', '--targets', target(sandbox.region)),
      refused('create-monitor', ...create, 'bad name!'),
      refused('create-monitor', ...create, VPC_MONITOR),
      refused('get-monitor', '--monitor-name', 'nobody'),
      refused('get-scope', '--scope-id', UNKNOWN_ID),
      refused('delete-scope', '--scope-id', scopeId),
    ]);
    expect(second.code).toBe('ServiceQuotaExceededException');
    expect(badName.code).toBe('ValidationException');
    expect(badName.message).toContain("'bad name!' at 'monitorName' failed to satisfy constraint");
    expect(taken.code).toBe('ConflictException');
    expect(unknown.code).toBe('ResourceNotFoundException');
    expect(unknownScope.code).toBe('ResourceNotFoundException');
    expect(inUse.code).toBe('ConflictException');
  });

  it('creates, updates and tags a monitor', PATIENT, async () => {
    const mine = ['--monitor-name', 'mine'];
    const remote = json([{ type: 'AWS::AWSService', identifier: 'S3' }]);
    const created = await nfm(
      ...['create-monitor', ...mine, '--local-resources', local, '--remote-resources', remote],
      ...['--scope-arn', scopeArn, '--tags', 'team=net,env=test'],
    );
    expect(created).toMatchObject({ monitorStatus: 'PENDING', tags: { team: 'net', env: 'test' } });
    await until('the monitor to be ACTIVE', async () => {
      const { monitorStatus } = await client.send(new GetMonitorCommand({ monitorName: 'mine' }));
      return monitorStatus === 'ACTIVE';
    });
    const active = await nfm('list-monitors', '--monitor-status', 'ACTIVE');
    expect(active.monitors.map((m: Answer) => m.monitorName)).toContain('mine');

    const zone = json([{ type: 'AWS::AvailabilityZone', identifier: 'ap-northeast-3b' }]);
    const tagged = ['--resource-arn', created.monitorArn];
    await Promise.all([
      nfm(
        ...['update-monitor', ...mine, '--remote-resources-to-add', zone],
        ...['--remote-resources-to-remove', remote],
      ),
      nfm('tag-resource', ...tagged, '--tags', json({ env: 'prod', 'cost centre': 'a/b & c' })),
    ]);
    const [updated, { tags }] = await Promise.all([
      nfm('get-monitor', ...mine),
      nfm('list-tags-for-resource', ...tagged),
    ]);
    expect(updated.remoteResources).toEqual(JSON.parse(zone));
    expect(updated.localResources).toEqual(JSON.parse(local));
    expect(Date.parse(updated.modifiedAt)).toBeGreaterThan(Date.parse(updated.createdAt));
    expect(tags).toEqual({ team: 'net', env: 'prod', 'cost centre': 'a/b & c' });
    expect(updated.tags).toEqual(tags);

    await nfm('untag-resource', ...tagged, '--tag-keys', 'team', 'cost centre');
    expect(await nfm('list-tags-for-resource', ...tagged)).toEqual({ tags: { env: 'prod' } });
  });

  it('pages a list', PATIENT, async () => {
    const names = (page: Answer) => page.monitors.map((m: Answer) => m.monitorName);
    const all = nfm('list-monitors', '--page-size', '1');
    const first = await nfm('list-monitors', '--page-size', '1', '--max-items', '3');
    expect(names(first)).toEqual([VPC_MONITOR, 'demo-zone-a', 'demo-zone-b']);
    expect(names(await nfm('list-monitors', '--starting-token', first.NextToken))).toEqual(['mine']);
    expect(names(await all)).toEqual([...names(first), 'mine']);
    expect(await all).not.toHaveProperty('NextToken');
  });

  it('has room for 20 monitors', PATIENT, async () => {
    const create = (monitorName: string) => {
      const localResources = [{ type: 'AWS::Region', identifier: sandbox.region }];
      return client.send(new CreateMonitorCommand({ monitorName, scopeArn, localResources }));
    };
    await Promise.all(Array.from({ length: 16 }, (_, i) => create(`filler-${i}`)));
    const args = ['--monitor-name', 'one-too-many', '--local-resources', local, '--scope-arn', scopeArn];
    expect(await refused('create-monitor', ...args)).toMatchObject({ code: 'ServiceQuotaExceededException' });
  });

  it('deletes the monitors and the scope, and begins anew', PATIENT, async () => {
    const { monitors } = await nfm('list-monitors');
    expect(monitors).toHaveLength(20);
    await nfm('delete-monitor', '--monitor-name', 'mine');
    const others = monitors.map((m: Answer) => m.monitorName).filter((name: string) => name !== 'mine');
    await Promise.all(
      others.map((monitorName: string) => client.send(new DeleteMonitorCommand({ monitorName }))),
    );
    await until('the monitors to be gone', async () => {
      return (await client.send(new ListMonitorsCommand())).monitors?.length === 0;
    });

    await nfm('delete-scope', '--scope-id', scopeId);
    await until('the scope to be gone', async () => {
      return (await client.send(new ListScopesCommand())).scopes?.length === 0;
    });
    expect(await refused('get-scope', '--scope-id', scopeId)).toMatchObject({
      code: 'ResourceNotFoundException',
    });

    const scope = await nfm('create-scope', '--targets', target(sandbox.region), '--tags', 'team=net');
    expect(scope).toMatchObject({ status: 'IN_PROGRESS', tags: { team: 'net' } });
    const named = ['--scope-id', scope.scopeId];
    const ready = () =>
      until('the scope to be ready', async () => {
        return (await client.send(new GetScopeCommand({ scopeId: scope.scopeId }))).status === 'SUCCEEDED';
      });
    await ready();
    const [updated] = await Promise.all([
      nfm('update-scope', ...named, '--resources-to-add', target('eu-central-1')),
      nfm('tag-resource', '--resource-arn', scope.scopeArn, '--tags', 'env=test'),
    ]);
    expect(updated).toMatchObject({ scopeArn: scope.scopeArn, status: 'IN_PROGRESS' });
    const { targets, tags } = await nfm('get-scope', ...named);
    expect(targets.map((t: Answer) => t.region)).toEqual([sandbox.region, 'eu-central-1']);
    expect(tags).toEqual({ team: 'net', env: 'test' });
    await ready();
    const args = ['--monitor-name', 'again', '--local-resources', local, '--scope-arn', scope.scopeArn];
    expect(await nfm('create-monitor', ...args)).toMatchObject({ monitorStatus: 'PENDING' });
  });
});

describe
  .skipIf(missing)
  .concurrent(missing ?? 'the AWS CLI against nfm sandbox serve: queries and neighbours', () => {
    let sandbox: ServedSandbox;
    let cli: Cli;
    let scopeId: string;
    const nfm = (...args: string[]) => cli.ok('networkflowmonitor', ...args);

    beforeAll(async () => {
      sandbox = await serveSandbox(env);
      cli = awsCli(sandbox.endpoint, sandbox.region);
      scopeId = (await nfm('list-scopes')).scopes[0].scopeId;
    });
    afterAll(() => sandbox?.stop());

    /** From start to results, with the CLI's own pager: small pages, all rows. */
    async function query(family: string, owner: string[], metric: string, category: string): Promise<Answer> {
      const what = ['--metric-name', metric, '--destination-category', category];
      const { queryId } = await nfm(`start-query-${family}`, ...owner, ...what, ...lastHour().times);
      const which = [...owner, '--query-id', queryId];
      await until('the query to be done', async () => {
        const { status } = await nfm(`get-query-status-${family}`, ...which);
        expect(['QUEUED', 'RUNNING', 'SUCCEEDED']).toContain(status);
        return status === 'SUCCEEDED';
      });
      return nfm(`get-query-results-${family}`, ...which, '--page-size', '2');
    }

    it('asks a monitor for its top contributors', PATIENT, async () => {
      const { topContributors, unit } = await query(
        ...['monitor-top-contributors', ['--monitor-name', VPC_MONITOR], 'RETRANSMISSIONS', 'INTER_AZ'],
      );
      expect(unit).toBe('Count');
      // More than a page of two; the pod whose acknowledgements are lost comes first.
      expect(topContributors.length).toBeGreaterThanOrEqual(2);
      expect(topContributors[0]).toMatchObject({
        localAz: 'apne3-az3',
        remoteAz: 'apne3-az1',
        destinationCategory: 'INTER_AZ',
        kubernetesMetadata: { localPodName: 'web-b', localPodNamespace: 'default' },
      });
      const values = topContributors.map((row: Answer) => row.value);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(values.at(-1)).toBeGreaterThan(0);
    });

    it(
      'asks the scope for its top contributors, in a category that the API model does not list',
      PATIENT,
      async () => {
        const family = 'workload-insights-top-contributors';
        const { topContributors } = await query(
          family,
          ['--scope-id', scopeId],
          'DATA_TRANSFERRED',
          'INTERNET',
        );
        expect(topContributors).toHaveLength(1);
        expect(topContributors[0]).toMatchObject({ accountId: sandbox.accountId, localVpcId: sandbox.vpcId });
        expect(topContributors[0].value).toBeGreaterThan(0);
      },
    );

    it('asks the scope for series by zone', PATIENT, async () => {
      const family = 'workload-insights-top-contributors-data';
      const { datapoints, unit } = await query(
        family,
        ['--scope-id', scopeId],
        'RETRANSMISSIONS',
        'INTER_AZ',
      );
      expect(unit).toBe('Count');
      expect(datapoints.map((series: Answer) => series.label).sort()).toEqual(['apne3-az1', 'apne3-az3']);
      for (const { timestamps, values } of datapoints) {
        expect(timestamps).toHaveLength(values.length);
        for (const time of timestamps) expect(Date.parse(time) % (5 * MINUTE)).toBe(0);
      }
    });

    it('cuts results where it is told to, and goes on from there', PATIENT, async () => {
      const family = 'monitor-top-contributors';
      const owner = ['--monitor-name', VPC_MONITOR];
      const what = [
        '--metric-name',
        'DATA_TRANSFERRED',
        '--destination-category',
        'INTER_AZ',
        '--limit',
        '3',
      ];
      const { queryId } = await nfm(`start-query-${family}`, ...owner, ...what, ...lastHour().times);
      const which = [...owner, '--query-id', queryId];
      const status = async () => (await nfm(`get-query-status-${family}`, ...which)).status;
      await until('the query to be done', async () => (await status()) === 'SUCCEEDED');
      const first = await nfm(
        `get-query-results-${family}`,
        ...which,
        '--page-size',
        '1',
        '--max-items',
        '1',
      );
      expect(first.topContributors).toHaveLength(1);
      const rest = await nfm(`get-query-results-${family}`, ...which, '--starting-token', first.NextToken);
      expect(rest.topContributors).toHaveLength(2);
      expect(rest.topContributors[0].value).toBeLessThanOrEqual(first.topContributors[0].value);
      // One that is done cannot be stopped any more.
      await nfm(`stop-query-${family}`, ...which);
      expect(await status()).toBe('SUCCEEDED');
    });

    it('refuses queries that AWS refuses', PATIENT, async () => {
      const { from, to, times } = lastHour();
      const start = (monitor: string, category: string, window: string[]) =>
        cli.refused(
          ...['networkflowmonitor', 'start-query-monitor-top-contributors', '--monitor-name', monitor],
          ...['--metric-name', 'TIMEOUTS', '--destination-category', category, ...window],
        );
      const longer = ['--start-time', iso(from - SECOND), '--end-time', iso(to)];
      const [tooLong, noMonitor, noCategory, noMetric, noQuery] = await Promise.all([
        start(VPC_MONITOR, 'INTRA_AZ', longer),
        start('nobody', 'INTRA_AZ', times),
        start(VPC_MONITOR, 'INTER_PLANETARY', times),
        cli.refused(
          ...['networkflowmonitor', 'start-query-workload-insights-top-contributors', '--scope-id', scopeId],
          ...['--metric-name', 'ROUND_TRIP_TIME', '--destination-category', 'INTRA_AZ', ...times],
        ),
        cli.refused(
          ...['networkflowmonitor', 'get-query-results-monitor-top-contributors'],
          ...['--monitor-name', VPC_MONITOR, '--query-id', UNKNOWN_ID],
        ),
      ]);
      expect(tooLong).toEqual({ code: 'ValidationException', message: 'Time range can not exceed 1 hour\n' });
      // StartQuery… declares no ResourceNotFoundException in the API model.
      expect(noMonitor.code).toBe('ValidationException');
      expect(noCategory.code).toBe('ValidationException');
      expect(noCategory.message).toMatch(/'destinationCategory'.*enum value set: \[.*TRANSIT_GATEWAY/s);
      expect(noMetric.code).toBe('ValidationException');
      expect(noQuery.code).toBe('ResourceNotFoundException');
    });

    it('reads metrics, the same as another client over another protocol', PATIENT, async () => {
      const { from, to, times } = lastHour();
      const arn = `arn:aws:networkflowmonitor:${sandbox.region}:${sandbox.accountId}:monitor/demo-zone-b`;
      const queries: MetricDataQuery[] = [
        ['bytes', 'DataTransferred', 'Sum'],
        ['retransmissions', 'Retransmissions', 'Sum'],
        ['nhi', 'HealthIndicator', 'Maximum'],
      ].map(([Id, MetricName, Stat]) => ({
        Id,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/NetworkFlowMonitor',
            MetricName,
            Dimensions: [{ Name: 'MonitorId', Value: arn }],
          },
          Period: 300,
          Stat,
        },
      }));
      // This AWS CLI speaks JSON.
      const cbor = new CloudWatchClient({ ...settingsOf(sandbox), protocol: AwsSmithyRpcV2CborProtocol });
      const [answer, sdk] = await Promise.all([
        cli.ok('cloudwatch', 'get-metric-data', '--metric-data-queries', json(queries), ...times),
        cbor.send(
          new GetMetricDataCommand({
            MetricDataQueries: queries,
            StartTime: new Date(from),
            EndTime: new Date(to),
          }),
        ),
      ]);
      const series = (results: Answer) =>
        results.map(({ Id, Timestamps, Values }: Answer) => ({
          Id,
          Timestamps: Timestamps.map((time: string | Date) => new Date(time).toISOString()),
          Values,
        }));
      const results = series(answer.MetricDataResults);
      expect(results).toEqual(series(sdk.MetricDataResults));
      const [bytes, retransmissions, nhi] = results;
      expect(bytes.Values.length).toBeGreaterThanOrEqual(12);
      expect(Math.max(...retransmissions.Values)).toBeGreaterThan(0);
      expect(new Set(nhi.Values)).toEqual(new Set([0]));
    });

    it('lists the metrics of a monitor by its ARN', PATIENT, async () => {
      const arn = `arn:aws:networkflowmonitor:${sandbox.region}:${sandbox.accountId}:monitor/${VPC_MONITOR}`;
      const { Metrics } = await cli.ok(
        ...['cloudwatch', 'list-metrics', '--namespace', 'AWS/NetworkFlowMonitor'],
        ...['--dimensions', `Name=MonitorId,Value=${arn}`],
      );
      expect(Metrics.map((m: Answer) => m.MetricName).sort()).toEqual([
        'DataTransferred',
        'HealthIndicator',
        'Retransmissions',
        'RoundTripTime',
        'Timeouts',
      ]);
      for (const { Dimensions } of Metrics) expect(Dimensions).toEqual([{ Name: 'MonitorId', Value: arn }]);
    });

    it('describes subnets, zones, the add-on and the caller', PATIENT, async () => {
      const [subnets, zones, { addon }, caller] = await Promise.all([
        cli.ok('ec2', 'describe-subnets', '--filters', `Name=vpc-id,Values=${sandbox.vpcId}`),
        cli.ok('ec2', 'describe-availability-zones'),
        cli.ok(
          ...['eks', 'describe-addon', '--cluster-name', 'demo'],
          ...['--addon-name', 'aws-network-flow-monitoring-agent'],
        ),
        cli.ok('sts', 'get-caller-identity'),
      ]);
      const zoneIds = Object.fromEntries(
        zones.AvailabilityZones.map(({ ZoneName, ZoneId }: Answer) => [ZoneName, ZoneId]),
      );
      expect(zoneIds).toMatchObject({ 'ap-northeast-3a': 'apne3-az1', 'ap-northeast-3b': 'apne3-az3' });
      expect(subnets.Subnets).toHaveLength(4);
      for (const { VpcId, AvailabilityZone, AvailabilityZoneId } of subnets.Subnets) {
        expect(VpcId).toBe(sandbox.vpcId);
        expect(AvailabilityZoneId).toBe(zoneIds[AvailabilityZone]);
      }
      expect(addon).toMatchObject({ status: 'ACTIVE', clusterName: 'demo', health: { issues: [] } });
      expect(caller.Account).toBe(sandbox.accountId);
    });

    it('says by name what it does not have', PATIENT, async () => {
      const [operation, service] = await Promise.all([
        cli.refused('ec2', 'describe-volumes'),
        cli.refused('sns', 'list-topics'),
      ]);
      expect(operation.code).toBe('UnknownOperationException');
      expect(operation.message).toContain('DescribeVolumes');
      expect(service.code).toBe('NotImplemented');
      expect(service.message).toContain("'sns'");
    });
  });

const settleMillis = 2 * SECOND;
const queryMillis = 1 * SECOND;

/** The same sandbox in this process: its clock of states stands still until the test moves it. */
async function withClock(
  test: (cli: Cli, clock: { elapsed: number }, endpoint: string) => Promise<void>,
  scenario = 'packet-loss',
): Promise<void> {
  const clock = { elapsed: 1000 * SECOND };
  const options = { scenario, settleMillis, queryMillis, elapsed: () => clock.elapsed };
  const sandbox: Sandbox = await startSandbox(options);
  try {
    await test(awsCli(sandbox.endpoint, sandbox.world.region), clock, sandbox.endpoint);
  } finally {
    await sandbox.close();
  }
}

describe.skipIf(missing).concurrent(missing ?? 'the AWS CLI while states last', () => {
  it('gives no results of a query that is not done, and stops it', PATIENT, () =>
    withClock(async (cli, clock) => {
      const nfm = (...args: string[]) => cli.ok('networkflowmonitor', ...args);
      const { scopeId } = (await nfm('list-scopes')).scopes[0];
      const families: [string, string[]][] = [
        ['monitor-top-contributors', ['--monitor-name', VPC_MONITOR]],
        ['workload-insights-top-contributors', ['--scope-id', scopeId]],
        ['workload-insights-top-contributors-data', ['--scope-id', scopeId]],
      ];
      const what = ['--metric-name', 'DATA_TRANSFERRED', '--destination-category', 'INTER_AZ'];
      const queries = await Promise.all(
        families.map(async ([family, owner]) => {
          const { queryId } = await nfm(`start-query-${family}`, ...owner, ...what, ...lastHour().times);
          return { family, which: [...owner, '--query-id', queryId] };
        }),
      );
      const statuses = () =>
        Promise.all(
          queries.map(
            async ({ family, which }) => (await nfm(`get-query-status-${family}`, ...which)).status,
          ),
        );
      const refusals = () =>
        Promise.all(
          queries.map(({ family, which }) =>
            cli.refused('networkflowmonitor', `get-query-results-${family}`, ...which),
          ),
        );
      const refusal = { code: 'ValidationException', message: expect.stringContaining('is RUNNING') };

      clock.elapsed += queryMillis / 2;
      expect(await refusals()).toMatchObject([refusal, refusal, refusal]);
      await Promise.all(queries.map(({ family, which }) => nfm(`stop-query-${family}`, ...which)));
      clock.elapsed += queryMillis;
      expect(await statuses()).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
    }),
  );

  it('shows monitors and scopes come and go', PATIENT, () =>
    withClock(async (cli, clock) => {
      const nfm = (...args: string[]) => cli.ok('networkflowmonitor', ...args);
      const monitors = async () => (await nfm('list-monitors')).monitors.map((m: Answer) => m.monitorStatus);
      const names = [VPC_MONITOR, 'demo-zone-a', 'demo-zone-b'];
      await Promise.all(names.map((name) => nfm('delete-monitor', '--monitor-name', name)));
      expect(await monitors()).toEqual(['DELETING', 'DELETING', 'DELETING']);
      const again = ['networkflowmonitor', 'delete-monitor', '--monitor-name', VPC_MONITOR];
      expect(await cli.refused(...again)).toMatchObject({ code: 'ConflictException' });
      clock.elapsed += settleMillis;
      expect(await monitors()).toEqual([]);

      const { scopeId } = (await nfm('list-scopes')).scopes[0];
      await nfm('delete-scope', '--scope-id', scopeId);
      expect(await nfm('get-scope', '--scope-id', scopeId)).toMatchObject({ status: 'DEACTIVATING' });
      clock.elapsed += settleMillis;
      expect((await nfm('list-scopes')).scopes).toEqual([]);
    }),
  );

  it('reads what AWS Health lists, where the support plan has it', PATIENT, async () => {
    // For Health, AWS_ENDPOINT_URL is nothing to the AWS CLI.
    const health = (endpoint: string, ...args: string[]) => ['health', ...args, '--endpoint-url', endpoint];
    await withClock(async (cli, _, endpoint) => {
      const ask = (...args: string[]) => cli.ok(...health(endpoint, ...args));
      const filter = json({ regions: ['ap-northeast-3'], services: ['EC2'], eventStatusCodes: ['open'] });
      const { events } = await ask('describe-events', '--filter', filter);
      expect(events).toMatchObject([
        { eventScopeCode: 'ACCOUNT_SPECIFIC', eventTypeCategory: 'issue', statusCode: 'open' },
        { eventScopeCode: 'PUBLIC', availabilityZone: 'ap-northeast-3a', service: 'EC2' },
      ]);
      const [own, known] = events.map(({ arn }: Answer) => arn);
      const [{ successfulSet }, { entities }] = await Promise.all([
        ask('describe-event-details', '--event-arns', own, known),
        ask('describe-affected-entities', '--filter', json({ eventArns: [own] })),
      ]);
      expect(successfulSet[1].eventDescription.latestDescription).toContain('single Availability Zone');
      expect(entities).toMatchObject([{ entityValue: 'i-0123456789abcdef0', statusCode: 'IMPAIRED' }]);
    }, 'health-unrelated');
    await withClock(async (cli, _, endpoint) => {
      const { code } = await cli.refused(...health(endpoint, 'describe-events'));
      expect(code).toBe('SubscriptionRequiredException');
    });
  });
});

/* By itself: it takes the time of nobody else's calls. */
describe.skipIf(missing)(missing ?? 'the AWS CLI, repairing', () => {
  it('mends a cluster and an instance', PATIENT, () =>
    withClock(async (cli, clock) => {
      const addon = ['--cluster-name', 'demo', '--addon-name', 'eks-pod-identity-agent'];
      const instance = ['--instance-id', 'i-0f31b9d8a27c4e655'];
      const document = 'AmazonCloudWatch-NetworkFlowMonitorManageAgent';
      const [created, sent, simulated, profile, installed] = await Promise.all([
        cli.ok('eks', 'create-addon', ...addon),
        cli.ok(
          ...['ssm', 'send-command', '--document-name', document, '--parameters', 'Action=Activate'],
          ...['--instance-ids', 'i-0f31b9d8a27c4e655'],
        ),
        cli.ok(
          ...['iam', 'simulate-principal-policy', '--action-names', 'networkflowmonitor:Publish'],
          ...['--policy-source-arn', 'arn:aws:iam::123456789012:role/demo-lb'],
        ),
        cli.ok('iam', 'get-instance-profile', '--instance-profile-name', 'demo-lb-profile'),
        cli.ok('ssm', 'list-inventory-entries', ...instance, '--type-name', 'AWS:Application'),
      ]);
      expect(created.addon.status).toBe('CREATING');
      expect(sent.Command).toMatchObject({ Status: 'Pending', DocumentName: document });
      expect(simulated.EvaluationResults[0].EvalDecision).toBe('allowed');
      expect(profile.InstanceProfile.Roles[0].RoleName).toBe('demo-lb');
      expect(installed.Entries.map((entry: Answer) => entry.Name)).toContain('network-flow-monitor-agent');
      clock.elapsed += settleMillis;
      const command = ['--command-id', sent.Command.CommandId];
      const [added, invocation, second] = await Promise.all([
        cli.ok('eks', 'describe-addon', ...addon),
        cli.ok('ssm', 'get-command-invocation', ...command, ...instance),
        cli.refused('eks', 'create-addon', ...addon),
      ]);
      expect(added.addon.status).toBe('ACTIVE');
      expect(invocation.Status).toBe('Success');
      expect(second.code).toBe('ResourceInUseException');
    }, 'pod-identity-agent-missing+agent-not-activated'),
  );
});
