import { meet } from '../faults.ts';
import type { ServiceContext } from '../service.ts';
import { ServiceError } from './service-error.ts';

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
