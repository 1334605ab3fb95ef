import { parse } from 'yaml';
import type { Addon } from '../aws/eks.ts';

/** Configuration values of the agent's add-on: JSON or YAML, as they were given. */
export interface Configuration {
  env?: Record<string, unknown>;
  tolerations?: Toleration[];
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** Null where it cannot be understood. */
export function configurationOf({ configuration }: Pick<Addon, 'configuration'>): Configuration | null {
  if (configuration === null) return {};
  try {
    const values: unknown = parse(configuration);
    return typeof values === 'object' && values !== null ? values : null;
  } catch {
    return null;
  }
}

/** Variables that stop an agent from publishing. */
export function publishingOff({ env = {} }: Configuration): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    name === 'DISABLE_PUBLISHING' && /^(true|1|on|yes)$/i.test(String(value)) ? [name] : [],
  );
}

/** The same configuration without what switches publishing off. */
export function withPublishing(values: Configuration): Configuration {
  const off = publishingOff(values);
  const kept = Object.entries(values.env ?? {}).filter(([name]) => !off.includes(name));
  const { env: _, ...others } = values;
  return kept.length > 0 ? { ...others, env: Object.fromEntries(kept) } : others;
}

/** Everywhere. */
export const ALL_TOLERATIONS: readonly Toleration[] = [{ operator: 'Exists' }];

/** NO_SCHEDULE of EKS is NoSchedule of Kubernetes. PreferNoSchedule keeps no pod away. */
export function keepsAway(
  taint: { key: string; value: string; effect: string },
  tolerations: readonly Toleration[],
): boolean {
  const effect = taint.effect.replace(/_/g, '').toLowerCase();
  if (effect === 'prefernoschedule') return false;
  return !tolerations.some(
    (t) =>
      (t.effect === undefined || t.effect === '' || t.effect.toLowerCase() === effect) &&
      (t.key === undefined || t.key === '' || t.key === taint.key) &&
      (t.operator === 'Exists' || (t.key === taint.key && (t.value ?? '') === taint.value)),
  );
}
