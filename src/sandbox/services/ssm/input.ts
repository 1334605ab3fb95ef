import * as z from 'zod';
import { type Page, takePage } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import type { ServiceContext } from '../../wire/service.ts';
import { ServiceError } from '../../wire/service.ts';
import type { Instance, World } from '../../world/world.ts';

/** The most that a page of any list has (botocore ssm/2014-11-06). */
const MAX_RESULTS = 50;

export const paged = {
  MaxResults: z.number().int().min(1).max(MAX_RESULTS).default(MAX_RESULTS),
  NextToken: z.string().optional(),
};

/** Ties a handler to the check of its input. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  handle: (input: z.output<Schema>, context: ServiceContext) => JsonValue,
): (input: unknown, context: ServiceContext) => JsonValue {
  return (input, context) => {
    const { success, data, error } = schema.safeParse(input);
    if (!success) throw invalid(error.issues);
    return handle(data, context);
  };
}

function invalid(issues: z.core.$ZodIssue[]): ServiceError {
  const faults = issues.map(
    ({ path, message }) => `at '${path.join('.')}' failed to satisfy constraint: ${message}`,
  );
  return new ServiceError(
    'ValidationException',
    `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: ${faults.join('; ')}`,
  );
}

export function pageOf<T>(
  items: T[],
  { MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined },
): Page<T> {
  return takePage(
    items,
    MaxResults,
    NextToken,
    () => new ServiceError('InvalidNextToken', 'The specified token is not valid.'),
  );
}

/** Only what registered with Systems Manager exists for it. */
export function managedInstances({ instances }: World): (Instance & Required<Pick<Instance, 'ssm'>>)[] {
  return instances.filter(isManaged);
}

function isManaged(instance: Instance): instance is Instance & Required<Pick<Instance, 'ssm'>> {
  return instance.ssm !== undefined;
}
