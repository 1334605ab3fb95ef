import { instant, SECOND } from './time.ts';

/*
 * How numbers, bytes and times read, the same in every sentence and table.
 */

/** Not reported. Never the same as 0. */
const NONE = '–';

/** Payload bytes of a full segment on a 1500-byte path: what turns events and bytes into an estimated loss. */
export const SEGMENT_BYTES = 1448;

const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 2 });

/** `1,204`; from a million on `1.23M`. */
export function count(value: number | null): string {
  if (value === null) return NONE;
  return value < 999_999.5 ? plain.format(value) : compact.format(value);
}

/** `1 instance runs`, `3 instances run`. */
export function many(amount: number | null, one: string, more: string): string {
  return `${count(amount)} ${amount === 1 ? one : more}`;
}

/** `the one node`, `all 3 nodes` */
export function all(amount: number, noun: string): string {
  return amount === 1 ? `the one ${noun}` : `all ${count(amount)} ${noun}s`;
}

/** `1.62 GiB`: three digits, so that columns stay narrow. */
export function bytes(value: number | null): string {
  if (value === null) return NONE;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let size = value;
  let unit = 0;
  for (; size >= 999.5 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${unit === 0 ? plain.format(size) : digits(size)} ${units[unit]}`;
}

/** Events per GiB: `743`, `20.1`, `0.04`. */
export function rate(value: number | null): string {
  if (value === null) return NONE;
  if (value === 0) return '0';
  if (value < 0.005) return '<0.01';
  if (value >= 99_999.5) return compact.format(value);
  return fixed(value, value < 0.995 ? 2 : value < 99.95 ? 1 : 0);
}

/** `312 µs`, `1.62 ms`, `1.05 s`. */
export function rtt(micros: number | null): string {
  if (micros === null) return NONE;
  if (micros < 999.5) return `${plain.format(micros)} µs`;
  return micros < 999_500 ? `${digits(micros / 1e3)} ms` : `${digits(micros / 1e6)} s`;
}

/** `×212`, `×3.4`, `×0.07`. */
export function ratio(value: number): string {
  return `×${multiple(value)}`;
}

/** `51 times`, `1.2 times`; from a thousand on only that it is so many. */
export function times(value: number): string {
  return value >= 999.5 ? 'over a thousand times' : `${multiple(value)} times`;
}

/** `×212 [140–320]` */
export function ratioWithInterval(change: { ratio: number; low: number; high: number } | null): string {
  return change === null ? NONE : `${ratio(change.ratio)} [${multiple(change.low)}–${multiple(change.high)}]`;
}

/** A part of the whole, 0 to 1, as `96 %`. */
export function share(value: number | null): string {
  if (value === null) return NONE;
  if (value > 0 && value < 0.005) return '<1 %';
  return `${plain.format(value * 100)} %`;
}

/**
 * The share of segments that were sent again, 0 to 1; null without bytes. An estimate, and labelled so wherever it is
 * shown: Network Flow Monitor counts no segments.
 */
export function estimatedLoss(events: number, byteCount: number | null): number | null {
  if (byteCount === null || byteCount <= 0) return null;
  return events / (events + byteCount / SEGMENT_BYTES);
}

/** `3.5 %`, `0.02 %`, `<0.01 %` */
export function lossShare(loss: number): string {
  const percent = 100 * loss;
  if (percent === 0) return '0 %';
  return percent < 0.005 ? '<0.01 %' : `${fixed(percent, percent < 0.995 ? 2 : percent < 9.95 ? 1 : 0)} %`;
}

/** `45 s`, `18 min`, `2 h 5 min`, `3 d 4 h`: the two largest units. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** `20:11`, in UTC. Text that is no instant is given back as it is. */
export function time(instant: string): string {
  return iso(instant)?.slice(11, 16) ?? instant;
}

/** `2026-11-21 20:11` */
function dateAndTime(instant: string): string {
  return iso(instant)?.slice(0, 16).replace('T', ' ') ?? instant;
}

/** `2026-11-21 20:11 UTC` */
export function dateTime(instant: string): string {
  return `${dateAndTime(instant)} UTC`;
}

/** `2026-11-21 19:59–20:29 UTC`, with both dates where they differ. */
export function span(start: string, end: string): string {
  const sameDay = iso(start)?.slice(0, 10) === iso(end)?.slice(0, 10);
  return sameDay ? `${dateAndTime(start)}–${time(end)} UTC` : `${dateAndTime(start)} – ${dateTime(end)}`;
}

/** How long from start to end, or undefined where either is no instant. */
export function elapsed(start: string, end: string): string | undefined {
  const milliseconds = Date.parse(end) - Date.parse(start);
  return Number.isNaN(milliseconds) ? undefined : duration(milliseconds);
}

/**
 * Minutes as ranges, ends exclusive as in a window: 20:11, 20:12, 20:15 → `20:11–20:13`, `20:15–20:16`; with their
 * dates where they lie on more than one day, or where `dated` asks for them.
 */
export function minuteRanges(instants: readonly string[], periodSeconds = 60, dated = false): string[] {
  const ranges = joinPeriods(instants, periodSeconds);
  const days = new Set(ranges.map(({ start }) => start.slice(0, 10)));
  if (dated || days.size > 1) return ranges.map(({ start, end }) => span(start, end).replace(/ UTC$/, ''));
  return ranges.map(({ start, end }) => `${time(start)}–${time(end)}`);
}

/** Periods that follow each other as one, from their starts; ends exclusive. */
export function joinPeriods(
  instants: readonly string[],
  periodSeconds: number,
): { start: string; end: string }[] {
  const period = periodSeconds * SECOND;
  const starts = instants.map((at) => Date.parse(at)).filter((start) => !Number.isNaN(start));
  const ranges: { start: number; end: number }[] = [];
  for (const start of [...new Set(starts)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && start <= last.end) last.end = start + period;
    else ranges.push({ start, end: start + period });
  }
  return ranges.map(({ start, end }) => ({ start: instant(start), end: instant(end) }));
}

function iso(instant: string): string | undefined {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Three digits, as many behind the point as that leaves: 1.62, 20.1, 743. */
function digits(value: number): string {
  return fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

function multiple(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value >= 999.5) return short.format(value);
  if (value > 0 && value < 0.005) return '<.01';
  return fixed(value, value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
}

function fixed(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** `ap-northeast-3b (apne3-az3)`: the name that a person knows beside the ID that rows carry. */
export function zoneName(zone: { azId: string; az?: string | null | undefined }): string;
export function zoneName(zone: {
  azId?: string | undefined;
  az?: string | null | undefined;
}): string | undefined;
export function zoneName({ az, azId }: { azId?: string | undefined; az?: string | null | undefined }) {
  if (!az) return azId;
  return azId === undefined ? az : `${az} (${azId})`;
}

/** `shop (111122223333)`, or as much of it as is known; by the profile where it is reached by one. */
export function accountLabel({
  accountId,
  accountName,
  profile,
}: {
  accountId: string | null;
  accountName: string | null;
  profile: string | null;
}): string {
  const name = accountName ?? profile;
  if (accountId === null) return name ?? 'this account';
  return name === null ? accountId : `${name} (${accountId})`;
}

/** `AWS::EC2::NatGateway`, `nat-0abc` → `NAT gateway nat-0abc`: types are not documented, so others stay as they are. */
export function componentName({ type, id }: { type: string; id: string }): string {
  const noun = type.split('::').at(-1) ?? type;
  return `${NOUNS[noun] ?? noun} ${id}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  NatGateway: 'NAT gateway',
  InternetGateway: 'internet gateway',
  TransitGateway: 'transit gateway',
  TransitGatewayAttachment: 'transit gateway attachment',
  VPCPeeringConnection: 'peering connection',
  VPCEndpoint: 'VPC endpoint',
  LoadBalancer: 'load balancer',
  SNAT: 'source NAT address',
  DNAT: 'destination NAT address',
};

/** A kind of destination, as the far end of flows. */
export function categoryName(category: string): string {
  return CATEGORIES[category] ?? category;
}

const CATEGORIES: Readonly<Record<string, string>> = {
  INTERNET: 'the internet',
  INTER_REGION: 'other Regions',
  INTER_VPC: 'other VPCs',
  AMAZON_S3: 'Amazon S3',
  AMAZON_DYNAMODB: 'Amazon DynamoDB',
  AWS_SERVICE: 'AWS services',
  LOCAL_ZONE: 'Local Zones',
  TRANSIT_GATEWAY: 'transit gateways',
  UNCLASSIFIED: 'ends that AWS cannot place',
};
