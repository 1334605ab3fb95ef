import { type Answer, type Call, refusal, text, withJson, withText } from './wire.ts';
import { witnessRules } from './witnesses.ts';

export const KINDS = [
  'none',
  'throttle',
  'server-error',
  'reset',
  'cut-body',
  'portal',
  'expired',
  'denied',
  'field',
  'shape',
  'metrics',
  'vanished',
  'doubled',
  'zone-names',
  'endless-query',
  'same-token',
  'fresh-tokens',
  'silence',
  'hostile',
  'secret',
  'signal',
  'witness-lost',
  'witness-late',
  'witness-lies',
  'witness-endless',
  'witness-hostile',
] as const;
export type Kind = (typeof KINDS)[number];

/** What happens to a call that a rule meets. */
type Does =
  | { answer: (call: Call) => Answer }
  | { change: (answer: Answer, call: Call) => Answer }
  | {
      url: (url: string) => string;
      body?: (body: string) => string;
      after: (answer: Answer, call: Call) => Answer;
    }
  | { cut: 'before' | 'after' | 'half' | 'truncated' | 'overlong' }
  | { never: 'silence' | 'headers' | 'trickle' };

export interface Rule {
  name: string;
  kind: Kind;
  /** Actions that it meets. */
  on: RegExp;
  /** Only requests like this. */
  body?: RegExp;
  /** How many of them, by chance; else the first `times` after `skip`. */
  share?: number;
  skip?: number;
  times?: number;
  does: Does;
  /** Does a request that ends so leave the command without something that it asked for? */
  takes: boolean;
  /** What is told is not the world's truth any more: no verdict is wrong then, but the form still counts. */
  lies?: true;
  /** Exit codes that are right; without them, 0 or what the AWS CLI says of a refusal or the network. */
  codes?: readonly number[];
  /** Only for these commands. */
  commands?: readonly string[];
  /** It meets only those whom no verdict rests on. */
  isWitness?: true;
}

const METRICS = /^cloudwatch:GetMetricData$/;
const LISTS = /^networkflowmonitor:List(Monitors|Scopes)$/;
const MONITORS = /^networkflowmonitor:ListMonitors$/;
const ONE_MONITOR = /^networkflowmonitor:GetMonitor$/;
const START = /^networkflowmonitor:StartQuery/;
const STATUS = /^networkflowmonitor:GetQueryStatus/;
const ROWS = /^networkflowmonitor:GetQueryResults/;
const EC2 = /^ec2:/;
const ALL = /./;

type Json = Record<string, unknown>;

const THROTTLES: Readonly<Record<Call['protocol'], string>> = {
  'rest-json': 'ThrottlingException',
  json: 'ThrottlingException',
  query: 'Throttling',
  ec2: 'RequestLimitExceeded',
};

const throttled = (status: number) => ({
  answer: (call: Call) => refusal(call, THROTTLES[call.protocol], 'Rate exceeded', status),
});
const quota = {
  answer: (call: Call) => refusal(call, 'ServiceQuotaExceededException', 'Too many queries', 402),
};
const slowDown = {
  answer: (call: Call) => refusal(call, 'ServiceUnavailable', 'Please reduce your request rate.', 503),
};
const failed = (status: number, code = 'InternalServerException') => ({
  answer: (call: Call) => refusal(call, code, 'An internal error occurred', status),
});
const page = (status: number, type: string, body: string, headers: Record<string, string> = {}) => ({
  answer: () => {
    const answer = text(status, type, body);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  },
});

const throttle: Rule[] = [
  { name: 'a tenth of all', on: ALL, share: 0.1, does: throttled(400) },
  { name: 'a third of all, 429', on: ALL, share: 0.33, does: throttled(429) },
  { name: 'all metrics, 400', on: METRICS, does: throttled(400) },
  { name: 'starts, 402', on: START, share: 0.3, does: quota },
  { name: 'all starts, 402', on: START, does: quota },
  { name: 'lists, 429', on: LISTS, does: throttled(429) },
  { name: 'rows, 503', on: ROWS, share: 0.5, does: slowDown },
  { name: 'EC2, RequestLimitExceeded', on: EC2, does: throttled(503) },
].map((rule) => ({ ...rule, kind: 'throttle', takes: true }));

