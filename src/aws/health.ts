import type { Window, Witnesses } from '../model/case.ts';
import { DAY, SECOND } from '../model/time.ts';
import { instantOf, structuresOf } from './answers.ts';
import { type Aws, ask } from './aws.ts';
import { SignedClient } from './signed.ts';

/** An issue that AWS lists, as far as it is told without its words. */
export interface Listed
  extends Pick<NonNullable<Witnesses['issues']>[number], 'service' | 'code' | 'start' | 'end'> {
  arn: string;
  /** Of this account's own resources; else of everybody's. */
  isOwn: boolean;
  /** Its zone, by name. */
  az: string | null;
}

/** One endpoint for all Regions; its stand-in is in us-east-2. https://docs.aws.amazon.com/health/latest/ug/health-api.html */
const REGION = 'us-east-1';
const TARGET = 'AWSHealth_20160804';

type Structure = Record<string, unknown>;

/** As Health names them (DescribeEventTypes): the network, and what flows start, end or pass at. */
const SERVICES = new Set([
  'CLOUDWAN',
  'DIRECTCONNECT',
  'DYNAMODB',
  'EC2',
  'EKS',
  'ELASTICLOADBALANCING',
  'FARGATE',
  'GLOBALACCELERATOR',
  'INTERNETCONNECTIVITY',
  'INTERREGIONVPCPEERING',
  'MULTIPLE_SERVICES',
  'NATGATEWAY',
  'NETWORKFIREWALL',
  'RDS',
  'S3',
  'TRANSIT_GATEWAY',
  'VPC',
  'VPCE_PRIVATELINK',
  'VPC_LATTICE',
  'VPN',
]);

/** One that began before is no news. */
const OLDEST = 7 * DAY;
const PAGE = 100;
const MOST_PAGES = { events: 5, entities: 2 };
/** DescribeEventDetails and DescribeAffectedEntities take no more. */
const MOST_EVENTS = 10;

/** Issues of this Region in this time, those that go on first; null where the account's support plan has no such API. */
export async function listedIssues(aws: Aws, { start, end }: Window): Promise<Listed[] | null> {
  const input = {
    filter: {
      eventTypeCategories: ['issue'],
      regions: [aws.region],
      startTimes: [{ from: (Date.parse(start) - OLDEST) / SECOND, to: Date.parse(end) / SECOND }],
    },
    maxResults: PAGE,
  };
  let events: Structure[];
  try {
    events = await pages(aws, 'DescribeEvents', input, 'events', MOST_PAGES.events);
  } catch (error) {
    if (((error as Error).cause as Error | undefined)?.name === 'SubscriptionRequiredException') return null;
    throw error;
  }
  return events
    .flatMap(toListed)
    .filter((event) => event.start < end && (event.end === null || event.end > start))
    .sort((a, b) => Number(a.end !== null) - Number(b.end !== null) || (a.start < b.start ? 1 : -1))
    .slice(0, MOST_EVENTS);
}

function toListed(event: Structure): Listed[] {
  const { arn, service, eventTypeCode: code, availabilityZone: az, eventScopeCode, statusCode } = event;
  const start = instantOf(event.startTime);
  if (typeof arn !== 'string' || typeof service !== 'string' || typeof code !== 'string') return [];
  if (start === null || !SERVICES.has(service)) return [];
  const end = instantOf(event.endTime) ?? (statusCode === 'closed' ? instantOf(event.lastUpdatedTime) : null);
  const isOwn = eventScopeCode === 'ACCOUNT_SPECIFIC';
  return [{ arn, service, code, start, end, isOwn, az: typeof az === 'string' && az ? az : null }];
}

/** What AWS writes of each, by its ARN. */
export async function wordsOf(aws: Aws, issues: readonly Listed[]): Promise<Map<string, string>> {
  const operation = 'DescribeEventDetails';
  const answer = await send(aws, operation, { eventArns: issues.map(({ arn }) => arn) });
  return new Map(
    structuresOf(answer.successfulSet as Structure[], `health:${operation}`, true).flatMap(
      ({ event, eventDescription }) => {
        const { arn } = (event ?? {}) as Structure;
        const { latestDescription: words } = (eventDescription ?? {}) as Structure;
        return typeof arn === 'string' && typeof words === 'string' ? [[arn, words] as const] : [];
      },
    ),
  );
}

/** Resources of this account that each names, by its ARN. */
export async function affectedBy(aws: Aws, issues: readonly Listed[]): Promise<Map<string, string[]>> {
  const input = { filter: { eventArns: issues.map(({ arn }) => arn) }, maxResults: PAGE };
  const entities = await pages(aws, 'DescribeAffectedEntities', input, 'entities', MOST_PAGES.entities);
  const affected = new Map<string, string[]>();
  for (const { eventArn, entityValue } of entities) {
    if (typeof eventArn !== 'string' || typeof entityValue !== 'string') continue;
    affected.set(eventArn, [...(affected.get(eventArn) ?? []), entityValue]);
  }
  return affected;
}

async function pages(
  aws: Aws,
  operation: string,
  input: object,
  list: string,
  most: number,
): Promise<Structure[]> {
  const found: Structure[] = [];
  let token: unknown;
  for (let page = 0; page < most; page++) {
    const answer = await send(aws, operation, {
      ...input,
      ...(token === undefined ? {} : { nextToken: token }),
    });
    found.push(...structuresOf(answer[list] as Structure[], `health:${operation}`, true));
    const { nextToken } = answer;
    if (!nextToken || nextToken === token) break;
    token = nextToken;
  }
  return found;
}

/** Its client would be a quarter of a megabyte, for three calls. */
async function send(aws: Aws, operation: string, body: object): Promise<Structure> {
  const client = aws.client(SignedClient, 'Health');
  const action = `health:${operation}`;
  const post = { target: `${TARGET}.${operation}`, body };
  const answer = await ask(aws, action, ({ abortSignal }) =>
    client.call({ action, service: 'health', region: REGION, path: '/', post }, abortSignal),
  );
  return (answer ?? {}) as Structure;
}
