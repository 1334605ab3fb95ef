import { Chalk, type ChalkInstance } from 'chalk';
import { escapeCharacter, mapStrings, sanitize } from './sanitize.ts';

/** What the terminal can show. */
export interface Style {
  width: number;
  color: boolean;
  unicode: boolean;
  /** Lines of the terminal; absent where the page is read from the top, in a file or a pager. */
  height?: number | undefined;
  /** What a list may take: the terminal's whole width, and without a terminal as much as it needs. */
  listWidth?: number;
  /** Every column, with -o wide. */
  wide?: boolean;
}

/** Below, numbers no longer stand beside each other; above, a line of prose is too long to read. */
const NARROWEST = 60;
const WIDEST = 120;

export function layoutWidth({ width }: Style): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.floor(width)));
}

/** Sixteen colours only: those follow the theme that the reader chose. */
export function inkFor({ color }: Style): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 });
}

/** One column for one column, so that they can be exchanged after the layout. */
const IN_ASCII: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '·': '|',
  '…': '~',
  '→': '>',
  '▸': '>',
  '×': 'x',
  µ: 'u',
  '≥': '>',
  '≤': '<',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
};
const OTHER = /\P{ASCII}/gu;

/** The document as this terminal may see it: without control characters, and in ASCII where it knows no more. */
export function forTerminal<T>(document: T, { unicode }: Style): T {
  return mapStrings(document, (text) => {
    const safe = sanitize(text);
    return unicode ? safe : safe.replace(OTHER, (other) => IN_ASCII[other] ?? escapeCharacter(other));
  });
}

/** The finished page: the document is in ASCII already, this is for the characters that the layout added. */
export function finish(page: string, { unicode }: Pick<Style, 'unicode'>): string {
  return unicode ? page : page.replace(OTHER, (other) => IN_ASCII[other] ?? '?');
}
