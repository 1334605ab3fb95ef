import { nameIn } from '../model/ids.ts';
import type { MonitorChange, MonitorDocument, MonitorState, NhiState } from '../model/monitor-documents.ts';
import { GIB } from '../model/service.ts';
import { MINUTE } from '../model/time.ts';
import { bytes, count, dateTime, duration, many, rate, time, zoneName } from '../model/units.ts';
import { type Ink, items } from './layout.ts';
import { code, list, prose } from './markup.ts';
import { sanitizeDocument } from './sanitize.ts';
import { finish, forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import type { Column } from './table.ts';

/** A resource as the document, or a request to the service, has it. */
interface AnyResource {
  type: string | undefined;
  identifier: string | undefined;
}

const NOUNS: Readonly<Record<string, [one: string, many: string]>> = {
  'AWS::EC2::VPC': ['VPC', 'VPCs'],
  'AWS::EC2::Subnet': ['subnet', 'subnets'],
  'AWS::EKS::Cluster': ['cluster', 'clusters'],
  'AWS::AvailabilityZone': ['zone', 'zones'],
  'AWS::Region': ['Region', 'Regions'],
  'AWS::AWSService': ['service', 'services'],
};

/** Every resource by the name that a person knows: vpc-0abc, cluster demo, all of eu-central-1, S3. */
export function resourceWords(resources: readonly AnyResource[]): string {
  return resources.map(word).join(', ');
}

function word({ type, identifier = '' }: AnyResource): string {
  const id = nameIn(identifier);
  if (type === 'AWS::EKS::Cluster') return `cluster ${id}`;
  return type === 'AWS::Region' ? `all of ${id}` : id;
}

/** For a column: the one resource, or how many of each kind. */
function shortWords(resources: readonly AnyResource[]): string {
  if (resources.length <= 1) return resourceWords(resources);
  const kinds = new Map<string, number>();
  for (const { type = '' } of resources) kinds.set(type, (kinds.get(type) ?? 0) + 1);
  return [...kinds].map(([type, n]) => `${n} ${NOUNS[type]?.[n === 1 ? 0 : 1] ?? type}`).join(', ');
}

/** `a/az1 b/az3`: the Region is known, what tells its zones apart is a letter and a number. */
function zoneWords({ zones, region }: MonitorState): string {
  if (!zones) return '–';
  return zones
    .map(({ az, azId }) => {
      const id = azId.split('-').at(-1) ?? azId;
      return az ? `${az.startsWith(region) ? az.slice(region.length) : az}/${id}` : azId;
    })
    .join(' ');
}

function identifiers(resources: readonly AnyResource[]): string {
  return resources.map((r) => r.identifier).join(' ');
}

const resourceColumns: readonly Column<Pick<MonitorState & MonitorChange, 'local' | 'remote'>>[] = [
  {
    key: 'local',
    header: 'Local',
    value: (m) => identifiers(m.local),
    text: (m) => shortWords(m.local),
    cut: true,
  },
  {
    key: 'remote',
    header: 'Remote',
    value: (m) => identifiers(m.remote),
    text: (m) => shortWords(m.remote) || 'all',
    cut: true,
  },
];

export function monitorColumns(now: number, regions: number): readonly Column<MonitorState>[] {
  return [
    { key: 'region', header: 'Region', value: (m) => m.region, wide: regions < 2 },
    { key: 'name', header: 'Name', value: (m) => m.name, cut: true },
    { key: 'status', header: 'Status', value: (m) => m.status },
    { key: 'nhi', header: 'NHI', value: (m) => m.nhi.state },
    ...resourceColumns,
    {
      key: 'zones',
      header: 'Zones',
      value: (m) => m.zones?.map((z) => z.azId).join(' '),
      text: zoneWords,
    },
    { key: 'createdAt', header: 'Age', value: (m) => m.createdAt, text: (m) => age(m.createdAt, now) },
    { key: 'modifiedAt', header: 'Modified', value: (m) => m.modifiedAt, wide: true },
    { key: 'tags', header: 'Tags', value: (m) => tagWords(m.tags), wide: true, cut: true },
    { key: 'arn', header: 'ARN', value: (m) => m.arn, wide: true, cut: true },
  ];
}

function age(createdAt: string | null, now: number): string {
  if (createdAt === null) return '–';
  // The largest unit is enough beside others.
  return duration(now - Date.parse(createdAt))
    .split(' ')
    .slice(0, 2)
    .join(' ');
}

export const monitorChangeColumns: readonly Column<MonitorChange>[] = [
  { key: 'change', header: 'Change', value: (m) => m.change },
  { key: 'name', header: 'Name', value: (m) => m.name, cut: true },
  { key: 'status', header: 'Status', value: (m) => m.status },
  ...resourceColumns,
  { key: 'region', header: 'Region', value: (m) => m.region, wide: true },
  { key: 'tags', header: 'Tags', value: (m) => tagWords(m.tags), wide: true, cut: true },
  { key: 'arn', header: 'ARN', value: (m) => m.arn, wide: true, cut: true },
];

/** One monitor, whole: nothing is shortened here. */
export function renderMonitor(document: MonitorDocument, style: Style): string {
  const seen = forTerminal(document, style);
  const { monitor } = seen;
  const ink = inkFor(style);
  const loud: Readonly<Record<NhiState, Ink>> = {
    degraded: ink.bold.white.bgRed,
    healthy: ink.green,
    unknown: ink.yellow,
  };
  const facts = factsOf(seen).map((fact) => ({
    ...fact,
    inkLabel: ink.dim,
    ...(fact.label === 'NHI' ? { inkText: loud[monitor.nhi.state] } : {}),
  }));
  const page = [
    ink.bold(monitor.name),
    ...items(facts, layoutWidth(style), '  '),
    // Never broken: it is there to be copied.
    `  ${ink.dim('ARN')}      ${monitor.arn}`,
  ];
  return finish(`${page.join('\n')}\n`, style);
}

/** The same for a ticket, and nothing shortened there either. */
export function renderMonitorMarkdown(document: MonitorDocument): string {
  const seen = sanitizeDocument(document);
  const facts = factsOf(seen).map(({ label, text }) => `**${label}:** ${prose(text)}`);
  return `## Monitor ${prose(seen.monitor.name)}\n\n${list([...facts, `**ARN:** ${code(seen.monitor.arn)}`])}\n`;
}

function factsOf({ monitor, traffic, generatedAt }: MonitorDocument): { label: string; text: string }[] {
  const old = monitor.createdAt && duration(Date.parse(generatedAt) - Date.parse(monitor.createdAt));
  return [
    { label: 'Status', text: monitor.status },
    {
      label: 'NHI',
      text: monitor.nhi.at ? `${monitor.nhi.state} at ${time(monitor.nhi.at)} UTC` : unknownNhi(monitor),
    },
    { label: 'Local', text: resourceWords(monitor.local) },
    { label: 'Remote', text: resourceWords(monitor.remote) || `everything that ends in ${monitor.region}` },
    {
      label: 'Zones',
      text: monitor.zones?.map((zone) => zoneName(zone)).join(', ') ?? '–',
    },
    { label: 'Traffic', text: trafficWords(traffic) },
    { label: 'Created', text: monitor.createdAt ? `${dateTime(monitor.createdAt)}, ${old} ago` : '–' },
    { label: 'Changed', text: monitor.modifiedAt ? dateTime(monitor.modifiedAt) : '–' },
    { label: 'Tags', text: tagWords(monitor.tags) || '–' },
  ];
}

/** A person wants to know why, a program reads `unknown`. */
function unknownNhi({ status, createdAt }: MonitorState): string {
  if (status === 'PENDING') return 'unknown: a new monitor needs up to 30 minutes for its first data';
  return createdAt ? 'unknown: no datapoint in the last 30 minutes' : 'unknown';
}

function trafficWords({ start, end, ...t }: MonitorDocument['traffic']): string {
  const minutes = Math.round((Date.parse(end) - Date.parse(start)) / MINUTE);
  if (t.bytes === null) return `nothing was reported in the last ${minutes} min`;
  const perGib = t.retransmissions === null || t.bytes === 0 ? null : (t.retransmissions / t.bytes) * GIB;
  return [
    `${bytes(t.bytes)} in the last ${minutes} min`,
    `${many(t.retransmissions, 'retransmission', 'retransmissions')} (${rate(perGib)} per GiB)`,
    many(t.timeouts, 'timeout', 'timeouts'),
    `RTT ${t.rttMicros === null ? '–' : `${count(t.rttMicros)} µs`}`,
  ].join(', ');
}

export function tagWords(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
