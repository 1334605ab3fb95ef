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
  const draw = (gap: number) => {
    const table = new Table({
      head: [...head],
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

/** A command over several lines that still runs when it is pasted: broken between words, or between quoted parts of one. */
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
  for (const group of optionsWithValues([program, ...words])) {
    const quoted = group.map((word) => quote(word, charset));
    const whole = quoted.join(' ');
    const fits = stringWidth(`${indent}  ${whole}`) <= width - 2;
    if (fits) {
      put(whole);
      continue;
    }
    for (const [i, word] of group.entries()) {
      const [first = '', ...rest] = pieces(word, width - 2 - indent.length - 2, width - 2, charset);
      put(rest.length === 0 ? (quoted[i] ?? '') : first);
      // The rest of a word goes on in the first column: an indent would part it.
      for (const piece of rest) {
        lines.push(`${line}\\`);
        line = piece;
      }
    }
  }
  return [...lines, line];
}

/** Parts of a word, each quoted by itself: beside each other they are one word for a shell. */
function pieces(word: string, first: number, others: number, charset: Charset): string[] {
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes.segment(word)) {
    const room = parts.length === 0 ? first : others;
    // What a shell puts in from printf loses newlines at its end.
    if (part !== '' && !part.endsWith('\n') && stringWidth(quote(part + segment, charset)) > room) {
      parts.push(quote(part, charset));
      part = '';
    }
    part += segment;
  }
  return [...parts, quote(part, charset)];
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
