import type { Case, Endpoint, Target } from '../model/case.ts';
import { categoryName, componentName, zoneName as written } from '../model/units.ts';
import { isEndpoint, isReceived, portOf } from './ends.ts';
import type { Hypothesis } from './hypotheses.ts';
import { componentOf } from './place.ts';

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

/** As options of a command. */
export function targetFlags({ target }: Pick<Case, 'target'>): Readonly<Record<string, string>> {
  const where = target.kind === 'scope' ? {} : { [target.kind]: target.id };
  return { ...where, region: target.region };
}

/** An explanation in words. */
export function explanationName(data: Case, hypothesis: Hypothesis): string {
  const { kind, identity, key } = hypothesis;
  switch (kind) {
    case 'zone':
      return `all of ${shortZone(data, identity.azId ?? '')}`;
    case 'zone-pair':
      return `what is sent between ${key
        .split(' ')
        .map((azId) => shortZone(data, azId))
        .join(' and ')}`;
    case 'cross-zone':
      return 'what is sent between zones';
    case 'everywhere':
      return 'everything alike';
    case 'component':
      return `what ${isEndpoint(key) ? 'is sent to' : 'passes'} ${componentName(componentOf(key))}`;
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
