/** Documents with a published schema; apart from the schemas themselves, because help lists them. */
export const schemaNames = ['triage', 'top', 'case', 'error', 'plan', 'sandbox-list'] as const;
