import { stringify } from 'csv-stringify/sync';
import stringWidth from 'string-width';
import { columns as draw, middleCut, wrap } from './layout.ts';
import { table as markdownTable, prose } from './markup.ts';
import { sanitizeDocument } from './sanitize.ts';
import { finish, forTerminal, inkFor, type Style } from './style.ts';

/** One column of a list, for every format that has columns. */
export interface Column<T> {
  /** Its name in --columns, --sort and CSV: that of the JSON field it shows. */
  key: string;
  header: string;
  /** What CSV and --sort see: the plain value, without units. */
  value(item: T): string | number | boolean | null | undefined;
  /** What a person sees, where that differs. */
  text?(item: T): string;
  /** Only with -o wide, or when it is named. */
  wide?: boolean;
  /** Only in CSV, or when it is named: a person reads it in another column. */
  csv?: boolean;
  /** IDs and names give way in a narrow terminal; numbers and verdicts never do. */
  cut?: boolean;
  /** A sentence gives way too, but goes on in the next line. */
  wrap?: boolean;
}

export interface TableOptions {
  headers: boolean;
}

/** Not reported. Never the same as 0. */
const NONE = '–';
const NARROWEST_CELL = 8;

export function renderTable<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  style: Style,
  { headers }: TableOptions,
): string {
  if (items.length === 0) return '';
  const safe = forTerminal(items, style);
  const cells = safe.map((item) => columns.map((column) => cellOf(column, item)));
  const widths = fitWidths(columns, cells, headers, style.listWidth ?? style.width);
  const rows = cells.map((row) => row.map((cell, i) => fitted(cell, columns[i], widths[i])));
  const numeric = columns.map((column) =>
    safe.every((item) => typeof (column.value(item) ?? 0) === 'number'),
  );
  const [head = '', ...lines] = draw(
    columns.map((c) => inCapitals(c.header)),
    rows,
    Number.POSITIVE_INFINITY,
    numeric,
  );
  const page = headers ? [inkFor(style).bold(head), ...lines] : lines;
  return finish(`${page.join('\n')}\n`, style);
}

function fitted<T>(cell: string, column: Column<T> | undefined, width = stringWidth(cell)): string {
  return column?.wrap ? wrap(cell, width).join('\n') : middleCut(cell, width);
}

/** The columns that -o table, wide and markdown show; CSV has all. */
export function shownColumns<T>(columns: readonly Column<T>[], wide: boolean | undefined): Column<T>[] {
  return columns.filter((column) => !column.csv && (wide || !column.wide));
}

/** Takes from the widest cut column until the line fits. */
function fitWidths<T>(
  columns: readonly Column<T>[],
  cells: readonly string[][],
  headers: boolean,
  width: number,
): number[] {
  const widths = columns.map((column, i) =>
    Math.max(headers ? stringWidth(column.header) : 0, ...cells.map((row) => stringWidth(row[i] ?? ''))),
  );
  const gaps = (columns.length - 1) * 2;
  for (let over = sum(widths) + gaps - Math.floor(width); over > 0; over--) {
    const widest = columns.reduce<number>(
      (best, column, i) =>
        (column.cut || column.wrap) && (widths[i] ?? 0) > (best < 0 ? NARROWEST_CELL : (widths[best] ?? 0))
          ? i
          : best,
      -1,
    );
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

export function renderMarkdownTable<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  const safe = sanitizeDocument(items);
  const head = columns.map(({ value, header }) =>
    safe.length > 0 && typeof value(safe[0] as T) === 'number' ? { numbers: header } : header,
  );
  return `${markdownTable(
    head,
    safe.map((item) => columns.map((c) => prose(cellOf(c, item)))),
  )}\n`;
}

/** Rows that are made into text at once. */
const BATCH = 500;

/** Plain values under the names of the JSON fields; text that a spreadsheet would run as a formula is disarmed. */
export function* renderCsv<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  { headers }: TableOptions,
): Generator<string> {
  const csv = (rows: unknown[][]) =>
    stringify(rows, { escape_formulas: true, cast: { boolean: String, number: String } });
  if (headers) yield csv([columns.map((c) => c.key)]);
  for (let from = 0; from < items.length; from += BATCH) {
    const safe = sanitizeDocument(items.slice(from, from + BATCH));
    yield csv(safe.map((item) => columns.map((c) => c.value(item) ?? '')));
  }
}

/** Plain values, separated by tabs and without a header, as in the AWS CLI, whose word for what is unknown is None. */
export function renderText<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  return sanitizeDocument(items)
    .map((item) => `${columns.map((c) => String(c.value(item) ?? 'None').replace(/\s+/g, ' ')).join('\t')}\n`)
    .join('');
}

function cellOf<T>(column: Column<T>, item: T): string {
  if (column.text) return column.text(item);
  const value = column.value(item);
  return value === null || value === undefined || value === '' ? NONE : String(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** ASCII letters only: the capital of µ is a Greek M. */
function inCapitals(header: string): string {
  return header.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
