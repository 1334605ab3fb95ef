import { closest } from '../../model/closest.ts';
import { type Said, spoken, textOf } from '../../model/command-line.ts';
import { UsageError } from '../../model/errors.ts';
import { renderJson } from '../../render/json.ts';
import { sanitize } from '../../render/sanitize.ts';
import type { Style } from '../../render/style.ts';
import type { Column } from '../../render/table.ts';
import type { Io } from './io.ts';
import type { Display } from './options.ts';
import { type Reach, reaching } from './reach.ts';

/** How a document looks outside JSON. `rows` and `columns` are its list; a layout of its own may stand beside it. */
export interface View<D, T> {
  rows(document: D): readonly T[];
  columns: readonly Column<T>[];
  table?(document: D, style: Style): string;
  /** Its own layout is the list, and shows every column by itself where the style says so. */
  tableIsList?: boolean;
  markdown?(document: D): string;
  /** Where the command has the format. */
  html?(document: D): Promise<string>;
  support?(document: D): Promise<string>;
  slack?(document: D): Promise<string>;
  prometheus?(document: D): Promise<string>;
  /** Said on stderr where the list is empty and a person looks: why, and what to do. */
  empty?(document: D): Said;
}

/** Of a command without an option, as if it were not given. */
type Options = Partial<Display>;

/**
 * Who reads what is printed: a person the page of a command, a person or a spreadsheet its bare list, a program the
 * document whole, its items line by line, or what a query leaves of it.
 */
export type Reader = 'page' | 'list' | 'document' | 'items' | 'query';

export function readerOf({ output = 'table', query, columns, sort, headers }: Options): Reader {
  if (query !== undefined) return 'query';
  if (output === 'json' || output === 'yaml') return 'document';
  if (output === 'ndjson') return 'items';
  if (isText(output)) return 'page';
  const chosen = columns !== undefined || sort !== undefined || headers === false;
  return chosen || output === 'csv' || output === 'text' ? 'list' : 'page';
}

/** Formats of a report that are a text by themselves, and no list. */
function isText(output: Options['output']): output is (typeof TEXTS)[number] {
  return TEXTS.some((text) => text === output);
}

const TEXTS = ['html', 'support', 'slack', 'prometheus'] as const;

/** Writes one document in the format that was asked for. */
export async function print<D extends object, T extends object>(
  io: Io,
  options: Options,
  given: D,
  view: View<D, T>,
  reach: Reach,
): Promise<void> {
  checkList(options, view.columns);
  const { host } = io;
  if (host) {
    return host.take(reaching(given, reach), (document) =>
      format(io, { output: 'markdown' }, document as D, view),
    );
  }
  const document = withSorted(given, view, options);
  const parts = (await itemByItem(options, document, view, reach)) ?? [
    await format(io, options, reaching(document, reach), view),
  ];
  await writeParts(io.stdout, parts);
  const reader = readerOf(options);
  if (
    view.empty &&
    view.rows(given).length === 0 &&
    (reader === 'page' || reader === 'list') &&
    options.output !== 'markdown' &&
    !isText(options.output)
  )
    io.stderr.write(`${sanitize(textOf(reaching(view.empty(given), reach)))}\n`);
}

const PIECE = 64 * 1024;

