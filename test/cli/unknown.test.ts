import { describe, expect, test } from 'vitest';
import type { HealthDocument, ZonesDocument } from '../../src/model/documents.ts';
import { type Asked, altered, type Rules } from './altered.ts';
import { account, SHORT } from './helpers.ts';

/*
 * Conditions of the field (what people's accounts really do), between the binary and the sandbox: what was not read
 * is unknown, and what was lost is never healthy.
 */

interface Result {
  Id: string;
  StatusCode: string;
  Messages: { Code: string; Value: string }[];
  Values: number[];
  Timestamps: unknown[];
}

const FAILED = [{ Code: 'InternalError', Value: 'An internal error occurred' }];

/** CloudWatch answers 200 and fails these metrics inside, every time or so many times. */
function failing(metrics: readonly string[] | 'all', times = Number.POSITIVE_INFINITY): Rules {
  let left = times;
  return {
    alter({ operation, body }, answer) {
      if (operation !== 'GetMetricData' || left-- <= 0) return undefined;
      const names = new Map<string, string>(
        JSON.parse(body).MetricDataQueries.map(
          (q: { Id: string; MetricStat: { Metric: { MetricName: string } } }) => [
            q.Id,
            q.MetricStat.Metric.MetricName,
          ],
        ),
      );
      const document = JSON.parse(answer);
      for (const result of document.MetricDataResults as Result[]) {
        if (metrics !== 'all' && !metrics.includes(names.get(result.Id) ?? '')) continue;
        Object.assign(result, { StatusCode: 'InternalError', Messages: FAILED, Values: [], Timestamps: [] });
      }
      return JSON.stringify(document);
    },
  };
}

const refuse = (operations: RegExp): Pick<Rules, 'instead'> => ({
  instead: ({ operation }) =>
    operations.test(operation)
      ? {
          status: 403,
          headers: { 'x-amzn-errortype': 'AccessDeniedException' },
          body: { message: 'not authorized' },
        }
      : undefined,
});

/** Rows of a list of a metric, one by one. */
function rows(change: (row: Record<string, unknown>) => void): Rules {
  return {
    alter({ operation }, answer) {
      if (operation !== 'GetQueryResultsMonitorTopContributors') return undefined;
      const document = JSON.parse(answer);
      for (const row of document.topContributors) change(row);
      return JSON.stringify(document);
    },
  };
}

const inPlaceOf = (operation: string, body: object): Rules => ({
  instead: (asked: Asked) => (asked.operation === operation ? { body } : undefined),
});

describe.concurrent('what CloudWatch fails inside a 200', () => {
  test('all metrics: no indicator, and a gap in its own words', async () => {
    const aws = await account({ scenario: 'aws-impairment' });
    const report = await aws.triage([], await altered(aws, failing('all')));
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'nhi-unknown' });
    const { effect } = report.gaps.find((g) => g.code === 'metrics-lost') ?? {};
    expect(effect).toMatch(/InternalError: An internal error occurred/);
    expect(JSON.stringify(report)).not.toMatch(/no datapoint|ServiceRole/i);
    expect(report.gaps.filter((g) => g.code === 'metrics-lost')).toHaveLength(1);
  });

  test('the counts, while queries are refused: never no impairment', async () => {
    const aws = await account({ scenario: 'aws-impairment' });
    const rules = { ...failing(['Retransmissions', 'Timeouts']), ...refuse(/^StartQuery/) };
    const report = await aws.triage([], await altered(aws, rules));
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'evidence-incomplete' });
    expect(report.summary).toMatch(/Not known: retransmissions in 30 of 30 periods/);
    expect(report.zones.map((z) => [z.state, z.retransmissions, z.timeouts])).toEqual([
      ['unknown', null, null],
      ['unknown', null, null],
    ]);
  });

  test('once: it is asked again, and nothing is missing', async () => {
    const aws = await account();
    const report = await aws.triage([], await altered(aws, failing('all', 1)));
    expect(report).toMatchObject({ verdict: 'workload', gaps: [] });
  });

  test('zones: unknown in every format, and not 0', async () => {
    const aws = await account({ scenario: 'quiet' });
    const env = await altered(aws, failing(['Retransmissions', 'Timeouts']));
    const run = (output: string) => aws.run(['zones', ...SHORT, '-o', output], { env });
    const { items } = JSON.parse((await run('json')).stdout) as ZonesDocument;
    for (const zone of items) {
      expect(zone).toMatchObject({ state: 'unknown', retransmissions: null, retransmissionsPerGiB: null });
      expect(zone.bytes).toBeGreaterThan(0);
    }
    expect((await run('table')).stdout).toMatch(/unknown: its counts could not be read\n +- +- +\d/);
    expect((await run('csv')).stdout).toMatch(/apne3-az1,unknown,,,\d+,,/);
  });

  test('health: unknown, and the gap', async () => {
    const aws = await account({ scenario: 'quiet' });
    const env = await altered(aws, failing(['HealthIndicator']));
    const { stdout } = await aws.run(['health', '--since', '30m', '-o', 'json'], { env });
    const { items, gaps } = JSON.parse(stdout) as HealthDocument;
    expect(items.map((i) => i.state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(gaps.map((g) => g.code)).toEqual(['metrics-lost']);
  });

  test('monitor list: the indicator is unknown, and stderr says why', async () => {
    const aws = await account({ scenario: 'quiet' });
    const env = await altered(aws, failing('all'));
    const { stdout, stderr } = await aws.run(['monitor', 'list', '-o', 'csv'], { env });
    expect(stdout).toMatch(/demo-vpc,ACTIVE,unknown/);
    expect(stderr).toMatch(/^warning: CloudWatch did not give all of .*An internal error occurred/);
  });
});

