import type { Endpoint, Flow } from '../model/case.ts';
import type { FlowSums } from './flow-sums.ts';

/** Levels at which an impairment can be concentrated, finest first. */
export type Level = 'pod' | 'instance' | 'subnet' | 'service' | 'remote';

/** What flows sent in the window and before it. */
export interface Sums {
  retransmissions: number;
  timeouts: number;
  /** Null where a flow with events is missing from the list by bytes, so that its denominator is not known. */
  bytes: number | null;
  baselineRetransmissions: number;
  baselineBytes: number;
  /** Those that it had in the window. */
  flows: FlowSums[];
}

/** A pod, instance, subnet, service or remote, with its flows. */
export interface Member extends Sums {
  key: string;
  identity: Endpoint;
}

/** Who a flow belongs to at a level; null where the flow does not say. */
export function memberKey({ local, remote }: Pick<Flow, 'local' | 'remote'>, level: Level): string | null {
  switch (level) {
    case 'pod':
      // A host without Kubernetes is its own smallest part.
      return local.podName ? `pod/${local.podNamespace ?? ''}/${local.podName}` : hostKey(local);
    case 'instance':
      return hostKey(local);
    case 'subnet':
      return local.subnetId ? `subnet/${local.subnetId}` : null;
    case 'service':
      return local.serviceName ? `service/${local.podNamespace ?? ''}/${local.serviceName}` : null;
    case 'remote': {
      const key = remote.podName ?? remote.ip ?? remote.instanceId;
      return key ? `remote/${key}` : null;
    }
  }
}

function hostKey({ instanceId, ip }: Endpoint): string | null {
  return instanceId ? `instance/${instanceId}` : ip ? `ip/${ip}` : null;
}

/** What is known of a member, from one of its flows. */
export function identityOf({ local, remote }: Pick<Flow, 'local' | 'remote'>, level: Level): Endpoint {
  const { ip, instanceId, instanceName, subnetId, vpcId, azId, podName, podNamespace, serviceName } = local;
  const place = { azId, subnetId, vpcId };
  const host = { ...place, instanceId, instanceName };
  switch (level) {
    case 'pod':
      return drop(podName ? { ...host, ip, podNamespace, podName, serviceName } : { ...host, ip });
    case 'instance':
      return drop({ ...host, ip: podName ? undefined : ip });
    case 'subnet':
      return drop(place);
    case 'service':
      return drop({ podNamespace, serviceName });
    case 'remote':
      return remote;
  }
}

/** Members of a level with their sums, the most events first; equal events in order of their keys. */
export function membersOf(flows: readonly FlowSums[], level: Level, azId: string | null): Member[] {
  const members = new Map<string, FlowSums[]>();
  for (const sums of flows) {
    if (azId !== null && sums.flow.local.azId !== azId) continue;
    const key = memberKey(sums.flow, level);
    if (!key) continue;
    const own = members.get(key);
    if (own) own.push(sums);
    else members.set(key, [sums]);
  }
  return [...members]
    .map(([key, own]) => ({ key, identity: own[0] ? identityOf(own[0].flow, level) : {}, ...sumsOf(own) }))
    .filter((m) => m.flows.length > 0)
    .sort((a, b) => b.retransmissions - a.retransmissions || (a.key < b.key ? -1 : 1));
}

/** Flows taken together. */
export function sumsOf(flows: readonly FlowSums[]): Sums {
  const total = (of: (sums: FlowSums) => number) => flows.reduce((sum, f) => sum + of(f), 0);
  return {
    retransmissions: total(({ symptom }) => symptom.retransmissions),
    timeouts: total(({ symptom }) => symptom.timeouts),
    bytes: flows.some(({ symptom }) => symptom.unlisted.length > 0)
      ? null
      : total(({ symptom }) => symptom.bytes),
    baselineRetransmissions: total(({ reference }) => reference.retransmissions),
    baselineBytes: total(({ reference }) => reference.bytes),
    flows: flows.filter(
      ({ symptom }) => symptom.bytes > 0 || symptom.retransmissions > 0 || symptom.timeouts > 0,
    ),
  };
}

function drop(endpoint: { [K in keyof Endpoint]?: Endpoint[K] | undefined }): Endpoint {
  return Object.fromEntries(Object.entries(endpoint).filter(([, v]) => v !== undefined));
}
