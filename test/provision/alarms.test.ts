import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { type Account, account, NOW } from '../cli/helpers.ts';
import type { State } from './alarm-state.ts';
import { problemsOf, type Template } from './template.ts';
import { type AlarmIn, alarmsIn, isOn, type Points, type Seen, watch } from './watching.ts';

/* What is exported is watched as CloudWatch would, on what the sandbox's own GetMetricData answers to its metrics. */

const MINUTE = 60_000;
const END = Date.parse(NOW);
const START = END - 4 * 60 * MINUTE;
const TOPIC = 'arn:aws:sns:ap-northeast-3:123456789012:on-call';

/** Data may be on time, or as late as AWS's page on alarms says. */
const LAGS = [0, 2, 10, 25];
const EXTRAS = [0, 2, 5];

async function exported(at: Account, ...args: string[]): Promise<Template> {
  const { code, stdout, stderr } = await at.run(['export', 'alarms', '-o', 'json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function pointsOf({ sandbox }: Account, { queries }: AlarmIn): Promise<Points> {
  const client = new CloudWatchClient({
    region: sandbox.world.region,
    endpoint: sandbox.endpoint,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
  const [StartTime, EndTime] = [START, END].map((at) => new Date(Math.floor(at / (5 * MINUTE)) * 5 * MINUTE));
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime,
      EndTime,
      MetricDataQueries: queries,
      ScanBy: 'TimestampAscending',
    }),
  );
  expect(MetricDataResults).toHaveLength(1);
  const { Timestamps = [], Values = [] } = MetricDataResults[0] ?? {};
  return new Map(Timestamps.map((at, i) => [at.getTime(), Values[i] ?? Number.NaN]));
}

/** Every alarm under every lag and evaluation range, until all that was measured has come. */
async function watched(
  at: Account,
  template: Template,
): Promise<{ alarm: AlarmIn; lag: number; seen: Seen }[]> {
  const found = await Promise.all(
    alarmsIn(template).map(async (alarm) => {
      const points = await pointsOf(at, alarm);
      return LAGS.flatMap((lag) =>
        EXTRAS.map((extra) => ({
          alarm,
          lag,
          seen: watch(alarm, points, { from: START + 90 * MINUTE, to: END + lag * MINUTE, lag, extra }),
        })),
      );
    }),
  );
  return found.flat();
}

function fired(all: Awaited<ReturnType<typeof watched>>): string[] {
  return [...new Set(all.flatMap(({ alarm, seen }) => (seen.fired === null ? [] : [alarm.name])))].sort();
}

/** At the end, under one lag. */
function composites(template: Template, all: Awaited<ReturnType<typeof watched>>, lag: number): string[] {
  const states = new Map<string, State>(
    all.filter((one) => one.lag === lag).map(({ alarm, seen }) => [alarm.id, seen.last]),
  );
  return Object.values(template.Resources).flatMap(({ Type, Properties: p }) =>
    Type === 'AWS::CloudWatch::CompositeAlarm' && isOn(p.AlarmRule['Fn::Sub'], states) ? [p.AlarmName] : [],
  );
}

const PAST = ['--since', '2d'];

describe('alarms on the sandbox', () => {
  it("goes off where AWS's network is impaired, however late the data, and says that it is AWS's", async () => {
    const at = await account({ scenario: 'aws-impairment' });
    const template = await exported(at, ...PAST);
    const all = await watched(at, template);
    const indicators = all.filter(({ alarm }) => alarm.name.endsWith('-indicator'));
    expect(indicators).toHaveLength(3 * LAGS.length * EXTRAS.length);
    for (const { seen, lag } of indicators) {
      expect(seen.last).toBe('ALARM');
      // It began at 11:41: the first period with it ends at 11:45.
      expect(new Date(seen.fired ?? 0).toISOString()).toBe(
        new Date(Date.parse('2026-11-21T11:45:00Z') + Math.ceil(lag / 5) * 5 * MINUTE).toISOString(),
      );
    }
    expect(fired(all)).toEqual([
      'nfm-demo-vpc-indicator',
      'nfm-demo-vpc-rate',
      'nfm-demo-zone-a-indicator',
      'nfm-demo-zone-b-indicator',
      'nfm-demo-zone-b-rate',
    ]);
    for (const lag of LAGS) expect(composites(template, all, lag)).toEqual(['nfm-aws-degraded']);
  });

  it('goes off on the rate where AWS says that it is healthy, and does not call it AWS', async () => {
    const at = await account({ scenario: 'packet-loss' });
    const template = await exported(at, ...PAST);
    const all = await watched(at, template);
    expect(fired(all)).toEqual(['nfm-demo-vpc-rate', 'nfm-demo-zone-b-rate']);
    for (const { seen } of all.filter(({ alarm }) => alarm.name === 'nfm-demo-zone-b-rate')) {
      expect(seen.last).toBe('ALARM');
    }
    for (const lag of LAGS) expect(composites(template, all, lag)).toEqual(['nfm-retransmissions']);
  });

  it.each(['quiet', 'fargate', 'private-endpoint'])(
    'is quiet where nothing is wrong: %s',
    async (scenario) => {
      const at = await account({ scenario });
      const template = await exported(at, ...PAST);
      const all = await watched(at, template);
      expect(all).toHaveLength(9 * LAGS.length * EXTRAS.length);
      expect([...new Set(all.flatMap(({ seen }) => [...seen.states]))]).toEqual(['OK']);
    },
  );

  it('goes off where a monitor stops reporting, and only then', async () => {
    const at = await account({ scenario: 'quiet' });
    const silence = alarmsIn(await exported(at, ...PAST)).filter(({ name }) => name.endsWith('-no-data'));
    expect(silence).toHaveLength(3);
    for (const alarm of silence) {
      const points = await pointsOf(at, alarm);
      for (const lag of LAGS) {
        for (const extra of EXTRAS) {
          const seen = watch(alarm, points, { from: END, to: END + 3 * 60 * MINUTE, lag, extra });
          expect(seen.last).toBe('ALARM');
          // Not before the silence is as long as the alarm waits.
          expect((seen.fired ?? 0) - END).toBeGreaterThan(25 * MINUTE);
        }
      }
    }
  });
});

describe('the template of alarms', () => {
  it('is what the schemas of CloudFormation say, and names the topic that was given', async () => {
    const at = await account();
    const template = await exported(at, ...PAST, '--sns-topic', TOPIC, '--tag', 'team=network');
    expect(await problemsOf(template)).toEqual([]);
    expect(template.Parameters?.AlarmTopic).toMatchObject({ Type: 'String', Default: TOPIC });
    // In another Region its alarms would wait for ever.
    expect(JSON.stringify(template.Rules)).toContain(
      '{"Fn::Equals":[{"Ref":"AWS::Region"},"ap-northeast-3"]}',
    );
    const composite = Object.values(template.Resources).filter(({ Type }) => /Composite/.test(Type));
    expect(composite).toHaveLength(3);
    for (const { Properties: p } of composite) {
      expect([p.AlarmActions, p.OKActions]).toEqual(Array(2).fill([{ Ref: 'AlarmTopic' }]));
    }
    for (const { Properties: p } of Object.values(template.Resources)) {
      expect(p.Tags).toEqual([{ Key: 'team', Value: 'network' }]);
      expect(p.AlarmDescription.length).toBeLessThanOrEqual(1024);
      for (const { Name, Value } of p.Dimensions ?? []) {
        expect(Name).toBe('MonitorId');
        expect(Value).toMatch(/^arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor\/demo-/);
      }
    }
  });

  it.each([
    ['on-call', 'malformed-topic'],
    ['arn:aws:sns:eu-central-1:123456789012:on-call', 'topic-elsewhere'],
  ])('takes no topic that it cannot tell: %s', async (topic, code) => {
    const at = await account();
    const run = await at.run(['export', 'alarms', '-o', 'json', ...PAST, '--sns-topic', topic]);
    expect([run.code, JSON.parse(run.stderr).error.code]).toEqual([252, code]);
    expect(run.stdout).toBe('');
  });

  it('is the same for the same account, and of the named monitors alone', async () => {
    const at = await account();
    const [one, again, named] = await Promise.all([
      exported(at, ...PAST),
      exported(at, ...PAST),
      exported(at, ...PAST, 'demo-zone-b'),
    ]);
    expect(again).toEqual(one);
    const alarms = Object.keys(named.Resources).filter((id) => id.startsWith('Demo'));
    expect(alarms).toEqual(['DemoZoneBIndicator', 'DemoZoneBRate', 'DemoZoneBNoData']);
    for (const id of alarms) expect(named.Resources[id]).toEqual(one.Resources[id]);
    const told = ({ Resources }: Template) =>
      Object.entries(Resources).flatMap(([id, { Properties: p }]) =>
        id.startsWith('Demo') ? [] : p.AlarmName,
      );
    expect(told(named)).toEqual(told(one).map((name) => `${name}-demo-zone-b`));
    // A topic of another Region is refused before anything is made.
    expect(new RegExp(one.Parameters?.AlarmTopic?.AllowedPattern ?? '').test(TOPIC)).toBe(true);
    expect(one.Parameters?.AlarmTopic?.AllowedPattern).toContain(':ap-northeast-3:');
  });
});
