import type { Endpoint } from '../model/case.ts';
import {
  type Contributor,
  type Location,
  NEARLY,
  type NhiReport,
  REASONS,
  type Reason,
  type Report,
  type Verdict,
  type ZoneReport,
} from '../model/report.ts';
import {
  bytes,
  categoryName,
  componentName,
  count,
  dateTime,
  elapsed,
  lossShare,
  minuteRanges,
  rate,
  ratioWithInterval,
  SEGMENT_BYTES,
  span,
  time,
  zoneName,
} from '../model/units.ts';

/* What a report says, in words: the same words on a terminal and in a ticket. */

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'aws-infrastructure': 'AWS INFRASTRUCTURE',
  workload: 'WORKLOAD',
  inconclusive: 'INCONCLUSIVE',
  'no-impairment': 'NO IMPAIRMENT',
  'no-data': 'NO DATA',
};

const PARTY: Readonly<Record<'workload' | 'aws-infrastructure', string>> = {
  workload: 'workload',
  'aws-infrastructure': 'AWS',
};

/** `pod default/web-b in ap-northeast-3b (apne3-az3) · high confidence` */
export function headline(report: Report): string {
  const { location, target } = report;
  // Nobody knows a scope by its ID.
  const whole = target.kind === 'scope' ? `Region ${target.region}` : targetPlace(target);
  return [between(report) ?? place(location) ?? whole, ...certainty(report)].join(' · ');
}

/** Of a blame, how sure it is; of health, whether all was seen; where nothing is known, nothing is sure. */
function certainty(report: Report): string[] {
  const { verdict, confidence, suspects } = report;
  switch (verdict) {
    case 'workload':
    case 'aws-infrastructure':
      return [`${confidence} confidence`];
    case 'no-impairment':
      return [confidence === 'high' ? 'all of it was seen' : 'as far as it was seen'];
    case 'inconclusive':
      return suspects?.length && hasRisen(report)
        ? [`suspected: ${suspects.map((s) => PARTY[s]).join(' or ')}`]
        : [];
    case 'no-data':
      return [];
  }
}

/** Where nothing rose there is nothing to date, and nobody to suspect. */
function hasRisen({ onset, reason, impairment }: Report): boolean {
  return onset !== null || impairment !== null || !(NOT_RISEN as readonly Reason[]).includes(reason);
}

const NOT_RISEN = [
  'evidence-incomplete',
  'low-traffic',
  'nhi-degraded-no-rise',
  'no-baseline',
  'partly-unseen',
] as const satisfies readonly Reason[];

interface Findings {
  title: string;
  statements: string[];
}

/** Evidence by what it is for: what was seen, what speaks for whom, and what changes nothing. */
export function findings({ evidence, verdict }: Report): Findings[] {
  const seen = evidence.filter((e) => e.supports === 'none' && e.strength !== 'optional');
  const blind = evidence.filter((e) => e.code === 'blind-spots');
  const checked = evidence.filter(
    (e) => e.supports === 'none' && e.strength === 'optional' && !blind.includes(e),
  );
  const sides = (['workload', 'aws-infrastructure'] as const).map((side) => ({
    title: `Speaks for ${side === 'workload' ? 'the workload' : 'AWS'}`,
    of: evidence.filter((e) => e.supports === side),
  }));
  const first = verdict === 'aws-infrastructure' ? sides.reverse() : sides;
  return [
    { title: 'What is seen', of: seen },
    ...first,
    { title: 'Also checked', of: checked },
    { title: 'What is not seen', of: blind },
  ].flatMap(({ title, of }) => (of.length === 0 ? [] : [{ title, statements: of.map((e) => e.statement) }]));
}

/** Changes that a page has room for. */
const MOST_CHANGES = 4;

interface ToldChanges {
  title: string;
  list: { label: string; text: string }[];
  /** How many are not shown. */
  more: number;
}

/** What changed around the onset, the nearest first; null where nothing did, or it was not asked. */
export function changed({ changes = [] }: Report, most = MOST_CHANGES): ToldChanges | null {
  if (changes.length === 0) return null;
  const list = changes.slice(0, most).map((change) => {
    const { secondsBeforeOnset: seconds, what, where, by, source, touches, times } = change;
    const where_ = where === null ? '' : `, ${where}`;
    const often = times === undefined ? '' : `, ${count(times)} times`;
    const place = touches === 'unknown' ? ', it is not known where' : '';
    return {
      label: whenChanged(seconds),
      text: `${what}${where_}${often}${place}${by === null ? '' : `, by ${by}`} (${source})`,
    };
  });
  return { title: 'What changed', list, more: changes.length - list.length };
}

/** `3 min before`, `40 s before`, `2 min after`, `as it began` */
function whenChanged(seconds: number): string {
  if (seconds === 0) return 'as it began';
  const long = Math.abs(seconds);
  const length = long < 60 ? `${long} s` : `${Math.round(long / 60)} min`;
  return `${length} ${seconds > 0 ? 'before' : 'after'}`;
}

