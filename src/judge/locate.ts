import type { Case, Endpoint } from '../model/case.ts';
import type { Location, Reason } from '../model/report.ts';
import type { Level, Member } from './members.ts';
import { type Spread, spreadOf } from './spread.ts';
import { ELIGIBLE_EVENTS, SPREAD_NARROW, SPREAD_WIDE } from './thresholds.ts';

export interface Culprit {
  level: Level;
  member: Member;
  spread: Spread;
}

export interface Where {
  culprit: Culprit | null;
  /** The spread over the smallest parts that are known: what 'zone-wide' is decided on. */
  parts: Spread;
}

/** Two explanations carry the same where their shares lie this near. */
const SAME_SHARE = 0.9;

/** Finest level first: a bad pod makes its instance, subnet and service look bad too. */
const LEVELS: readonly Level[] = ['pod', 'instance', 'subnet', 'remote'];

/** Who carries the events in a zone, or, without one, in the whole target. */
export function locate(data: Case, azId: string | null): Where {
  const levels: readonly Level[] =
    azId === null ? ['pod', 'service', 'instance', 'subnet', 'remote'] : LEVELS;
  const parts = spreadOf(data, 'pod', azId);
  // Workload insights name subnets only: the top one of a zone's few is no culprit.
  if (data.flowsFrom?.kind === 'workload-insights') return { culprit: null, parts };
  for (const level of levels) {
    const spread = level === 'pod' ? parts : spreadOf(data, level, azId);
    // Where the smallest parts show it alike, nobody larger is to be accused; a remote of all of them may be.
    if (parts.shape === 'wide' && level !== 'remote' && level !== 'service') continue;
    if (spread.shape !== 'concentrated' || !spread.top) continue;
    const culprit = { level, member: spread.top, spread };
    // All of a service's events towards one remote: the service, or the remote? The remote, because it blames less.
    const remote = level === 'service' ? spreadOf(data, 'remote', azId) : null;
    if (remote?.shape === 'concentrated' && remote.top && remote.topShare >= spread.topShare * SAME_SHARE) {
      return { culprit: { level: 'remote', member: remote.top, spread: remote }, parts };
    }
    return { culprit: onlyTowards(culprit) ?? climb(data, azId, culprit, parts), parts };
  }
  return { culprit: null, parts };
}

/**
 * The top pod may only be the busiest of a bad instance, and the instance the busiest of a bad subnet: where most of
 * the others in the same one show it too, and there are others outside that do not, the larger part is meant.
 */
function climb(data: Case, azId: string | null, culprit: Culprit, parts: Spread): Culprit {
  let found = culprit;
  for (const [level, key] of [
    ['instance', 'instanceId'],
    ['subnet', 'subnetId'],
  ] as const) {
    const place = found.member.identity[key];
    if (!place || found.level === level) continue;
    const votes = [...parts.shows].filter(([m]) => m.key !== culprit.member.key);
    const inside = votes.filter(([m]) => m.identity[key] === place);
    const outside = votes.filter(([m]) => m.identity[key] !== place);
    const share = (of: typeof votes) => of.filter(([, shows]) => shows).length / of.length;
    if (inside.length === 0 || outside.length === 0) continue;
    if (share(inside) < SPREAD_WIDE || share(outside) > SPREAD_NARROW) continue;
    const spread = spreadOf(data, level, azId);
    const member = spread.members.find((m) => m.identity[key] === place);
    if (member) found = { level, member, spread };
  }
  return found;
}

/**
 * A sender whose events all go to one of its remotes, while it sends to others without any, is not the one at fault:
 * it retransmits because that remote, or the way there, loses. Null where it has no such remote.
 */
function onlyTowards(culprit: Culprit): Culprit | null {
  const { member, level, spread } = culprit;
  if (level === 'remote' || level === 'service') return null;
  const remotes = new Map<string, { identity: Endpoint; events: number; timeouts: number; bytes: number }>();
  for (const { remote, retransmissions, timeouts, bytes } of member.flows) {
    const key = remote.podName ?? remote.ip ?? '';
    const known = remotes.get(key) ?? { identity: remote, events: 0, timeouts: 0, bytes: 0 };
    known.events += retransmissions ?? 0;
    known.timeouts += timeouts ?? 0;
    known.bytes += bytes ?? 0;
    remotes.set(key, known);
  }
  const [top, ...others] = [...remotes.values()].sort((a, b) => b.events - a.events);
  if (!top || others.length === 0 || member.bytes === null) return null;
  const elsewhere = others.reduce((sum, r) => sum + r.bytes, 0);
  const evenly = (elsewhere / member.bytes) * member.retransmissions;
  const theirs = member.retransmissions - top.events;
  if (evenly < ELIGIBLE_EVENTS || theirs >= evenly / 4) return null;
  return {
    level: 'remote',
    member: {
      ...member,
      key: `remote/${top.identity.podName ?? top.identity.ip ?? ''}`,
      identity: top.identity,
      retransmissions: top.events,
      timeouts: top.timeouts,
      bytes: top.bytes,
    },
    spread,
  };
}

const REASON: Record<Level, Reason> = {
  pod: 'pod-concentrated',
  instance: 'instance-concentrated',
  subnet: 'subnet-concentrated',
  service: 'service-concentrated',
  remote: 'remote-concentrated',
};

export function reasonOf({ level, member }: Culprit): Reason {
  // A host without Kubernetes is reported for what it is.
  return level === 'pod' && !member.identity.podName ? 'instance-concentrated' : REASON[level];
}

export function locationOf(data: Case, azId: string | null, culprit: Culprit | null): Location {
  // A remote is where it is, not where those are that send to it.
  const zone =
    culprit?.level === 'remote' ? culprit.member.identity.azId : (azId ?? culprit?.member.identity.azId);
  const az = data.zones.find((z) => z.azId === zone)?.az;
  const location: Location = { ...(az ? { az } : {}), ...(zone ? { azId: zone } : {}) };
  if (!culprit) return location;
  const { ip, instanceId, subnetId, podNamespace, podName, serviceName } = culprit.member.identity;
  return {
    ...location,
    ...(subnetId ? { subnetId } : {}),
    ...(instanceId ? { instanceId } : {}),
    ...(podNamespace ? { podNamespace } : {}),
    ...(podName ? { podName } : {}),
    ...(serviceName ? { serviceName } : {}),
    ...(culprit.level === 'remote' && ip ? { remoteIp: ip } : {}),
  };
}