describe.concurrent('a row', () => {
  test.each([
    ['without a value', (row: Record<string, unknown>) => delete row.value],
    ['with null', (row: Record<string, unknown>) => Object.assign(row, { value: null })],
    ['with a negative value', (row: Record<string, unknown>) => Object.assign(row, { value: -1 })],
    ['with a text', (row: Record<string, unknown>) => Object.assign(row, { value: 'many' })],
  ])('%s is unknown: a gap, and nobody is blamed by it', async (_, change) => {
    const aws = await account();
    const report = await aws.triage([], await altered(aws, rows(change)));
    expect(report.verdict).toBe('inconclusive');
    expect(report.gaps.map((g) => g.code)).toContain('values-unknown');
    for (const contributor of report.contributors) expect(contributor.retransmissions).not.toBe(0);
  });

  test('that comes twice is counted once', async () => {
    const aws = await account();
    const twice: Rules = {
      alter({ operation }, answer) {
        if (operation !== 'GetQueryResultsMonitorTopContributors') return undefined;
        const document = JSON.parse(answer);
        document.topContributors.push(...document.topContributors);
        return JSON.stringify(document);
      },
    };
    expect(await aws.triage([], await altered(aws, twice))).toEqual(await aws.triage());
  });

  test.each([
    ['zone', ['localAz'], 'workload'],
    ['zone and subnet', ['localAz', 'localSubnetId'], 'inconclusive'],
  ])('without its %s: its subnet tells its zone, else there is a gap', async (_, fields, verdict) => {
    const aws = await account();
    const unplace = (row: Record<string, unknown>) => {
      for (const field of fields) delete row[field];
    };
    const report = await aws.triage([], await altered(aws, rows(unplace)));
    expect(report.verdict).toBe(verdict);
    if (verdict !== 'workload') expect(report.gaps.map((g) => g.code)).toContain('rows-unplaced');
  });

  test('with zone names: the same report', async () => {
    const aws = await account();
    const named: Rules = {
      alter: ({ operation }, answer) =>
        operation.startsWith('GetQueryResults')
          ? answer
              .replaceAll('apne3-az1', 'ap-northeast-3a')
              .replaceAll('apne3-az3', 'ap-northeast-3b')
              .replaceAll('apne3-az2', 'ap-northeast-3c')
          : undefined,
    };
    expect(await aws.triage([], await altered(aws, named))).toEqual(await aws.triage());
  });
});

describe.concurrent('an answer that is no list', () => {
  test.each([
    ['a text', { topContributors: 'none' }],
    ['numbers', { topContributors: [1, 2] }],
  ])('%s in place of rows is a lost answer', async (_, body) => {
    const aws = await account({ scenario: 'packet-loss' });
    const rules = inPlaceOf('GetQueryResultsMonitorTopContributors', body);
    const report = await aws.triage([], await altered(aws, rules));
    expect(report.verdict).toBe('inconclusive');
    expect(report.gaps.map((g) => g.code)).toContain('unusable-answer');
  });

  test.each(['ListMonitors', 'ListScopes'])('{} from %s is not an empty list', async (operation) => {
    const aws = await account({ scenario: 'quiet' });
    const env = await altered(aws, inPlaceOf(operation, {}));
    const report = await aws.triage([], env);
    expect(report.gaps.map((g) => g.code)).toContain('unusable-answer');
    expect(JSON.stringify(report)).not.toMatch(/monitor create|scope create|not enabled/);
  });
});

