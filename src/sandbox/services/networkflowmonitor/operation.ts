import type { z } from 'zod';
import type { Backend, Operation } from './backend.ts';
import { check } from './input.ts';

/** Ties a handler to its place in the API and to the check of its input. */
export function operation<Schema extends z.ZodType>(
  name: string,
  method: Operation['method'],
  path: string,
  schema: Schema,
  handle: (input: z.output<Schema>, backend: Backend) => object,
): Operation {
  return { name, method, path, answer: (input, backend) => handle(check(schema, input), backend) };
}
