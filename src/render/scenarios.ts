import type { SandboxListDocument } from '../model/documents.ts';
import { columns } from './layout.ts';
import { layoutWidth, type Style } from './style.ts';

const HEAD = ['SCENARIO', 'VERDICT', 'WHAT HAPPENS'];

function rows({ scenarios }: SandboxListDocument): string[][] {
  return scenarios.map(({ name, verdict, title }) => [name, verdict, title]);
}

export function renderScenarios(document: SandboxListDocument, style: Style): string {
  return `${columns(HEAD, rows(document), layoutWidth(style)).join('\n')}\n`;
}

export function renderScenariosMarkdown(document: SandboxListDocument): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rows(document)].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
