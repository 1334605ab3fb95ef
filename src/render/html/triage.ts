import { createHash } from 'node:crypto';
import { ALL_NEEDED, printed } from '../../model/command-line.ts';
import type { TriageListDocument } from '../../model/documents.ts';
import type { Report } from '../../model/report.ts';
import { bytes, count, rate, share, zoneName } from '../../model/units.ts';
import { groupedGaps } from '../gaps.ts';
import { mapStrings, sanitizeDocument } from '../sanitize.ts';
import { changed, facts, findings, flowEnds, headline, VERDICT_WORDS, zoneNumbers } from '../words.ts';
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
${seen.reports.map((report, i) => article(report, `r${i}`))}
${failures.length > 0 && failed(seen.failures)}
</main>
</body>
</html>`.text
  }\n`;
}

/** Kubernetes and AWS allow no name that is as long: whoever sent it wants the page to be out of sight. */
function legible(text: string): string {
  return text.replace(/\S{400,}/g, (word) => `${word.slice(0, 150)}…${word.slice(-50)}`);
}

function titleOf(report: Report, amount: number): string {
  if (amount > 1) return `nfm triage of ${count(amount)} Regions`;
  return `${VERDICT_WORDS[report.verdict]}: ${headline(report)}`;
}

function article(report: Report, id: string): Html {
  const sections = [pictures, numbers, contributors, changes, evidence, gaps, next, about];
  return html`<article>
${heading(report)}
${sections.map((section) => section(report, id))}
<footer>${report.tool.name} ${report.tool.version} · ${report.generatedAt} · ${report.schema}</footer>
</article>`;
}

/** What stands beside the verdict; the other facts come last. */
const FIRST = ['Since', 'Rate', 'Note'];

function heading(report: Report): Html {
  return html`<h1><span class="verdict ${report.verdict}">${VERDICT_WORDS[report.verdict]}</span> ${headline(report)}</h1>
<p class="summary">${report.summary}</p>
${factList(report, (label) => FIRST.includes(label))}`;
}

function about(report: Report): Html {
  return html`<h2>About this report</h2>${factList(report, (label) => !FIRST.includes(label))}`;
}

function factList(report: Report, isShown: (label: string) => boolean): Html | false {
  const shown = facts(report).filter(({ label }) => isShown(label));
  if (shown.length === 0) return false;
  return html`<dl>${shown.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`;
}

function pictures(report: Report, id: string): Html {
  const { zones, traffic } = report;
  return html`<h2>Zones over time</h2>
${zones.length === 0 ? html`<p>No zone was reported.</p>` : timelines(report, id)}
${
  traffic &&
  html`<h2>Traffic</h2>
<div class="cards">${heatMap(report, traffic, `${id}-heat`)}${flowMap(traffic, report.location, `${id}-map`)}</div>`
}`;
}

function numbers(report: Report): Html {
  const zones = report.zones.map((zone) => {
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
  return html`${zones.length > 0 && html`<h2>Zones side by side</h2>${table({ caption: 'Zones', head, rows: zones })}`}
<h2>AWS network health indicator (NHI)</h2>${indicatorTable(report)}`;
}

function contributors({ contributors: flows }: Report): Html | false {
  if (flows.length === 0) return false;
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
  return html`<h2>Top contributors</h2>${table({ caption: 'Top contributors', head, rows })}`;
}

function changes(report: Report): Html | false {
  const told = changed(report);
  if (!told) return false;
  return html`<h2>${told.title}</h2><dl>${told.list.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>
${told.more > 0 && html`<p class="soft">${told.more} more in -o json</p>`}`;
}

function evidence(report: Report): Html[] {
  return findings(report).map(
    ({ title, statements }) =>
      html`<h2>${title}</h2><ul>${statements.map((statement) => html`<li>${statement}</li>`)}</ul>`,
  );
}

function gaps({ gaps: missing }: Report): Html | false {
  if (missing.length === 0) return false;
  const items = groupedGaps(missing).map(({ action, codes, effects, answer, fix }) => {
    const { text = '', policy, commands = [] } = fix ?? {};
    return html`<li>${action !== null && html`<code>${action}</code> `}<strong>${codes.join(', ')}</strong>: ${effects.join(' ')}
${answer !== undefined && html`<br>AWS: ${answer}`}
${text && html`<br><strong>Fix:</strong> ${text}`}
${policy && html`<pre>${JSON.stringify(policy, null, 2)}</pre>`}
${policy && commands.length > 0 && html`<p>${ALL_NEEDED}</p>`}
${commands.map((command) => html`<pre>${printed(command)}</pre>`)}</li>`;
  });
  return html`<h2>What is missing</h2><ul>${items}</ul>`;
}

function next({ next: steps }: Report): Html | false {
  if (steps.length === 0) return false;
  return html`<h2>Next</h2>${steps.map(({ command, why }) => html`<p>${why}</p><pre>${printed(command)}</pre>`)}`;
}

/** Regions that gave no report must not look as if nobody had asked. */
function failed(failures: Failures): Html {
  return html`<article><h1>No report</h1><ul>${failures.map(({ region, code, message }) => html`<li>${region}: ${message} (${code})</li>`)}</ul></article>`;
}
