import { createHash } from 'node:crypto';
import { ALL_NEEDED, printed } from '../../model/command-line.ts';
import { isConsolePage } from '../../model/console.ts';
import type { TriageListDocument } from '../../model/documents.ts';
import type { Report } from '../../model/report.ts';
import { bytes, count, dateTime, many, rate, share, zoneName } from '../../model/units.ts';
import { groupedGaps } from '../gaps.ts';
import { mapStrings, sanitizeDocument } from '../sanitize.ts';
import {
  changed,
  consolePages,
  type Fact,
  facts,
  findings,
  flowEnds,
  headline,
  VERDICT_WORDS,
  zoneNumbers,
} from '../words.ts';
import { changeList } from './changes.ts';
import { flowMap } from './flow-map.ts';
import { heatMap } from './heat-map.ts';
import { Html, html } from './hypertext.ts';
import { indicatorTable } from './indicator.ts';
import { STYLE } from './style.ts';
import { table } from './table.ts';
import { timelines } from './timelines.ts';

/*
 * The report as one page that can be sent, printed and kept. Nothing is loaded and no script runs: the policy allows
 * one style sheet, by its hash, and nothing else. https://www.w3.org/TR/CSP3/
 */

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

type Failures = TriageListDocument['failures'];

/** One report, or one of each Region that was asked. */
export function renderTriageHtml(reports: readonly Report[], failures: Failures = []): string {
  const seen = mapStrings(sanitizeDocument({ reports, failures }), legible);
  const [first] = seen.reports;
  const title = first ? titleOf(first, seen.reports.length) : 'No report';
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${seen.reports.map(article)}
${failures.length > 0 && failed(seen.failures)}
</main>
</body>
</html>`.text
  }\n`;
}

/** Kubernetes and AWS allow no name that is as long: whoever sent it wants the page to be out of sight. */
function legible(text: string): string {
  if (isConsolePage(text)) return text;
  return text.replace(/\S{400,}/g, (word) => `${word.slice(0, 150)}…${word.slice(-50)}`);
}

function titleOf(report: Report, amount: number): string {
  if (amount > 1) return `nfm triage of ${count(amount)} Regions`;
  return `${VERDICT_WORDS[report.verdict]}: ${headline(report)}`;
}

interface Section {
  title: string;
  body: Html | readonly Html[];
  /** What the links at the top call it: on a phone, the last one is ten screens below. */
  link?: string;
}

function article(report: Report, number: number): Html {
  const parts = [pictures, changes, traffic, numbers, contributors, evidence, gaps, next, pages, about];
  const sections = parts
    .flatMap((part): Section[] => part(report, `r${number}`))
    .map((section, i) => ({ ...section, id: `r${number}-part-${i}` }));
  return html`<article>
${heading(report)}
<nav aria-label="Parts of report ${number + 1}"><ul>${sections.map(({ link, id }) => link && html`<li><a href="#${id}">${link}</a></li>`)}</ul></nav>
${sections.map(({ id, title, body }) => html`<h2 id="${id}">${title}</h2>${body}\n`)}
<footer>${report.tool.name} ${report.tool.version} · ${report.generatedAt} · ${report.schema}</footer>
</article>`;
}

/** What stands beside the verdict; the other facts come last. */
const FIRST = ['Since', 'Rate', 'Note'];

function heading(report: Report): Html {
  const first = facts(report).filter(({ label }) => FIRST.includes(label));
  return html`<h1><span class="verdict ${report.verdict}">${VERDICT_WORDS[report.verdict]}</span> ${headline(report)}</h1>
<p class="summary">${report.summary}</p>
${factList([...first, { label: 'As of', text: dateTime(report.window.end) }, ...changedBefore(report)])}`;
}

/** What people ask first: the nearest that changed before it began, where that can have to do with it. */
function changedBefore(report: Report): Fact[] {
  const [nearest, ...more] = report.changes ?? [];
  const [told] = changed(report)?.list ?? [];
  if (!nearest || !told || nearest.touches === 'unknown' || nearest.secondsBeforeOnset < 0) return [];
  const others = more.length > 0 ? `; ${many(more.length, 'other change', 'other changes')} below` : '';
  return [{ label: 'Changed', text: `${told.label}: ${told.text}${others}` }];
}

function about(report: Report): Section[] {
  const others = facts(report).filter(({ label }) => !FIRST.includes(label));
  return [{ title: 'About this report', body: [factList(others)] }];
}

