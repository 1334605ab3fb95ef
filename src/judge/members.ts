import type { Case, Endpoint, Flow } from '../model/case.ts';

/** Levels at which an impairment can be concentrated, finest first. */
export type Level = 'pod' | 'instance' | 'subnet' | 'service' | 'remote';

/** A pod, instance, subnet, service or remote, with what its flows sent in the window and before it. */
export interface Member {
  key: string;
  identity: Endpoint;
  retransmissions: number;
  timeouts: number;
  /** Null where a flow with events is missing from the list by bytes, so that its denominator is not known. */
  bytes: number | null;
  baselineRetransmissions: number;
  baselineBytes: number;
  flows: Flow[];
}

/** Which side of the comparison an hour of flows is on; null where it lies between baseline and window. */
export function phaseOf({ tiles, window, baseline }: Case, tile: number): 'window' | 'baseline' | null {
  const asked = tiles[tile];
  if (!asked) return null;
  if (Date.parse(asked.start) >= Date.parse(window.start)) return 'window';
  return baseline && Date.parse(asked.end) <= Date.parse(baseline.end) ? 'baseline' : null;
}

/** Who a flow belongs to at a level; null where the flow does not say. */
export function identify(flow: Flow, level: Level): { key: string; identity: Endpoint } | null {
  const { ip, instanceId, instanceName, subnetId, vpcId, azId, podName, podNamespace, serviceName } =
    flow.local;
  const place = drop({ azId, subnetId, vpcId });
  switch (level) {
    case 'pod':
      // A host without Kubernetes is its own smallest part.
      if (podName)
        return {
          key: `pod/${podNamespace ?? ''}/${podName}`,
          identity: drop({ ...place, ip, instanceId, instanceName, podNamespace, podName, serviceName }),
        };
      return identify(flow, 'instance');
    case 'instance':
      if (instanceId)
        return {
          key: `instance/${instanceId}`,
          identity: drop({ ...place, instanceId, instanceName, ip: podName ? undefined : ip }),
        };
      return ip ? { key: `ip/${ip}`, identity: drop({ ...place, ip }) } : null;
    case 'subnet':
      return subnetId ? { key: `subnet/${subnetId}`, identity: place } : null;
    case 'service':
      return serviceName
        ? {
            key: `service/${podNamespace ?? ''}/${serviceName}`,
            identity: drop({ podNamespace, serviceName }),
          }
        : null;
    case 'remote': {
      const { ip: remoteIp, podName: remotePod, instanceId: remoteInstance } = flow.remote;
      const key = remotePod ?? remoteIp ?? remoteInstance;
      return key ? { key: `remote/${key}`, identity: flow.remote } : null;
    }
  }
}

/** Members of a level with their sums, the most events first; equal events in order of their keys. */
export function membersOf(data: Case, level: Level, azId: string | null): Member[] {
  const members = new Map<string, Member>();
  for (const flow of data.flows) {
    if (azId !== null && flow.local.azId !== azId) continue;
    const who = identify(flow, level);
    if (!who) continue;
    const phase = phaseOf(data, flow.tile);
    if (phase === null) continue;
    let member = members.get(who.key);
    if (!member) {
      member = {
        ...who,
        retransmissions: 0,
        timeouts: 0,
        bytes: 0,
        baselineRetransmissions: 0,
        baselineBytes: 0,
        flows: [],
      };
      members.set(who.key, member);
    }
    if (phase === 'window') {
      member.retransmissions += flow.retransmissions ?? 0;
      member.timeouts += flow.timeouts ?? 0;
      member.bytes = member.bytes === null || flow.bytes === null ? null : member.bytes + flow.bytes;
      member.flows.push(flow);
    } else {
      member.baselineRetransmissions += flow.retransmissions ?? 0;
      member.baselineBytes += flow.bytes ?? 0;
    }
  }
  return [...members.values()]
    .filter((m) => m.flows.length > 0)
    .sort((a, b) => b.retransmissions - a.retransmissions || (a.key < b.key ? -1 : 1));
}

function drop(endpoint: { [K in keyof Endpoint]?: Endpoint[K] | undefined }): Endpoint {
  return Object.fromEntries(Object.entries(endpoint).filter(([, v]) => v !== undefined));
}
