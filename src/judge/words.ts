import type { Case, Endpoint, Target } from '../model/case.ts';
import { zoneName as written } from '../model/units.ts';

/** With its name, where the case knows it. */
export function zoneName({ zones }: Case, azId: string): string {
  return written(zones.find((z) => z.azId === azId) ?? { azId });
}

/** As a person calls it, for a sentence: its ID stands in the report's heading and table. */
export function shortZone({ zones }: Case, azId: string): string {
  return zones.find((z) => z.azId === azId)?.az ?? azId;
}

/** The most telling name that an endpoint has. */
export function nameOf(endpoint: Endpoint): string {
  const { podNamespace, podName, serviceName, instanceName, instanceId, subnetId, ip } = endpoint;
  if (podName) return `pod ${podNamespace ? `${podNamespace}/` : ''}${podName}`;
  if (serviceName && !instanceId) return `service ${podNamespace ? `${podNamespace}/` : ''}${serviceName}`;
  if (instanceId) return `instance ${instanceName ? `${instanceName} (${instanceId})` : instanceId}`;
  if (subnetId) return `subnet ${subnetId}`;
  return ip ?? 'an unknown endpoint';
}

/** `Region ap-northeast-3`, `subnet-0abc`, `cluster demo` */
export function targetName({ kind, id, region }: Target): string {
  if (kind === 'scope') return `Region ${region}`;
  return id.startsWith(`${kind}-`) ? id : `${kind} ${id}`;
}
