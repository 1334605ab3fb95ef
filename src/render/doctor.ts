import type { ChalkInstance } from 'chalk';
import { printed, textOf, toAdvice } from '../model/command-line.ts';
import type { CheckListDocument, CheckReport, DoctorDocument } from '../model/doctor.ts';
import type { CheckStatus } from '../model/words.ts';
import { type Ink, item, pad, wrap, wrapCommand } from './layout.ts';
import { code, longestRun, prose, table } from './markup.ts';
import { sanitizeDocument } from './sanitize.ts';
import { finish, forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import type { Column } from './table.ts';

export const checkColumns: readonly Column<CheckReport>[] = [
  { key: 'layer', header: 'Layer', value: (c) => c.layer },
  { key: 'id', header: 'Check', value: (c) => c.id },
  { key: 'status', header: 'Status', value: (c) => c.status },
  { key: 'finding', header: 'Finding', value: (c) => c.finding, wrap: true },
  { key: 'fix', header: 'Fix', value: (c) => c.fix && textOf(c.fix, '\n'), wide: true },
  { key: 'fixable', header: 'Fixable', value: (c) => c.fixable, wide: true },
  { key: 'symptom', header: 'Symptom', value: (c) => c.symptom, wide: true },
  { key: 'title', header: 'Title', value: (c) => c.title, csv: true },
  { key: 'source', header: 'Source', value: (c) => c.source, wide: true },
];

export const checkListColumns: readonly Column<CheckListDocument['items'][number]>[] = [
  { key: 'layer', header: 'Layer', value: (c) => c.layer },
  { key: 'id', header: 'Check', value: (c) => c.id },
  { key: 'title', header: 'Passes where', value: (c) => c.title, wrap: true },
  { key: 'needs', header: 'Needs', value: (c) => c.needs.join(' '), wide: true },
  { key: 'fixable', header: 'Fixable', value: (c) => c.fixable, wide: true },
  { key: 'symptom', header: 'Symptom', value: (c) => c.symptom, wide: true },
  { key: 'source', header: 'Source', value: (c) => c.source, wide: true },
];

const WORDS: Readonly<Record<CheckStatus, string>> = {
  fail: 'FAIL',
  unknown: 'unknown',
  warn: 'warn',
  skipped: 'skipped',
  pass: 'pass',
  'not-applicable': 'n/a',
};
const STATUS = Math.max(...Object.values(WORDS).map((word) => word.length)) + 2;
const INDENT = '  ';
/** A hundred instances have a hundred commands. */
const MOST_COMMANDS = 4;

interface Page {
  width: number;
  ink: ChalkInstance;
}

/** The cause first; then every check; then what to type. */
export function renderDoctor(document: DoctorDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const page = { width: layoutWidth(style), ink: inkFor(style) };
  const head = headline(seen, page);
  const blocks = [head, ...layers(seen, page), fixes(document, style, page)].filter(
    (lines) => lines.length > 0,
  );
  const text = blocks.map((lines) => lines.join('\n')).join('\n\n');
  const tall = text.split('\n').length >= (style.height ?? Number.POSITIVE_INFINITY);
  return finish(`${[text, ...(tall ? ['', ...head] : [])].join('\n')}\n`, style);
}

function headline({ cause, summary, checks, target }: DoctorDocument, { width, ink }: Page): string[] {
  const label = cause ? 'CAUSE' : checks.some((c) => c.status === 'unknown') ? 'UNKNOWN' : 'NOTHING FAILS';
  const loud: Ink = cause
    ? ink.bold.white.bgRed
    : label === 'UNKNOWN'
      ? ink.bold.black.bgYellow
      : ink.bold.black.bgGreen;
  const where =
    target.id === null ? `Region ${target.region}` : `${target.kind} ${target.id} in ${target.region}`;
  return [
    ...item(
      { label, text: cause ? `${cause} · ${where}` : where, inkLabel: loud, inkText: ink.bold },
      width,
      label.length + 2,
    ),
    ...wrap(summary, width),
  ];
}

/** One block a layer: one line a check; what is not in order has its finding below. */
function layers({ checks }: DoctorDocument, page: Page): string[][] {
  const names = [...new Set(checks.map((c) => c.layer))];
  const idWidth = Math.max(...checks.map((c) => c.id.length)) + 2;
  return names.map((name) => [
    page.ink.bold(name),
    ...checks.filter((c) => c.layer === name).flatMap((check) => checkLines(check, idWidth, page)),
  ]);
}

function checkLines(check: CheckReport, idWidth: number, { width, ink }: Page): string[] {
  const { id, status, title, finding } = check;
  const inks: Record<CheckStatus, Ink> = {
    fail: ink.bold.red,
    unknown: ink.yellow,
    warn: ink.yellow,
    skipped: ink.dim,
    pass: ink.green,
    'not-applicable': ink.dim,
  };
  const label = `${INDENT}${inks[status](pad(WORDS[status], STATUS))}`;
  const room = width - INDENT.length - STATUS;
  const told = status === 'fail' || status === 'unknown' || status === 'warn';
  if (told) {
    const hang = INDENT + ' '.repeat(STATUS);
    return [label + ink.bold(id), ...wrap(finding, room).map((line) => hang + line)];
  }
  const words =
    status === 'pass' ? title : status === 'skipped' ? `needs ${neededBy(check)}` : 'nothing to check';
  const [first = '', ...rest] = item({ label: id, text: words, inkText: ink.dim }, room, idWidth);
  return [label + first, ...rest.map((line) => INDENT + ' '.repeat(STATUS) + line)];
}

/** The check that stopped this one; of several subjects, the first. */
function neededBy({ evidence }: CheckReport): string {
  const parts = Array.isArray(evidence.items) ? evidence.items : [evidence];
  return String(parts.find((part) => part.needs !== undefined)?.needs ?? 'another check');
}

/** What to type for what fails, in the order in which it helps: the cause's own first. */
function fixes({ checks, cause }: DoctorDocument, style: Style, { width, ink }: Page): string[] {
  const ordered = fixesInOrder(checks, cause);
  if (ordered.length === 0) return [];
  const blocks = ordered.flatMap(({ id, fix, fixable }, i) => {
    const number = ordered.length > 1 ? `${i + 1}. ` : '';
    const { commands } = toAdvice(fix ?? '');
    const more = commands.length - MOST_COMMANDS;
    return [
      `${INDENT}${number}${id}${fixable ? ink.dim(' · or add --fix') : ''}`,
      ...commands
        .slice(0, MOST_COMMANDS)
        .flatMap((c) =>
          wrapCommand(c, width, INDENT + INDENT, { ascii: !style.unicode }).map((line) => ink.bold(line)),
        ),
      ...(more > 0 ? [ink.dim(`${INDENT}${INDENT}… ${more} more in -o json`)] : []),
    ];
  });
  const heading = ordered.length > 1 ? ink.dim(' · one after the other; look again in between') : '';
  return [ink.bold('Fix') + heading, ...blocks];
}

function fixesInOrder(checks: readonly CheckReport[], cause: string | null): CheckReport[] {
  const failing = checks.filter((c) => c.status === 'fail' && c.fix !== null);
  return [...failing.filter((c) => c.id === cause), ...failing.filter((c) => c.id !== cause)];
}

/** The same for a ticket. */
export function renderDoctorMarkdown(document: DoctorDocument): string {
  const seen = sanitizeDocument(document);
  const rows = seen.checks.map(({ layer, id, status, finding }) => [
    layer,
    code(id),
    status === 'pass' ? status : `**${status}**`,
    prose(finding),
  ]);
  const script = fixesInOrder(document.checks, document.cause)
    .map(({ id, fix }) => [`# ${id}`, ...toAdvice(fix ?? '').commands.map((c) => printed(c))].join('\n'))
    .join('\n\n');
  const fence = '`'.repeat(Math.max(3, longestRun(script) + 1));
  const blocks = [
    `## ${seen.cause ? `Cause: ${code(seen.cause)}` : 'Nothing fails'}`,
    prose(seen.summary),
    table(['Layer', 'Check', 'Status', 'Finding'], rows),
    ...(script ? [`### Fix\n\n${fence}sh\n${script}\n${fence}`] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}
