import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, ServiceContext } from './service.ts';
import type { World } from './world.ts';

/** Hands out the faults that are set, as often as each is meant to hit. */
export function faultFinder(faults: Fault[]): (service: string, operation: string) => Fault | undefined {
  const left = new Map(faults.map((fault) => [fault, fault.times ?? Number.POSITIVE_INFINITY]));
  return (service, operation) => {
    const hit = faults.find(
      (fault) =>
        (fault.service === service || fault.service === '*') &&
        (fault.operation === operation || fault.operation === '*') &&
        (left.get(fault) ?? 0) > 0,
    );
    if (hit) left.set(hit, (left.get(hit) ?? 0) - 1);
    return hit;
  };
}

/** Notes the call, waits out a delay (for ever in a hang), and says which error to answer with, if any. */
export async function meet(context: ServiceContext, operation: string): Promise<Fault['error']> {
  context.record(operation);
  const fault = context.fault(operation);
  if (fault?.delayMillis) await sleep(fault.delayMillis);
  if (fault?.hang) await new Promise(() => {});
  return fault?.error;
}

/** Each service has its own code for 'you may not'. */
const DENIALS: Readonly<Record<string, { code: string; status: number }>> = {
  networkflowmonitor: { code: 'AccessDeniedException', status: 403 },
  cloudwatch: { code: 'AccessDenied', status: 403 },
  ec2: { code: 'UnauthorizedOperation', status: 403 },
  eks: { code: 'AccessDeniedException', status: 403 },
  iam: { code: 'AccessDenied', status: 403 },
  ssm: { code: 'AccessDeniedException', status: 400 },
};

/** An action that the caller's policies do not allow, worded as IAM does. */
export function denial({ accountId }: World): (action: string) => Fault {
  return (action) => {
    const [service = '', operation = ''] = action.split(':');
    const { code, status } = DENIALS[service] ?? { code: 'AccessDenied', status: 403 };
    const user = `arn:aws:iam::${accountId}:user/nfm-sandbox`;
    const message = `User: ${user} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
    return {
      service: service === 'cloudwatch' ? 'monitoring' : service,
      operation,
      error: { code, status, message },
    };
  };
}
