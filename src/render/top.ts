import { advise, after, nfm, type Said, textOf } from '../model/command-line.ts';
import type { TopDocument, TopItem } from '../model/top.ts';
import { bytes, count, rate, share, span } from '../model/units.ts';
import type { TopLevel, TopMetric } from '../model/words.ts';
import { wrap } from './layout.ts';
import { list, prose } from './markup.ts';
import { sanitizeDocument } from './sanitize.ts';
import { finish, forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import { type Column, renderMarkdownTable, renderTable, shownColumns } from './table.ts';
import { endpointName } from './words.ts';

type TopColumn = Column<TopItem>;

const METRIC_WORDS: Readonly<Record<TopMetric, string>> = {
  retransmissions: 'Retransmissions',
  timeouts: 'Timeouts',
  data: 'Bytes',
  rtt: 'Round-trip time',
};

/** The list with what it is a list of above, and what is missing from it below. */
export function renderTop(document: TopDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const width = layoutWidth(style);
  const ink = inkFor(style);
  const columns = shownColumns(topColumns(document), style.wide);
  const table = renderTable(document.items, columns, style, { headers: true }).trimEnd();
  const blocks = [
    wrap(title(seen), width).map((line) => ink.bold(line)),
    document.items.length > 0 ? [table] : [],
    document.items.length > 0 ? wrap(totals(seen), width) : [],
    topNotes(seen).flatMap((note) => wrap(note, width)),
  ];
  const page = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return finish(`${page.join('\n\n')}\n`, style);
}

export function renderTopMarkdown(document: TopDocument): string {
  const seen = sanitizeDocument(document);
  const columns = shownColumns(topColumns(document), false);
  const notes = topNotes(seen);
  const blocks = [
    `### ${prose(title(seen))}`,
    ...(seen.items.length > 0
      ? [renderMarkdownTable(document.items, columns).trimEnd(), prose(totals(seen))]
      : []),
    ...(notes.length > 0 ? [list(notes.map(prose))] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** `Retransmissions by pod, zone · monitor demo-vpc · 2026-11-21 09:00–12:00 UTC` */
function title({ metric, by, source, target, window }: TopDocument): string {
  const from = source
    ? ` · ${source.kind === 'monitor' ? 'monitor' : 'workload insights of scope'} ${source.name}`
    : '';
  const of = target.kind === 'scope' || target.kind === 'monitor' ? '' : ` of ${target.id}`;
  return `${METRIC_WORDS[metric]} by ${by.join(', ')}${of}${from} · ${span(window.start, window.end)}`;
}

function totals({ total, truncated, groups, items }: TopDocument): string {
  const sums = `${count(total.retransmissions)} retransmissions and ${count(total.timeouts)} timeouts in ${bytes(total.bytes)}`;
  const shown = items.length < groups ? ` ${items.length} of ${groups} rows are shown (--limit).` : '';
  return `Total: ${truncated ? 'at least ' : ''}${sums}.${shown}`;
}

/** What a reader of the list must know to read it right. */
export function topNotes({ truncated, items, by, gaps }: TopDocument): string[] {
  const twice = items.some((item) => item.mirrored);
  return [
    ...(truncated
      ? [
          'At least: a list was cut off at 500 rows or not answered, so sums are lower bounds. A shorter window or a narrower target lists more.',
        ]
      : []),
    ...(twice
      ? [
          by.includes('flow')
            ? 'Some connections have two rows, one from each end (side client opened it, server answered): each counts what its own host sent.'
            : 'Some rows hold both ends of a connection: each end counts what its own host sent, so sums are right.',
        ]
      : []),
    ...gaps.map(({ effect, fix }) => (fix === null ? effect : `${effect} To do: ${textOf(fix)}`)),
  ];
}

/** Why there is nothing, and what to do about it. */
export function emptyTop({ source, gaps, target }: TopDocument): Said {
  const [gap] = gaps;
  if (!source) {
    const why = gap ? gap.effect : 'There is no scope and no active monitor.';
    return after(`Nothing could be asked. ${why}`, gap?.fix ?? advise('To see more:', nfm('triage')));
  }
  const where = source.kind === 'monitor' ? `Monitor ${source.name}` : 'Workload insights';
  const next =
    target.kind === 'scope' || target.kind === 'monitor'
      ? 'Try a longer --since or leave out --category; if there should be traffic, check that agents report.'
      : 'Try a longer --since, leave out --category, or name no target to see the whole scope.';
  return `${where} listed no flows in this window: that is no traffic, or no agent that reports it. ${next}`;
}

/** Identity first, as it was asked for, then the numbers. */
export function topColumns(document: Pick<TopDocument, 'by' | 'metric' | 'items'>): TopColumn[] {
  const { items } = document;
  return columnsOf(document, {
    regions: items.some((i) => i.region),
    // Without a side, as in workload insights, there is nothing to tell apart.
    sided: items.some((i) => i.side),
  });
}

/** Those that a list may have, before there is one. */
export function everyTopColumn({ by, metric }: { by: readonly TopLevel[]; metric: TopMetric }): TopColumn[] {
  return columnsOf({ by: [...by], metric, items: [] }, { regions: true, sided: true });
}

function columnsOf(
  document: Pick<TopDocument, 'by' | 'metric' | 'items'>,
  { regions, sided }: { regions: boolean; sided: boolean },
): TopColumn[] {
  const { by, metric } = document;
  const all: TopColumn[] = [
    { key: 'rank', header: '#', value: (i) => i.rank },
    ...(regions ? [{ key: 'region', header: 'Region', value: (i: TopItem) => i.region }] : []),
    ...by.flatMap((level) => LEVEL_COLUMNS[level]),
    ...numbers(metric, by.includes('flow') || by.length > 1, by.length > 1),
    ...(by.includes('flow') ? DETAILS : []),
  ];
  const known = new Set<string>();
  return all.filter(({ key }) => (sided || key !== 'side') && !known.has(key) && known.add(key));
}

const column = (
  key: string,
  header: string,
  value: TopColumn['value'],
  more: Partial<TopColumn> = {},
): TopColumn => ({ key, header, value, ...more });

/** Names of zones are the account's own and what its people say; IDs are what rows carry. */
const ZONE = [
  column('az', 'Zone', (i) => i.az, { text: (i) => i.az ?? i.azId ?? '–' }),
  column('azId', 'Zone ID', (i) => i.azId, { wide: true }),
];
const REMOTE_ZONE = [
  column('remote.az', 'Remote zone', (i) => i.remote?.az, {
    text: (i) => i.remote?.az ?? i.remote?.azId ?? '–',
  }),
  column('remote.azId', 'Remote zone ID', (i) => i.remote?.azId, { wide: true }),
];
const SUBNET = column('subnetId', 'Subnet', (i) => i.subnetId, { cut: true });
const INSTANCE = column('instanceId', 'Instance', (i) => i.instanceId, { cut: true });
const wide = { wide: true, cut: true } as const;

const REMOTE = column('remote', 'Remote', remoteName, { cut: true });

const LEVEL_COLUMNS: Readonly<Record<TopLevel, readonly TopColumn[]>> = {
  pod: [
    // A host without Kubernetes stands here too, under its own name.
    column('name', 'Pod', nameOf, { cut: true }),
    column('podName', 'Pod name', (i) => i.podName, wide),
    column('podNamespace', 'Namespace', (i) => i.podNamespace, wide),
    { ...INSTANCE, wide: true },
    column('ip', 'IP', (i) => i.ip, wide),
  ],
  service: [
    column('serviceName', 'Service', (i) => i.serviceName, {
      cut: true,
      text: (i) => [i.podNamespace, i.serviceName].filter(Boolean).join('/') || '–',
    }),
    column('podNamespace', 'Namespace', (i) => i.podNamespace, wide),
  ],
  instance: [
    INSTANCE,
    column('instanceName', 'Name', (i) => i.instanceName, { cut: true }),
    { ...SUBNET, wide: true },
  ],
  subnet: [SUBNET, ...ZONE],
  zone: [...ZONE, ...REMOTE_ZONE],
  vpc: [column('vpcId', 'VPC', (i) => i.vpcId, { cut: true })],
  remote: [REMOTE, ...REMOTE_ZONE.map((c) => ({ ...c, wide: true }))],
  port: [
    column('targetPort', 'Port', (i) => i.targetPort, {
      text: (i) => (i.targetPort ? String(i.targetPort) : '–'),
    }),
    column('side', 'Side', (i) => i.side),
  ],
  category: [column('category', 'Category', (i) => i.category)],
  flow: [
    column('from', 'From', nameOf, { cut: true }),
    column('to', 'To', to, { cut: true }),
    column('side', 'Side', (i) => i.side),
    column('category', 'Category', (i) => i.category, { wide: true }),
  ],
};

/** Events, never without their bytes and the rate that they make; where names take the room, timeouts wait for -o wide, and shares with them beside several levels. */
function numbers(metric: TopMetric, narrow: boolean, several: boolean): TopColumn[] {
  return [
    column('retransmissions', 'Retrans', (i) => i.retransmissions, { text: (i) => count(i.retransmissions) }),
    column('timeouts', 'Timeouts', (i) => i.timeouts, {
      text: (i) => count(i.timeouts),
      wide: narrow && metric !== 'timeouts',
    }),
    column('bytes', 'Bytes', (i) => i.bytes, { text: (i) => bytes(i.bytes) }),
    column('retransmissionsPerGiB', 'Per GiB', (i) => i.retransmissionsPerGiB, {
      text: (i) => rate(i.retransmissionsPerGiB),
    }),
    column('rttMicros', 'RTT ms', (i) => i.rttMicros, {
      text: (i) => millis(i.rttMicros),
      wide: metric !== 'rtt',
    }),
    column('share', 'Share', (i) => i.share, {
      text: (i) => (i.share === null ? '–' : share(i.share)),
      wide: metric === 'rtt' || several,
    }),
  ];
}

/** `0.048`, `12.3` */
function millis(micros: number | null): string {
  return micros === null ? '–' : (micros / 1000).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

const DETAILS: readonly TopColumn[] = [
  column('mirrored', 'Mirrored', (i) => i.mirrored, { wide: true }),
  column('snatIp', 'SNAT', (i) => i.snatIp, wide),
  column('dnatIp', 'DNAT', (i) => i.dnatIp, wide),
  column(
    'path',
    'Path',
    (i) => i.path?.map((c) => c.componentId ?? c.serviceName ?? c.componentType).join(' → '),
    wide,
  ),
];

type Named = Partial<NonNullable<TopItem['remote']>>;

/** A pod, else an instance, else an address: whatever a person would call it. */
function nameOf({ identifier, ...end }: Named): string {
  const known = Object.entries(end).filter((e): e is [string, string] => typeof e[1] === 'string');
  return identifier ?? endpointName(Object.fromEntries(known));
}

/** Of some ends, no more is known than that they are on the internet. */
function remoteName({ remote, category }: TopItem): string {
  const known = Object.entries(remote ?? {}).some(([key, value]) => key !== 'vpcId' && value);
  return known ? nameOf(remote ?? {}) : (category ?? '–');
}

function to(item: TopItem): string {
  const { targetPort } = item;
  const name = remoteName(item);
  if (!targetPort) return name;
  return name.includes(':') ? `[${name}]:${targetPort}` : `${name}:${targetPort}`;
}
