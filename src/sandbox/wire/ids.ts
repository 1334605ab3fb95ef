import { createHash } from 'node:crypto';

/** Opaque page tokens: where the next page starts, in a form that nobody is tempted to read. */
export function encodeToken(position: number[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position that a token stands for, or undefined if the token is not one of ours. */
export function decodeToken(token: string, length: number): number[] | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const valid = Array.isArray(position) && position.length === length && position.every(isPosition);
    return valid ? position : undefined;
  } catch {
    return undefined;
  }
}

function isPosition(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

export interface Page<T> {
  items: T[];
  nextToken: string | undefined;
}

/** One page of a list. `refuse` words the service's answer to a token that is not ours. */
export function takePage<T>(
  items: T[],
  size: number,
  token: string | undefined,
  refuse: () => Error,
): Page<T> {
  const [start] = token === undefined ? [0] : (decodeToken(token, 1) ?? []);
  if (start === undefined) throw refuse();
  const end = start + size;
  return { items: items.slice(start, end), nextToken: end < items.length ? encodeToken([end]) : undefined };
}

/** Hexadecimal digits that look random and never change, for IDs that a world does not spell out. */
export function stableHex(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

export function stableUuid(seed: string): string {
  const hex = stableHex(seed, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export function uniqueId(prefix: string, seed: string): string {
  return `${prefix}${stableHex(seed, 17).toUpperCase()}`;
}
