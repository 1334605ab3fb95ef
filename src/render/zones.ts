import type { ChalkInstance } from 'chalk';
import type { ZoneItem, ZonesDocument } from '../model/documents.ts';
import type { ZoneReport } from '../model/report.ts';
import { count, rate, ratioWithInterval, rtt, span, zoneName } from '../model/units.ts';
import { timeAxis, zoneCharts } from './charts.ts';
import { gapLines, gapList } from './gaps.ts';
import { columns, type Ink, items, middleCut, pad, wrap } from './layout.ts';
import { list, prose, table } from './markup.ts';
import { finishPage, noteLines, type Page, pageOf } from './page.ts';
import { sanitizeDocument } from './sanitize.ts';
import { forTerminal, type Style } from './style.ts';
import type { Column } from './table.ts';
import { targetPlace, zoneNumbers } from './words.ts';

/** Availability Zones side by side, as a list. */
export const zoneColumns: readonly Column<ZoneReport>[] = [
  { key: 'az', header: 'Zone', value: (z) => z.az },
  { key: 'azId', header: 'Zone ID', value: (z) => z.azId },
  { key: 'state', header: 'State', value: (z) => z.state },
  {
    key: 'retransmissions',
    header: 'Retrans',
    value: (z) => z.retransmissions,
    text: (z) => zoneNumbers(z).retransmissions,
  },
  {
    key: 'timeouts',
    header: 'Timeouts',
    value: (z) => z.timeouts,
    text: (z) => zoneNumbers(z).timeouts,
  },
  { key: 'bytes', header: 'Bytes', value: (z) => z.bytes, text: (z) => zoneNumbers(z).bytes },
  {
    key: 'retransmissionsPerGiB',
    header: 'Per GiB',
    value: (z) => z.retransmissionsPerGiB,
    text: (z) => rate(z.retransmissionsPerGiB),
  },
  {
    key: 'baselineRetransmissionsPerGiB',
    header: 'Before',
    value: (z) => z.baselineRetransmissionsPerGiB,
    text: (z) => rate(z.baselineRetransmissionsPerGiB),
  },
  {
    key: 'changeVersusPeers',
    header: 'Change vs peers',
    value: (z) => z.changeVersusPeers?.ratio,
    text: (z) => zoneNumbers(z).versusPeers,
  },
  { key: 'changeLow', header: 'Low', value: (z) => z.changeVersusPeers?.low, csv: true },
  { key: 'changeHigh', header: 'High', value: (z) => z.changeVersusPeers?.high, csv: true },
  {
    key: 'rttMicros',
    header: 'RTT µs',
    value: (z) => z.rttMicros,
    text: (z) => count(z.rttMicros),
    wide: true,
  },
  {
    key: 'outlier',
    header: 'Outlier',
    value: (z) => z.outlier,
    text: (z) => (z.outlier ? 'yes' : 'no'),
    wide: true,
  },
  { key: 'source', header: 'Source', value: (z) => z.source, wide: true },
];

/** The columns of a report that is kept: rows of many weeks and Regions may come to stand in one sheet. */
/** Beside the zones of a report, where it is rows. */
export const VERDICT_KEYS = ['verdict', 'confidence', 'reason'] as const;

export function zoneItemColumns({ window }: Pick<ZonesDocument, 'window'>): Column<ZoneItem>[] {
  return [
    ...zoneColumns,
    { key: 'region', header: 'Region', value: (z) => z.region, wide: true },
    { key: 'start', header: 'Start', value: () => window.start, wide: true },
    { key: 'end', header: 'End', value: () => window.end, wide: true },
  ];
}

/** The numbers of each zone, one line each, under a line of heads. */
export function zoneNumberLines(zones: readonly ZoneReport[], width: number, withRtt = false): string[] {
  return columns(
    ['Retrans', 'Timeouts', 'Bytes', 'Per GiB', 'Before', ...(withRtt ? ['RTT'] : []), 'Change vs peers'],
    zones.map((zone) => {
      const { retransmissions, timeouts, bytes, perGiB, versusPeers } = zoneNumbers(zone);
      return [
        retransmissions,
        timeouts,
        bytes,
        perGiB,
        rate(zone.baselineRetransmissionsPerGiB),
        ...(withRtt ? [rtt(zone.rttMicros)] : []),
        versusPeers,
      ];
    }),
    width,
  );
}

const INDENT = '  ';
const LONGEST_ZONE = 30;

const STATES: Readonly<Record<ZoneReport['state'], string>> = {
  reporting: 'reporting',
  starved: 'starved: its bytes collapsed while its peers hold theirs',
  silent: 'silent: no report at all, which is not zero',
  unknown: 'unknown: its counts could not be read',
};

const SOURCES: Readonly<Record<ZoneReport['source'], string>> = {
  monitor: 'a monitor for each zone',
  'workload-insights': 'workload insights, because zones have no monitors of their own',
  contributors: 'top contributors',
};

/** Numbers under numbers, then charts under charts: what is compared stands together. */
export function renderZones(document: ZonesDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const page = pageOf(style);
  const blocks = [
    heading(seen, page),
    ...byRegion(seen).flatMap(({ region, zones }) => [
      numbers(zones, region, page),
      charts(zones, seen, page),
    ]),
    noteLines(seen.notes, page),
    gapLines(seen.gaps, page),
  ];
  return finishPage(blocks, style);
}

