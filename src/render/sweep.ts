import type { ChalkInstance } from 'chalk';
import { type CommandLine, printed, toAdvice } from '../model/command-line.ts';
import type { SweepDocument, SweepItem, SweepTriage } from '../model/sweep.ts';
import { ALARMING, SWEEP_STATES, type SweepState } from '../model/sweep-states.ts';
import { MINUTE } from '../model/time.ts';
import {
  accountLabel,
  bytes,
  count,
  dateTime,
  duration,
  many,
  rate,
  ratioWithInterval,
  span,
  time,
  zoneName,
} from '../model/units.ts';
import { gapLines, gapList } from './gaps.ts';
import { type Ink, items, wrap, wrapCommand } from './layout.ts';
import { code, list, prose, table } from './markup.ts';
import { finishPage, noteLines, type Page, pageOf } from './page.ts';
import { sanitizeDocument } from './sanitize.ts';
import { forTerminal, type Style } from './style.ts';
import type { Column } from './table.ts';
import { headline, VERDICT_WORDS } from './words.ts';

const joined = (values: readonly string[]) => values.join(' ');

/** One line for each monitor, and for each account and Region without one. */
export const sweepColumns: readonly Column<SweepItem>[] = [
  { key: 'rank', header: '#', value: (i) => i.rank },
  { key: 'state', header: 'State', value: (i) => i.state },
  { key: 'accountId', header: 'Account', value: (i) => i.accountId },
  { key: 'accountName', header: 'Name', value: (i) => i.accountName ?? i.profile, wide: true },
  { key: 'region', header: 'Region', value: (i) => i.region },
  { key: 'monitor', header: 'Monitor', value: (i) => i.monitor, cut: true },
  { key: 'azId', header: 'Zone ID', value: (i) => i.azId },
  { key: 'az', header: 'Zone', value: (i) => i.az, wide: true },
  {
    key: 'retransmissions',
    header: 'Retrans',
    value: (i) => i.retransmissions,
    text: (i) => count(i.retransmissions),
  },
  {
    key: 'timeouts',
    header: 'Timeouts',
    value: (i) => i.timeouts,
    text: (i) => count(i.timeouts),
    wide: true,
  },
  { key: 'bytes', header: 'Bytes', value: (i) => i.bytes, text: (i) => bytes(i.bytes) },
  {
    key: 'retransmissionsPerGiB',
    header: 'Per GiB',
    value: (i) => i.retransmissionsPerGiB,
    text: (i) => rate(i.retransmissionsPerGiB),
  },
  {
    key: 'baselineRetransmissionsPerGiB',
    header: 'Before',
    value: (i) => i.baseline.retransmissionsPerGiB,
    text: (i) => rate(i.baseline.retransmissionsPerGiB),
  },
  {
    key: 'change',
    header: 'Change',
    value: (i) => i.change?.ratio,
    text: (i) => ratioWithInterval(i.change),
  },
  { key: 'changeLow', header: 'Low', value: (i) => i.change?.low, csv: true },
  { key: 'changeHigh', header: 'High', value: (i) => i.change?.high, csv: true },
  {
    key: 'changeVersusFleet',
    header: 'vs fleet',
    value: (i) => i.changeVersusFleet?.ratio,
    text: (i) => ratioWithInterval(i.changeVersusFleet),
    wide: true,
  },
  { key: 'fleetLow', header: 'Low', value: (i) => i.changeVersusFleet?.low, csv: true },
  { key: 'fleetHigh', header: 'High', value: (i) => i.changeVersusFleet?.high, csv: true },
  { key: 'indicator', header: 'Indicator', value: (i) => i.indicator },
  {
    key: 'degradedMinutes',
    header: 'Degraded min',
    value: (i) => i.degradedMinutes,
    wide: true,
  },
  { key: 'since', header: 'Since', value: (i) => i.since },
  { key: 'until', header: 'Until', value: (i) => i.until, wide: true },
  { key: 'covers', header: 'Covers', value: (i) => i.covers && joined(i.covers), wide: true },
  { key: 'status', header: 'Status', value: (i) => i.status, wide: true },
  { key: 'reason', header: 'Reason', value: (i) => i.refusal?.code, wide: true },
];

