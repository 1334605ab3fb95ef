import type { CasePart, CaseSummary } from '../model/case-summary.ts';
import { count, dateTime, many, span } from '../model/units.ts';
import { gapLines, gapList } from './gaps.ts';
import { items, wrap } from './layout.ts';
import { list, prose } from './markup.ts';
import { finishPage } from './page.ts';
import { sanitizeDocument } from './sanitize.ts';
import { forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import { type Column, renderMarkdownTable, renderTable, shownColumns } from './table.ts';
import { targetPlace, VERDICT_WORDS } from './words.ts';

export const casePartColumns: readonly Column<CasePart>[] = [
  { key: 'part', header: 'Part', value: (p) => p.part },
  { key: 'name', header: 'Name', value: (p) => p.name, cut: true },
  { key: 'status', header: 'Status', value: (p) => p.status, wide: true },
  { key: 'zones', header: 'Zones', value: (p) => p.zones?.join(' ') },
  { key: 'start', header: 'Start', value: (p) => p.start, text: (p) => (p.start ? dateTime(p.start) : '–') },
  { key: 'end', header: 'End', value: (p) => p.end, wide: true },
  { key: 'periodSeconds', header: 'Period s', value: (p) => p.periodSeconds, wide: true },
  { key: 'periods', header: 'Periods', value: (p) => p.periods },
  { key: 'datapoints', header: 'Datapoints', value: (p) => p.datapoints },
  { key: 'indicators', header: 'NHI', value: (p) => p.indicators },
  { key: 'flows', header: 'Flows', value: (p) => p.flows },
];

/** How it would be judged first, as everywhere; then what that is made of. */
export function renderCase(document: CaseSummary, style: Style): string {
  const seen = forTerminal(document, style);
  const width = layoutWidth(style);
  const ink = inkFor(style);
  const facts = factsOf(seen).map((fact) => ({ ...fact, inkLabel: ink.dim }));
  const columns = shownColumns(casePartColumns, style.wide);
  const blocks = [
    wrap(`${heading(seen)}: ${seen.judged.summary}`, width).map((line) => ink.bold(line)),
    items(facts, width),
    document.items.length === 0
      ? []
      : [renderTable(document.items, columns, style, { headers: true }).trimEnd()],
    gapLines(seen.gaps, { width, ink, unicode: style.unicode }),
  ];
  return finishPage(blocks, style);
}

export function renderCaseMarkdown(document: CaseSummary): string {
  const seen = sanitizeDocument(document);
  const blocks = [
    `## ${heading(seen)}`,
    prose(seen.judged.summary),
    list(factsOf(seen).map(({ label, text }) => `**${label}:** ${prose(text)}`)),
    ...(seen.items.length > 0
      ? [renderMarkdownTable(seen.items, shownColumns(casePartColumns, false)).trimEnd()]
      : []),
    ...gapList(seen.gaps),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function heading({ judged: { verdict, confidence } }: CaseSummary): string {
  return `${VERDICT_WORDS[verdict]} (${confidence} confidence)`;
}

function factsOf({ case: about, judged, flows, instances }: CaseSummary): { label: string; text: string }[] {
  const { target, window, baseline, collectedAt, tool, sandbox } = about;
  const { onset, end, ongoing } = judged;
  const since = onset && (end ? span(onset, end) : `${dateTime(onset)}${ongoing ? ', ongoing' : ''}`);
  const from = flows.source ? ` from ${flows.source.kind} ${flows.source.name}` : '';
  const parts = [
    `${many(flows.count, 'flow', 'flows')}${from}`,
    ...(flows.outside > 0 ? [`${count(flows.outside)} of senders outside the target`] : []),
    ...(flows.truncated ? ['a list was cut off'] : []),
    ...(flows.lost > 0 ? [`${many(flows.lost, 'list', 'lists')} not answered`] : []),
  ];
  return [
    ...(since ? [{ label: 'Since', text: since }] : []),
    { label: 'Target', text: `${targetPlace(target)}, account ${target.accountId || 'unknown'}` },
    {
      label: 'Window',
      text: `${span(window.start, window.end)}; ${baseline ? `baseline ${span(baseline.start, baseline.end)}` : 'no baseline'}`,
    },
    { label: 'Flows', text: parts.join('; ') },
    ...(instances
      ? [{ label: 'Hosts', text: `${count(instances.running)} running, ${count(instances.silent)} silent` }]
      : []),
    {
      label: 'Origin',
      text: `collected ${dateTime(collectedAt)} by nfm ${tool.version}${sandbox ? `, sandbox ${sandbox}` : ''}`,
    },
  ];
}
