import { ServiceError } from '../../wire/service-error.ts';

/* The errors of the API model, with its HTTP statuses. */

export const invalid = (message: string) => new ServiceError('ValidationException', message, 400);
export const quotaExceeded = (message: string) =>
  new ServiceError('ServiceQuotaExceededException', message, 402);
export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message, 404);
export const conflict = (message: string) => new ServiceError('ConflictException', message, 409);
