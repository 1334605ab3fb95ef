import { replaceUnprintable } from '../model/unprintable.ts';

/** The document as it is: a parser reads back exactly the input, and `cat` is safe all the same. */
export function renderJson(document: unknown, indent = 2): string {
  const text = JSON.stringify(document, null, indent);
  return `${replaceUnprintable(text, (c) => (c === '\n' ? c : escapeUnits(c)))}\n`;
}

/** JSON knows UTF-16 units only, so a character beyond U+FFFF takes two escapes. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('');
}
