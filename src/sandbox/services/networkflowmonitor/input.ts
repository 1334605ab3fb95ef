import { z } from 'zod';
import { invalid } from './errors.ts';

/* The constraints of the API model that several operations share, and their violation in AWS's words. */

export const clientToken = z
  .string()
  .regex(/^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/)
  .optional();
export const resourceName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9_.-]+$/);
export const resourceArn = z.string().min(20).max(2048).regex(/^arn:/);
const tagKey = z.string().min(1).max(128);
export const tags = z
  .record(tagKey, z.string().max(256))
  .refine((map) => Object.keys(map).length <= 200, 'Member must have length less than or equal to 200');
/** In a query string a list of one looks like a string. */
export const tagKeys = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(tagKey).max(200),
);
export const nextToken = z.string().optional();
/** Pages of ListMonitors and ListScopes. */
export const listSize = z.coerce.number().int().min(1).max(25).default(25);

/** Checks an operation's input, or throws the ValidationException that names every field at fault. */
export function check<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) =>
      `Value ${shown(issue.input)}at '${issue.path.join('.')}' failed to satisfy constraint: ${constraint(issue)}`,
  );
  throw invalid(
    `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: ${faults.join('; ')}`,
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `'${value}' ` : '';
}

function constraint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'Member must not be null'
        : `Member must be of type ${issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'Member must not be null'
        : `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `Member must satisfy regular expression pattern: ${issue.pattern?.slice(1, -1)}`
        : `Member must be a ${issue.format}`;
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'value' : 'length';
}
