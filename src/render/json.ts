/** What JSON.stringify leaves raw although a terminal obeys or hides it; its own line breaks excepted. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The document as it is: a parser reads back exactly the input, and `cat` is safe all the same. */
export function renderJson(document: unknown, indent = 2): string {
  const text = JSON.stringify(document, null, indent);
  return `${text.replace(UNSAFE, (character) => (character === '\n' ? character : escapeUnits(character)))}\n`;
}

/** JSON knows UTF-16 units only, so a character beyond U+FFFF takes two escapes. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('');
}
