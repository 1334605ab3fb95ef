import type { ServiceContext } from '../../service.ts';
import type { JsonValue } from '../../wire/json.ts';
import { type Page, takePage } from '../../wire/page.ts';
import { ServiceError } from '../../wire/service-error.ts';

export interface EksInput {
  cluster: string;
  addon: string;
  query: Record<string, string>;
}

export type EksOperation = (input: EksInput, context: ServiceContext) => JsonValue;

/** Every EKS list has pages of at most, and by default, 100 (botocore eks/2017-11-01). */
const MAX_RESULTS = 100;

export function pageOf<T>(items: T[], { query }: EksInput): Page<T> {
  const size = Number(query.maxResults ?? MAX_RESULTS);
  if (!Number.isInteger(size) || size < 1 || size > MAX_RESULTS)
    throw invalidParameter(`maxResults must be between 1 and ${MAX_RESULTS}.`);
  return takePage(items, size, query.nextToken, () => invalidParameter('Invalid nextToken.'));
}

function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 404);
}
