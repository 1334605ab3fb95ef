import type { Case, Endpoint } from '../model/case.ts';
import type { Location, Reason } from '../model/report.ts';
import { portOf } from './ends.ts';
import type { Hypothesis, Kind } from './hypotheses.ts';
import type { Culprit } from './locate.ts';
import type { Level } from './members.ts';

/* What is blamed, as the report names it: its reason and its location. */

const REASON: Record<Level, Reason> = {
  pod: 'pod-concentrated',
  instance: 'instance-concentrated',
  subnet: 'subnet-concentrated',
  service: 'service-concentrated',
  remote: 'remote-concentrated',
};

export function reasonOf({ level, member, received }: Culprit): Reason {
  if (received) return 'remote-concentrated';
  // A host without Kubernetes is reported for what it is.
  return level === 'pod' && !member.identity.podName ? 'instance-concentrated' : REASON[level];
}

/** A whole instance, by what it sends or by what is sent to it, and no pod of it alone. */
export function isHost({ level, member: { identity } }: Culprit): boolean {
  const whole = level === 'instance' || level === 'pod' || level === 'remote';
  return whole && !identity.podName && identity.instanceId !== undefined;
}

export function locationOf(data: Case, azId: string | null, culprit: Culprit | null): Location {
  // A remote is where it is, not where those are that send to it.
  if (!culprit) return placed(data, 'zone', azId === null ? {} : { azId }, null);
  return placed(data, culprit.level, culprit.member.identity, culprit.port);
}

/** Where an explanation is, as far as that is one place. */
export function locationAt(data: Case, hypothesis: Hypothesis): Location {
  const { kind, key, identity } = hypothesis;
  if (kind === 'component') return { component: componentOf(key) };
  if (kind === 'category') return { category: key };
  return placed(data, kind, identity, portOf(hypothesis));
}

/** `AWS::EC2::NatGateway nat-0abc` */
export function componentOf(key: string): NonNullable<Location['component']> {
  const [type = '', id = ''] = key.split(' ');
  return { type, id };
}

function placed(data: Case, kind: Kind, identity: Endpoint, port: number | null): Location {
  const { azId, ip, instanceId, subnetId, podNamespace, podName, serviceName } = identity;
  const az = data.zones.find((z) => z.azId === azId)?.az;
  return {
    ...(az ? { az } : {}),
    ...(azId ? { azId } : {}),
    ...(subnetId ? { subnetId } : {}),
    ...(instanceId ? { instanceId } : {}),
    ...(podNamespace ? { podNamespace } : {}),
    ...(podName ? { podName } : {}),
    ...(serviceName ? { serviceName } : {}),
    ...(kind === 'remote' && ip ? { remoteIp: ip } : {}),
    ...(kind === 'remote' && port ? { remotePort: port } : {}),
  };
}
