import * as z from 'zod';
import { stableUuid, takePage } from '../wire/ids.ts';
import { type JsonValue, jsonService } from '../wire/json.ts';
import { type ServiceContext, ServiceError } from '../wire/service.ts';
import type { ManagementEvent, World } from '../world/world.ts';

/** What happened is delivered within some five minutes (CloudTrail user guide). */
const LATE = 5 * 60_000;
const PAGE = 50;

const lookupInput = z.object({
  LookupAttributes: z
    .array(z.object({ AttributeKey: z.string(), AttributeValue: z.string() }))
    .max(1)
    .default([]),
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  MaxResults: z.number().int().min(1).max(PAGE).default(PAGE),
  NextToken: z.string().optional(),
});

/** The latest first. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
function lookupEvents(input: unknown, { world, now }: ServiceContext): JsonValue {
  const { success, data, error } = lookupInput.safeParse(input);
  if (!success) throw new ServiceError('InvalidLookupAttributesException', error.message);
  const { StartTime = 0, EndTime = Number.POSITIVE_INFINITY, LookupAttributes, MaxResults, NextToken } = data;
  const [by] = LookupAttributes;
  const found = world.events
    .map((event) => ({ event, at: Date.parse(event.at) }))
    .filter(({ at }) => at >= StartTime * 1000 && at <= EndTime * 1000 && at <= now() - LATE)
    .filter(({ event }) => by === undefined || matches(event, by.AttributeKey, by.AttributeValue))
    .sort((a, b) => b.at - a.at);
  const { items, nextToken } = takePage(
    found,
    MaxResults,
    NextToken,
    () => new ServiceError('InvalidNextTokenException', 'Invalid token.'),
  );
  return { Events: items.map(({ event }) => toEvent(event, world)), NextToken: nextToken };
}

function matches(event: ManagementEvent, key: string, value: string): boolean {
  switch (key) {
    // Every event of a world changes something.
    case 'ReadOnly':
      return value === 'false';
    case 'EventName':
      return event.name === value;
    case 'EventSource':
      return event.source === value;
    default:
      throw new ServiceError('InvalidLookupAttributesException', `The nfm sandbox does not know ${key}.`);
  }
}

function toEvent(event: ManagementEvent, world: World): JsonValue {
  const id = stableUuid(`${event.at}${event.name}${JSON.stringify(event.request)}`);
  const { userName, userIdentity } = identityOf(event, world);
  return {
    EventId: id,
    EventName: event.name,
    ReadOnly: 'false',
    EventTime: new Date(event.at),
    EventSource: event.source,
    Username: userName,
    Resources: [],
    CloudTrailEvent: JSON.stringify({
      eventVersion: '1.11',
      userIdentity,
      eventTime: event.at,
      eventSource: event.source,
      eventName: event.name,
      awsRegion: world.region,
      sourceIPAddress: '198.51.100.77',
      userAgent: 'aws-cli/2.31.0',
      ...(event.error === undefined ? {} : { errorCode: event.error, errorMessage: 'as the service says' }),
      requestParameters: event.request,
      responseElements: event.response ?? null,
      eventID: id,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: world.accountId,
      eventCategory: 'Management',
    }),
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function identityOf({ by }: ManagementEvent, { accountId }: World) {
  if ('service' in by) return { userName: '', userIdentity: { type: 'AWSService', invokedBy: by.service } };
  if ('user' in by) {
    const arn = `arn:aws:iam::${accountId}:user/${by.user}`;
    return { userName: by.user, userIdentity: { type: 'IAMUser', arn, accountId, userName: by.user } };
  }
  return {
    userName: by.session,
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${accountId}:assumed-role/${by.role}/${by.session}`,
      accountId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          arn: `arn:aws:iam::${accountId}:role/${by.role}`,
          accountId,
          userName: by.role,
        },
      },
    },
  };
}

export const cloudtrail = jsonService('cloudtrail', 'CloudTrail', { LookupEvents: lookupEvents });