function factList(list: readonly Fact[]): Html {
  return html`${list.length > 0 && html`<dl>${list.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`}`;
}

function pictures(report: Report, id: string): Section[] {
  const body = report.zones.length === 0 ? html`<p>No zone was reported.</p>` : timelines(report, id);
  return [{ title: 'Zones over time', body }];
}

function changes(report: Report): Section[] {
  const list = changeList(report);
  return list ? [{ title: 'What changed', body: list, link: 'What changed' }] : [];
}

function traffic({ zones, traffic: flows, location }: Report, id: string): Section[] {
  if (!flows) return [];
  const body = html`<div class="cards">${heatMap({ zones }, flows, `${id}-heat`)}${flowMap(flows, location, `${id}-map`)}</div>`;
  return [{ title: 'Traffic', body, link: 'Traffic' }];
}

function numbers(report: Report): Section[] {
  const rows = report.zones.map((zone) => {
    const of = zoneNumbers(zone);
    const name = `${zoneName(zone)}${zone.outlier ? ' (stands out)' : ''}`;
    const before = rate(zone.baselineRetransmissionsPerGiB);
    return [name, zone.state, of.retransmissions, of.timeouts, of.bytes, of.perGiB, before, of.versusPeers];
  });
  const head = [
    'Zone',
    'State',
    ...['Retransmissions', 'Timeouts', 'Bytes', 'Per GiB', 'Before', 'Change vs peers'].map((n) => ({
      numbers: n,
    })),
  ];
  return [
    ...(rows.length > 0
      ? [{ title: 'Zones side by side', body: table({ caption: 'Zones', head, rows }) }]
      : []),
    { title: 'AWS network health indicator (NHI)', body: indicatorTable(report), link: "AWS's indicator" },
  ];
}

function contributors({ contributors: flows }: Report): Section[] {
  if (flows.length === 0) return [];
  const head = [
    'From',
    'To',
    'Category',
    ...['Share', 'Retransmissions', 'Timeouts', 'Bytes', 'Per GiB'].map((n) => ({ numbers: n })),
  ];
  const rows = flows.map((flow) => {
    const { from, to } = flowEnds(flow);
    return [
      from,
      to,
      flow.category,
      share(flow.share),
      count(flow.retransmissions),
      count(flow.timeouts),
      bytes(flow.bytes),
      rate(flow.retransmissionsPerGiB),
    ];
  });
  const body = table({ caption: 'Top contributors', head, rows });
  return [{ title: 'Top contributors', body, link: 'Contributors' }];
}

function evidence(report: Report): Section[] {
  return findings(report).map(({ title, statements }, i) => ({
    title,
    body: html`<ul>${statements.map((statement) => html`<li>${statement}</li>`)}</ul>`,
    ...(i === 0 ? { link: 'Evidence' } : {}),
  }));
}

function gaps({ gaps: missing }: Report): Section[] {
  if (missing.length === 0) return [];
  const items = groupedGaps(missing).map(({ action, codes, effects, answer, fix }) => {
    const { text = '', policy, commands = [] } = fix ?? {};
    return html`<li>${action !== null && html`<code>${action}</code> `}<strong>${codes.join(', ')}</strong>: ${effects.join(' ')}
${answer !== undefined && html`<br>AWS: ${answer}`}
${text && html`<br><strong>Fix:</strong> ${text}`}
${policy && html`<pre>${JSON.stringify(policy, null, 2)}</pre>`}
${policy && commands.length > 0 && html`<p>${ALL_NEEDED}</p>`}
${commands.map((command) => html`<pre>${printed(command)}</pre>`)}</li>`;
  });
  return [{ title: 'What is missing', body: html`<ul>${items}</ul>`, link: 'What is missing' }];
}

function next({ next: steps }: Report): Section[] {
  if (steps.length === 0) return [];
  const body = steps.map(({ command, why }) => html`<p>${why}</p><pre>${printed(command)}</pre>`);
  return [{ title: 'Next', body, link: 'Next' }];
}

/** Nothing is loaded from there: they are for who opens them. */
function pages(report: Report): Section[] {
  const links = consolePages(report).filter(({ url }) => isConsolePage(url));
  if (links.length === 0) return [];
  const body = html`<ul>${links.map(({ of, url }) => html`<li><a href="${url}" rel="noreferrer">${of}</a></li>`)}</ul>`;
  return [{ title: "In AWS's console", body, link: 'Console' }];
}

/** Regions that gave no report must not look as if nobody had asked. */
function failed(failures: Failures): Html {
  return html`<article><h1>No report</h1><ul>${failures.map(({ region, code, message }) => html`<li>${region}: ${message} (${code})</li>`)}</ul></article>`;
}
