import { createHash } from 'node:crypto';
import type { Id } from '../model/stack.ts';

/** Longer names are cut: a logical ID has 255 characters, an alarm's name too. */
const LONGEST = 180;

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/**
 * A name that others gave, as words for IDs: by itself always the same, whatever else is in the stack. Where words alone
 * would not tell it from another name (a.b and a-b), a hash of it follows.
 */
export function wordsOf(name: string): Id {
  const words = name
    .slice(0, LONGEST)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const told = words.join('-') === name && words.every((word) => /^[a-z]/.test(word));
  return told ? words : [...words, `h${hash(name)}`];
}

/** A name of ours around one that others gave, no longer than AWS takes. */
export function named(before: string, name: string, after: string, most = 255): string {
  const whole = `${before}${name}${after}`;
  if (whole.length <= most) return whole;
  const room = most - before.length - after.length - 9;
  return `${before}${name.slice(0, room)}-${hash(name)}${after}`;
}

/** A word for what something is made of: the same for the same, in whatever order. */
export function contentWord(parts: readonly string[]): string {
  return hash([...parts].sort().join('\n'));
}

/** What names of a part carry, so that parts can stand beside each other and beside the whole: nothing of the whole. */
export function partOf(asked: readonly string[]): string[] {
  const names = [...new Set(asked)].sort();
  const [only = '', ...others] = names;
  if (names.length === 0) return [];
  return [others.length === 0 && /^[A-Za-z0-9-]{1,40}$/.test(only) ? only : contentWord(names)];
}