const serverError: Rule[] = [
  { name: 'metrics, 500', on: METRICS, does: failed(500, 'InternalServiceFault') },
  { name: 'starts, 500', on: START, share: 0.4, does: failed(500) },
  { name: 'rows, 503', on: ROWS, share: 0.4, does: failed(503, 'ServiceUnavailable') },
  { name: 'status, 502', on: STATUS, share: 0.4, does: failed(502) },
  { name: 'EC2, 500', on: EC2, does: failed(500, 'InternalError') },
  { name: 'monitors, 500', on: MONITORS, does: failed(500) },
  { name: 'all, 504', on: ALL, does: failed(504) },
].map((rule) => ({ ...rule, kind: 'server-error', takes: true }));

const reset: Rule[] = [
  { name: 'all metrics, before', on: METRICS, does: { cut: 'before' } as const },
  { name: 'a tenth, before', on: ALL, share: 0.1, does: { cut: 'before' } as const },
  { name: 'a tenth, after the headers', on: ALL, share: 0.1, does: { cut: 'after' } as const },
  { name: 'starts, after the headers', on: START, share: 0.5, does: { cut: 'after' } as const },
  { name: 'monitors, before', on: MONITORS, does: { cut: 'before' } as const },
].map((rule) => ({ ...rule, kind: 'reset', takes: true }));

const cutBody: Rule[] = [
  { name: 'metrics, half', on: METRICS, does: { cut: 'half' } as const },
  { name: 'metrics, truncated', on: METRICS, does: { cut: 'truncated' } as const },
  { name: 'rows, truncated', on: ROWS, share: 0.5, does: { cut: 'truncated' } as const },
  { name: 'rows, half', on: ROWS, share: 0.3, does: { cut: 'half' } as const },
  { name: 'rows, more than announced', on: ROWS, share: 0.3, does: { cut: 'overlong' } as const },
  { name: 'EC2, truncated', on: EC2, does: { cut: 'truncated' } as const },
  { name: 'monitors, truncated', on: MONITORS, does: { cut: 'truncated' } as const },
].map((rule) => ({ ...rule, kind: 'cut-body', takes: true }));

const SIGN_IN = '<!doctype html><html><body>Sign in to the hotel&#39;s network</body></html>';
const portal: Rule[] = [
  { name: 'all, HTML with 200', on: ALL, does: page(200, 'text/html', SIGN_IN) },
  { name: 'metrics, HTML with 200', on: METRICS, does: page(200, 'text/html', SIGN_IN) },
  { name: 'rows, HTML with 200', on: ROWS, share: 0.5, does: page(200, 'text/html', SIGN_IN) },
  { name: 'EC2, HTML with 200', on: EC2, does: page(200, 'text/html', SIGN_IN) },
  {
    name: 'all, redirect',
    on: ALL,
    does: page(302, 'text/html', '', { location: 'http://192.0.2.1/login' }),
  },
  {
    name: 'metrics, redirect',
    on: METRICS,
    does: page(307, 'text/html', '', { location: 'https://192.0.2.1/' }),
  },
  { name: 'metrics, nothing with 200', on: METRICS, does: page(200, 'application/x-amz-json-1.0', '') },
  { name: 'rows, nothing with 200', on: ROWS, does: page(200, 'application/json', '') },
  { name: 'starts, 502 of a proxy', on: START, does: page(502, 'text/html', '<html>Bad Gateway</html>') },
].map((rule) => ({ ...rule, kind: 'portal', takes: true }));

/** Half a report would be believed: the run ends. */
const expired: Rule[] = [
  { name: 'at once', on: ALL, skip: 0 },
  { name: 'in the rows', on: ROWS, skip: 3 },
  { name: 'at the metrics', on: METRICS, skip: 0 },
  { name: 'in the starts', on: START, skip: 5 },
].map(({ name, on, skip }) => ({
  name,
  kind: 'expired',
  on,
  skip,
  does: {
    answer: (call) =>
      refusal(
        call,
        call.protocol === 'ec2' ? 'RequestExpired' : 'ExpiredTokenException',
        'The security token included in the request is expired',
        call.protocol === 'json' ? 400 : 403,
      ),
  },
  takes: true,
  codes: [253],
}));

