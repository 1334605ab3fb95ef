/* Apart from the schemas, because help needs these words and no schema. */

/** In the order of diagnosis: what comes later makes sense only where what comes before is in order. */
export const LAYERS = [
  'access',
  'scope',
  'data',
  'monitors',
  'kubernetes',
  'instances',
  'network',
  'coverage',
] as const;
export type Layer = (typeof LAYERS)[number];

/** From bad to good: of several subjects, the worst is the status of the check. */
export const CHECK_STATUSES = ['fail', 'unknown', 'warn', 'skipped', 'pass', 'not-applicable'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** With --exit-code. */
export const DOCTOR_EXIT = { passed: 0, failed: 20, unknown: 21 } as const;
