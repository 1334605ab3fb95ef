/** Whatever a terminal would obey or not show: controls, formats (bidi, zero-width), lone surrogates, private use. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

export function replaceUnprintable(text: string, change: (character: string) => string): string {
  return text.replace(UNPRINTABLE, change);
}

export function isUnprintable(text: string): boolean {
  return text.search(UNPRINTABLE) >= 0;
}
