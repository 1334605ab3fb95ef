import { aws, printed } from '../model/command-line.ts';
import { type Contributor, type Evidence, NEARLY, type Report } from '../model/report.ts';
import { NHI_CATEGORIES } from '../model/service.ts';
import { bytes, componentName, count, dateTime, lossShare, rate, span } from '../model/units.ts';
import { sanitizeDocument } from './sanitize.ts';
import { flowEnds, nhiFinding, targetPlace } from './words.ts';

/** What an engineer can look at in one go. */
const MOST_FLOWS = 10;

/**
 * The text of a case with AWS Support, to be pasted: what they ask for first where packets are lost, so that nobody has to
 * ask. Zones by their IDs, times in UTC, both ends by address and port.
 */
export function renderSupport(report: Report): string {
  const seen = sanitizeDocument(report);
  const blocks = [subject, what, where, flows, counts, indicator, ruledOut, against, unknown, ask];
  return `${blocks
    .map((block) => block(seen))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`);

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...list(lines)];
}

/** AWS's staff know zones by their IDs: names are each account's own. */
function placeOf({ location, target }: Report): string {
  const { azId, instanceId, subnetId, remoteIp, component } = location;
  if (component) return componentName(component);
  const [part] = [instanceId, subnetId, remoteIp].filter((id) => id !== undefined);
  if (azId) return `${part ? `${part} in ` : ''}${azId}`;
  return part ?? targetPlace(target);
}

function subject(report: Report): string[] {
  const { target, onset, ongoing, end, verdict } = report;
  const since =
    onset === null ? '' : ongoing || end === null ? ` since ${dateTime(onset)}` : ` ${span(onset, end)}`;
  const what =
    verdict === 'no-impairment' || verdict === 'no-data' ? 'No impairment is shown' : 'TCP retransmissions';
  return [`Subject: ${what}: ${placeOf(report)}, ${target.region}${since}`];
}

function what({ summary, verdict, confidence, onset, end, ongoing, window }: Report): string[] {
  // It is read later.
  const until = `It was still ongoing at ${dateTime(window.end)}, where the data that was read ends.`;
  const ended = end !== null ? `It ended at ${dateTime(end)}.` : ongoing ? until : '';
  return [
    summary,
    ...(onset === null ? [] : [`It began at ${dateTime(onset)}. ${ended}`.trim()]),
    `Verdict of nfm, from the data of Amazon CloudWatch Network Flow Monitor: ${verdict} (${confidence} confidence).`,
  ];
}

function where({ target, zones, window, baseline, location, contributors }: Report): string[] {
  const names = zones.map(({ az, azId }) => (az ? `${azId} (${az} in this account)` : azId));
  const ends = contributors.slice(0, MOST_FLOWS).flatMap(({ remote, ...local }) => [local, remote]);
  const all = (of: (end: (typeof ends)[number]) => string | undefined) => [
    ...new Set(ends.flatMap((end) => of(end) ?? [])),
  ];
  const instances = all(({ instanceId, azId }) => instanceId && `${instanceId}${azId ? ` in ${azId}` : ''}`);
  const interfaces = all(({ eniId }) => eniId).map((eniId) => {
    const own = ends.flatMap((end) => (end.eniId === eniId && end.ip ? [end.ip] : []));
    return own.length > 0 ? `${eniId} (${[...new Set(own)].join(', ')})` : eniId;
  });
  // Others have none in this account.
  const addresses = all(({ ip, vpcId, eniId }) => (vpcId && !eniId ? ip : undefined));
  const lookUp = aws('ec2 describe-network-interfaces', {
    filters: `Name=addresses.private-ip-address,Values=${addresses.join(',')}`,
    query: 'NetworkInterfaces[].[NetworkInterfaceId,PrivateIpAddress,Attachment.InstanceId]',
    output: 'text',
    region: target.region,
  });
  const { component } = location;
  return section('Resources', [
    `Account ${target.accountId || 'unknown'}, Region ${target.region}, target ${targetPlace(target)}`,
    ...(names.length > 0 ? [`Availability Zones: ${names.join(', ')}`] : []),
    ...(instances.length > 0 ? [`Instances: ${instances.join(', ')}`] : []),
    ...listed(
      'VPCs',
      all(({ vpcId }) => vpcId),
    ),
    ...listed(
      'Subnets',
      all(({ subnetId }) => subnetId),
    ),
    ...listed('Network interfaces', interfaces),
    ...(addresses.length > 0
      ? [`Network interfaces of ${addresses.join(', ')}: not known; ${printed(lookUp)}`]
      : []),
    ...(component ? [`On the way: ${component.type} ${component.id}`] : []),
    `Looked at: ${span(window.start, window.end)}${baseline ? `, compared with ${span(baseline.start, baseline.end)}` : ''}`,
  ]);
}

