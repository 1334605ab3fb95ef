import * as z from 'zod';
import { stableHex, takePage } from '../wire/ids.ts';
import { type JsonValue, jsonService } from '../wire/json.ts';
import { type Operation, type ServiceContext, ServiceError } from '../wire/service.ts';
import type { HealthEvent } from '../world/world.ts';

const PAGE = 100;

const list = <T extends z.ZodType>(item: T, most = 10) => z.array(item).min(1).max(most).optional();
const range = z.object({ from: z.number().optional(), to: z.number().optional() });
const page = {
  maxResults: z.number().int().min(1).max(PAGE).default(PAGE),
  nextToken: z.string().optional(),
};
const arns = z.array(z.string()).min(1).max(10);

const eventsInput = z.object({
  filter: z
    .object({
      eventArns: list(z.string()),
      eventTypeCategories: list(z.string()),
      eventTypeCodes: list(z.string()),
      services: list(z.string()),
      regions: list(z.string()),
      eventStatusCodes: list(z.string(), 6),
      startTimes: list(range),
    })
    .default({}),
  ...page,
});
const detailsInput = z.object({ eventArns: arns });
const entitiesInput = z.object({ filter: z.object({ eventArns: arns }), ...page });

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const { success, data, error } = schema.safeParse(input);
  if (!success) throw new ServiceError('ValidationException', error.message);
  return data;
}

function arnOf({ region, service, code, startedAt }: HealthEvent): string {
  const id = stableHex(`${region}${code}${startedAt}`, 12).toUpperCase();
  return `arn:aws:health:${region}::event/${service}/${code}/${code}_${id}`;
}

function statusOf({ endedAt }: HealthEvent, now: number): 'open' | 'closed' {
  return endedAt !== undefined && Date.parse(endedAt) <= now ? 'closed' : 'open';
}

/** Those that have begun, the latest first. */
function known({ world, now }: ServiceContext): HealthEvent[] {
  return world.healthEvents
    .filter(({ startedAt }) => Date.parse(startedAt) <= now())
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

function toEvent(event: HealthEvent, now: number): JsonValue {
  const { service, code, category, region, az, startedAt, endedAt, affects } = event;
  const status = statusOf(event, now);
  return {
    arn: arnOf(event),
    service,
    eventTypeCode: code,
    eventTypeCategory: category,
    region,
    ...(az === undefined ? {} : { availabilityZone: az }),
    startTime: new Date(startedAt),
    ...(endedAt === undefined || status === 'open' ? {} : { endTime: new Date(endedAt) }),
    lastUpdatedTime: new Date((status === 'closed' && endedAt) || startedAt),
    statusCode: status,
    eventScopeCode: affects ? 'ACCOUNT_SPECIFIC' : 'PUBLIC',
  };
}

const badToken = () => new ServiceError('InvalidPaginationToken', 'Invalid token.');

/** https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeEvents.html */
function describeEvents(input: unknown, context: ServiceContext): JsonValue {
  const { filter, maxResults, nextToken: token } = read(eventsInput, input);
  const now = context.now();
  const isAmong = (values: string[] | undefined, value: string) => values?.includes(value) ?? true;
  const found = known(context).filter((event) => {
    const at = Date.parse(event.startedAt) / 1000;
    const isWithin = ({ from = 0, to = Number.POSITIVE_INFINITY }) => at >= from && at <= to;
    return (
      isAmong(filter.eventArns, arnOf(event)) &&
      isAmong(filter.eventTypeCategories, event.category) &&
      isAmong(filter.eventTypeCodes, event.code) &&
      isAmong(filter.services, event.service) &&
      isAmong(filter.regions, event.region) &&
      isAmong(filter.eventStatusCodes, statusOf(event, now)) &&
      (filter.startTimes?.some(isWithin) ?? true)
    );
  });
  const { items, nextToken } = takePage(found, maxResults, token, badToken);
  return { events: items.map((event) => toEvent(event, now)), nextToken };
}

/** https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeEventDetails.html */
function describeEventDetails(input: unknown, context: ServiceContext): JsonValue {
  const { eventArns } = read(detailsInput, input);
  const events = new Map(known(context).map((event) => [arnOf(event), event]));
  return {
    successfulSet: eventArns.flatMap((arn) => {
      const event = events.get(arn);
      return event
        ? [{ event: toEvent(event, context.now()), eventDescription: { latestDescription: event.words } }]
        : [];
    }),
    failedSet: eventArns
      .filter((arn) => !events.has(arn))
      .map((eventArn) => ({
        eventArn,
        errorName: 'InvalidEventArn',
        errorMessage: 'There is no such event.',
      })),
  };
}

/** https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeAffectedEntities.html */
function describeAffectedEntities(input: unknown, context: ServiceContext): JsonValue {
  const { filter, maxResults, nextToken: token } = read(entitiesInput, input);
  const { accountId } = context.world;
  const entities = known(context)
    .filter((event) => filter.eventArns.includes(arnOf(event)))
    .flatMap((event) =>
      (event.affects ?? []).map((entityValue) => ({
        entityArn: `arn:aws:health:${event.region}:${accountId}:entity/${stableHex(entityValue, 20)}`,
        eventArn: arnOf(event),
        entityValue,
        awsAccountId: accountId,
        lastUpdatedTime: new Date(event.startedAt),
        statusCode: 'IMPAIRED',
        tags: {},
      })),
    );
  const { items, nextToken } = takePage(entities, maxResults, token, badToken);
  return { entities: items, nextToken };
}

/** Not every support plan has it. */
function planned(operation: Operation<unknown, JsonValue>): Operation<unknown, JsonValue> {
  return (input, context) => {
    if (context.world.supportPlan === 'basic') {
      throw new ServiceError(
        'SubscriptionRequiredException',
        'Your AWS account does not have a support plan that allows the AWS Health API.',
      );
    }
    return operation(input, context);
  };
}

/** One for all Regions. */
export const health = jsonService('health', 'AWS Health', {
  DescribeEvents: planned(describeEvents),
  DescribeEventDetails: planned(describeEventDetails),
  DescribeAffectedEntities: planned(describeAffectedEntities),
});