const WORDINGS: readonly ((action: string) => string)[] = [
  (action) => `because no identity-based policy allows the ${action} action`,
  (action) => `because no service control policy allows the ${action} action`,
  (action) => `because no permissions boundary allows the ${action} action`,
  (action) => `because no session policy allows the ${action} action`,
  (action) => `because no VPC endpoint policy allows the ${action} action`,
  () =>
    'with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1',
  () => 'with an explicit deny in a resource control policy',
];
const DENIED = [
  'networkflowmonitor:ListScopes',
  'networkflowmonitor:ListMonitors',
  'networkflowmonitor:GetMonitor',
  'networkflowmonitor:StartQueryMonitorTopContributors',
  'networkflowmonitor:GetQueryStatusMonitorTopContributors',
  'networkflowmonitor:GetQueryResultsMonitorTopContributors',
  'networkflowmonitor:StartQueryWorkloadInsightsTopContributors',
  'cloudwatch:GetMetricData',
  'ec2:DescribeSubnets',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceStatus',
  'ec2:GetAwsNetworkPerformanceData',
  'eks:ListClusters',
  'iam:GetRole',
  'sts:GetCallerIdentity',
];
const DENIALS: Readonly<Record<Call['protocol'], readonly [code: string, status: number]>> = {
  'rest-json': ['AccessDeniedException', 403],
  json: ['AccessDeniedException', 400],
  query: ['AccessDenied', 403],
  ec2: ['UnauthorizedOperation', 403],
};
const denied: Rule[] = DENIED.map((action, i) => ({
  name: action,
  kind: 'denied',
  on: new RegExp(`^${action}$`),
  does: {
    answer: (call) => {
      const user = 'arn:aws:sts::123456789012:assumed-role/ReadOnly/alice';
      const why = WORDINGS[i % WORDINGS.length]?.(action);
      return refusal(
        call,
        ...denialOf(call, `User: ${user} is not authorized to perform: ${action} on resource: * ${why}`),
      );
    },
  },
  takes: true,
}));

function denialOf({ protocol }: Call, message: string): [string, string, number] {
  const [code, status] = DENIALS[protocol];
  return [code, message, status];
}

const inRows = (change: (row: Json, i: number) => Json) => ({
  change: (answer: Answer) =>
    withJson(answer, (document) => {
      const { topContributors: rows } = document as { topContributors?: Json[] };
      return rows ? { ...(document as Json), topContributors: rows.map(change) } : document;
    }),
});
const inResults = (change: (result: Json, i: number) => Json) => ({
  change: (answer: Answer) =>
    withJson(answer, (document) => {
      const { MetricDataResults: results } = document as { MetricDataResults?: Json[] };
      return results ? { ...(document as Json), MetricDataResults: results.map(change) } : document;
    }),
});
const values = (change: (value: unknown, i: number) => unknown) =>
  inResults((result) => ({ ...result, Values: (result.Values as unknown[]).map(change) }));
const without = (row: Json, ...keys: string[]): Json =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));

const field: Rule[] = (
  [
    ['rows without value', ROWS, inRows((row) => without(row, 'value')), true],
    ['rows with value null', ROWS, inRows((row) => ({ ...row, value: null })), true],
    ['rows with a negative value', ROWS, inRows((row) => ({ ...row, value: -1 })), true],
    ['rows with value "12"', ROWS, inRows((row) => ({ ...row, value: '12' })), true],
    ['rows with value {}', ROWS, inRows((row) => ({ ...row, value: {} })), true],
    ['rows with value "NaN"', ROWS, inRows((row) => ({ ...row, value: 'NaN' })), true],
    ['rows with a huge value', ROWS, inRows((row) => ({ ...row, value: 9e300 })), 'lies'],
    ['rows without a zone', ROWS, inRows((row) => without(row, 'localAz', 'remoteAz')), false],
    ['rows without an address', ROWS, inRows((row) => without(row, 'localIp', 'remoteIp')), false],
    ['rows of null', ROWS, inRows(() => null as unknown as Json), true],
    ['metrics of null', METRICS, values(() => null), true],
    ['negative metrics', METRICS, values((value) => -Number(value) - 1), true],
    ['huge metrics', METRICS, values(() => 1e308), 'lies'],
    ['metrics of "NaN"', METRICS, values(() => 'NaN'), true],
    ['metrics of text', METRICS, values(() => 'many'), true],
    ['metrics without Id', METRICS, inResults((result) => without(result, 'Id')), true],
    ['metrics without Timestamps', METRICS, inResults((result) => without(result, 'Timestamps')), true],
    ['monitors without ARN', MONITORS, inMonitors((m) => without(m, 'monitorArn')), true],
    ['monitors without a name', MONITORS, inMonitors((m) => without(m, 'monitorName')), true],
    ['monitors of null', MONITORS, inMonitors(() => null as unknown as Json), true],
    ['a monitor without resources', ONE_MONITOR, json((m) => without(m, 'localResources')), true],
    ['a start without an ID', START, json(() => ({})), true],
    ['zones without ID', /^ec2:DescribeAvailabilityZones$/, xmlWithout('zoneId'), true],
    ['subnets without zone', /^ec2:DescribeSubnets$/, xmlWithout('availabilityZoneId'), true],
  ] as const
).map(([name, on, does, takes]) => ({
  name,
  kind: 'field',
  on,
  does,
  takes: takes === true,
  ...(takes === 'lies' ? { lies: true } : {}),
}));

