import Table from 'cli-table3';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { type Charset, type CommandLine, quote } from '../model/command-line.ts';

export type Ink = (text: string) => string;

const asIs: Ink = (text) => text;
const graphemes = new Intl.Segmenter();

/** Words broken to lines of at most `width` columns; a word that is longer than a line is continued on the next. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((whole) => chop(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function chop(word: string, width: number): string[] {
  if (stringWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && stringWidth(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

interface Item {
  label: string;
  text: string;
  inkLabel?: Ink;
  inkText?: Ink;
}

/** A label and its text, wrapped beside it: the lines that follow hang under the text's first word. */
export function item(
  { label, text, inkLabel = asIs, inkText = asIs }: Item,
  width: number,
  labelWidth: number,
) {
  const [first = '', ...rest] = wrap(text, width - labelWidth).map((line) => inkText(line));
  const gap = ' '.repeat(Math.max(0, labelWidth - stringWidth(label)));
  return [`${inkLabel(label)}${gap}${first}`, ...rest.map((line) => ' '.repeat(labelWidth) + line)];
}

/** Items under each other, their texts in one column. */
export function items(list: readonly Item[], width: number, indent = ''): string[] {
  const labelWidth = Math.max(0, ...list.map(({ label }) => stringWidth(label))) + 2;
  return list
    .flatMap((entry) => item(entry, width - indent.length, labelWidth))
    .map((line) => (indent + line).trimEnd());
}

const SIDES = ['', '-left', '-right', '-mid'];
const BORDERLESS = Object.fromEntries([
  ...['top', 'bottom'].flatMap((edge) => SIDES.map((side) => [edge + side, ''])),
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'].map((edge) => [edge, '']),
]);

/** cli-table3's time grows with the square of the rows. */
const PIECE = 200;

/**
 * Columns without borders. The first line is the head. Numbers stand to the right; where nobody says which
 * columns are numbers, that is all but the last.
 */
export function columns(
  head: readonly string[],
  rows: readonly string[][],
  width: number,
  numeric: readonly boolean[] = head.map((_, column) => column < head.length - 1),
): string[] {
  const colWidths =
    rows.length > PIECE &&
    head.map((title, column) =>
      rows.reduce((width, row) => Math.max(width, stringWidth(row[column] ?? '')), stringWidth(title)),
    );
  const drawn = (gap: number, rows: readonly string[][], head?: readonly string[]) => {
    const table = new Table({
      ...(head && { head: [...head] }),
      ...(colWidths && { colWidths }),
      colAligns: numeric.map((right) => (right ? 'right' : 'left')),
      chars: { ...BORDERLESS, middle: ' '.repeat(gap) },
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...rows);
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd());
  };
  const draw = (gap: number) => [
    ...drawn(gap, rows.slice(0, PIECE), head),
    ...Array.from({ length: Math.ceil(rows.length / PIECE) - 1 }, (_, i) =>
      drawn(gap, rows.slice((i + 1) * PIECE, (i + 2) * PIECE)),
    ).flat(),
  ];
  const roomy = draw(2);
  return roomy.every((line) => stringWidth(line) <= width) ? roomy : draw(1);
}

/** Two names that share one line: the shorter one keeps its length, the longer one is cut. */
export function fitPair(left: string, right: string, width: number): [string, string] {
  const [leftWidth, rightWidth] = [stringWidth(left), stringWidth(right)];
  const half = Math.floor(width / 2);
  return [
    middleCut(left, Math.max(half, width - rightWidth)),
    middleCut(right, Math.max(width - half, width - leftWidth)),
  ];
}

/**
 * A command over several lines that still runs when it is pasted: broken between words, and JSON where it may have
 * blanks. A word that is longer than a line stays whole: terminals break it, and copy it as one.
 */
export function wrapCommand(
  { program, words }: CommandLine,
  width: number,
  indent: string,
  charset: Charset = {},
): string[] {
  const lines: string[] = [];
  let line = indent;
  const put = (text: string) => {
    // Room for the ' \\' that says 'continued'.
    if (line.trim() !== '' && stringWidth(`${line} ${text}`) > width - 2) {
      lines.push(`${line} \\`);
      line = `${indent}  `;
    }
    line += line.trim() === '' ? text : ` ${text}`;
  };
  const fits = (text: string) => stringWidth(`${indent}  ${text}`) <= width - 2;
  for (const group of optionsWithValues([program, ...words])) {
    const quoted = group.map((word) => quote(word, charset));
    if (fits(quoted.join(' '))) {
      put(quoted.join(' '));
      continue;
    }
    for (const [i, text] of quoted.entries()) {
      const [first = '', ...rest] = (fits(text) ? undefined : jsonBlock(group[i] ?? '', text)) ?? [text];
      put(first);
      if (rest.length === 0) continue;
      lines.push(line, ...rest.slice(0, -1).map((part) => `${indent}  ${part}`));
      line = `${indent}  ${rest.at(-1)}`;
    }
  }
  return [...lines, line];
}

/** JSON for a person to copy: one line where there is room. */
export function jsonLines(value: object, width: number, indent: string): string[] {
  const line = JSON.stringify(value);
  const lines = stringWidth(indent + line) <= width ? [line] : JSON.stringify(value, null, 2).split('\n');
  return lines.map((part) => indent + part);
}

/** JSON means the same over several lines, also within quotes. */
function jsonBlock(word: string, quoted: string): string[] | undefined {
  // What a shell puts together from bytes has no lines.
  if (!/^[[{]/.test(word) || !quoted.startsWith("'")) return undefined;
  try {
    const value: unknown = JSON.parse(word);
    // Not where it would say something else: a key that is there twice, a number that is too long.
    if (JSON.stringify(value) !== word) return undefined;
    return `'${JSON.stringify(value, null, 2).replaceAll("'", `'\\''`)}'`.split('\n');
  } catch {
    return undefined;
  }
}

function optionsWithValues(words: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const word of words) {
    const last = groups.at(-1);
    if (last?.length === 1 && last[0]?.startsWith('--') && !word.startsWith('-')) last.push(word);
    else groups.push([word]);
  }
  return groups;
}

/** `i-0abc…789`: the start says what it is, the end tells it from its neighbours. */
export function middleCut(text: string, width: number): string {
  return cliTruncate(text, width, { position: 'middle' });
}
