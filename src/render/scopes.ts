import type {
  ScopeChangesDocument,
  ScopeDocument,
  ScopeItem,
  TagsDocument,
} from '../model/monitor-documents.ts';
import { items } from './layout.ts';
import { tagWords } from './monitors.ts';
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
  const facts = [
    { label: 'Status', text: scope.status },
    ...(scope.explanation ? [{ label: '', text: scope.explanation }] : []),
    { label: 'Region', text: scope.region },
    { label: 'Targets', text: targetWords(scope).join(', ') || '–' },
    { label: 'Tags', text: tagWords(scope.tags) || '–' },
  ].map((fact) => ({ ...fact, inkLabel: ink.dim }));
  const page = [
    ink.bold(`Scope ${scope.id}`),
    ...items(facts, layoutWidth(style), '  '),
    // Never broken: it is there to be copied.
    `  ${ink.dim('ARN')}      ${scope.arn}`,
  ];
  return finish(`${page.join('\n')}\n`, style);
}

export const tagColumns: readonly Column<TagsDocument['items'][number]>[] = [
  { key: 'key', header: 'Key', value: (t) => t.key },
  { key: 'value', header: 'Value', value: (t) => t.value, cut: true },
];
