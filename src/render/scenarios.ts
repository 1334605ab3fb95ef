import type { SandboxListDocument } from '../model/documents.ts';
import type { Style } from './style.ts';
import { type Column, renderTable } from './table.ts';

type Scenario = SandboxListDocument['scenarios'][number];

const NAME: Column<Scenario> = { key: 'name', header: 'Scenario', value: (s) => s.name };
const VERDICT: Column<Scenario> = { key: 'verdict', header: 'Verdict', value: (s) => s.verdict };
const CAUSE: Column<Scenario> = { key: 'cause', header: 'Cause', value: (s) => s.cause, wide: true };
const TITLE: Column<Scenario> = { key: 'title', header: 'What happens', value: (s) => s.title, wrap: true };

export const scenarioColumns: readonly Column<Scenario>[] = [NAME, VERDICT, CAUSE, TITLE];

/** Two lists: what there is to see in the data, and what there is to find where data are missing. */
export function renderScenarios({ scenarios }: SandboxListDocument, style: Style): string {
  if (style.wide) return renderTable(scenarios, scenarioColumns, style, { headers: true });
  const sound = scenarios.filter(({ cause }) => cause === null);
  const broken = scenarios.filter(({ cause }) => cause !== null);
  return [
    renderTable(sound, [NAME, VERDICT, TITLE], style, { headers: true }),
    renderTable(
      broken,
      [
        { ...NAME, header: 'Broken' },
        { ...TITLE, header: 'What is broken' },
      ],
      style,
      {
        headers: true,
      },
    ),
  ].join('\n');
}
