import { distance, closest as nearest } from 'fastest-levenshtein';

/** The candidate that a mistyped word most likely meant; null where none is near. */
export function closest(word: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const best = nearest(word, [...candidates]);
  const off = distance(word, best);
  const swapped = [...word].sort().join('') === [...best].sort().join('');
  return swapped || (off < word.length && off <= Math.max(1, word.length / 3)) ? best : null;
}
