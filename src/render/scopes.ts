import type {
  ScopeChangesDocument,
  ScopeDocument,
  ScopeItem,
  TagsDocument,
} from '../model/monitor-documents.ts';
import { items } from './layout.ts';
import { code, list, prose } from './markup.ts';
import { tagWords } from './monitors.ts';
import { sanitizeDocument } from './sanitize.ts';
import { finish, forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import type { Column } from './table.ts';

const targetWords = ({ targets }: ScopeItem) => targets.map((t) => `${t.accountId}/${t.region}`);

export const scopeColumns: readonly Column<ScopeItem>[] = [
  { key: 'region', header: 'Region', value: (s) => s.region },
  { key: 'id', header: 'ID', value: (s) => s.id, cut: true },
  { key: 'status', header: 'Status', value: (s) => s.status },
  {
    key: 'targets',
    header: 'Accounts',
    value: (s) => targetWords(s).join(' '),
    text: accountWords,
  },
  { key: 'explanation', header: 'Explanation', value: (s) => s.explanation, wide: true, cut: true },
  { key: 'tags', header: 'Tags', value: (s) => tagWords(s.tags), wide: true, cut: true },
  { key: 'arn', header: 'ARN', value: (s) => s.arn, wide: true, cut: true },
];

export const scopeChangeColumns: readonly Column<ScopeChangesDocument['items'][number]>[] = [
  { key: 'change', header: 'Change', value: (s) => s.change },
  ...scopeColumns,
];

/** One account by its number, more by how many. */
function accountWords({ targets }: ScopeItem): string {
  const accounts = [...new Set(targets.map((t) => t.accountId))];
  return accounts.length === 1 ? String(accounts[0]) : `${accounts.length} accounts`;
}

export function renderScope(document: ScopeDocument, style: Style): string {
  const { scope } = forTerminal(document, style);
  const ink = inkFor(style);
  const page = [
    ink.bold(`Scope ${scope.id}`),
    ...items(
      factsOf(scope).map((fact) => ({ ...fact, inkLabel: ink.dim })),
      layoutWidth(style),
      '  ',
    ),
    // Never broken: it is there to be copied.
    `  ${ink.dim('ARN')}      ${scope.arn}`,
  ];
  return finish(`${page.join('\n')}\n`, style);
}

/** The same for a ticket. */
export function renderScopeMarkdown(document: ScopeDocument): string {
  const { scope } = sanitizeDocument(document);
  const facts = factsOf(scope).map(({ label, text }) =>
    label ? `**${label}:** ${prose(text)}` : prose(text),
  );
  return `## Scope ${prose(scope.id)}\n\n${list([...facts, `**ARN:** ${code(scope.arn)}`])}\n`;
}

function factsOf(scope: ScopeItem): { label: string; text: string }[] {
  return [
    { label: 'Status', text: scope.status },
    ...(scope.explanation ? [{ label: '', text: scope.explanation }] : []),
    { label: 'Region', text: scope.region },
    { label: 'Targets', text: targetWords(scope).join(', ') || '–' },
    { label: 'Tags', text: tagWords(scope.tags) || '–' },
  ];
}

export const tagColumns: readonly Column<TagsDocument['items'][number]>[] = [
  { key: 'key', header: 'Key', value: (t) => t.key },
  { key: 'value', header: 'Value', value: (t) => t.value, cut: true },
];
