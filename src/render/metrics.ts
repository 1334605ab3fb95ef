import type { MetricsDocument, MetricsItem } from '../model/documents.ts';
import { instant, SECOND } from '../model/time.ts';
import { bytes, categoryName, count, duration, rate, rtt, span } from '../model/units.ts';
import { averages, binSize, bins, groups, marks, sparkline, strip, stripMarks, timeAxis } from './charts.ts';
import { gapLines, gapList } from './gaps.ts';
import { middleCut, pad, wrap } from './layout.ts';
import { code, list, prose, table } from './markup.ts';
import { finishPage, noteLines, type Page, pageOf } from './page.ts';
import { sanitizeDocument } from './sanitize.ts';
import { forTerminal, type Style } from './style.ts';
import type { Column } from './table.ts';

const named: readonly Column<MetricsItem>[] = [
  { key: 'region', header: 'Region', value: (m) => m.region, wide: true },
  { key: 'monitor', header: 'Monitor', value: (m) => m.monitor, cut: true },
  { key: 'az', header: 'Zone', value: (m) => m.az },
  { key: 'azId', header: 'Zone ID', value: (m) => m.azId },
  { key: 'category', header: 'Category', value: (m) => m.category },
];

/** A row for each monitor, or zone and category: sums over the window. */
export const metricsColumns: readonly Column<MetricsItem>[] = [
  ...named,
  { key: 'bytes', header: 'Bytes', value: (m) => m.total.bytes, text: (m) => bytes(m.total.bytes) },
  {
    key: 'retransmissions',
    header: 'Retrans',
    value: (m) => m.total.retransmissions,
    text: (m) => count(m.total.retransmissions),
  },
  {
    key: 'timeouts',
    header: 'Timeouts',
    value: (m) => m.total.timeouts,
    text: (m) => count(m.total.timeouts),
  },
  {
    key: 'retransmissionsPerGiB',
    header: 'Per GiB',
    value: (m) => m.total.retransmissionsPerGiB,
    text: (m) => rate(m.total.retransmissionsPerGiB),
  },
  {
    key: 'rttMicros',
    header: 'RTT µs',
    value: (m) => m.total.rttMicros,
    text: (m) => count(m.total.rttMicros),
  },
  { key: 'nhi', header: 'Indicator', value: (m) => m.total.nhi },
  { key: 'missing', header: 'Holes', value: (m) => m.missing },
  { key: 'periodSeconds', header: 'Period s', value: (m) => m.series.periodSeconds, wide: true },
  { key: 'coversNames', header: 'Covers', value: (m) => m.coversNames.join(' '), wide: true },
  { key: 'covers', header: 'Zone IDs', value: (m) => m.covers.join(' '), wide: true },
];

/** One period of one series. */
export interface MetricsPoint {
  of: MetricsItem;
  period: number;
}

export function pointsOf({ items: all }: MetricsDocument): MetricsPoint[] {
  return all.flatMap((of) => of.series.bytes.map((_, period) => ({ of, period })));
}

const value = (name: (typeof METRICS)[number]['key']) => ({
  key: name,
  header: name,
  value: ({ of, period }: MetricsPoint) => of.series[name][period] ?? null,
});

/** A row for each period, for a spreadsheet or a script: an empty cell is a hole. */
export const pointColumns: readonly Column<MetricsPoint>[] = [
  {
    key: 'start',
    header: 'start',
    value: ({ of: { series }, period }) =>
      instant(Date.parse(series.start) + period * series.periodSeconds * SECOND),
  },
  ...named.map(({ key, value }) => ({ key, header: key, value: ({ of }: MetricsPoint) => value(of) })),
  value('bytes'),
  value('retransmissions'),
  value('timeouts'),
  value('rttMicros'),
  value('nhi'),
  { key: 'periodSeconds', header: 'periodSeconds', value: ({ of }) => of.series.periodSeconds },
];

