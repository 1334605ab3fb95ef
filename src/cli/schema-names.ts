/** Documents with a published schema; apart from the schemas themselves, because help lists them. */
export const schemaNames = ['triage', 'triage-list', 'top', 'monitor-list', 'monitor', 'monitor-changes', 'scope-list', 'scope', 'scope-changes', 'tags', 'case', 'error', 'plan', 'policy', 'sandbox-list'] as const;