/** Of the monitors that were asked, and of load balancers that the report names. */
export function consolePages({ nhi, loadBalancers = [] }: Report): { of: string; url: string }[] {
  return [
    ...loadBalancers.map(({ id, consoleUrl }) => ({ of: `load balancer ${id}`, url: consoleUrl })),
    ...nhi.flatMap(({ monitor, metricsUrl }) =>
      metricsUrl === undefined ? [] : [{ of: `metrics of ${monitor}`, url: metricsUrl }],
    ),
  ];
}

const SECOND_SAYS: Readonly<Record<NonNullable<Report['secondBaseline']>['says'], string>> = {
  'the-same': 'says the same',
  otherwise: 'says otherwise',
  nothing: 'says nothing',
};

export interface Fact {
  label: string;
  text: string;
}

const NO_DATA: Fact = { label: 'Note', text: "No data is not 'no impairment': nothing is known either way." };

/** Where, since when, why: the lines under the summary. */
export function facts(report: Report): Fact[] {
  const { reason, window, baseline, location, secondBaseline: second } = report;
  const compared = [
    baseline === null ? 'no baseline' : `baseline ${span(baseline.start, baseline.end)}`,
    ...(second ? [`and ${span(second.start, second.end)}, which ${SECOND_SAYS[second.says]}`] : []),
  ].join(', ');
  const lines: (Fact | undefined)[] = [
    since(report),
    details(location),
    ...impairedRate(report),
    report.verdict === 'no-data' ? NO_DATA : undefined,
    { label: 'Why', text: `${REASONS[reason]} (${reason})` },
    others(report),
    { label: 'Window', text: `${span(window.start, window.end)}; ${compared}` },
    { label: 'Target', text: `${targetPlace(report.target)}, account ${report.target.accountId}` },
  ];
  return lines.filter((line) => line !== undefined);
}

function since(report: Report): Fact | undefined {
  const { onset, end, ongoing, window, verdict } = report;
  if (onset === null) {
    const impaired = verdict !== 'no-impairment' && verdict !== 'no-data' && hasRisen(report);
    return impaired ? { label: 'Since', text: 'not known' } : undefined;
  }
  const { byTile, earliest, latest } = report.evidence.find(({ code }) => code === 'onset')?.data ?? {};
  if (ongoing && byTile && typeof earliest === 'string' && typeof latest === 'string') {
    return { label: 'Since', text: `some time within ${span(earliest, latest)}, ongoing` };
  }
  const lasted = elapsed(onset, ongoing || end === null ? window.end : end);
  const length = lasted === undefined ? '' : `, for ${lasted}`;
  if (ongoing) return { label: 'Since', text: `${dateTime(onset)}${length}, ongoing` };
  if (end === null) return { label: 'Since', text: `${dateTime(onset)}; whether it has ended is not known` };
  return { label: 'Since', text: `${span(onset, end)}${length}, ended` };
}

/** What is known of the place and not yet said in the headline. */
function details(location: Location): Fact | undefined {
  const [, ...others] = things(location);
  return others.length === 0 ? undefined : { label: 'Where', text: others.join(', ') };
}

/** Of what the report is about, since it began: with the events and the bytes that the rate is made of. */
function impairedRate({ impairment, onset }: Report): Fact[] {
  if (impairment === null) return [];
  const { of, start, retransmissions, bytes: carried, retransmissionsPerGiB, ...rest } = impairment;
  const since = start === onset ? '' : `, since ${time(start)} UTC`;
  const before = rest.baselineRetransmissionsPerGiB;
  const again = `${count(retransmissions)} retransmission${retransmissions === 1 ? '' : 's'}`;
  const loss = rest.estimatedLoss;
  if (carried === null) {
    return [{ label: 'Rate', text: `${of}: ${again}${since}; in how many bytes is not known` }];
  }
  return [
    {
      label: 'Rate',
      text: [
        `${of}: ${rate(retransmissionsPerGiB)} per GiB`,
        ` (${again} in ${bytes(carried)}${since})`,
        before === null ? '' : `; ${rate(before)} before`,
      ].join(''),
    },
    ...(loss === null
      ? []
      : [
          {
            label: 'Loss',
            text: `about ${lossShare(loss)} of its segments, estimated at ${count(SEGMENT_BYTES)} bytes each`,
          },
        ]),
  ];
}

/** What is blamed, with the zone it is in; undefined where neither is known. */
function place(location: Location): string | undefined {
  const [what] = things(location);
  const where = zoneName(location);
  if (what === undefined) return where === undefined ? undefined : `zone ${where}`;
  return where === undefined ? what : `${what} in ${where}`;
}