interface Metric {
  key: 'bytes' | 'retransmissions' | 'timeouts' | 'rttMicros' | 'nhi';
  name: string;
  /** What stands beside a chart. */
  heads: readonly [string, string];
  text(value: number | null): string;
}

const METRICS = [
  { key: 'bytes', name: 'Bytes', heads: ['total', 'most'], text: bytes },
  { key: 'retransmissions', name: 'Retransmissions', heads: ['total', 'most'], text: count },
  { key: 'timeouts', name: 'Retransmission timeouts', heads: ['total', 'most'], text: count },
  { key: 'rttMicros', name: 'Round-trip time', heads: ['average', 'highest'], text: rtt },
  { key: 'nhi', name: 'Network health indicator', heads: ['', 'degraded'], text: count },
] as const satisfies readonly Metric[];

const INDENT = '  ';
const LONGEST_NAME = 28;
const NUMBER = 10;

/** A metric after the other, what is compared under each other and on one scale. */
export function renderMetrics(document: MetricsDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const page = pageOf(style);
  const { ink, width } = page;
  const blocks = [
    [
      ...wrap(finding(seen), width).map((line) => ink.bold(line)),
      `${ink.dim('Window')}  ${span(seen.window.start, seen.window.end)}`,
    ],
    ...charts(seen, page),
    noteLines(seen.notes, page),
    gapLines(seen.gaps, page),
  ];
  return finishPage(blocks, style);
}

function finding({ items: all }: MetricsDocument): string {
  const [first] = all;
  if (!first)
    return 'Nothing is measured: no monitor watches this, and workload insights have no series of it.';
  const what = first.source === 'monitor' ? 'monitor' : 'zone and category';
  const plural = first.source === 'monitor' ? 'monitors' : 'zones and categories';
  const holes = all.filter(({ missing }) => missing > 0).length;
  const steps = [...new Set(all.map(({ series }) => duration(series.periodSeconds * SECOND)))].join(' or ');
  const inHoles = holes > 0 ? ` ${holes} of them with holes, where nothing was reported.` : '';
  return `${all.length} ${all.length === 1 ? what : plural}, in steps of ${steps}.${inHoles}`;
}

function nameOf({ monitor, az, azId, category, region }: MetricsItem, several: boolean): string {
  const own = monitor ?? `${az ?? azId} ${categoryName(category ?? '')}`;
  return several ? `${region} ${own}` : own;
}

function charts({ items: all, window }: MetricsDocument, page: Page): string[][] {
  const { width, ink } = page;
  const [first] = all;
  if (!first) return [];
  const several = new Set(all.map(({ region }) => region)).size > 1;
  const names = all.map((item) => middleCut(nameOf(item, several), LONGEST_NAME));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const room = Math.max(10, width - INDENT.length - nameWidth - 2 - 2 * NUMBER);
  const longest = Math.max(...all.map(({ series }) => groups(series.bytes, room).length));
  const below = ' '.repeat(INDENT.length + nameWidth + 2);
  const measured = METRICS.filter(({ key }) => all.some(({ series }) => series[key].some((v) => v !== null)));
  const missing = METRICS.filter((metric) => !measured.includes(metric));
  const blocks = measured.map((metric) => [
    ink.bold(pad(metric.name, below.length + longest)) +
      ink.dim(metric.heads.map((head) => head.padStart(NUMBER)).join('')),
    ...lines(all, metric, room, page).map(({ chart, marks: drawn, numbers }, row) =>
      `${INDENT}${pad(names[row] ?? '', nameWidth)}  ${chart}${' '.repeat(longest - drawn)}${numbers.map((n) => n.padStart(NUMBER)).join('')}`.trimEnd(),
    ),
  ]);
  const step = binSize(first.series.bytes.length, room) * first.series.periodSeconds * SECOND;
  const { full, missing: hole } = marks(page.unicode);
  const key = `${duration(step)} a mark, each metric on one scale; ${full} is its highest, ${hole} a hole: nothing was reported; most and highest: in one step`;
  const none = missing.map(({ name }) => name.toLowerCase()).join(', ');
  return [
    ...blocks,
    [
      ink.dim(below + timeAxis(first.series.start, window.end, longest)),
      ...wrap(key, width - INDENT.length).map((line) => INDENT + ink.dim(line)),
      ...(none === ''
        ? []
        : wrap(`Without any datapoint: ${none}.`, width - INDENT.length).map((line) => INDENT + line)),
    ],
  ];
}

