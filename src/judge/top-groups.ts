import type { Endpoint } from '../model/case.ts';
import type { Identity, Remote, Sums, TopFlow, TopItem } from '../model/top.ts';
import { COUNTERS, type TopLevel, type TopMetric } from '../model/words.ts';
import { identityOf, memberKey } from './members.ts';
import { perGib } from './rates.ts';

/** Flows that are one thing at the levels that were asked for. */
export type Group = Omit<TopItem, 'rank' | 'share'>;

/** Sums by group, in no order. Tiles, too, are nothing but parts of a sum. */
export function groupFlows(flows: readonly TopFlow[], by: readonly TopLevel[]): Group[] {
  const members = new Map<string, TopFlow[]>();
  for (const flow of flows) {
    const key = JSON.stringify(by.map((level) => keyOf(flow, level)));
    const known = members.get(key);
    if (known) known.push(flow);
    else members.set(key, [flow]);
  }
  const single = by.includes('flow');
  const both = mirrored(flows);
  return [...members.values()].map((group) => ({
    ...groupIdentity(group, by),
    ...sumsOf(group),
    ...sideOf(group),
    mirrored: group.some(side)
      ? group.some((flow) => both.has(connection(flow))) && (single || mirrored(group).size > 0)
      : null,
    ...(single ? detailsOf(group) : {}),
  }));
}

/** The highest first, what is not known last; equal ones by their events, their bytes, and their names. */
export function rank(groups: readonly Group[], metric: TopMetric): TopItem[] {
  const counter = COUNTERS[metric];
  const order = [counter, 'retransmissions', 'timeouts', 'bytes'] as const;
  const total = metric === 'rtt' ? null : sum(groups.map((g) => g[counter]));
  const named = groups.map((group) => ({ group, name: JSON.stringify(group) }));
  named.sort((a, b) => {
    for (const key of order) {
      const difference = (b.group[key] ?? -1) - (a.group[key] ?? -1);
      if (difference !== 0) return difference;
    }
    return a.name < b.name ? -1 : 1;
  });
  return named.map(({ group }, i) => {
    const value = group[counter];
    const share = total === null || value === null ? null : total > 0 ? value / total : 0;
    return { rank: i + 1, ...group, share };
  });
}

/** The sum of what is known; null where nothing is, or where a 0 would stand for what is unknown. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  const total = known.reduce((a, b) => a + b, 0);
  return total > 0 || (known.length > 0 && known.length === values.length) ? total : null;
}

export function sumsOf(flows: readonly TopFlow[]): Sums {
  const retransmissions = sum(flows.map((f) => f.retransmissions));
  const bytes = sum(flows.map((f) => f.bytes));
  // Events and bytes of different rows make no rate.
  const paired = flows.every((f) => f.retransmissions !== null && f.bytes !== null);
  return {
    retransmissions,
    timeouts: sum(flows.map((f) => f.timeouts)),
    bytes,
    rttMicros: meanRtt(flows),
    retransmissionsPerGiB: paired && retransmissions !== null ? perGib(retransmissions, bytes ?? 0) : null,
  };
}

/** A row has an average and no count of samples, so its time is all there is to weigh it by. */
function meanRtt(flows: readonly TopFlow[]): number | null {
  let weighted = 0;
  let seconds = 0;
  for (const flow of flows) {
    if (flow.rttMicros === null) continue;
    weighted += flow.rttMicros * flow.seconds;
    seconds += flow.seconds;
  }
  return seconds > 0 ? Math.round(weighted / seconds) : null;
}

type LocalLevel = 'pod' | 'service' | 'instance' | 'subnet';

/** What makes two flows the same at a level. Names of pods and addresses are unique within a VPC only. */
function keyOf(flow: TopFlow, level: TopLevel): unknown {
  const { local, remote, category, targetPort } = flow;
  switch (level) {
    case 'pod':
    case 'service':
    case 'instance':
    case 'subnet':
      return [local.vpcId, memberKey(flow, level)];
    case 'zone':
      return [local.azId, remote.azId];
    case 'vpc':
      return local.vpcId;
    case 'remote':
      if (isNameless(remote)) return [remote.vpcId, remote.azId, category];
      return remote.podName
        ? [remote.vpcId, remote.podNamespace, remote.podName]
        : [remote.vpcId, remote.ip ?? remote.identifier ?? remote.subnetId ?? remote.region];
    case 'port':
      return targetPort;
    case 'category':
      return category;
    case 'flow':
      return [category, targetPort, withoutName(local), withoutName(remote)];
  }
}