function listed(label: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${label}: ${values.join(', ')}`];
}

function flows({ contributors }: Report): string[] {
  const shown = contributors.slice(0, MOST_FLOWS);
  const lines = shown.map((flow) => {
    const { retransmissions, timeouts, bytes: carried, retransmissionsPerGiB } = flow;
    return `${addressed(flow)}, ${flow.category}: ${count(retransmissions)} retransmissions and ${count(timeouts)} timeouts in ${bytes(carried)} (${rate(retransmissionsPerGiB)} per GiB)`;
  });
  const more = contributors.length - shown.length;
  return section('Flows with most retransmissions, sender first (the sender counted)', [
    ...lines,
    ...(more > 0 ? [`${count(more)} more`] : []),
  ]);
}

/** `10.0.1.5 (eni-0abc, i-0abc, default/web, use1-az1) > 10.0.2.7:443 (eni-0def, i-0def)` */
function addressed(flow: Contributor): string {
  const { remote, targetPort, ...local } = flow;
  const { from, to } = flowEnds({ ...flow, targetPort: null });
  const end = ({ ip, eniId, instanceId, azId }: Contributor['remote'], name: string, port: string) => {
    const called = name === ip || name === instanceId ? undefined : name;
    const about = [eniId, instanceId, called, azId].filter(Boolean);
    const address = ip?.includes(':') && port ? `[${ip}]` : (ip ?? name);
    return `${address}${port}${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
  };
  // 0 stands on the row of the side that was connected to, whose own port it is not.
  const port = targetPort ? `:${targetPort}` : '';
  return `${end(local, from, '')} > ${end(remote, to, port)}`;
}

function counts({ impairment, zones }: Report): string[] {
  const own = impairment && [
    `${impairment.of}: ${rate(impairment.retransmissionsPerGiB)} per GiB since ${dateTime(impairment.start)} (${count(impairment.retransmissions)} in ${bytes(impairment.bytes)}); before: ${rate(impairment.baselineRetransmissionsPerGiB)} per GiB`,
    ...(impairment.estimatedLoss === null
      ? []
      : [`about ${lossShare(impairment.estimatedLoss)} of its segments, if these are full`]),
  ];
  return section('TCP retransmissions, before and since', [
    ...(own ?? []),
    ...zones.map(
      (zone) =>
        `${zone.azId}: ${rate(zone.retransmissionsPerGiB)} per GiB in the window (${count(zone.retransmissions)} in ${bytes(zone.bytes)}); before: ${rate(zone.baselineRetransmissionsPerGiB)} per GiB`,
    ),
  ]);
}

function indicator({ nhi }: Report): string[] {
  return section("AWS's network health indicator (Network Flow Monitor), times in UTC", [
    ...(nhi.length === 0 ? ["unknown: no monitor was asked, which is not 'healthy'"] : []),
    ...nhi.map(
      (entry) =>
        `monitor ${entry.monitor} (${entry.covers.join(', ')}): ${entry.state}; ${nhiFinding(entry, true)}`,
    ),
  ]);
}

/** What the verdict rests on, with how it was told. */
function ruledOut({ evidence }: Report): string[] {
  const of = (wanted: (e: Evidence) => boolean) => evidence.filter(wanted).map(({ statement }) => statement);
  const isSeen = ({ supports, code }: Evidence) => supports === 'none' && code !== 'blind-spots';
  return section('What was seen and ruled out, and how', [
    ...of((e) => isSeen(e) && e.strength !== 'optional'),
    ...of(({ supports }) => supports === 'aws-infrastructure'),
    ...of((e) => isSeen(e) && e.strength === 'optional'),
  ]);
}

/** Whoever is asked for help is told this, too. */
function against({ evidence, alternatives = [], changes = [] }: Report): string[] {
  return section('What speaks for our side', [
    ...evidence.filter(({ supports }) => supports === 'workload').map(({ statement }) => statement),
    ...alternatives
      .filter(({ timesLessLikely }) => timesLessLikely < NEARLY)
      .map(({ what: other }) => `Nearly as likely: ${other}.`),
    ...changes.map(
      ({ at, what: done, where: changed, times }) =>
        `Changed at ${dateTime(at)}: ${done}${changed ? ` (${changed})` : ''}${times ? `, one of ${count(times)} times` : ''}`,
    ),
  ]);
}

function unknown({ evidence, gaps, contributors, verdict }: Report): string[] {
  const outside = [...new Set(contributors.map(({ category }) => category))].filter(
    (category) => !NHI_CATEGORIES.includes(category),
  );
  return section('What is not known', [
    ...evidence.filter(({ code }) => code === 'blind-spots').map(({ statement }) => statement),
    ...(outside.length > 0 ? [`The indicator does not cover flows of the kinds ${outside.join(', ')}.`] : []),
    ...(contributors.length > 0
      ? ['Source ports: Network Flow Monitor records the port that was connected to, and no other.']
      : []),
    ...(isForAws(verdict)
      ? ['No packets were captured, and no path was traced (mtr): say whether you want that.']
      : []),
    ...new Set(gaps.map(({ effect }) => effect)),
  ]);
}

/** Of what is ours, AWS is asked nothing. */
function isForAws(verdict: Report['verdict']): boolean {
  return verdict === 'aws-infrastructure' || verdict === 'inconclusive';
}

function ask({ verdict, tool, generatedAt }: Report): string[] {
  return [
    ...(isForAws(verdict)
      ? [
          'Please check the network and the hosts under these resources at these times, and tell us what you find.',
          '',
        ]
      : []),
    `Made by ${tool.name} ${tool.version} at ${dateTime(generatedAt)}.`,
  ];
}
