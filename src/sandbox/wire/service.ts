import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MonitorMetrics } from '../measure/publications.ts';
import { callerOf } from '../world/permissions.ts';
import type { AwsEvent, Cluster, World } from '../world/world.ts';

/** What the sandbox does instead of answering, for tests of bad weather. */
export interface Fault {
  /** SigV4 signing name, or `*`. */
  service: string;
  /** Operation name, or `*`. */
  operation: string;
  /** In this Region, or this account, alone; everywhere when absent. */
  region?: string;
  accountId?: string;
  /** How many calls are hit; every call when absent. */
  times?: number;
  error?: { code: string; status: number; message: string };
  delayMillis?: number;
  /** Never answer, until the client gives up or the sandbox closes. */
  hang?: true;
}

export interface ServiceContext {
  world: World;
  metrics: MonitorMetrics;
  awsEvents: AwsEvent[];
  now(): number;
  /** Where the Kubernetes API of a cluster is, and the PEM of who signed for it. */
  kubernetes(cluster: Cluster): Promise<{ endpoint: string; authority: string }>;
  /** Changes the world when a share of the time that things take to settle has gone by. */
  later(share: number, change: () => void): void;
  /** The error to answer with instead, if a fault is set for this operation. */
  fault(operation: string): Fault | undefined;
  /** Notes the call in the sandbox's request log. */
  record(operation: string): void;
}

/** One AWS service behind the shared endpoint. `name` is its SigV4 signing name. */
export interface Service {
  name: string;
  handle(request: Request, context: ServiceContext): Promise<Response>;
}

/** A refusal as an AWS service words it; each protocol has its own way to write one down. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Narrows what was caught; anything but a refusal is a bug of the sandbox and goes on to the server. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  throw error;
}

/** Hands out the faults that are set, as often as each is meant to hit. */
export function faultFinder(
  faults: Fault[],
): (service: string, operation: string, place?: Pick<World, 'region' | 'accountId'>) => Fault | undefined {
  const left = new Map(faults.map((fault) => [fault, fault.times ?? Number.POSITIVE_INFINITY]));
  return (service, operation, place) => {
    const hit = faults.find(
      (fault) =>
        (fault.service === service || fault.service === '*') &&
        (fault.operation === operation || fault.operation === '*') &&
        (fault.region === undefined || fault.region === place?.region) &&
        (fault.accountId === undefined || fault.accountId === place?.accountId) &&
        (left.get(fault) ?? 0) > 0,
    );
    if (hit) left.set(hit, (left.get(hit) ?? 0) - 1);
    return hit;
  };
}

/** Notes the call, waits out a delay (for ever in a hang), and says which error to answer with, if any. */
async function meet(context: ServiceContext, operation: string): Promise<Fault['error']> {
  context.record(operation);
  const fault = context.fault(operation);
  if (fault?.delayMillis) await sleep(fault.delayMillis);
  if (fault?.hang) await new Promise(() => {});
  return fault?.error;
}

/** The waits and limits of a real service; the sandbox has none by itself. */
export interface Pace {
  /** How long each call takes, ms. */
  latencyMillis?: number;
  /** Calls a second that are let through; the others are throttled, in each service's own words. */
  callsPerSecond?: number;
}

/** Each service has its own code for 'too often'; retries know them all (botocore's _retry.json). */
const THROTTLES: Readonly<Record<string, { code: string; status: number }>> = {
  networkflowmonitor: { code: 'ThrottlingException', status: 429 },
  ec2: { code: 'RequestLimitExceeded', status: 503 },
  eks: { code: 'ThrottlingException', status: 429 },
  ssm: { code: 'ThrottlingException', status: 400 },
  cloudtrail: { code: 'ThrottlingException', status: 400 },
  health: { code: 'ThrottlingException', status: 400 },
  kubernetes: { code: 'TooManyRequests', status: 429 },
};

/** What a service at this pace does with a call: as many tokens a second, and a second's worth saved up. */
export function paced(
  { latencyMillis = 0, callsPerSecond }: Pace,
  elapsed: () => number,
): (service: string, operation: string) => Fault {
  const bucket = callsPerSecond === undefined ? () => true : tokens(callsPerSecond, elapsed);
  return (service, operation) => {
    const met = { service, operation, delayMillis: latencyMillis };
    if (bucket()) return met;
    const { code, status } = THROTTLES[service] ?? { code: 'Throttling', status: 400 };
    return { ...met, error: { code, status, message: 'Rate exceeded' } };
  };
}

function tokens(perSecond: number, elapsed: () => number): () => boolean {
  const most = Math.max(1, perSecond);
  let left = most;
  let last = elapsed();
  return () => {
    const now = elapsed();
    left = Math.min(most, left + ((now - last) / 1000) * perSecond);
    last = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

/** Each service has its own code for 'you may not'. */
const DENIALS: Readonly<Record<string, { code: string; status: number }>> = {
  networkflowmonitor: { code: 'AccessDeniedException', status: 403 },
  cloudwatch: { code: 'AccessDenied', status: 403 },
  ec2: { code: 'UnauthorizedOperation', status: 403 },
  eks: { code: 'AccessDeniedException', status: 403 },
  iam: { code: 'AccessDenied', status: 403 },
  ssm: { code: 'AccessDeniedException', status: 400 },
  cloudtrail: { code: 'AccessDeniedException', status: 400 },
  autoscaling: { code: 'AccessDenied', status: 403 },
  health: { code: 'AccessDeniedException', status: 400 },
  'arc-zonal-shift': { code: 'AccessDeniedException', status: 403 },
};

/** An action that the caller's policies do not allow, or that something else denies, worded as IAM does. */
export function denial(world: World, why?: string): (action: string) => Fault {
  return (action) => {
    const [service = '', operation = ''] = action.split(':');
    const { code, status } = DENIALS[service] ?? { code: 'AccessDenied', status: 403 };
    const message = `User: ${callerOf(world)} is not authorized to perform: ${action} ${why ?? `because no identity-based policy allows the ${action} action`}`;
    return {
      service: service === 'cloudwatch' ? 'monitoring' : service,
      operation,
      error: { code, status, message },
    };
  };
}

export type Operation<Input, Output> = (input: Input, context: ServiceContext) => Output;

/** What every call goes through: the request log, the faults that are set, then the operation itself. */
export async function perform<Output>(
  name: string,
  context: ServiceContext,
  run: () => Output,
): Promise<Output> {
  const error = await meet(context, name);
  if (error) throw new ServiceError(error.code, error.message, error.status);
  return run();
}

/** Looks an operation up by the name in the request, which may be anything, `constructor` included. */
export function findOperation<Input, Output>(
  service: string,
  operations: Record<string, Operation<Input, Output>>,
  name: string,
): Operation<Input, Output> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw unknownOperation(service, name);
  return operation;
}

/** 501: no SDK retries it, and no AWS service answers with it, so nobody takes it for AWS's own. */
export function unknownOperation(service: string, operation: string): ServiceError {
  const message = `The nfm sandbox does not have the operation ${operation || '(none given)'} of ${service}.`;
  return new ServiceError('UnknownOperationException', message, 501);
}

/**
 * An answer with the request ID that every AWS service sends and every SDK shows in its errors.
 * Protocols that repeat it in the body pass their own.
 */
export function respond(
  status: number,
  contentType: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  requestId: string = randomUUID(),
): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...headers },
  });
}
