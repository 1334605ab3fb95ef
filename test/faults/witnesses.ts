import type { Kind, Rule } from './rules.ts';
import { type Answer, type Call, refusal, text, withJson, withText } from './wire.ts';

/*
 * What happens to those who are asked once it is known when it began. None of it may turn a verdict, take longer than
 * they are waited for, or go without a word where something was lost.
 */

type Json = Record<string, unknown>;

const TRAIL = /^cloudtrail:LookupEvents$/;
const SCALING = /^autoscaling:DescribeScalingActivities$/;
const UPDATES = /^eks:(ListUpdates|DescribeUpdate)$/;
const PARTS = /^eks:(ListAddons|ListNodegroups)$/;
const SHIFTS = /^arc-zonal-shift:ListAutoshifts$/;
const HEALTH = /^health:/;
const ISSUES = /^health:DescribeEvents$/;
const DETAILS = /^health:DescribeEventDetails$/;
const ENTITIES = /^health:DescribeAffectedEntities$/;
const LISTED = /^cloudwatch:ListMetrics$/;
/** The metrics of others have IDs that begin so. */
const OTHERS = { on: /^cloudwatch:GetMetricData$/, body: /"Id":"w0"/ };

const ALL =
  /^(cloudtrail|autoscaling|arc-zonal-shift|health):|^eks:(ListUpdates|ListAddons)$|^cloudwatch:ListMetrics$/;

interface Asked {
  name: string;
  on: RegExp;
  body?: RegExp;
}

/** One after the other, and then all of them. */
const EACH: readonly Asked[] = [
  { name: 'CloudTrail', on: TRAIL },
  { name: 'Auto Scaling', on: SCALING },
  { name: "EKS's updates", on: UPDATES },
  { name: "EKS's parts", on: PARTS },
  { name: 'autoshifts', on: SHIFTS },
  { name: 'Health', on: ISSUES },
  { name: "Health's words", on: DETAILS },
  { name: "Health's resources", on: ENTITIES },
  { name: 'which metrics others have', on: LISTED },
  { name: 'metrics of others', ...OTHERS },
  { name: 'all witnesses', on: ALL },
];

/** Scenarios in which all of them are asked, and have something to tell. */
export const WITNESSED = [
  'group-changed+addon-updated+allowance-exceeded+health-unrelated',
  'nat-ports+group-changed',
  'autoshift+health-issue',
] as const;

const each = (kind: Kind, what: string, does: Rule['does'], takes = true): Rule[] =>
  EACH.map((asked) => ({ ...asked, kind, does, takes, name: `${asked.name}, ${what}` }));

const answer = (code: string, status: number, message = 'not now') => ({
  answer: (call: Call) => refusal(call, code, message, status),
});
const throttles: Rule['does'] = {
  answer: (call) =>
    refusal(
      call,
      { 'rest-json': 'ThrottlingException', json: 'ThrottlingException', query: 'Throttling', ec2: '' }[
        call.protocol
      ],
      'Rate exceeded',
      call.protocol === 'rest-json' ? 429 : 400,
    ),
};
const page = (
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): Rule['does'] => ({
  answer: () => {
    const made = text(status, type, body);
    return { ...made, headers: { ...made.headers, ...headers } };
  },
});

/** Documents of another form than the API's. */
const FORMS: readonly [name: string, on: RegExp, change: (document: Json) => unknown][] = [
  ['null', ALL, () => null],
  ['an array', ALL, () => []],
  ['text', ALL, () => 'none'],
  ['{}', /^(cloudtrail|arc-zonal-shift|health):/, () => ({})],
  ['events are an object', TRAIL, () => ({ Events: {} })],
  ['events are text', TRAIL, () => ({ Events: 'none' })],
  ['events of null', TRAIL, (d) => ({ ...d, Events: [null, null] })],
  ['items are an object', SHIFTS, () => ({ items: {} })],
  ['items of null', SHIFTS, () => ({ items: [null] })],
  ['issues are a number', ISSUES, () => ({ events: 3 })],
  ['issues of null', ISSUES, () => ({ events: [null] })],
  ['words are an object', DETAILS, () => ({ successfulSet: {} })],
  ['words of null', DETAILS, () => ({ successfulSet: [null] })],
  ['resources are text', ENTITIES, () => ({ entities: 'none' })],
  ['add-ons are an object', /^eks:ListAddons$/, () => ({ addons: {} })],
  ['updates are a number', /^eks:ListUpdates$/, () => ({ updateIds: 7 })],
  ['updates of objects', /^eks:ListUpdates$/, () => ({ updateIds: [{}] })],
  ['metrics are an object', LISTED, () => ({ Metrics: {} })],
  ['metrics of null', LISTED, () => ({ Metrics: [null] })],
  ['metrics of others are text', OTHERS.on, () => ({ MetricDataResults: 'none' })],
  ['metrics of others of null', OTHERS.on, () => ({ MetricDataResults: [null] })],
];

