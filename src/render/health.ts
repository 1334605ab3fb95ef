import type { ChalkInstance } from 'chalk';
import type { HealthDocument, MonitorHealth } from '../model/documents.ts';
import { instant, MINUTE, SECOND } from '../model/time.ts';
import { count, duration, joinPeriods, minuteRanges, span } from '../model/units.ts';
import { binSize, type HealthMark, strip, stripMarks, timeAxis } from './charts.ts';
import { gapLines, gapList } from './gaps.ts';
import { type Ink, item, middleCut, pad, wrap } from './layout.ts';
import { code, list, prose, table } from './markup.ts';
import { finishPage, noteLines, type Page, pageOf } from './page.ts';
import { sanitizeDocument } from './sanitize.ts';
import { forTerminal, type Style } from './style.ts';
import type { Column } from './table.ts';
import { covered } from './words.ts';

/** A list inside a cell: as in the AWS CLI's text output, separated by blanks. */
const joined = (values: readonly string[]) => values.join(' ');

export const healthColumns: readonly Column<MonitorHealth>[] = [
  { key: 'region', header: 'Region', value: (m) => m.region },
  { key: 'monitor', header: 'Monitor', value: (m) => m.monitor, cut: true },
  { key: 'state', header: 'State', value: (m) => m.state },
  { key: 'degraded', header: 'Degraded', value: (m) => m.degradedMinutes.length },
  { key: 'datapoints', header: 'Datapoints', value: (m) => m.datapoints },
  { key: 'missing', header: 'No datapoint', value: (m) => m.minutes.values.length - m.datapoints },
  { key: 'periodSeconds', header: 'Period s', value: (m) => m.minutes.periodSeconds, wide: true },
  { key: 'coversNames', header: 'Covers', value: (m) => joined(m.coversNames) },
  { key: 'covers', header: 'Zone IDs', value: (m) => joined(m.covers), wide: true },
  {
    key: 'degradedIntervals',
    header: 'Degraded (UTC)',
    // Intervals of ISO 8601: a cell of a thousand minutes helps nobody.
    value: ({ degradedMinutes, minutes: { periodSeconds } }) =>
      joined(joinPeriods(degradedMinutes, periodSeconds).map(({ start, end }) => `${start}/${end}`)),
    text: (m) => ranges(m, Number.POSITIVE_INFINITY) || 'never',
    wide: true,
  },
];

const INDENT = '  ';
const LONGEST_NAME = 40;
const LONGEST_STATE = 'degraded'.length;
/** A week of flapping is a document's to list, not a terminal's. */
const MOST_RANGES = 12;

export function renderHealth(document: HealthDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const page = pageOf(style);
  const { ink, width } = page;
  const several = new Set(seen.items.map((m) => m.region)).size > 1;
  const blocks = [
    [...wrap(finding(seen), width).map((line) => ink.bold(line)), `${ink.dim('Window')}  ${windowOf(seen)}`],
    ...seen.items.map((m) => monitorLines(m, several, page)),
    key(seen, page),
    noteLines(seen.notes, page),
    gapLines(seen.gaps, page),
  ];
  return finishPage(blocks, style);
}

/** The one sentence that answers 'is it AWS?', as far as the indicator can. */
function finding({ items: monitors }: HealthDocument): string {
  if (monitors.length === 0) return "Unknown: no monitor was asked, which is not 'healthy'.";
  const numberOf = (state: MonitorHealth['state']) => monitors.filter((m) => m.state === state).length;
  const of = (n: number) => `${n} of ${monitors.length} ${monitors.length === 1 ? 'monitor' : 'monitors'}`;
  const some = monitors.some((m) => m.state === 'unknown' && m.datapoints > 0);
  const few = some ? 'Too few datapoints' : 'No datapoint';
  const unknown = numberOf('unknown') > 0 ? ` ${few}, so unknown: ${of(numberOf('unknown'))}.` : '';
  if (numberOf('degraded') > 0) {
    return `AWS reports its network degraded in ${of(numberOf('degraded'))}.${unknown}`;
  }
  if (numberOf('healthy') === 0) return `Nothing is known.${unknown}`;
  const partly = monitors.filter((m) => m.state === 'healthy' && m.datapoints < m.minutes.values.length);
  const gaps = partly.length > 0 ? ` Of ${of(partly.length)}, some minutes have no datapoint.` : '';
  return `AWS reports no degraded minute in ${of(numberOf('healthy'))}.${gaps}${unknown}`;
}

function windowOf({ window }: HealthDocument): string {
  return span(window.start, window.end);
}