const INDENT = '  ';
/** A fleet on fire: the first of them are enough to begin with. */
const MOST_SHOWN = 20;
const MOST_NEXT = 3;

/** What stands out, the worst first; what was not seen; and how many are quiet. The worst is also the last line. */
export function renderSweep(document: SweepDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const page = pageOf(style);
  const blocks = [
    heading(seen, page),
    standingOut(seen, page),
    triages(seen, page),
    others(seen, page),
    noteLines(seen.notes, page),
    gapLines(seen.gaps, page),
    next(seen, page),
    closing(seen, page),
  ];
  return finishPage(blocks, style);
}

function heading(document: SweepDocument, { width, ink }: Page): string[] {
  const facts = factsOf(document).map((fact) => ({ ...fact, inkLabel: ink.dim }));
  return [...wrap(document.summary, width).map((line) => ink.bold(line)), ...items(facts, width)];
}

function factsOf({ window, baseline, asked, incomplete }: SweepDocument) {
  const compared = baseline === null ? 'no baseline' : `baseline ${span(baseline.start, baseline.end)}`;
  return [
    { label: 'Window', text: `${span(window.start, window.end)}; ${compared}` },
    {
      label: 'Asked',
      text: `${many(asked.accounts, 'account', 'accounts')} in ${many(asked.regions, 'Region', 'Regions')}${asked.answered < asked.places ? `: ${asked.answered} of ${asked.places} answered` : ''}${incomplete ? '; the run ended before the rest was asked' : ''}`,
    },
  ];
}

const isShown = ({ state }: SweepItem) => ALARMING.includes(state) || state === 'unsure';

function standingOut({ items: all, asked, window }: SweepDocument, { width, ink }: Page): string[] {
  const shown = all.filter(isShown);
  if (shown.length === 0) return [];
  const several = asked.accounts > 1;
  const lines = shown.slice(0, MOST_SHOWN).flatMap((item) => {
    const inkState = stateInk(item.state, ink);
    const room = width - INDENT.length - STATE_WIDTH;
    const [first = '', ...more] = wrap(placeWords(item, several).join(' · '), room);
    return [
      `${INDENT}${inkState(item.state.padEnd(STATE_WIDTH))}${ink.bold(first)}`,
      ...more.map((line) => HANGING + ink.bold(line)),
      ...wrap(sayings(item, window.end).join(' · '), room).map((line) => HANGING + line),
    ];
  });
  const more = shown.length - MOST_SHOWN;
  return [
    ink.bold('What stands out') + (more > 0 ? ink.dim(` · ${more} more in -o json, or -o wide`) : ''),
    ...lines,
  ];
}

const STATE_WIDTH = 'degraded'.length + 2;
const HANGING = ' '.repeat(INDENT.length + STATE_WIDTH);

/** Where one is; the name of a zone begins with its Region's. */
function placeWords(item: SweepItem, several: boolean): string[] {
  const region =
    item.az === null || item.region === null || !item.az.startsWith(item.region) ? item.region : null;
  const words = [item.monitor, zoneOf(item), region, several ? accountLabel(item) : null];
  return words.filter((word) => word !== null);
}

function stateInk(state: SweepState, ink: ChalkInstance): Ink {
  if (state === 'unsure') return ink.dim;
  return state === 'silent' || state === 'starved' ? ink.yellow : ink.bold.red;
}

function zoneOf({ az, azId, covers }: SweepItem): string | null {
  if (azId !== null) return zoneName({ azId, az });
  return covers && covers.length > 1 ? many(covers.length, 'zone', 'zones') : null;
}

