import type { Case } from '../model/case.ts';
import type { Location, Reason } from '../model/report.ts';
import type { Level, Member } from './members.ts';
import { type Spread, spreadOf } from './spread.ts';

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

/** Finest level first: a bad pod makes its instance, subnet and service look bad too. */
const LEVELS: readonly Level[] = ['pod', 'instance', 'subnet', 'remote'];

/** Who carries the events in a zone, or, without one, in the whole target. */
export function locate(data: Case, azId: string | null): Where {
  const levels: readonly Level[] =
    azId === null ? ['pod', 'service', 'instance', 'subnet', 'remote'] : LEVELS;
  const parts = spreadOf(data, 'pod', azId);
  for (const level of levels) {
    const spread = level === 'pod' ? parts : spreadOf(data, level, azId);
    if (spread.shape !== 'concentrated' || !spread.top) continue;
    return { culprit: { level, member: spread.top, spread }, parts };
  }
  return { culprit: null, parts };
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
  const zone =
    azId ?? (culprit && culprit.level !== 'remote' ? (culprit.member.identity.azId ?? null) : null);
  const az = data.zones.find((z) => z.azId === zone)?.az ?? null;
  const location: Location = { ...(az === null ? {} : { az }), ...(zone === null ? {} : { azId: zone }) };
  if (!culprit) return location;
  const { ip, instanceId, subnetId, podNamespace, podName, serviceName } = culprit.member.identity;
  if (culprit.level === 'remote')
    return { ...location, ...(ip ? { remoteIp: ip } : {}), ...(podName ? { podName } : {}) };
  return {
    ...location,
    ...(subnetId ? { subnetId } : {}),
    ...(instanceId ? { instanceId } : {}),
    ...(podNamespace ? { podNamespace } : {}),
    ...(podName ? { podName } : {}),
    ...(serviceName ? { serviceName } : {}),
  };
}