describe.concurrent('what could not be read', () => {
  const statusless = (operation: string, field: string): Rules => ({
    alter: (asked, answer) =>
      asked.operation === operation
        ? answer.replaceAll(new RegExp(`"${field}":"[A-Z_]+",?`, 'g'), '').replaceAll(',}', '}')
        : undefined,
  });

  test.each([
    ['GetMonitor', 'monitorStatus'],
    ['ListScopes', 'status'],
  ])('is not another state: %s without %s', async (operation, field) => {
    const aws = await account({ scenario: 'quiet' });
    const report = await aws.triage([], await altered(aws, statusless(operation, field)));
    expect(report.gaps).toContainEqual(
      expect.objectContaining({
        code: 'unusable-answer',
        action: `networkflowmonitor:${operation}`,
      }),
    );
    expect(report.gaps.map((g) => g.code)).not.toContain('monitor-not-active');
    expect(report.gaps.map((g) => g.code)).not.toContain('scope-not-ready');
  });

  test('is never called absent: no advice to create what may be there', async () => {
    const aws = await account();
    const report = await aws.triage([], await altered(aws, refuse(/^ListMonitors$/)));
    expect(report.verdict).toBe('inconclusive');
    expect(JSON.stringify(report)).not.toMatch(/monitor create|No monitor watches|no-zone-monitors/);
    expect(report.gaps.map((g) => g.code)).toContain('zones-by-insights');
  });

  test('a throttled list of one category takes a blame back, or changes nothing', async () => {
    const aws = await account();
    const throttled = (category: string): Rules => ({
      instead: ({ operation, body }) =>
        operation === 'StartQueryMonitorTopContributors' && body.includes(`"${category}"`)
          ? {
              status: 429,
              headers: { 'x-amzn-errortype': 'ThrottlingException' },
              body: { message: 'Rate exceeded' },
            }
          : undefined,
    });
    const [needed, empty] = await Promise.all([
      altered(aws, throttled('INTER_AZ')).then((env) => aws.triage([], env)),
      altered(aws, throttled('AMAZON_DYNAMODB')).then((env) => aws.triage([], env)),
    ]);
    expect(needed.verdict).toBe('inconclusive');
    expect(empty).toMatchObject({ verdict: 'workload', location: { podName: 'web-b' } });
  });
});

describe.concurrent('an answer that is none', () => {
  const RESULTS = 'GetQueryResultsMonitorTopContributors';

  test.each([
    ['a list that is null', { topContributors: null }],
    ['an array', []],
    ['nothing', ''],
  ] as const)('%s is no empty list: a gap, and no health', async (_, body) => {
    const aws = await account({ scenario: 'quiet' });
    const rules: Rules = { instead: (asked) => (asked.operation === RESULTS ? { body } : undefined) };
    const { verdict, gaps } = await aws.triage([], await altered(aws, rules));
    expect(verdict).not.toBe('no-impairment');
    expect(gaps.map(({ code }) => code)).toContain('unusable-answer');
  });

  test('monitors without an ARN, and subnets without a zone, are not passed over', async () => {
    const aws = await account({ scenario: 'quiet' });
    const without = (operation: string, field: RegExp): Rules => ({
      alter: (asked, answer) => (asked.operation === operation ? answer.replace(field, '') : undefined),
    });
    const [arns, zones] = await Promise.all([
      aws.triage([], await altered(aws, without('ListMonitors', /"monitorArn":"[^"]*",?/))),
      aws.triage(
        [],
        await altered(aws, without('DescribeSubnets', /<availabilityZoneId>[^<]*<\/availabilityZoneId>/)),
      ),
    ]);
    const lost = (report: typeof arns) =>
      report.gaps.filter(({ code }) => code === 'unusable-answer').map(({ action }) => action);
    expect(lost(arns)).toContain('networkflowmonitor:ListMonitors');
    expect(lost(zones)).toContain('ec2:DescribeSubnets');
  });
});

test('all events between one host and another are neither a zone nor all of them', async () => {
  const aws = await account({ scenario: 'packet-loss' });
  const noPods = rows((row) => delete row.kubernetesMetadata);
  const report = await aws.triage([], await altered(aws, noPods));
  expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'pair-concentrated' });
  expect(report.summary).toMatch(/all of it lies between .+ and .+: one of the two, or the way between/);
});