/** What is said of one: since when, how bad, by its own past and by the fleet; a rate with its events and bytes. */
function sayings(item: SweepItem, end: string): string[] {
  const { since, degradedMinutes, change, changeVersusFleet, reports, baseline } = item;
  const isRise = item.rise === 'up' || item.rise === 'too-few-events';
  return [
    ...(since === null ? [] : [when(item, end)]),
    ...(degradedMinutes
      ? [`AWS's indicator: degraded in ${many(degradedMinutes, 'minute', 'minutes')}`]
      : []),
    ...(isRise && change
      ? [
          `${ratioWithInterval(change)} against its past${changeVersusFleet ? `, ${ratioWithInterval(changeVersusFleet)} against the fleet` : ''}`,
          rateOf(item),
        ]
      : []),
    ...(reports === 'silent' || reports === 'starved'
      ? [
          `${item.bytes === null ? 'no report' : bytes(item.bytes)} in the window, ${bytes(baseline.bytes)} in the baseline`,
        ]
      : []),
  ];
}

/** `since 20:08 UTC, for 17 min`, `20:08–20:25 UTC, over`; with its date where that is another day. */
function when({ since, until }: SweepItem, end: string): string {
  if (since === null) return '';
  if (until !== null) return `${span(since, until)}, over`;
  const at = since.slice(0, 10) === end.slice(0, 10) ? `${time(since)} UTC` : dateTime(since);
  return `since ${at}, for ${duration(Date.parse(end) - Date.parse(since))}`;
}

/** `505 in 67.5 MiB: 7,663 per GiB, 0 before` */
function rateOf({ compared }: SweepItem): string {
  if (!compared) return '';
  const { retransmissions, bytes: own, retransmissionsPerGiB, baselineRetransmissionsPerGiB } = compared;
  return `${count(retransmissions)} in ${bytes(own)}: ${rate(retransmissionsPerGiB)} per GiB, ${rate(baselineRetransmissionsPerGiB)} before`;
}

/** What does not stand out, by how many. */
function others({ items: all, states }: SweepDocument, { width, ink }: Page): string[] {
  const kinds = (Object.keys(SWEEP_STATES) as SweepState[]).filter(
    (state) => states[state] && !ALARMING.includes(state) && state !== 'unsure',
  );
  if (kinds.length === 0) return [];
  const list = kinds.map((state) => ({
    label: state,
    text: `${count(states[state] ?? 0)} · ${SWEEP_STATES[state]}${examples(all, state)}`,
    inkLabel: ink.dim,
  }));
  return [ink.bold('The others'), ...items(list, width, INDENT)];
}

/** Few are named; which are refused stands below, with what would help. */
function examples(all: readonly SweepItem[], state: SweepState): string {
  if (state === 'quiet' || state === 'refused' || state === 'unreachable') return '';
  const own = all.filter((item) => item.state === state);
  if (own.length > 3) return '';
  const names = own.map((item) =>
    [item.monitor, item.region, accountLabel(item), item.status === 'ACTIVE' ? null : item.status]
      .filter((word) => word !== null)
      .join(', '),
  );
  return `: ${[...new Set(names)].join('; ')}`;
}

function triages({ triages: all = [] }: SweepDocument, { width, ink }: Page): string[] {
  if (all.length === 0) return [];
  return [ink.bold('Triage of the worst'), ...all.flatMap((one) => triageLines(one, width, ink))];
}

function triageLines(
  { rank, monitor, region, accountId, report, refusal }: SweepTriage,
  width: number,
  ink: ChalkInstance,
) {
  const head = `${rank}. ${[monitor, region, accountId].filter(Boolean).join(' · ')}`;
  const text = report ? `${report.verdict}: ${report.summary}` : (refusal?.message ?? 'not triaged');
  return [
    INDENT + ink.bold(head),
    ...wrap(text, width - 2 * INDENT.length).map((line) => INDENT + INDENT + line),
  ];
}

/** Of the worst; of one account and Region the worst alone, whose neighbours share its trouble. */
function nextOf({ items: all }: SweepDocument): CommandLine[] {
  const places = new Set<string>();
  const worst = all.filter(isShown).filter(({ accountId, profile, region }) => {
    const key = JSON.stringify([accountId, profile, region]);
    return !places.has(key) && places.add(key);
  });
  return worst
    .slice(0, MOST_NEXT)
    .flatMap(({ next: said }) => (said === null ? [] : toAdvice(said).commands));
}

