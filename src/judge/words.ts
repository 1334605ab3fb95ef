import type { Case, Endpoint } from '../model/case.ts';
import { categoryName, componentName, zoneName as written } from '../model/units.ts';
import type { Hypothesis } from './hypotheses.ts';
import { componentOf, isReceived, portOf } from './locate.ts';

/** With its name, where the case knows it. */
export function zoneName({ zones }: Case, azId: string): string {
  return written(zones.find((z) => z.azId === azId) ?? { azId });
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

/** An explanation in words. */
export function explanationName(data: Case, hypothesis: Hypothesis): string {
  const { kind, identity, key } = hypothesis;
  switch (kind) {
    case 'zone':
      return `all of ${zoneName(data, identity.azId ?? '')}`;
    case 'zone-pair':
      return `what is sent between ${key
        .split(' ')
        .map((azId) => zoneName(data, azId))
        .join(' and ')}`;
    case 'cross-zone':
      return 'what is sent between zones';
    case 'everywhere':
      return 'everything alike';
    case 'component':
      return `what passes ${componentName(componentOf(key))}`;
    case 'category':
      return `what is sent to ${categoryName(key)}`;
    default:
      return isReceived(hypothesis) ? `what is sent to ${endName(hypothesis)}` : nameOf(identity);
  }
}

/** One end of flows: with the port, where it is known by its address. */
export function endName(hypothesis: Hypothesis): string {
  if (hypothesis.kind === 'component') return componentName(componentOf(hypothesis.key));
  if (hypothesis.kind === 'category') return categoryName(hypothesis.key);
  const name = nameOf(hypothesis.identity);
  const port = hypothesis.identity.ip === name ? portOf(hypothesis) : null;
  if (port === null) return name;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}
