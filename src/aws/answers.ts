import { RefusedError } from '../model/errors.ts';
import { instant, SECOND } from '../model/time.ts';

/*
 * What an answer may be made of. A field that is not what the API says is lost: neither empty, nor 0.
 */

/** A count, a sum or a mean as it came; null where it is none: missing, negative, past counting, of another type. */
export function counterOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** Seconds, as JSON protocols write times, or text; null where it is neither. */
export function instantOf(value: unknown): string | null {
  const millis =
    typeof value === 'number' ? value * SECOND : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(millis) || Math.abs(millis) > 8.64e15 ? null : instant(millis);
}

/** The structures of a list. Only a list that the API may leave out is empty where it is missing. */
export function structuresOf<T>(list: readonly T[] | undefined, action: string, required = false): T[] {
  const given: unknown = list ?? (required ? null : []);
  const isStructure = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  if (Array.isArray(given) && given.every(isStructure)) return given;
  throw unusable(action);
}

/** The texts of a list that the API may leave out. */
export function stringsOf(list: readonly string[] | undefined, action: string): string[] {
  const given: unknown = list ?? [];
  if (Array.isArray(given) && given.every((item) => typeof item === 'string')) return given;
  throw unusable(action);
}

/** With a cause, its words say what is wrong with the answer. */
export function unusable(action: string, cause?: Error): RefusedError {
  const why = cause ? `: ${cause.message}` : '';
  return new RefusedError('unusable-answer', `The answer to ${action} is not what the API says${why}.`, {
    action,
    cause,
    hint: 'Run the command again; if it stays, look at what is between this machine and AWS.',
  });
}
