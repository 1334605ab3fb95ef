import type { ChalkInstance } from 'chalk';
import { type CommandLine, printed, textOf, toAdvice } from '../model/command-line.ts';
import type { CheckListDocument, CheckReport, DoctorDocument } from '../model/doctor.ts';
import { policyFor } from '../model/policy.ts';
import type { CheckStatus } from '../model/words.ts';
import { type Ink, item, items, jsonLines, wrap, wrapCommand } from './layout.ts';
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
  { key: 'follows', header: 'Because of', value: (c) => c.follows, wide: true },
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

const INDENT = '  ';
/** A hundred instances have a hundred commands. */
const MOST_COMMANDS = 6;

interface Page {
  width: number;
  ink: ChalkInstance;
  ascii: boolean;
}

/**
 * The cause and what mends it on top, what follows from it indented below; then what else is wrong, what is not known
 * and what is worth knowing. What is in order is counted: the list of -o wide has it all.
 */
export function renderDoctor(document: DoctorDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const page = { width: layoutWidth(style), ink: inkFor(style), ascii: !style.unicode };
  const head = headline(seen, page);
  const failing = seen.checks.filter((c) => c.status === 'fail');
  const roots = failing.filter((c) => c.follows === null);
  // Where only symptoms are left, the first of them is the cause.
  const cause = failing.find((c) => c.id === seen.cause);
  const others = roots.filter((c) => c !== cause);
  const blocks = [
    [...head, ...(cause ? under(cause, seen.checks, page, INDENT) : [])],
    ...(others.length > 0
      ? [
          [
            page.ink.bold(cause ? 'Also wrong' : 'Wrong'),
            ...others.flatMap((c) => [...told(c, page), ...under(c, seen.checks, page, INDENT + INDENT)]),
          ],
        ]
      : []),
    clusterLines(seen, page),
    unknowns(seen, page),
    section('Worth knowing', seen.checks, 'warn', page),
    [page.ink.dim(counted(seen))],
  ].filter((lines) => lines.length > 0);
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

/** What mends a check, and what waits for that. */
function under(check: CheckReport, all: readonly CheckReport[], page: Page, indent: string): string[] {
  const { ink, width } = page;
  const following = all.filter((c) => c.status === 'fail' && leadsTo(c, check.id, all));
  const waiting = all.filter((c) => c.status === 'skipped' && leadsTo(c, check.id, all)).map((c) => c.id);
  return [
    ...fixLines(check, page, indent),
    ...(following.length + waiting.length > 0 ? [ink.dim(`${indent}Because of it`)] : []),
    ...following.flatMap((c) => told(c, page, indent + INDENT, ink.red)),
    ...(waiting.length > 0
      ? wrap(`not checked before: ${waiting.join(', ')}`, width - indent.length - INDENT.length).map((line) =>
          ink.dim(indent + INDENT + line),
        )
      : []),
  ];
}

/** By what explains it, and what explains that. */
function leadsTo({ follows }: CheckReport, id: string, all: readonly CheckReport[]): boolean {
  for (let at = follows, steps = 0; at !== null && steps < all.length; steps++) {
    if (at === id) return true;
    at = all.find((c) => c.id === at)?.follows ?? null;
  }
  return false;
}

function told(
  { id, finding }: CheckReport,
  { ink, width }: Page,
  indent = INDENT,
  loud: Ink = ink.bold.red,
): string[] {
  return [
    indent + loud(id),
    ...wrap(finding, width - indent.length - INDENT.length).map((line) => indent + INDENT + line),
  ];
}

function fixLines({ fix, fixable }: CheckReport, page: Page, indent: string): string[] {
  const { commands } = toAdvice(fix ?? '');
  if (commands.length === 0) return [];
  const more = commands.length - MOST_COMMANDS;
  return [
    `${indent}${page.ink.bold('Fix')}${fixable ? page.ink.dim(' · or add --fix') : ''}`,
    ...commands.slice(0, MOST_COMMANDS).flatMap((c) => typed(c, page, indent + INDENT)),
    ...(more > 0 ? [page.ink.dim(`${indent}${INDENT}… ${more} more in -o json`)] : []),
  ];
}

function typed(command: CommandLine, { width, ink, ascii }: Page, indent: string): string[] {
  return wrapCommand(command, width, indent, { ascii }).map((line) => ink.bold(line));
}

/** Several clusters: of each, where it stands. */
function clusterLines({ checks }: DoctorDocument, { width, ink }: Page): string[] {
  const parts = checks.flatMap(({ id, evidence }) =>
    (Array.isArray(evidence.items) ? evidence.items : []).flatMap(({ subject, status, finding }) =>
      typeof subject === 'string' && subject.startsWith('cluster ')
        ? [{ id, name: subject.slice('cluster '.length), status, finding: String(finding) }]
        : [],
    ),
  );
  const names = [...new Set(parts.map((p) => p.name))];
  if (names.length < 2) return [];
  const lines = names.map((name) => {
    const own = parts.filter((p) => p.name === name);
    const worst = own.find((p) => p.status === 'fail') ?? own.find((p) => p.status === 'unknown');
    return { label: name, text: worst ? `${worst.id}: ${worst.finding}` : 'in order' };
  });
  return [ink.bold('Clusters'), ...items(lines, width, INDENT)];
}

/** What could not be asked, by why: refused actions in one statement, the rest in its own words. */
function unknowns({ checks }: DoctorDocument, page: Page): string[] {
  const { width, ink } = page;
  const unknown = checks.filter((c) => c.status === 'unknown');
  if (unknown.length === 0) return [];
  const refused = unknown.filter((c) => c.fix === null && refusedActions(c).length > 0);
  const actions = [...new Set(refused.flatMap(refusedActions))].sort();
  const byWords = new Map<string, CheckReport[]>();
  for (const check of unknown.filter((c) => !refused.includes(c)))
    byWords.set(check.finding, [...(byWords.get(check.finding) ?? []), check]);
  const room = width - INDENT.length - INDENT.length;
  const named = (all: readonly CheckReport[]) =>
    wrap(all.map((c) => c.id).join(', '), width - INDENT.length).map((line) => INDENT + ink.yellow(line));
  const waiting = (all: readonly CheckReport[]) => {
    const ids = checks
      .filter((c) => c.status === 'skipped' && all.some(({ id }) => leadsTo(c, id, checks)))
      .map((c) => c.id);
    return ids.length === 0
      ? []
      : wrap(`not checked before: ${ids.join(', ')}`, room).map((line) => ink.dim(INDENT + INDENT + line));
  };
  return [
    ink.bold('Not known'),
    ...(refused.length > 0
      ? [
          ...named(refused),
          ...wrap(`Not permitted: ${actions.join(', ')}. Missing:`, room).map(
            (line) => INDENT + INDENT + line,
          ),
          ...policyFor([{ command: 'doctor', actions }]).Statement.flatMap(({ Sid: _, ...statement }) =>
            jsonLines(statement, width, INDENT + INDENT),
          ),
          ...waiting(refused),
        ]
      : []),
    ...[...byWords].flatMap(([finding, all]) => [
      ...named(all),
      ...wrap(finding, room).map((line) => INDENT + INDENT + line),
      ...fixLines(all[0] as CheckReport, page, INDENT + INDENT),
      ...waiting(all),
    ]),
  ];
}

/** Of a check, those that this identity's own policies do not allow. */
function refusedActions({ evidence }: CheckReport): string[] {
  const parts: unknown[] = Array.isArray(evidence.items) ? evidence.items : [evidence];
  return parts.flatMap((part) => {
    const { code, action } = part as { code?: unknown; action?: unknown };
    return code === 'access-denied' && typeof action === 'string' ? [action] : [];
  });
}

function section(title: string, checks: readonly CheckReport[], status: CheckStatus, page: Page): string[] {
  const own = checks.filter((c) => c.status === status);
  return own.length === 0
    ? []
    : [page.ink.bold(title), ...own.flatMap((c) => told(c, page, INDENT, page.ink.yellow))];
}

function counted({ checks }: DoctorDocument): string {
  const of = (status: CheckStatus) => checks.filter((c) => c.status === status).length;
  const [passes, nothing] = [of('pass'), of('not-applicable')];
  const said = [
    `${passes} ${passes === 1 ? 'check passes' : 'checks pass'}`,
    ...(nothing > 0 ? [`${nothing} ${nothing === 1 ? 'has' : 'have'} nothing to check`] : []),
  ];
  return `${said.join(', ')}. All of them: -o wide`;
}

/** The cause's own first. */
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
