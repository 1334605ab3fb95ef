import type { Endpoint, Flow } from '../model/case.ts';
import type { Findings, Link, Location, Traffic } from '../model/report.ts';
import type { FlowSums } from './flow-sums.ts';
import { perGib } from './rates.ts';

/** As many as a picture can show. */
const LINKS = 30;

/** Who sends to whom in the window: zone by zone, and around what is blamed. */
export function trafficIn(flows: readonly FlowSums[], location: Location): Pick<Findings, 'traffic'> {
  if (flows.length === 0) return {};
  const sideOf = blamedBy(location);
  const zones = [...grouped(flows, zonePairOf).values()].map(({ of, flows: own }) => ({
    ...of,
    ...sum(own),
  }));
  const links = [...grouped(flows, (flow) => linkOf(flow, sideOf))]
    .map(([key, { of, flows: own }]) => ({
      key,
      flows: own,
      link: { ...of, flows: own.length, ...sum(own) },
    }))
    .sort((a, b) => byNearness(a.link, b.link) || (a.key < b.key ? -1 : 1));
  const others = links.slice(LINKS).flatMap((link) => link.flows);
  return {
    traffic: {
      zones: zones.sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)),
      links: links.slice(0, LINKS).map(({ link }) => link),
      ...(others.length > 0 && {
        folded: { links: links.length - LINKS, flows: others.length, ...sum(others) },
      }),
    },
  };
}

function grouped<T>(flows: readonly FlowSums[], of: (flow: Flow) => T) {
  const groups = new Map<string, { of: T; flows: FlowSums[] }>();
  for (const sums of flows) {
    const group = of(sums.flow);
    const key = JSON.stringify(group);
    const known = groups.get(key);
    if (known) known.flows.push(sums);
    else groups.set(key, { of: group, flows: [sums] });
  }
  return groups;
}

function zonePairOf({ local, remote, category }: Flow): Pick<Traffic['zones'][number], 'from' | 'to'> {
  return { from: local.azId ?? null, to: remote.azId ?? category };
}

type Ends = Pick<Link, 'from' | 'to' | 'blamed'>;

function linkOf(flow: Flow, sideOf: (flow: Flow) => Link['blamed']): Ends {
  const { local, remote, category } = flow;
  const blamed = sideOf(flow);
  const to = endOf(remote, blamed === 'to');
  return {
    from: endOf(local, blamed === 'from'),
    to: Object.keys(to).length > 0 ? to : { category },
    ...(blamed && { blamed }),
  };
}

/** A service is one end, whatever runs it; but what is blamed of it stands by itself. */
function endOf(end: Endpoint, isBlamed: boolean): Endpoint {
  const { podNamespace, podName, serviceName, instanceId, instanceName, ip, subnetId, azId, region } = end;
  const namespace = podNamespace === undefined ? {} : { podNamespace };
  if (serviceName !== undefined && !isBlamed) return { ...namespace, serviceName };
  if (podName !== undefined) return { ...namespace, podName };
  if (serviceName !== undefined) return { ...namespace, serviceName };
  if (instanceId !== undefined)
    return { instanceId, ...(instanceName === undefined ? {} : { instanceName }) };
  if (ip !== undefined) return { ip };
  if (subnetId !== undefined) return { subnetId };
  if (azId !== undefined) return { azId };
  return region === undefined ? {} : { region };
}

/** Where on a flow what the report names lies. The most particular name decides, as in its headline. */
function blamedBy(location: Location): (flow: Flow) => Link['blamed'] {
  const { component, category, podName, podNamespace, instanceId, serviceName, subnetId, remoteIp } =
    location;
  const at = (isIt: (end: Endpoint) => boolean) => (flow: Flow) =>
    isIt(flow.local) ? 'from' : isIt(flow.remote) ? 'to' : undefined;
  if (component)
    return (flow) => (flow.path?.some((part) => part.componentId === component.id) ? 'way' : undefined);
  if (category !== undefined) return (flow) => (flow.category === category ? 'to' : undefined);
  if (podName !== undefined) return at((end) => end.podName === podName && end.podNamespace === podNamespace);
  if (instanceId !== undefined) return at((end) => end.instanceId === instanceId);
  if (serviceName !== undefined) return at((end) => end.serviceName === serviceName);
  if (subnetId !== undefined) return at((end) => end.subnetId === subnetId);
  if (remoteIp !== undefined) return at((end) => end.ip === remoteIp);
  return () => undefined;
}

function byNearness(a: Link, b: Link): number {
  return (
    Number(b.blamed !== undefined) - Number(a.blamed !== undefined) ||
    (b.retransmissions ?? -1) - (a.retransmissions ?? -1) ||
    (b.bytes ?? -1) - (a.bytes ?? -1)
  );
}

function sum(flows: readonly FlowSums[]) {
  let [retransmissions, timeouts, bytes, counted, countedTimeouts] = [0, 0, 0, 0, 0];
  let paired = true;
  for (const { window } of flows) {
    retransmissions += window.retransmissions;
    timeouts += window.timeouts;
    bytes += window.bytes;
    counted += window.counted.retransmissions;
    countedTimeouts += window.counted.timeouts;
    paired &&= window.unlisted.length === 0;
  }
  return {
    retransmissions: counted > 0 ? retransmissions : null,
    timeouts: countedTimeouts > 0 ? timeouts : null,
    bytes: counted > 0 && (bytes > 0 || paired) ? bytes : null,
    retransmissionsPerGiB: counted > 0 && paired ? perGib(retransmissions, bytes) : null,
  };
}
