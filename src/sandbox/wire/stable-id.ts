import { createHash } from 'node:crypto';

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