const shape: Rule[] = (
  [
    ['metrics {}', METRICS, () => ({})],
    ['metrics are an object', METRICS, () => ({ MetricDataResults: {} })],
    ['metrics are null', METRICS, () => ({ MetricDataResults: null })],
    ['rows {}', ROWS, () => ({})],
    ['rows are text', ROWS, () => ({ topContributors: 'none', datapoints: 'none' })],
    ['rows are null', ROWS, () => ({ topContributors: null, datapoints: null })],
    ['an array', ROWS, () => []],
    ['monitors {}', MONITORS, () => ({})],
    ['monitors are a number', MONITORS, () => ({ monitors: 3 })],
    ['scopes {}', /^networkflowmonitor:ListScopes$/, () => ({})],
    ['status {}', STATUS, () => ({})],
    ['null', LISTS, () => null],
  ] as const
).map(([name, on, change]) => ({ name, kind: 'shape', on, does: json(change), takes: true }));

const status = (StatusCode: string, keep: number) =>
  inResults((result) => ({
    ...result,
    StatusCode,
    Values: (result.Values as unknown[]).slice(0, keep),
    Timestamps: (result.Timestamps as unknown[]).slice(0, keep),
    Messages: [{ Code: StatusCode, Value: 'An internal error occurred' }],
  }));
const onlyOf = (metrics: readonly string[], { change }: ReturnType<typeof status>) => ({
  change: (answer: Answer, call: Call) => {
    const asked = (
      JSON.parse(call.body) as {
        MetricDataQueries: { Id: string; MetricStat: { Metric: { MetricName: string } } }[];
      }
    ).MetricDataQueries;
    const ids = asked.filter((q) => metrics.includes(q.MetricStat.Metric.MetricName)).map((q) => q.Id);
    const spoilt = JSON.parse(change(answer).body.toString()) as { MetricDataResults: Json[] };
    return withJson(answer, (document) => ({
      ...(document as Json),
      MetricDataResults: (document as { MetricDataResults: Json[] }).MetricDataResults.map((result, i) =>
        ids.includes(String(result.Id)) ? spoilt.MetricDataResults[i] : result,
      ),
    }));
  },
});
const metrics: Rule[] = (
  [
    ['all InternalError', status('InternalError', 0)],
    ['all Forbidden', status('Forbidden', 0)],
    ['all PartialData, half', status('PartialData', 40)],
    ['counts InternalError', onlyOf(['Retransmissions', 'Timeouts'], status('InternalError', 0))],
    ['counts PartialData', onlyOf(['Retransmissions', 'Timeouts'], status('PartialData', 20))],
    ['indicator InternalError', onlyOf(['HealthIndicator'], status('InternalError', 0))],
    ['bytes Forbidden', onlyOf(['DataTransferred'], status('Forbidden', 0))],
    ['results missing', { change: (a: Answer) => withJson(a, () => ({ MetricDataResults: [] })) }],
  ] as const
).map(([name, does]) => ({ name, kind: 'metrics', on: METRICS, does, takes: true }));

