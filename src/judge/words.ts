import type { Case, Endpoint } from '../model/case.ts';

/** 'ap-northeast-3b (apne3-az3)': the name that a person knows beside the ID that rows carry. */
export function zoneName(data: Case, azId: string): string {
  const az = data.zones.find((z) => z.azId === azId)?.az;
  return az ? `${az} (${azId})` : azId;
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