/** Two ends of the same flows, neither of which can be told from the other. */
function between({ reason, location, alternatives, target }: Report): string | undefined {
  const [one] = things(location);
  // The whole of what was asked about is no end.
  if (target.kind === 'subnet' && one === called('subnet', target.id)) return undefined;
  const [other] = things(alternatives?.[0]?.location ?? {});
  if (reason !== 'pair-concentrated' || one === undefined || other === undefined) return undefined;
  return `between ${one} and ${other}`;
}

/** What else explains it. */
function others({ alternatives = [] }: Report): Fact | undefined {
  const list = alternatives.map(({ what, timesLessLikely }) =>
    timesLessLikely < NEARLY
      ? `${what}, nearly as likely`
      : `${what}, ${count(Math.round(timesLessLikely))} times less likely`,
  );
  if (list.length === 0) return undefined;
  return { label: 'Maybe', text: list.join('; ') };
}

/** The things at the location, the most particular first. */
function things(location: Location): string[] {
  const { podNamespace, podName, instanceId, serviceName, subnetId, remoteIp, remotePort } = location;
  if (location.component) return [componentName(location.component)];
  if (location.category) return [`flows to ${categoryName(location.category)}`];
  const named: [string, string | undefined][] = [
    ['pod', podNamespace === undefined || podName === undefined ? podName : `${podNamespace}/${podName}`],
    ['instance', instanceId],
    ['service', serviceName],
    ['subnet', subnetId],
    ['remote', remoteIp && remotePort ? withPort(remoteIp, remotePort) : remoteIp],
  ];
  return named.flatMap(([noun, id]) => (id === undefined ? [] : [called(noun, id)]));
}

/** The target and where it is; several Regions where it names none. */
export function targetPlace({
  kind,
  id,
  region,
}: Record<'id' | 'region', string | null> & { kind: string }): string {
  const where = region ?? 'several Regions';
  // Where there is no scope, its Region stands in for its ID.
  if (kind === 'scope' && id === region && region !== null) return `Region ${region}`;
  return `${id === null ? kind : called(kind, id)} in ${where}`;
}

/** `instance i-0abc`; but `subnet-0abc` says itself what it is. */
function called(noun: string, id: string): string {
  return id.startsWith(`${noun}-`) ? id : `${noun} ${id}`;
}

export function zoneNumbers(zone: ZoneReport) {
  return {
    retransmissions: count(zone.retransmissions),
    timeouts: count(zone.timeouts),
    bytes: bytes(zone.bytes),
    perGiB: rate(zone.retransmissionsPerGiB),
    versusPeers: versusPeers(zone),
  };
}

/** Nothing against nothing is no ratio. */
function versusPeers({
  retransmissions,
  baselineRetransmissionsPerGiB: before,
  changeVersusPeers,
}: ZoneReport): string {
  return changeVersusPeers !== null && retransmissions === 0 && before === 0
    ? 'no events'
    : ratioWithInterval(changeVersusPeers);
}

/** What AWS said of its own network, for one monitor; where it is not known which day it is about, `dated`. */
export function nhiFinding(
  { state, degradedMinutes, periodSeconds = 60, missing = 0 }: NhiReport,
  dated = false,
): string {
  const unknown = `${(missing * periodSeconds) / 60} min without a datapoint`;
  // Too few of them for 'healthy', or none.
  if (state === 'unknown')
    return `no indicator was reported${missing ? ` (${unknown})` : ''}, which is not 'healthy'`;
  if (state === 'healthy')
    return missing ? `no degraded minute among those reported; ${unknown}` : 'no degraded minute';
  const ranges = minuteRanges(degradedMinutes, periodSeconds, dated);
  const [most, minutes] = [periodSeconds > 60 ? 'up to ' : '', (degradedMinutes.length * periodSeconds) / 60];
  return `${most}${minutes} min: ${ranges.join(', ')}`;
}

/** The zones that a monitor covers, as a person knows them. */
export function covered({ coversNames }: NhiReport): string {
  return coversNames.length === 0 ? 'unknown zones' : coversNames.join(', ');
}

/** Who sent, and to whom. The port is 0 on the row of the side that was connected to: then it names nothing. */
export function flowEnds({ remote, targetPort, ...local }: Contributor): { from: string; to: string } {
  const name = endpointName(remote);
  return {
    from: endpointName(local),
    to: targetPort ? withPort(name, targetPort) : name,
  };
}

function withPort(name: string, port: number): string {
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

export function endpointName(endpoint: Endpoint): string {
  const { podNamespace, podName, serviceName, instanceName, instanceId, ip, subnetId, azId, region } =
    endpoint;
  if (podName !== undefined) return podNamespace === undefined ? podName : `${podNamespace}/${podName}`;
  return serviceName ?? instanceName ?? instanceId ?? ip ?? subnetId ?? azId ?? region ?? 'unknown';
}
