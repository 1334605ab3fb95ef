import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, ServiceContext } from './service.ts';

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