/** Of some remotes no more is known than what kind they are: on the internet, behind a transit gateway. */
function isNameless({ podName, ip, identifier, subnetId, region }: Remote): boolean {
  return !(podName || ip || identifier || subnetId || region);
}

function withoutName<T extends Endpoint>({ instanceName: _, eniId: __, ...end }: T) {
  return end;
}

/** What all rows of a group say: of a pod that moved, its name, but neither of its nodes. */
function groupIdentity(group: readonly TopFlow[], by: readonly TopLevel[]): Identity {
  const [first = {}, ...others] = group.map((flow) =>
    by.reduce<Identity>((known, level) => merge(known, partOf(flow, level)), {}),
  );
  return others.reduce<Identity>(shared, first);
}

function shared(a: Identity, b: Identity): Identity {
  const remote = a.remote && b.remote ? { remote: equalFields(a.remote, b.remote) } : {};
  return { ...equalFields({ ...a, remote: undefined }, { ...b, remote: undefined }), ...remote };
}

function equalFields<T extends object>(a: T, b: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(a).filter(([key, value]) => value !== undefined && value === b[key as keyof T]),
  ) as Partial<T>;
}

function merge(known: Identity, part: Identity): Identity {
  const remote = { ...known.remote, ...part.remote };
  return { ...known, ...part, ...(known.remote || part.remote ? { remote } : {}) };
}

/** What a level says of a group. What it is known by is there even where the rows do not have it: as null. */
function partOf(flow: TopFlow, level: TopLevel): Identity {
  const { local, remote, category, targetPort } = flow;
  const { region: _, ...here } = local;
  const member = (at: LocalLevel) => (memberKey(flow, at) ? identityOf(flow, at) : {});
  switch (level) {
    case 'pod':
      return { podName: null, ...member('pod') };
    case 'service':
      return { serviceName: null, ...(local.vpcId ? { vpcId: local.vpcId } : {}), ...member('service') };
    case 'instance':
      return { instanceId: null, ...member('instance') };
    case 'subnet':
      return { subnetId: null, ...member('subnet') };
    case 'zone':
      return { azId: local.azId ?? null, remote: { azId: remote.azId ?? null } };
    case 'vpc':
      return { vpcId: local.vpcId ?? null };
    case 'remote':
      return { remote: remote satisfies Remote, ...(isNameless(remote) ? { category } : {}) };
    case 'port':
      return { targetPort };
    case 'category':
      return { category };
    case 'flow':
      return { ...here, remote, targetPort, category };
  }
}

/** The end that was connected to reports no port (0); workload insights have none at all, hence no side. */
function side({ targetPort }: TopFlow): TopItem['side'] {
  if (targetPort === null) return undefined;
  return targetPort === 0 ? 'server' : 'client';
}

function sideOf(group: readonly TopFlow[]): { side?: 'client' | 'server' } {
  const sides = new Set(group.map(side));
  const [only] = sides;
  return sides.size === 1 && only ? { side: only } : {};
}

/** Who opened it to whom: the same on the rows of both ends, whose ports differ. */
function connection(flow: TopFlow): string {
  const [local, remote] = [flow.local, flow.remote].map(({ vpcId, ip }) => `${vpcId} ${ip}`);
  return side(flow) === 'server' ? `${remote} ${local}` : `${local} ${remote}`;
}

/** Connections that both of their ends report. */
function mirrored(flows: readonly TopFlow[]): Set<string> {
  const sides = new Map<string, Set<TopItem['side']>>();
  for (const flow of flows) {
    if (!side(flow)) continue;
    const key = connection(flow);
    sides.set(key, (sides.get(key) ?? new Set()).add(side(flow)));
  }
  return new Set([...sides].filter(([, seen]) => seen.size === 2).map(([key]) => key));
}

/** A path may change between tiles: the newest is what holds now. */
function detailsOf(group: readonly TopFlow[]): Pick<TopItem, 'snatIp' | 'dnatIp' | 'path'> {
  const [newest] = [...group].sort((a, b) => b.tile - a.tile);
  const { snatIp, dnatIp, path } = newest ?? {};
  return { ...(snatIp ? { snatIp } : {}), ...(dnatIp ? { dnatIp } : {}), ...(path?.length ? { path } : {}) };
}
