import type { SandboxListDocument } from '../model/documents.ts';
import type { Column } from './table.ts';

export const scenarioColumns: readonly Column<SandboxListDocument['scenarios'][number]>[] = [
  { key: 'name', header: 'Scenario', value: (s) => s.name },
  { key: 'verdict', header: 'Verdict', value: (s) => s.verdict },
  { key: 'cause', header: 'Cause', value: (s) => s.cause, wide: true },
  { key: 'title', header: 'What happens', value: (s) => s.title, wrap: true },
];
