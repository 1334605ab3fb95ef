import type * as z from 'zod';
import { type Page, takePage } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import type { ServiceContext } from '../../wire/service.ts';
import { ServiceError } from '../../wire/service.ts';

export interface EksInput {
  cluster: string;
  /** Of the add-on, node group, … that the path names below the cluster. */
  name: string;
  query: Record<string, string>;
  body: unknown;
}

export type EksOperation = (input: EksInput, context: ServiceContext) => JsonValue | Promise<JsonValue>;

/** Every EKS list has pages of at most, and by default, 100 (botocore eks/2017-11-01). */
const MAX_RESULTS = 100;

export function pageOf<T>(items: T[], { query }: EksInput): Page<T> {
  const size = Number(query.maxResults ?? MAX_RESULTS);
  if (!Number.isInteger(size) || size < 1 || size > MAX_RESULTS)
    throw invalidParameter(`maxResults must be between 1 and ${MAX_RESULTS}.`);
  return takePage(items, size, query.nextToken, () => invalidParameter('Invalid nextToken.'));
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 404);
}

export function inUse(message: string): ServiceError {
  return new ServiceError('ResourceInUseException', message, 409);
}

/** Checks the body of a request. */
export function bodyOf<Schema extends z.ZodType>(schema: Schema, { body }: EksInput): z.output<Schema> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const [issue] = error.issues;
  throw invalidParameter(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** A member of a list that goes by its name, as EKS refuses one that is not there. */
export function findByName<T extends { name: string }>(
  items: T[],
  { name: wanted }: EksInput,
  refusal: string,
): T {
  const item = items.find(({ name }) => name === wanted);
  if (!item) throw notFound(refusal);
  return item;
}
