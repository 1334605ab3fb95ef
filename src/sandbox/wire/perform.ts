import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceContext } from '../service.ts';
import { ServiceError } from './service-error.ts';

export type Operation<Input, Output> = (input: Input, context: ServiceContext) => Output;

/** What every call goes through: the request log, the bad weather of a test, then the operation itself. */
export async function perform<Output>(
  name: string,
  context: ServiceContext,
  run: () => Output,
): Promise<Output> {
  context.record(name);
  const fault = context.fault(name);
  if (fault?.hang) await new Promise<never>(() => {});
  if (fault?.delayMillis) await sleep(fault.delayMillis);
  if (fault?.error) throw new ServiceError(fault.error.code, fault.error.message, fault.error.status);
  return run();
}

/** Looks an operation up by the name in the request, which may be anything, `constructor` included. */
export function findOperation<Input, Output>(
  service: string,
  operations: Record<string, Operation<Input, Output>>,
  name: string,
): Operation<Input, Output> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  return (
    operation ??
    (() => {
      throw unknownOperation(service, name);
    })
  );
}

/** 501: no SDK retries it, and no AWS service answers with it, so nobody takes it for AWS's own. */
export function unknownOperation(service: string, operation: string): ServiceError {
  const message = `The nfm sandbox does not have the operation ${operation || '(none given)'} of ${service}.`;
  return new ServiceError('UnknownOperationException', message, 501);
}