/** A refusal, of an account without the support plan, is no answer. */
const whenDone = (a: Answer, change: (document: unknown) => unknown) =>
  a.status === 200 ? withJson(a, change) : a;

const inList = (key: string, change: (item: Json, i: number) => unknown): Rule['does'] => ({
  change: (a: Answer) =>
    whenDone(a, (document) => {
      const { [key]: list } = document as Json;
      return Array.isArray(list) ? { ...(document as Json), [key]: list.map(change) } : document;
    }),
});
const with_ = (key: string, more: Json) => inList(key, (item) => ({ ...item, ...more }));

type Told = readonly [name: string, on: RegExp, does: Rule['does']];

/** Right in form, and wrong: what can be made of it is told, and nothing is turned by it. */
const LIES: readonly Told[] = [
  ['events of text', TRAIL, inList('Events', () => 'one')],
  ['add-ons of null', /^eks:ListAddons$/, inList('addons', () => null)],
  ['events without a time', TRAIL, with_('Events', { EventTime: null })],
  ['events at a time that is text', TRAIL, with_('Events', { EventTime: 'yesterday' })],
  ['events after the end of time', TRAIL, with_('Events', { EventTime: 9e15 })],
  ['events that are no JSON', TRAIL, with_('Events', { CloudTrailEvent: '{"userIdentity":' })],
  ['events of lists', TRAIL, with_('Events', { CloudTrailEvent: '[[],[]]' })],
  [
    'events with an identity of text',
    TRAIL,
    with_('Events', { CloudTrailEvent: '{"userIdentity":"root","requestParameters":7}' }),
  ],
  [
    'events a thousand deep',
    TRAIL,
    with_('Events', { CloudTrailEvent: `{"requestParameters":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}}` }),
  ],
  [
    'events that name everything',
    TRAIL,
    with_('Events', {
      CloudTrailEvent: JSON.stringify({
        requestParameters: Array.from({ length: 5000 }, (_, i) => `sg-${i.toString(16).padStart(17, '0')}`),
      }),
    }),
  ],
  [
    'activities without a time',
    SCALING,
    { change: (a) => withText(a, (s) => s.replace(/<StartTime>[^<]*<\/StartTime>/g, '')) },
  ],
  [
    'activities at no time',
    SCALING,
    { change: (a) => withText(a, (s) => s.replace(/<StartTime>[^<]*</g, '<StartTime>never<')) },
  ],
  ['shifts from a number', SHIFTS, with_('items', { awayFrom: 3 })],
  ['shifts at no time', SHIFTS, with_('items', { startTime: 'never' })],
  ['shifts after the end of time', SHIFTS, with_('items', { startTime: 9e300 })],
  ['shifts that end before they begin', SHIFTS, with_('items', { endTime: 0 })],
  ['issues without an ARN', ISSUES, with_('events', { arn: null })],
  ['issues of a number', ISSUES, with_('events', { service: 5 })],
  ['issues at no time', ISSUES, with_('events', { startTime: 'never' })],
  ['issues in a zone that is an object', ISSUES, with_('events', { availabilityZone: {} })],
  ['issues of another Region', ISSUES, with_('events', { region: 'eu-central-1' })],
  [
    'ten thousand issues',
    ISSUES,
    {
      change: (a) =>
        withJson(a, (d) => ({
          ...(d as Json),
          events: Array.from({ length: 10_000 }, () => ((d as Json).events as Json[])?.[0] ?? {}),
        })),
    },
  ],
  ['words of an object', DETAILS, with_('successfulSet', { eventDescription: { latestDescription: {} } })],
  [
    'words without an end',
    DETAILS,
    with_('successfulSet', { eventDescription: { latestDescription: 'apne3-az3 '.repeat(100_000) } }),
  ],
  ['resources of objects', ENTITIES, with_('entities', { entityValue: {} })],
  ['values of null', OTHERS.on, with_('MetricDataResults', { Values: [null, null], Timestamps: [1, 2] })],
  [
    'values of text',
    OTHERS.on,
    with_('MetricDataResults', { Values: ['many'], Timestamps: [1_795_000_000] }),
  ],
  [
    'huge values',
    OTHERS.on,
    inList('MetricDataResults', (r) => ({ ...r, Values: ((r.Values ?? []) as unknown[]).map(() => 1e308) })),
  ],
  [
    'negative values',
    OTHERS.on,
    inList('MetricDataResults', (r) => ({ ...r, Values: ((r.Values ?? []) as unknown[]).map(() => -5) })),
  ],
  ['values without times', OTHERS.on, with_('MetricDataResults', { Timestamps: null })],
  ['metrics without dimensions', LISTED, with_('Metrics', { Dimensions: null })],
  ['metrics of dimensions that are text', LISTED, with_('Metrics', { Dimensions: 'all' })],
  ['metrics without a name', LISTED, with_('Metrics', { MetricName: null })],
];

