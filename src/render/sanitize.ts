import { isCommandLine } from '../model/command-line.ts';
import { replaceUnprintable } from '../model/unprintable.ts';

/*
 * Pod names, tags and API messages are written by others. A terminal obeys control characters, a reader
 * is misled by reversed or invisible ones: all of them are shown as escapes instead.
 * Renderers call this once, on the whole document, so that no single place can forget it.
 */

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Shows one character by its number: `\x1b`, `\u202e`, `\u{e0041}`. */
export function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

export function sanitize(text: string): string {
  return replaceUnprintable(text, (character) => SHORT[character] ?? escapeCharacter(character));
}

/** A copy of plain data in which every string, keys too, went through `change`; the words of a command are quoted where it is printed. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  const copy = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== 'object' || part === null || isCommandLine(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [change(key), copy(inner)]));
  };
  return copy(value) as T;
}

export function sanitizeDocument<T>(document: T): T {
  return mapStrings(document, sanitize);
}
