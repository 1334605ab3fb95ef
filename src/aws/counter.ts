/** A count, a sum or a mean as it came; null where it is none: missing, negative, not finite, of another type. */
export function counterOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