/** Zones are peers within their Region. A Region's name is a heading only where there are several. */
function byRegion({ items }: ZonesDocument): { region: string | null; zones: ZoneItem[] }[] {
  const regions = [...new Set(items.map((zone) => zone.region))];
  return regions.map((region) => ({
    region: regions.length > 1 ? region : null,
    zones: items.filter((zone) => zone.region === region),
  }));
}

function heading(document: ZonesDocument, { width, ink }: Page): string[] {
  const facts = Object.entries(factsOf(document)).map(([label, text]) => ({
    label,
    text,
    inkLabel: ink.dim,
  }));
  return [...wrap(finding(document), width).map((line) => ink.bold(line)), ...items(facts, width)];
}

/** The one sentence that answers 'is it one zone?'. */
function finding({ items: zones }: ZonesDocument): string {
  if (zones.length === 0) return 'No zone was reported.';
  const sentences = zones.flatMap((zone) => {
    const name = zoneName(zone);
    if (zone.state !== 'reporting') return [`${name} is ${STATES[zone.state]}.`];
    return zone.outlier
      ? [`${name} stands out: ${ratioWithInterval(zone.changeVersusPeers)} against its peers.`]
      : [];
  });
  if (sentences.length > 0) return sentences.join(' ');
  return zones.some((zone) => zone.changeVersusPeers)
    ? 'No zone stands out from its peers.'
    : 'No zone has a peer to be compared with.';
}

function factsOf({ target, window, baseline, items: zones }: ZonesDocument): Record<string, string> {
  const compared = baseline === null ? 'no baseline' : `baseline ${span(baseline.start, baseline.end)}`;
  const sources = [...new Set(zones.map((zone) => SOURCES[zone.source]))];
  return {
    Window: `${span(window.start, window.end)}; ${compared}`,
    Target: targetPlace(target),
    ...(sources.length > 0 ? { Source: sources.join('; ') } : {}),
  };
}

function numbers(zones: readonly ZoneItem[], region: string | null, { width, ink }: Page): string[] {
  const [head = '', ...lines] = zoneNumberLines(zones, width - INDENT.length, true);
  const rows = zones.flatMap((zone, row) => {
    const name = middleCut(zoneName(zone), LONGEST_ZONE);
    const inkState: Ink = zone.state === 'reporting' ? ink.dim : ink.yellow;
    return [
      `${inkZone(zone, ink)(`${mark(zone)}${name}`)}  ${inkState(STATES[zone.state])}`,
      INDENT + (lines[row] ?? ''),
    ];
  });
  const legend = zones.some((zone) => zone.outlier) ? ink.dim(' · ▸ stands out from its peers') : '';
  const title = ink.bold(`Zones${region === null ? '' : ` of ${region}`}`);
  return [title + legend, ink.dim(INDENT + head), ...rows];
}

function charts(
  zones: readonly ZoneItem[],
  { window }: ZonesDocument,
  { width, ink, unicode }: Page,
): string[] {
  const names = zones.map((zone) => middleCut(zone.az ?? zone.azId, LONGEST_ZONE));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const { lines, key } = zoneCharts(zones, width - INDENT.length - nameWidth - 2, unicode);
  const rows = zones.map((zone, row) => {
    const chart = (zone.outlier ? ink.red : ink.cyan)(lines[row] ?? '');
    return `${inkZone(zone, ink)(mark(zone) + pad(names[row] ?? '', nameWidth))}  ${chart}`;
  });
  const start = zones[0]?.minutes.start ?? window.start;
  const longest = Math.max(...lines.map((line) => line.length));
  const below = ' '.repeat(INDENT.length + nameWidth + 2);
  return [
    ink.bold('Retransmissions over time'),
    ...rows,
    ink.dim(below + timeAxis(start, window.end, longest)),
    ...wrap(key, width - INDENT.length).map((line) => INDENT + ink.dim(line)),
  ];
}

function mark({ outlier }: ZoneReport): string {
  return outlier ? '▸ ' : INDENT;
}

function inkZone({ outlier }: ZoneReport, ink: ChalkInstance): Ink {
  return outlier ? ink.bold.red : ink.bold;
}

/** The same for a ticket. */
export function renderZonesMarkdown(document: ZonesDocument): string {
  const seen = sanitizeDocument(document);
  const facts = Object.entries(factsOf(seen)).map(([label, text]) => `**${label}:** ${prose(text)}`);
  const head = [
    'Zone',
    'State',
    { numbers: 'Retransmissions' },
    { numbers: 'Timeouts' },
    { numbers: 'Bytes' },
    { numbers: 'Per GiB' },
    { numbers: 'Before' },
    { numbers: 'RTT' },
  ];
  const rows = seen.items.map((zone) => {
    const { retransmissions, timeouts, bytes, perGiB, versusPeers } = zoneNumbers(zone);
    const name = prose(zoneName(zone));
    return [
      zone.outlier ? `**${name}** (outlier)` : name,
      zone.state,
      retransmissions,
      timeouts,
      bytes,
      perGiB,
      rate(zone.baselineRetransmissionsPerGiB),
      rtt(zone.rttMicros),
      versusPeers,
    ];
  });
  const blocks = [
    `## Availability Zones: ${prose(finding(seen))}`,
    list(facts),
    ...(rows.length > 0 ? [table([...head, 'Change vs peers'], rows)] : []),
    ...(seen.notes.length > 0 ? [list(seen.notes.map(prose))] : []),
    ...gapList(seen.gaps),
  ];
  return `${blocks.join('\n\n')}\n`;
}