const gone = { answer: (call: Call) => refusal(call, 'ResourceNotFoundException', 'Monitor not found', 404) };
const vanished: Rule[] = [
  { name: 'before it is described', on: ONE_MONITOR, does: gone },
  { name: 'one of them', on: ONE_MONITOR, skip: 1, times: 1, does: gone },
  { name: 'before its queries', on: START, does: gone },
  { name: 'between its queries', on: START, skip: 10, does: gone },
  { name: 'before the rows', on: ROWS, skip: 5, does: gone },
].map((rule) => ({ ...rule, kind: 'vanished', takes: true }));

const twice = (key: string) =>
  json((d) => ({ ...d, [key]: (d[key] as unknown[] | undefined)?.flatMap((x) => [x, x]) }));
const doubled: Rule[] = [
  // Sums double everywhere alike, in the baseline too: no verdict changes.
  { name: 'rows', on: ROWS, does: twice('topContributors') },
  { name: 'monitors', on: MONITORS, does: twice('monitors') },
  { name: 'metrics', on: METRICS, does: twice('MetricDataResults') },
  { name: 'scopes', on: /ListScopes$/, does: twice('scopes') },
].map((rule) => ({ ...rule, kind: 'doubled', takes: false }));

const ZONE_NAMES = [
  ['apne3-az1', 'ap-northeast-3a'],
  ['apne3-az3', 'ap-northeast-3b'],
  ['apne3-az2', 'ap-northeast-3c'],
] as const;
const zoneNames: Rule[] = [
  {
    name: 'rows',
    kind: 'zone-names',
    on: ROWS,
    does: {
      change: (a) => withText(a, (s) => ZONE_NAMES.reduce((t, [id, name]) => t.replaceAll(id, name), s)),
    },
    takes: false,
  },
];

const endlessQuery: Rule[] = [
  { name: 'RUNNING', on: STATUS, share: 0.2, status: 'RUNNING' },
  { name: 'all RUNNING', on: STATUS, status: 'RUNNING' },
  { name: 'QUEUED', on: STATUS, share: 0.3, status: 'QUEUED' },
  { name: 'FAILED', on: STATUS, share: 0.2, status: 'FAILED' },
  { name: 'CANCELED', on: STATUS, status: 'CANCELED' },
  { name: 'a word that is new', on: STATUS, status: 'SOMETHING_NEW' },
].map(({ status: told, ...rule }) => ({
  ...rule,
  kind: 'endless-query',
  does: json(() => ({ status: told })),
  // A query by chance RUNNING is looked at again.
  takes: true,
}));

const PAGED = /(ListMonitors|ListScopes|GetQueryResults\w+|GetMetricData)$/;
const withoutToken = (url: string) => url.replace(/([?&])nextToken=[^&]*&?/, '$1').replace(/[?&]$/, '');
let fresh = 0;
const paged = (kind: 'same-token' | 'fresh-tokens', token: () => string): Rule[] =>
  (
    [
      ['monitors', MONITORS],
      ['rows', ROWS],
      ['metrics', METRICS],
      ['all', PAGED],
    ] as const
  ).map(([name, on]) => ({
    name,
    kind,
    on,
    does: {
      url: withoutToken,
      after: (answer, call) =>
        withJson(answer, (d) => ({
          ...(d as Json),
          [call.protocol === 'json' ? 'NextToken' : 'nextToken']: token(),
        })),
    },
    takes: true,
  }));

const silence: Rule[] = (
  [
    ['metrics', METRICS, 'silence'],
    ['metrics, after the headers', METRICS, 'headers'],
    ['metrics, a byte now and then', METRICS, 'trickle'],
    ['starts', START, 'silence'],
    ['rows', ROWS, 'trickle'],
    ['EC2', EC2, 'silence'],
    ['monitors', MONITORS, 'silence'],
    ['a caller who asks who it is', /^sts:/, 'silence'],
  ] as const
).map(([name, on, never]) => ({ name, kind: 'silence', on, does: { never }, takes: true }));