/** Strings that are worth a write, of any number of short ones. */
export function* pieces(parts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** No faster than it is read; until the reader goes away. */
export async function writeParts(stdout: Io['stdout'], parts: Iterable<string>): Promise<void> {
  for (const piece of pieces(parts)) {
    const error = await new Promise((resolve) => stdout.write(piece, resolve));
    if (error) return;
  }
}

/** Formats that are lists of items and nothing else are made while they are written: there may be a million. */
async function itemByItem<D extends object, T extends object>(
  options: Options,
  document: D,
  view: View<D, T>,
  reach: Reach,
): Promise<Iterable<string> | null> {
  const { output, query, headers = true } = options;
  if (query !== undefined) return null;
  if (output === 'ndjson') return ndjson('items' in document ? view.rows(document) : [document], reach);
  if (output !== 'csv') return null;
  const rows = sorted(view.rows(document), view.columns, options);
  const { renderCsv } = await import('../../render/table.ts');
  return renderCsv(rows, chosen(view.columns, options), { headers });
}

/** One item a line, as it stands in the document, whose schema is not the item's; a document that is no list is one line. */
function* ndjson(items: readonly object[], reach: Reach): Generator<string> {
  for (const item of items) yield renderJson(spoken(reaching(item, reach)), 0);
}

/** All that the options know of a column. */
type Keyed = Pick<Column<never>, 'key'>;

const LISTLESS: ReadonlySet<Options['output']> = new Set(['json', 'ndjson', 'yaml', ...TEXTS]);

/** Before AWS is asked, wherever the columns are known by then: what the options for lists name must exist, and have an effect. */
export function checkList(options: Options, columns: readonly Keyed[]): void {
  const { output, query } = options;
  if (options.columns !== undefined) {
    if (query !== undefined || LISTLESS.has(output)) {
      throw new UsageError(
        'columns-without-list',
        `--columns goes with table, wide, text, csv and markdown, not with ${query === undefined ? output : '--query'}.`,
        { hint: "Choose fields with --query, as in --query 'items[].[name, status]'; or use -o csv." },
      );
    }
    chosen(columns, options);
  }
  if (options.sort !== undefined) sortKey(columns, options.sort);
}

/** The document with its list in the order of --sort, for the formats that show the document itself. */
export function withSorted<D extends object, T>(
  document: D,
  { rows, columns }: View<D, T>,
  options: Options,
): D {
  const list = rows(document);
  const [name] = Object.entries(document).find(([, value]) => value === list) ?? [];
  if (options.sort === undefined || name === undefined) return document;
  return { ...document, [name]: sorted(list, columns, options) };
}

async function format<D extends object, T extends object>(
  io: Io,
  options: Options,
  document: D,
  view: View<D, T>,
): Promise<string> {
  const { output = 'table', query } = options;
  if (query !== undefined) return (await import('./query.ts')).queried(spoken(document), query, output);
  switch (output) {
    case 'json':
      return renderJson(spoken(document));
    case 'yaml':
      return (await import('../../render/yaml.ts')).renderYaml(spoken(document));
    case 'html':
    case 'support':
    case 'slack':
    case 'prometheus': {
      const page = view[output]?.(document);
      if (page) return page;
    }
  }
  const isPage = readerOf(options) === 'page';
  const style = styleOf(io, options);
  const page = isPage && output !== 'markdown' ? view.table?.(document, style) : undefined;
  if (page !== undefined && (output === 'table' || view.tableIsList)) return page;
  if (output === 'markdown' && view.markdown && isPage) return view.markdown(document);
  const { renderMarkdownTable, renderTable, renderText, shownColumns } = await import(
    '../../render/table.ts'
  );
  // A program that reads text wants all there is.
  const all = options.columns !== undefined || output === 'text';
  const columns = all ? chosen(view.columns, options) : shownColumns(view.columns, output === 'wide');
  const rows = sorted(view.rows(document), view.columns, options);
  if (output === 'text') return renderText(rows, columns);
  if (output === 'markdown') return renderMarkdownTable(rows, columns);
  const list = renderTable(rows, columns, style, { headers: options.headers !== false });
  return [page, list].filter(Boolean).join('\n');
}

function chosen<C extends Keyed>(columns: readonly C[], options: Options): readonly C[] {
  return options.columns?.split(',').map((key) => columnNamed(columns, '--columns', key.trim())) ?? columns;
}

/** --sort KEY or KEY:desc; what is not known comes last either way. */
function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], { sort }: Options): readonly T[] {
  if (sort === undefined) return rows;
  const {
    column: { value },
    sign,
  } = sortKey(columns, sort);
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a) ?? null, value(b) ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}

function sortKey<C extends Keyed>(columns: readonly C[], sort: string): { column: C; sign: 1 | -1 } {
  const [key = '', direction = 'asc'] = sort.split(':');
  if (direction !== 'asc' && direction !== 'desc') {
    throw new UsageError('bad-sort', `--sort takes KEY, KEY:asc or KEY:desc, not '${sort}'.`, {
      hint: `For example: --sort ${key}:desc`,
    });
  }
  return { column: columnNamed(columns, '--sort', key), sign: direction === 'desc' ? -1 : 1 };
}

function columnNamed<C extends Keyed>(columns: readonly C[], option: string, key: string): C {
  const found = columns.find((c) => c.key === key);
  if (found) return found;
  const keys = columns.map((c) => c.key);
  const near = closest(key, keys);
  throw new UsageError('unknown-column', `${option} names a column that is not there: '${key}'.`, {
    hint: near ? `Did you mean '${near}'?` : `Columns: ${keys.join(', ')}.`,
  });
}

/** What stdout can show: NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR and CLICOLOR as everywhere, --color above them all. */
export function styleOf(io: Io, options: Options): Style {
  const { env, stdout } = io;
  const known = Number(env.NFM_FORCE_TTY) || stdout.columns || Number(env.COLUMNS) || undefined;
  const wide = options.output === 'wide';
  return {
    width: known ?? 80,
    // What is piped has no width unless it is told one, and a name that is cut cannot be pasted back.
    listWidth: wide ? Number.POSITIVE_INFINITY : (known ?? Number.POSITIVE_INFINITY),
    wide,
    color: colored(io, options),
    unicode: isUnicode(env),
    height: stdout.rows,
  };
}

function colored({ env, stdout }: Io, options: Options): boolean {
  if (options.color === 'always') return true;
  if (options.color === 'never' || env.NO_COLOR) return false;
  if ((env.CLICOLOR_FORCE ?? '0') !== '0' || (env.FORCE_COLOR ?? '0') !== '0') return true;
  if (env.CLICOLOR === '0') return false;
  return Boolean((stdout.isTTY || env.NFM_FORCE_TTY) && env.TERM !== 'dumb');
}

/** By the locale, as the C library decides; the Linux console and dumb terminals have no block characters. */
export function isUnicode(env: Io['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale) && env.TERM !== 'linux' && env.TERM !== 'dumb';
}