const hostile = (evil: string): readonly Told[] => [
  [
    'who did it',
    TRAIL,
    with_('Events', {
      CloudTrailEvent: JSON.stringify({
        userIdentity: { type: 'IAMUser', userName: evil },
        requestParameters: { groupId: 'sg-0d6a2f8c4b71e9350' },
      }),
    }),
  ],
  ['what was done', TRAIL, with_('Events', { EventName: `RevokeSecurityGroupIngress${evil}` })],
  [
    'what Health writes',
    DETAILS,
    with_('successfulSet', { eventDescription: { latestDescription: `${evil} in apne3-az3` } }),
  ],
  [
    'what Health names',
    ISSUES,
    inList('events', (event) => ({ ...event, eventTypeCode: evil, service: 'EC2' })),
  ],
  ['where traffic was moved away from', SHIFTS, with_('items', { awayFrom: evil })],
  [
    'dimensions',
    LISTED,
    inList('Metrics', (metric) => ({
      ...metric,
      Dimensions: [...(metric.Dimensions as Json[]), { Name: evil, Value: evil }],
    })),
  ],
  ['a refusal of CloudTrail', TRAIL, answer('AccessDeniedException', 400, evil)],
  ['a refusal of Health', HEALTH, answer('AccessDeniedException', 400, evil)],
  ['a refusal of autoshifts', SHIFTS, answer('ValidationException', 400, evil)],
];

/** Lists without an end, and whether nothing of them is known then; of the others so many pages are, and that it is a part is said. */
const LISTS: readonly [name: string, on: RegExp, key: string, takes: boolean][] = [
  ['CloudTrail', TRAIL, 'NextToken', false],
  ['issues', ISSUES, 'nextToken', false],
  ['resources', ENTITIES, 'nextToken', false],
  ['which metrics others have', LISTED, 'NextToken', true],
  ["EKS's updates", /^eks:ListUpdates$/, 'nextToken', false],
  ["EKS's parts", PARTS, 'nextToken', true],
];
const paged = (what: string, token: () => string): Rule[] =>
  LISTS.map(([name, on, key, takes]) => ({
    name: `${name}, ${what}`,
    kind: 'witness-endless',
    on,
    does: {
      url: (url) => url.replace(/([?&])nextToken=[^&]*&?/, '$1').replace(/[?&]$/, ''),
      body: (body) => body.replace(/,?"[Nn]extToken":"[^"]*"/, ''),
      after: (a) => whenDone(a, (d) => ({ ...(d as Json), [key]: token() })),
    },
    takes,
  }));

/** `evil`: a name that no terminal may obey. */
export function witnessRules(evil: string): Rule[] {
  let fresh = 0;
  const of = (kind: Kind, takes: boolean, all: readonly Told[]): Rule[] =>
    all.map(([name, on, does]) => ({
      ...{ name, kind, on, does, takes },
      ...(on === OTHERS.on ? { body: OTHERS.body } : {}),
    }));
  const forms = FORMS.map(
    ([name, on, change]) =>
      [name, on, { change: (a: Answer) => whenDone(a, (d) => change(d as Json)) }] as const,
  );
  const all: Rule[] = [
    ...each('witness-lost', 'throttled', throttles),
    ...each('witness-lost', '500', answer('InternalFailure', 500)),
    ...each('witness-lost', '503 of a proxy', page(503, 'text/html', '<html>Service Unavailable</html>')),
    ...each('witness-lost', 'reset before', { cut: 'before' }),
    ...each('witness-lost', 'reset after the headers', { cut: 'after' }),
    ...each('witness-lost', 'half', { cut: 'half' }),
    ...each('witness-lost', 'truncated', { cut: 'truncated' }),
    ...each('witness-lost', 'HTML with 200', page(200, 'text/html', '<html>Sign in</html>')),
    ...each('witness-lost', 'redirect', page(302, 'text/html', '', { location: 'http://192.0.2.1/login' })),
    ...each('witness-lost', 'nothing with 200', page(200, 'application/json', '')),
    ...each('witness-lost', 'denied', answer('AccessDeniedException', 403)),
    ...each('witness-lost', 'expired', answer('ExpiredTokenException', 403)),
    // What an AWS does not have, or does not let this identity in to, is no gap.
    ...each(
      'witness-lost',
      'of an identity that it does not know',
      answer('UnrecognizedClientException', 403),
      false,
    ),
    ...each('witness-lost', 'not there', answer('InvalidAction', 400), false),
    ...each('witness-late', 'never', { never: 'silence' }),
    ...each('witness-late', 'after the headers', { never: 'headers' }),
    ...each('witness-late', 'a byte now and then', { never: 'trickle' }),
    ...of('witness-lies', true, forms),
    ...of('witness-lies', false, LIES),
    ...paged('the same page again', () => 'AAAA'),
    ...paged('always a new page', () => `token-${++fresh}`),
    ...of('witness-hostile', false, hostile(evil)),
  ];
  return all.map((rule) => ({ ...rule, commands: ['triage'], isWitness: true }));
}
