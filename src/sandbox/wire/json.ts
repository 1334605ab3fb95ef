import { ServiceError } from './service.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | JsonValue[]
  | { [name: string]: JsonValue };

/** JSON as AWS's JSON protocols write it: timestamps are seconds since the epoch. */
export function toJson(value: JsonValue): string {
  return JSON.stringify(withEpochSeconds(value));
}

function withEpochSeconds(value: JsonValue): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withEpochSeconds(member)]));
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
}
