import { printed } from '../model/command-line.ts';
import type { Report } from '../model/report.ts';
import { bytes, count, rate, share, zoneName } from '../model/units.ts';
import { gapList } from './gaps.ts';
import { code, list, longestRun, prose, table } from './markup.ts';
import { sanitizeDocument } from './sanitize.ts';
import {
  changed,
  covered,
  facts,
  findings,
  flowEnds,
  headline,
  nhiFinding,
  VERDICT_WORDS,
  zoneNumbers,
} from './words.ts';

const TOP = 5;

/** The report for a ticket: GitHub's Markdown, whose tables and code blocks other trackers read too. */
export function renderTriageMarkdown(report: Report): string {
  const seen = sanitizeDocument(report);
  const gaps = () => gapList(seen.gaps);
  const blocks = [heading, place, zones, nhi, contributors, changes, evidence, gaps, next, origin];
  return `${blocks.flatMap((block) => block(seen)).join('\n\n')}\n`;
}

function heading(report: Report): string[] {
  return [`## ${VERDICT_WORDS[report.verdict]}: ${prose(headline(report))}`, prose(report.summary)];
}

function place(report: Report): string[] {
  return [list(facts(report).map(({ label, text }) => `**${label}:** ${prose(text)}`))];
}

function zones(report: Report): string[] {
  if (report.zones.length === 0) return ['### Zones', 'None was reported.'];
  return [
    '### Zones',
    table(
      [
        'Zone',
        'State',
        { numbers: 'Retransmissions' },
        { numbers: 'Timeouts' },
        { numbers: 'Bytes' },
        { numbers: 'Per GiB' },
        { numbers: 'Before' },
        'Change vs peers',
      ],
      report.zones.map((zone) => {
        const numbers = zoneNumbers(zone);
        const name = prose(zoneName(zone));
        return [
          zone.outlier ? `**${name}** (outlier)` : name,
          zone.state,
          numbers.retransmissions,
          numbers.timeouts,
          numbers.bytes,
          numbers.perGiB,
          rate(zone.baselineRetransmissionsPerGiB),
          numbers.versusPeers,
        ];
      }),
    ),
  ];
}

function nhi(report: Report): string[] {
  const title = '### AWS network health indicator (NHI)';
  if (report.nhi.length === 0) return [title, "Unknown: no monitor was asked, which is not 'healthy'."];
  const rows = report.nhi.map((entry) => [
    code(entry.monitor),
    entry.state === 'healthy' ? entry.state : `**${entry.state}**`,
    nhiFinding(entry),
    prose(covered(entry)),
  ]);
  return [title, table(['Monitor', 'State', 'Finding', 'Covers'], rows)];
}

function contributors(report: Report): string[] {
  const listed = report.contributors.slice(0, TOP);
  if (listed.length === 0) return [];
  const rows = listed.map((flow) => {
    const { from, to } = flowEnds(flow);
    return [
      code(from),
      code(to),
      prose(flow.category),
      count(flow.retransmissions),
      count(flow.timeouts),
      bytes(flow.bytes),
      rate(flow.retransmissionsPerGiB),
      share(flow.share),
    ];
  });
  const head = [
    'From',
    'To',
    'Category',
    { numbers: 'Retransmissions' },
    { numbers: 'Timeouts' },
    { numbers: 'Bytes' },
    { numbers: 'Per GiB' },
    { numbers: 'Share' },
  ];
  return ['### Top contributors', table(head, rows)];
}

function changes(report: Report): string[] {
  const told = changed(report);
  if (!told) return [];
  const more = told.more > 0 ? [`*${told.more} more in \`-o json\`*`] : [];
  const lines = told.list.map(({ label, text }) => `**${label}:** ${prose(text)}`);
  return [`### ${told.title}`, list([...lines, ...more])];
}

function evidence(report: Report): string[] {
  return findings(report).flatMap(({ title, statements }) => [`### ${title}`, list(statements.map(prose))]);
}

function next(report: Report): string[] {
  if (report.next.length === 0) return [];
  const script = report.next.map(({ command, why }) => `# ${why}\n${printed(command)}`).join('\n\n');
  const fence = '`'.repeat(Math.max(3, longestRun(script) + 1));
  return ['### Next', `${fence}sh\n${script}\n${fence}`];
}

function origin({ tool, generatedAt, schema }: Report): string[] {
  return [`*${tool.name} ${prose(tool.version)}, ${prose(generatedAt)}, ${schema}*`];
}
