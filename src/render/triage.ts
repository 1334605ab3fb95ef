import type { ChalkInstance } from 'chalk';
import stringWidth from 'string-width';
import type { CommandLine } from '../model/command-line.ts';
import type { NhiReport, Report, Verdict } from '../model/report.ts';
import { bytes, count, rate, share, zoneName } from '../model/units.ts';
import { changeMarks, zoneCharts } from './charts.ts';
import { gapLines } from './gaps.ts';
import { columns, fitPair, type Ink, item, items, middleCut, pad, wrap, wrapCommand } from './layout.ts';
import { finish, forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import {
  changed,
  consolePages,
  covered,
  facts,
  findings,
  flowEnds,
  headline,
  nhiFinding,
  VERDICT_WORDS,
} from './words.ts';
import { zoneNumberLines } from './zones.ts';

const TOP = 5;
const INDENT = '  ';
const LONGEST_ZONE = 30;

interface Page {
  width: number;
  ink: ChalkInstance;
  unicode: boolean;
  wide: boolean;
}

/**
 * The report for someone who was just woken up: the verdict first, what to type next last. Where the page is taller
 * than the terminal, its first lines are gone by then, so both are said once more at the end.
 */
export function renderTriage(report: Report, style: Style): string {
  const seen = forTerminal(report, style);
  const page = {
    width: layoutWidth(style),
    ink: inkFor(style),
    unicode: style.unicode,
    wide: style.wide ?? false,
  };
  const gaps = () => gapLines(seen.gaps, page);
  const blocks = [
    verdict,
    summary,
    place,
    zones,
    nhi,
    contributors,
    changes,
    evidence,
    statistics,
    links,
    gaps,
    next,
  ];
  const text = blocks
    .map((block) => block(seen, page).join('\n'))
    .filter((block) => block !== '')
    .join('\n\n');
  const lines = text.split('\n').length;
  const again = lines >= (style.height ?? Number.POSITIVE_INFINITY) ? closing(seen, page) : [];
  return finish(`${[text, ...again].join('\n')}\n`, style);
}

function verdict(report: Report, { width, ink }: Page): string[] {
  const label = VERDICT_WORDS[report.verdict];
  const inkLabel = loud(report.verdict, ink);
  return item({ label, text: headline(report), inkLabel, inkText: ink.bold }, width, label.length + 2);
}

function loud(verdict: Verdict, ink: ChalkInstance): Ink {
  switch (verdict) {
    case 'aws-infrastructure':
      return ink.bold.white.bgRed;
    case 'workload':
      return ink.bold.white.bgBlue;
    case 'inconclusive':
      return ink.bold.black.bgYellow;
    case 'no-impairment':
      return ink.bold.black.bgGreen;
    case 'no-data':
      return ink.bold.black.bgWhite;
  }
}

function summary(report: Report, { width }: Page): string[] {
  return wrap(report.summary, width);
}

function place(report: Report, { width, ink }: Page): string[] {
  return items(
    facts(report).map((fact) => ({ ...fact, inkLabel: ink.dim })),
    width,
  );
}

/** Two lines a zone: who and when, then the numbers. */
function zones(report: Report, { width, ink, unicode }: Page): string[] {
  const { zones: listed } = report;
  if (listed.length === 0) return [ink.bold('Zones'), `${INDENT}None was reported.`];
  const legend = listed.some((zone) => zone.outlier) ? ink.dim(' · ▸ stands out from its peers') : '';

  const names = listed.map((zone) => middleCut(zoneName(zone), LONGEST_ZONE));
  const nameWidth = Math.max(...names.map((name) => stringWidth(name)));
  const stateWidth = Math.max(...listed.map(({ state }) => state.length));
  const chartWidth = width - INDENT.length - nameWidth - stateWidth - 4;
  const charts = zoneCharts(listed, chartWidth, unicode);
  const marks = changeMarks(
    listed,
    (report.changes ?? []).slice(0, changed(report)?.list.length),
    chartWidth,
  );

  const [head = '', ...numbers] = zoneNumberLines(listed, width - INDENT.length);
  const rows = listed.flatMap(({ outlier, state }, row) => {
    const inkZone: Ink = outlier ? ink.bold.red : ink.bold;
    const inkState: Ink = state === 'reporting' ? ink.dim : ink.yellow;
    const inkChart: Ink = outlier ? ink.red : ink.cyan;
    const line = [
      inkZone((outlier ? '▸ ' : INDENT) + pad(names[row] ?? '', nameWidth)),
      inkState(pad(state, stateWidth)),
      inkChart(charts.lines[row] ?? ''),
    ];
    return [line.join('  ').trimEnd(), INDENT + (numbers[row] ?? '')];
  });
  const under =
    marks === null ? [] : [`${INDENT}${pad('changed', nameWidth + stateWidth + 4)}${ink.bold(marks)}`];
  const keys = `${charts.key}${marks === null ? '' : '; numbers: what changed, as below'}`;
  const key = wrap(keys, width - INDENT.length).map((line) => INDENT + ink.dim(line));
  return [ink.bold('Zones') + legend, ink.dim(INDENT + head), ...rows, ...under, ...key];
}

function nhi(report: Report, { width, ink }: Page): string[] {
  const inkState = (state: NhiReport['state']): Ink =>
    state === 'degraded' ? ink.bold.red : state === 'healthy' ? ink.green : ink.yellow;
  const list = report.nhi.map((entry) => ({
    label: entry.state,
    text: `${entry.monitor} · ${nhiFinding(entry)} · covers ${covered(entry)}`,
    inkLabel: inkState(entry.state),
  }));
  const none = {
    label: 'unknown',
    text: "no monitor was asked, which is not 'healthy'",
    inkLabel: ink.yellow,
  };
  return [
    ink.bold('AWS network health indicator (NHI)'),
    ...items(list.length === 0 ? [none] : list, width, INDENT),
  ];
}

/** Two lines a flow: its ends, for which pod names need the width, then the numbers. */
function contributors(report: Report, { width, ink }: Page): string[] {
  const listed = report.contributors.slice(0, TOP);
  if (listed.length === 0) return [];
  const more = report.contributors.length - listed.length;
  const [head = '', ...numbers] = columns(
    ['Share', 'Retrans', 'Timeouts', 'Bytes', 'Per GiB', 'Category'],
    listed.map((flow) => [
      share(flow.share),
      count(flow.retransmissions),
      count(flow.timeouts),
      bytes(flow.bytes),
      rate(flow.retransmissionsPerGiB),
      middleCut(flow.category, 15),
    ]),
    width - INDENT.length,
  );
  const rows = listed.flatMap((flow, row) => {
    const ends = flowEnds(flow);
    const [from, to] = fitPair(ends.from, ends.to, width - INDENT.length - ' → '.length);
    return [`${row + 1} ${ink.bold(from)} → ${to}`, INDENT + (numbers[row] ?? '')];
  });
  const heading = `${ink.bold('Top contributors')}${more > 0 ? ink.dim(` · ${more} more in -o json`) : ''}`;
  return [heading, ink.dim(INDENT + head), ...rows];
}

/** When, what and by whom. */
function changes(report: Report, { width, ink }: Page): string[] {
  const told = changed(report);
  if (!told) return [];
  const more = told.more > 0 ? ink.dim(` · ${told.more} more in -o json`) : '';
  const list = told.list.map(({ label, text }, i) => ({
    label: `${i + 1}  ${label}`,
    text,
    inkLabel: ink.bold,
  }));
  return [`${ink.bold(told.title)}${more}`, ...items(list, width, INDENT)];
}

function evidence(report: Report, { width, ink }: Page): string[] {
  return findings(report).flatMap(({ title, statements }, group) => [
    ...(group > 0 ? [''] : []),
    ink.bold(title),
    ...statements.flatMap((text) =>
      item({ label: '·', text, inkLabel: ink.dim }, width - INDENT.length, 2).map((line) => INDENT + line),
    ),
  ]);
}

/** What the findings are made of, for whoever wants to argue. */
function statistics(report: Report, { width, ink, wide }: Page): string[] {
  const list = report.evidence.flatMap(({ code, data }) => {
    const numbers = Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'number' ? [`${key} ${Number(value.toPrecision(4))}`] : [],
    );
    return numbers.length > 0 ? [{ label: code, text: numbers.join(', '), inkLabel: ink.dim }] : [];
  });
  return wide && list.length > 0 ? [ink.bold('Statistics'), ...items(list, width, INDENT)] : [];
}

/** Never broken: they are there to be opened. */
function links(report: Report, { ink, wide }: Page): string[] {
  const list = consolePages(report).map(({ of, url }) => `${INDENT}${ink.dim(of)}  ${url}`);
  return wide && list.length > 0 ? [ink.bold("In AWS's console"), ...list] : [];
}

function next(report: Report, page: Page): string[] {
  if (report.next.length === 0) return [];
  const { width, ink } = page;
  const steps = report.next.flatMap(({ command, why }) => [
    ...wrap(why, width - INDENT.length).map((line) => INDENT + ink.dim(line)),
    ...commandLines(command, page),
  ]);
  return [ink.bold('Next'), ...steps];
}

/** What whoever looks at the last lines of a terminal needs: the verdict, and what to type. */
function closing(report: Report, page: Page): string[] {
  const command = report.next[0]?.command;
  return ['', ...verdict(report, page), ...(command ? commandLines(command, page) : [])];
}

function commandLines(command: CommandLine, { width, ink, unicode }: Page): string[] {
  return wrapCommand(command, width, INDENT + INDENT, { ascii: !unicode }).map((line) => ink.bold(line));
}