/** A title for the terminal, a wiped screen, a right-to-left override, a line, and what a shell would run. */
export const EVIL = `\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eb-bew\u200b\n'; $(touch pwned) \`id\` "&| VERDICT no-impairment`;
const hostile: Rule[] = (
  [
    ['pods', ROWS, inRows((row) => named(row, 'PodName')), false],
    ['services', ROWS, inRows((row) => named(row, 'ServiceName')), false],
    ['namespaces', ROWS, inRows((row) => named(row, 'PodNamespace')), false],
    [
      'a refusal of metrics',
      METRICS,
      { answer: (call: Call) => refusal(call, 'ValidationError', EVIL, 400) },
      true,
    ],
    [
      'a refusal of starts',
      START,
      { answer: (call: Call) => refusal(call, 'ValidationException', EVIL, 400) },
      true,
    ],
    [
      'a refusal of monitors',
      MONITORS,
      { answer: (call: Call) => refusal(call, 'AccessDeniedException', EVIL, 403) },
      true,
    ],
    [
      'instances',
      /^ec2:DescribeInstances$/,
      {
        change: (a: Answer) =>
          withText(a, (s) =>
            s.replace(/<value>node-[^<]*</g, '<value>&#x202e;b-bew $(touch pwned)&#x200b;<'),
          ),
      },
      false,
    ],
  ] as const
).map(([name, on, does, takes]) => ({ name, kind: 'hostile', on, does, takes }));

/** Kubernetes' names of the local end, wherever there is one. */
function named(row: Json, name: 'PodName' | 'ServiceName' | 'PodNamespace'): Json {
  const names = row.kubernetesMetadata as Json | undefined;
  const key = `local${name}`;
  return names?.[key] ? { ...row, kubernetesMetadata: { ...names, [key]: EVIL } } : row;
}

/** Keys of the runs; the token has what a URL must escape. */
export const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEBYaDH/nfm+faults/AbCdEf==/token+that/must=never',
} as const;
const quoting = (encode: (secret: string) => string, code: string) => ({
  answer: (call: Call) =>
    refusal(
      call,
      code,
      `Header x-amz-security-token: ${encode(SECRETS.AWS_SESSION_TOKEN)} and key ${encode(SECRETS.AWS_SECRET_ACCESS_KEY)} do not match`,
      403,
    ),
});
const lower = (secret: string) => encodeURIComponent(secret).replace(/%../g, (octet) => octet.toLowerCase());
const secret: Rule[] = (
  [
    ['metrics, plain', METRICS, quoting((s) => s, 'SignatureDoesNotMatch')],
    ['metrics, percent-encoded', METRICS, quoting(encodeURIComponent, 'SignatureDoesNotMatch')],
    ['starts, plain', START, quoting((s) => s, 'ValidationException')],
    ['starts, percent-encoded', START, quoting(encodeURIComponent, 'ValidationException')],
    ['EC2, percent-encoded in small letters', EC2, quoting(lower, 'InvalidParameterValue')],
    [
      'monitors, encoded twice',
      MONITORS,
      quoting((s) => encodeURIComponent(encodeURIComponent(s)), 'ValidationException'),
    ],
  ] as const
).map(([name, on, does]) => ({
  name,
  kind: 'secret',
  on,
  does,
  takes: true,
  codes: [0, 253, 254, 255],
}));

/** Queries run on until the signal comes. */
const signal: Rule[] = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => ({
  name,
  kind: 'signal',
  on: STATUS,
  does: json(() => ({ status: 'RUNNING' })),
  takes: true,
  codes: [{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[name]],
  commands: ['triage', 'top'],
}));

export const RULES: readonly Rule[] = [
  { name: 'nothing', kind: 'none', on: /^$/, does: { cut: 'before' }, takes: false },
  ...throttle,
  ...serverError,
  ...reset,
  ...cutBody,
  ...portal,
  ...expired,
  ...denied,
  ...field,
  ...shape,
  ...metrics,
  ...vanished,
  ...doubled,
  ...zoneNames,
  ...endlessQuery,
  ...paged('same-token', () => 'AAAA'),
  ...paged('fresh-tokens', () => `token-${++fresh}`),
  ...silence,
  ...hostile,
  ...secret,
  ...signal,
  ...witnessRules(EVIL),
];

function json(change: (document: Json) => unknown) {
  return { change: (answer: Answer) => withJson(answer, (document) => change(document as Json)) };
}

function inMonitors(change: (monitor: Json) => Json) {
  return json((d) => ({ ...d, monitors: (d.monitors as Json[] | undefined)?.map(change) }));
}

function xmlWithout(element: string) {
  return {
    change: (answer: Answer) =>
      withText(answer, (s) => s.replace(new RegExp(`<${element}>[^<]*</${element}>`, 'g'), '')),
  };
}
