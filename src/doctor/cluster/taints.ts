export interface Taint {
  key: string;
  value: string;
  effect: string;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** NO_SCHEDULE of EKS is NoSchedule of Kubernetes. PreferNoSchedule keeps no pod away. */
export function keepsAway(taint: Taint, tolerations: readonly Toleration[]): boolean {
  const effect = taint.effect.replace(/_/g, '').toLowerCase();
  if (effect === 'prefernoschedule') return false;
  return !tolerations.some(
    (t) =>
      (t.effect === undefined || t.effect === '' || t.effect.toLowerCase() === effect) &&
      (t.key === undefined || t.key === '' || t.key === taint.key) &&
      (t.operator === 'Exists' || (t.key === taint.key && (t.value ?? '') === taint.value)),
  );
}
