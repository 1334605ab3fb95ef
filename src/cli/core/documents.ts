/** Documents with a published schema; apart from the schemas themselves, because help lists them. */
export const DOCUMENT_NAMES = [
  'triage',
  'triage-list',
  'top',
  'zones',
  'health',
  'doctor',
  'doctor-checks',
  'monitor-list',
  'monitor',
  'monitor-changes',
  'scope-list',
  'scope',
  'scope-changes',
  'tags',
  'case',
  'error',
  'plan',
  'policy',
  'sandbox-list',
] as const;

export type DocumentName = (typeof DOCUMENT_NAMES)[number];
