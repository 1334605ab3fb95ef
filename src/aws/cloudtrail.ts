import { CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Window } from '../model/case.ts';
import { structuresOf } from './answers.ts';
import { type Aws, ask } from './aws.ts';
import { pause } from './pause.ts';

/** A call that changed something, as it was noted: all but its time and its name is as the service wrote it. */
export interface NotedCall {
  at: Date;
  name: string;
  /** `ec2.amazonaws.com` */
  service: string;
  identity: Readonly<Record<string, unknown>>;
  request: unknown;
  response: unknown;
  /** The code of the refusal that it ended with; null where it took effect. */
  error: string | null;
}

/** Two calls a second are let through, for the whole account (LookupEvents, API reference). */
const APART_MILLIS = 500;

const ACTION = 'cloudtrail:LookupEvents';

/** What changed in this time, the latest first; `whole` is false where there is more than so many pages of 50, or not all of it can be read. */
export async function notedCalls(
  aws: Aws,
  { start, end }: Window,
  mostPages: number,
): Promise<{ calls: NotedCall[]; whole: boolean }> {
  const client = aws.client(CloudTrailClient, 'CloudTrail');
  const calls: NotedCall[] = [];
  let token: string | undefined;
  let readable = true;
  for (let page = 0; page < mostPages; page++) {
    const began = performance.now();
    const { Events, NextToken } = await ask(aws, ACTION, (options) =>
      client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'ReadOnly', AttributeValue: 'false' }],
          StartTime: new Date(start),
          EndTime: new Date(end),
          NextToken: token,
        }),
        options,
      ),
    );
    const events = structuresOf(Events, ACTION);
    const read = events.flatMap(toCall);
    calls.push(...read);
    readable &&= read.length === events.length;
    if (!NextToken) return { calls, whole: readable };
    if (NextToken === token) break;
    token = NextToken;
    await pause(Math.max(0, APART_MILLIS - (performance.now() - began)), aws.signal);
  }
  return { calls, whole: false };
}

function toCall({
  EventName: name,
  EventSource: service,
  EventTime: at,
  CloudTrailEvent,
}: Event): NotedCall[] {
  if (!name || !service || !at || Number.isNaN(at.getTime())) return [];
  const { userIdentity, requestParameters, responseElements, errorCode } = recordOf(CloudTrailEvent);
  return [
    {
      at,
      name,
      service,
      identity: isObject(userIdentity) ? userIdentity : {},
      request: requestParameters,
      response: responseElements,
      error: typeof errorCode === 'string' ? errorCode : null,
    },
  ];
}

function recordOf(text: string | undefined): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(text ?? '');
    return isObject(record) ? record : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
