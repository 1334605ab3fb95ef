import { ServiceException, type ServiceExceptionOptions } from '@smithy/core/client';
import { TypeRegistry } from '@smithy/core/schema';
import type { RetryableTrait, StaticErrorSchema } from '@smithy/types';
import { NAMESPACE, STRING } from './schemas.ts';

/** Everything that the service answers with an error; itself only for errors that are not in the model. */
export class NetworkFlowMonitorServiceException extends ServiceException {}

const exception = <Name extends string, Fault extends 'client' | 'server'>(
  name: Name,
  fault: Fault,
  httpError: number,
  retryable?: RetryableTrait,
) =>
  class extends NetworkFlowMonitorServiceException {
    static readonly schema: StaticErrorSchema = [
      -3,
      NAMESPACE,
      name,
      { error: fault, httpError },
      ['message'],
      [STRING],
    ];

    override readonly name = name;
    override readonly $fault = fault;

    constructor(options: Omit<ServiceExceptionOptions, 'name' | '$fault'>) {
      super({ ...options, name, $fault: fault });
      if (retryable) this.$retryable = retryable;
    }
  };

export class AccessDeniedException extends exception('AccessDeniedException', 'client', 403) {}
export class ConflictException extends exception('ConflictException', 'client', 409) {}
export class InternalServerException extends exception('InternalServerException', 'server', 500, {}) {}
export class ResourceNotFoundException extends exception('ResourceNotFoundException', 'client', 404) {}
export class ServiceQuotaExceededException extends exception(
  'ServiceQuotaExceededException',
  'client',
  402,
) {}
export class ThrottlingException extends exception('ThrottlingException', 'client', 429, {
  throttling: true,
}) {}
export class ValidationException extends exception('ValidationException', 'client', 400) {}

/** The runtime recognises a service's base exception by this prefix (TypeRegistry.getBaseException). */
const synthetic = new TypeRegistry(`smithy.ts.sdk.synthetic.${NAMESPACE}`);
synthetic.registerError(
  [-3, synthetic.namespace, 'NetworkFlowMonitorServiceException', 0, [], []],
  NetworkFlowMonitorServiceException,
);

const modelled = new TypeRegistry(NAMESPACE);
for (const type of [
  AccessDeniedException,
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ThrottlingException,
  ValidationException,
]) {
  modelled.registerError(type.schema, type);
}

export const errorTypeRegistries = [synthetic, modelled];