function next(document: SweepDocument, { width, ink, unicode }: Page): string[] {
  const lines = nextOf(document).flatMap((one) =>
    wrapCommand(one, width, INDENT + INDENT, { ascii: !unicode }).map((line) => ink.bold(line)),
  );
  return lines.length > 0 ? [ink.bold('Next'), ...lines] : [];
}

/** For whoever looks at the last line only: one, where it fits. */
function closing(
  { items: all, triages: [triaged] = [], summary, asked, window }: SweepDocument,
  { width, ink }: Page,
): string[] {
  const [worst] = all;
  if (triaged?.report) {
    const { report, region } = triaged;
    const verdict = VERDICT_WORDS[report.verdict];
    return wrap(`${verdict} ${headline(report)} · ${region}`, width).map((line) => ink.bold(line));
  }
  if (!worst || !ALARMING.includes(worst.state)) return wrap(summary, width).map((line) => ink.bold(line));
  const { state, monitor, azId, region, accountName, profile, accountId, since } = worst;
  const account = asked.accounts > 1 ? (accountName ?? profile ?? accountId) : null;
  const text = [
    monitor,
    azId,
    region,
    account,
    since === null ? null : when(worst, window.end).split(',')[0],
  ];
  const said = text.filter((word) => word !== null).join(' · ');
  const [first = '', ...more] = wrap(said, width - state.length - 1);
  return [
    `${stateInk(state, ink)(state.toUpperCase())} ${ink.bold(first)}`,
    ...more.map((line) => ink.bold(line)),
  ];
}

/** The same for a ticket. */
export function renderSweepMarkdown(document: SweepDocument): string {
  const seen = sanitizeDocument(document);
  const rows = seen.items
    .filter(isShown)
    .map((item) => [
      ALARMING.includes(item.state) ? `**${item.state}**` : item.state,
      prose(item.accountId === null && item.profile === null ? '' : accountLabel(item)),
      prose(item.region ?? ''),
      item.monitor === null ? '' : code(item.monitor),
      prose(zoneOf(item) ?? ''),
      count(item.retransmissions),
      bytes(item.bytes),
      rate(item.retransmissionsPerGiB),
      rate(item.baseline.retransmissionsPerGiB),
      ratioWithInterval(item.change),
      ratioWithInterval(item.changeVersusFleet),
      item.degradedMinutes ? `degraded, ${duration(item.degradedMinutes * MINUTE)}` : (item.indicator ?? ''),
      item.since === null ? '' : dateTime(item.since),
    ]);
  const head = [
    'State',
    'Account',
    'Region',
    'Monitor',
    'Zone',
    { numbers: 'Retransmissions' },
    { numbers: 'Bytes' },
    { numbers: 'Per GiB' },
    { numbers: 'Before' },
    'Change',
    'Fleet',
    'Indicator',
    'Since',
  ];
  const counts = (Object.keys(SWEEP_STATES) as SweepState[]).flatMap((state) =>
    seen.states[state]
      ? [`**${state}:** ${count(seen.states[state] ?? 0)}, ${prose(SWEEP_STATES[state])}`]
      : [],
  );
  const triaged = (seen.triages ?? []).map(
    ({ monitor, region, report, refusal }) =>
      `${code(monitor)} in ${prose(region ?? '')}: ${report ? `**${report.verdict}** ${prose(report.summary)}` : prose(refusal?.message ?? '')}`,
  );
  const commands = nextOf(seen).map((one) => code(printed(one)));
  const blocks = [
    `## Sweep: ${prose(seen.summary)}`,
    list(factsOf(seen).map(({ label, text }) => `**${label}:** ${prose(text)}`)),
    ...(rows.length > 0 ? [table(head, rows)] : []),
    ...(triaged.length > 0 ? ['### Triage of the worst', list(triaged)] : []),
    '### By state',
    list(counts),
    list(seen.notes.map(prose)),
    ...gapList(seen.gaps),
    ...(commands.length > 0 ? ['### Next', list(commands)] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}
