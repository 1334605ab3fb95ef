/** Documents with a published schema; apart from the schemas themselves, because help lists them. */
export const schemaNames = [
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

type SchemaName = (typeof schemaNames)[number];

/** The documents that a command prints: the first is its result, the others say when they are printed instead. */
export const DOCUMENTS: Readonly<
  Record<string, readonly [SchemaName, ...(readonly [name: SchemaName, when: string])[]]>
> = {
  triage: [
    'triage',
    ['triage-list', 'in several Regions'],
    ['case', 'written by --save-case'],
    ['plan', 'with --create-monitors --dry-run'],
  ],
  top: ['top'],
  zones: ['zones'],
  health: ['health'],
  doctor: ['doctor', ['doctor-checks', 'with --list'], ['plan', 'with --fix --dry-run']],
  'monitor list': ['monitor-list'],
  'monitor show': ['monitor'],
  'monitor create': ['monitor-changes', ['plan', 'with --dry-run']],
  'monitor update': ['monitor-changes', ['plan', 'with --dry-run']],
  'monitor delete': ['monitor-changes', ['plan', 'with --dry-run']],
  'monitor tag': ['tags', ['plan', 'with --dry-run']],
  'scope list': ['scope-list'],
  'scope show': ['scope'],
  'scope create': ['scope-changes', ['plan', 'with --dry-run']],
  'scope update': ['scope-changes', ['plan', 'with --dry-run']],
  'scope delete': ['scope-changes', ['plan', 'with --dry-run']],
  'scope tag': ['tags', ['plan', 'with --dry-run']],
  'sandbox list': ['sandbox-list'],
  policy: ['policy'],
};