interface Line {
  chart: string;
  /** How many it has, whatever its colour. */
  marks: number;
  numbers: readonly string[];
}

function lines(all: readonly MetricsItem[], { key, text }: Metric, room: number, page: Page): Line[] {
  const { unicode, ink } = page;
  if (key === 'nhi') {
    return all.map(({ series, total }) => {
      const values = series.nhi.map((v) => (v === null ? null : v > 0 ? 1 : 0));
      const drawn = strip(values, room)
        .map((mark) => stripMarks(unicode)[mark])
        .join('');
      const degraded = values.filter((v) => v === 1).length;
      const told = total.nhi === 'unknown' && degraded === 0 ? 'unknown' : `${degraded} of ${values.length}`;
      return { chart: degraded > 0 ? ink.red(drawn) : drawn, marks: drawn.length, numbers: ['', told] };
    });
  }
  const isAverage = key === 'rttMicros';
  /** Seconds that a mark of counts stands for: series of one minute and of five share a scale. */
  const markOf = ({ series }: MetricsItem) =>
    isAverage ? 1 : binSize(series[key].length, room) * series.periodSeconds;
  const marked = ({ series }: MetricsItem) => (isAverage ? averages : bins)(series[key], room);
  const tallest = Math.max(0, ...all.flatMap((item) => marked(item).map((v) => (v ?? 0) / markOf(item))));
  return all.map((item) => {
    const values = item.series[key];
    const known = values.filter((v) => v !== null);
    return {
      marks: groups(values, room).length,
      chart: ink.cyan(
        sparkline(values, { width: room, unicode, max: tallest * markOf(item), averages: isAverage }),
      ),
      numbers: [text(item.total[key]), text(known.length === 0 ? null : Math.max(...known))],
    };
  });
}

/** Marks of a chart in a table that is read in a ticket. */
const IN_TABLE = 30;

/** The same for a ticket. */
export function renderMetricsMarkdown(document: MetricsDocument): string {
  const seen = sanitizeDocument(document);
  const several = new Set(seen.items.map(({ region }) => region)).size > 1;
  const isAverage = (key: Metric['key']) => key === 'rttMicros';
  const tables = METRICS.filter(({ key }) => key !== 'nhi').map(({ key, name, heads, text }) => {
    const counted = key as Exclude<Metric['key'], 'nhi'>;
    const rows = seen.items.map((item) => {
      const values = item.series[key];
      const known = values.filter((v) => v !== null);
      return [
        prose(nameOf(item, several)),
        code(sparkline(values, { width: IN_TABLE, unicode: true, averages: isAverage(key) })),
        text(item.total[counted]),
        text(known.length === 0 ? null : Math.max(...known)),
      ];
    });
    return rows.length === 0
      ? []
      : [`### ${name}`, table(['Of', 'Over time', { numbers: heads[0] }, { numbers: heads[1] }], rows)];
  });
  const health = seen.items.map((item) => [
    prose(nameOf(item, several)),
    item.total.nhi === 'degraded' ? '**degraded**' : item.total.nhi,
    String(item.missing),
  ]);
  const blocks = [
    `## ${prose(finding(seen))}`,
    `${prose(span(seen.window.start, seen.window.end))}; · is a hole: nothing was reported`,
    ...tables.flat(),
    ...(health.length > 0
      ? ['### Network health indicator', table(['Of', 'State', { numbers: 'Holes' }], health)]
      : []),
    list(seen.notes.map(prose)),
    ...gapList(seen.gaps),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
