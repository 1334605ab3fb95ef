import type { Family } from '../incident.ts';
import { BLIND, PARTIAL } from './blind.ts';
import { QUIET } from './quiet.ts';
import { TARGETS } from './targets.ts';
import { UNSEEN } from './unseen.ts';
import { WORKLOAD } from './workload.ts';
import { ZONE } from './zone.ts';

export const FAMILIES: readonly Family[] = [
  ...QUIET,
  ...ZONE,
  ...WORKLOAD,
  ...PARTIAL,
  ...BLIND,
  ...UNSEEN,
  ...TARGETS,
];