/** Who, the strip, and the same in numbers. */
function monitorLines(monitor: MonitorHealth, several: boolean, page: Page): string[] {
  const { ink, width } = page;
  const name = middleCut(monitor.monitor, LONGEST_NAME);
  const where = several ? ` · ${monitor.region}` : '';
  const head = `${name}${where} · covers ${covered(monitor)}`;
  const marks = strip(monitor.minutes.values, width - INDENT.length);
  const drawn = marks.map((mark) => stripMarks(page.unicode)[mark]).join('');
  const label = { label: pad(monitor.state, LONGEST_STATE), inkLabel: inkState(monitor.state, ink) };
  return [
    ...item({ ...label, text: head, inkText: ink.bold }, width, LONGEST_STATE + 2),
    INDENT + paint(drawn, page),
    ...wrap(inNumbers(monitor), width - INDENT.length).map((line) => INDENT + line),
  ];
}

function inkState(state: MonitorHealth['state'], ink: ChalkInstance): Ink {
  return { degraded: ink.bold.white.bgRed, healthy: ink.green, unknown: ink.yellow }[state];
}

/** Colour beside the shape of each mark, never instead of it. */
function paint(drawn: string, { ink, unicode }: Page): string {
  const inks: Record<HealthMark, Ink> = { degraded: ink.red, healthy: ink.green, missing: ink.yellow };
  const marks = stripMarks(unicode);
  return (drawn.match(/(.)\1*/gu) ?? [])
    .map((run) => {
      const mark = (Object.keys(inks) as HealthMark[]).find((m) => run.startsWith(marks[m]));
      return mark ? inks[mark](run) : run;
    })
    .join('');
}

/** `degraded 17 min: 11:41–11:58 UTC · healthy 43 min · no datapoint 0 min` */
function inNumbers(monitor: MonitorHealth): string {
  const { values, periodSeconds } = monitor.minutes;
  const minutes = (n: number) => `${count((n * periodSeconds) / 60)} min`;
  const degraded = monitor.degradedMinutes.length;
  const found = degraded > 0 ? `: ${ranges(monitor, MOST_RANGES)} UTC` : '';
  // A longer period is degraded if any of its minutes was.
  const most = degraded > 0 && periodSeconds > 60 ? 'up to ' : '';
  return [
    `degraded ${most}${minutes(degraded)}${found}`,
    `healthy ${minutes(monitor.datapoints - degraded)}`,
    `no datapoint ${minutes(values.length - monitor.datapoints)}`,
  ].join(' · ');
}

/** With dates where the window lies on more than one day. */
function ranges({ degradedMinutes, minutes }: MonitorHealth, most: number): string {
  const { start, periodSeconds, values } = minutes;
  const last = instant(Date.parse(start) + values.length * periodSeconds * SECOND - 1);
  const all = minuteRanges(degradedMinutes, periodSeconds, start.slice(0, 10) !== last.slice(0, 10));
  const more = all.length > most ? `, … ${all.length - most} more in -o json` : '';
  return all.slice(0, most).join(', ') + more;
}

/** The times under the last strip, which are those of all, and what a mark means. */
function key({ items: monitors, window }: HealthDocument, { width, ink, unicode }: Page): string[] {
  const [first] = monitors;
  if (!first) return [];
  const { values, periodSeconds } = first.minutes;
  const { healthy, degraded, missing } = stripMarks(unicode);
  const room = width - INDENT.length;
  const mark = binSize(values.length, room) * periodSeconds * SECOND;
  const worst = mark > MINUTE ? ', the worst of them' : '';
  const text = `${duration(mark)} a mark${worst}: ${degraded} degraded, ${missing} no datapoint, ${healthy} healthy`;
  return [timeAxis(first.minutes.start, window.end, strip(values, room).length), ...wrap(text, room)].map(
    (line) => INDENT + ink.dim(line),
  );
}

/** The same for a ticket. */
export function renderHealthMarkdown(document: HealthDocument): string {
  const seen = sanitizeDocument(document);
  const rows = seen.items.map((monitor) => [
    code(monitor.monitor),
    prose(monitor.region),
    monitor.state === 'healthy' ? monitor.state : `**${monitor.state}**`,
    prose(inNumbers(monitor)),
    prose(covered(monitor)),
  ]);
  const blocks = [
    `## ${prose(finding(seen))}`,
    `Network health indicator (NHI), ${prose(windowOf(seen))}`,
    ...(rows.length > 0 ? [table(['Monitor', 'Region', 'State', 'Finding', 'Covers'], rows)] : []),
    list(seen.notes.map(prose)),
    ...gapList(seen.gaps),
  ];
  return `${blocks.join('\n\n')}\n`;
}
