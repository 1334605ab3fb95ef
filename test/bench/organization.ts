import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * An organization with a real service's waits and limits, and no more of AWS than a sweep asks. Not the sandbox: that
 * computes each point from recorded packets, and 17,000 monitors of it would be what is measured.
 */

export interface Organization {
  accounts: number;
  monitors: number;
  /** How long a call takes, ms. */
  latency: number;
  /** Calls a second that Network Flow Monitor takes in one Region of one account. */
  rate: number;
  /** Every so many-th monitor rises, is degraded, falls silent in turn. */
  bad: number;
}

/** What was asked for, to be counted. */
export interface Asked {
  calls: Record<string, number>;
  throttled: number;
  /** Metrics of GetMetricData: what it is paid by. */
  metrics: number;
  /** Monitors that are not as they were. */
  bad: number;
}

const MINUTE = 60_000;
const MANAGEMENT = '100000000000';

/** Serves it until its parent goes, and hands out the count on every message. */
export async function serveOrganization(organization: Organization): Promise<void> {
  const asked: Asked = { calls: {}, throttled: 0, metrics: 0, bad: 0 };
  const buckets = new Map<string, { left: number; at: number }>();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { account, region, service } = scopeOf(request);
    const call = callOf(request, body);
    asked.calls[call.name] = (asked.calls[call.name] ?? 0) + 1;
    await sleep(organization.latency);
    if (service === 'networkflowmonitor' && !taken(buckets, `${account} ${region}`, organization.rate)) {
      asked.throttled++;
      response
        .writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' })
        .end('{"message":"Rate exceeded"}');
      return;
    }
    answer(response, { ...call, account, region, body }, organization, asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.on('message', () => process.send?.(asked));
  process.on('disconnect', () => process.exit());
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function scopeOf({ headers }: IncomingMessage) {
  const [, key = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { account: /^ASIA(\d{12})$/.exec(key)?.[1] ?? MANAGEMENT, region, service };
}

function callOf({ headers, url = '' }: IncomingMessage, body: Buffer) {
  const { pathname } = new URL(url, 'http://stub');
  const form = new URLSearchParams(headers['content-type']?.includes('form') ? body.toString() : '');
  const monitor = /^\/monitors\/(.+)$/.exec(pathname)?.[1];
  const name =
    form.get('Action') ??
    String(headers['x-amz-target'] ?? '').split('.')[1] ??
    (monitor ? 'GetMonitor' : 'ListMonitors');
  return { name, form, monitor };
}

/** A token bucket that holds a second's worth. */
function taken(buckets: Map<string, { left: number; at: number }>, key: string, rate: number): boolean {
  const now = performance.now();
  const bucket = buckets.get(key) ?? { left: rate, at: now };
  bucket.left = Math.min(rate, bucket.left + ((now - bucket.at) / 1000) * rate);
  bucket.at = now;
  buckets.set(key, bucket);
  if (bucket.left < 1) return false;
  bucket.left--;
  return true;
}

interface Call {
  name: string;
  form: URLSearchParams;
  monitor: string | undefined;
  account: string;
  region: string;
  body: Buffer;
}

function answer(response: ServerResponse, call: Call, organization: Organization, asked: Asked): void {
  const { name, form, account, region } = call;
  const json = (value: object) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  const xml = (text: string) => response.setHeader('content-type', 'text/xml').end(text);
  const arnOf = (monitor: string) => `arn:aws:networkflowmonitor:${region}:${account}:monitor/${monitor}`;
  switch (name) {
    case 'GetCallerIdentity':
      return void xml(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/bench</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    case 'AssumeRole': {
      const id = (form.get('RoleArn') ?? '').split(':')[4];
      const until = new Date(Date.now() + 60 * MINUTE).toISOString();
      return void xml(
        `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    }
    case 'ListAccounts': {
      const { NextToken = '0' } = JSON.parse(call.body.toString()) as { NextToken?: string };
      const from = Number(NextToken);
      const all = Array.from({ length: organization.accounts }, (_, i) => String(Number(MANAGEMENT) + i));
      const page = all
        .slice(from, from + 20)
        .map((Id) => ({ Id, Name: `account-${Id.slice(-3)}`, State: 'ACTIVE' }));
      return void json({ Accounts: page, ...(from + 20 < all.length && { NextToken: String(from + 20) }) });
    }
    case 'ListMonitors': {
      const names = Array.from({ length: organization.monitors }, (_, i) => `monitor-${i}`);
      return void json({
        monitors: names.map((n) => ({ monitorName: n, monitorArn: arnOf(n), monitorStatus: 'ACTIVE' })),
      });
    }
    case 'GetMonitor': {
      const own = call.monitor ?? '';
      const local = [{ type: 'AWS::AvailabilityZone', identifier: `${region}a` }];
      return void json({
        ...{ monitorName: own, monitorArn: arnOf(own), monitorStatus: 'ACTIVE' },
        ...{ localResources: local, remoteResources: [], createdAt: 1, modifiedAt: 1, tags: {} },
      });
    }
    case 'DescribeAvailabilityZones':
      return void xml(
        `<DescribeAvailabilityZonesResponse><availabilityZoneInfo><item><zoneName>${region}a</zoneName><zoneId>${region}-az1</zoneId></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>`,
      );
    case 'GetMetricData':
      return void response
        .setHeader('content-type', 'application/x-amz-json-1.0')
        .end(metricData(call.body, organization, asked));
    default:
      return void response.writeHead(501).end(`{"message":"${name}"}`);
  }
}

interface Request {
  MetricDataQueries: {
    Id: string;
    MetricStat: { Metric: { MetricName: string; Dimensions: { Value: string }[] }; Period: number };
  }[];
  /** Seconds, as JSON 1.0 writes times. */
  StartTime: number;
  EndTime: number;
}

/** What a call answers is the same wherever the same monitors are bad. */
const bodies = new Map<string, string>();
const badOnes = new Set<string>();

function metricData(body: Buffer, { bad }: Organization, asked: Asked): string {
  const { MetricDataQueries, StartTime, EndTime }: Request = JSON.parse(body.toString());
  asked.metrics += MetricDataQueries.length;
  const queries = MetricDataQueries.map(({ Id, MetricStat: { Metric, Period } }) => {
    const [, , , region = '', account = '', resource = ''] = (Metric.Dimensions[0]?.Value ?? '').split(':');
    const monitor = `${account}${region}${resource}`;
    const how = howBad(monitor, bad);
    if (how !== 'quiet') badOnes.add(monitor);
    return { ...{ Id, name: Metric.MetricName, period: Period * 1000 }, how };
  });
  asked.bad = badOnes.size;
  const key = `${StartTime} ${EndTime} ${queries.map((q) => `${q.name}${q.period}${q.how}`).join()}`;
  const known = bodies.get(key);
  if (known) return known;
  const results = queries.map(({ Id, name, period, how }) => {
    const points = seriesOf(name, how, period, StartTime * 1000, EndTime * 1000);
    return {
      ...{ Id, Label: name, StatusCode: 'Complete' },
      Timestamps: points.map(([at]) => at / 1000),
      Values: points.map(([, value]) => value),
    };
  });
  const made = JSON.stringify({ MetricDataResults: results, Messages: [] });
  bodies.set(key, made);
  return made;
}

const KINDS = ['rise', 'degraded', 'silent'] as const;
type How = (typeof KINDS)[number] | 'quiet';

/** Of so many monitors one, spread over the fleet. */
function howBad(monitor: string, bad: number): How {
  let hash = 7;
  for (const c of monitor) hash = (hash * 31 + c.charCodeAt(0)) % 1_000_003;
  return hash % bad === 0 ? (KINDS[Math.floor(hash / bad) % KINDS.length] ?? 'quiet') : 'quiet';
}

/** By the minute 100 MiB and some retransmissions; in the last twenty minutes what is bad. */
function seriesOf(name: string, how: How, period: number, start: number, end: number): [number, number][] {
  const since = end - 20 * MINUTE;
  const points: [number, number][] = [];
  for (let at = start; at < end; at += period) {
    const minutes = period / MINUTE;
    const isNow = at >= since;
    if (how === 'silent' && isNow) continue;
    const jitter = 1 + ((at / MINUTE) % 7) / 20;
    const rise = isNow && (how === 'rise' || how === 'degraded') ? 12 : 1;
    const value = {
      DataTransferred: 100 * 2 ** 20 * minutes,
      Retransmissions: Math.round(40 * jitter * rise * minutes),
      Timeouts: Math.round(2 * jitter * rise * minutes),
      RoundTripTime: 500,
      HealthIndicator: isNow && how === 'degraded' ? 1 : 0,
    }[name];
    if (value !== undefined) points.push([at, value]);
  }
  return points;
}
