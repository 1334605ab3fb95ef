import type { CheckReport } from '../model/doctor.ts';

/** The cause; where nothing fails, what is left to doubt. */
export function summaryOf(checks: readonly CheckReport[], cause: CheckReport | null): string {
  if (cause) {
    const others = checks.filter((c) => c.status === 'fail' && c.id !== cause.id && !c.symptom);
    const more = others.length
      ? ` ${others.length} more ${others.length === 1 ? 'check fails' : 'checks fail'}.`
      : '';
    return `${cause.finding}${more}`;
  }
  const unknown = checks.filter((c) => c.status === 'unknown');
  const warned = checks.filter((c) => c.status === 'warn').length;
  if (unknown.length > 0) {
    const actions = [...new Set(unknown.flatMap((c) => actionsIn(c.evidence)))];
    const why = actions.length ? ` Not permitted, or not answered: ${actions.join(', ')}.` : '';
    return `Nothing fails, but ${unknown.length} of ${checks.length} checks are unknown.${why}`;
  }
  // No data is never healthy.
  const silent = checks.find((c) => c.id === 'data-published' && c.status !== 'pass');
  if (silent) return silent.finding;
  if (warned > 0) return `Nothing fails; ${warned} of ${checks.length} checks warn.`;
  return 'Everything that was checked is in order.';
}

function actionsIn(evidence: CheckReport['evidence']): string[] {
  const items = Array.isArray(evidence.items) ? evidence.items : [evidence];
  return items.flatMap(({ action }) => (typeof action === 'string' ? [action] : []));
}
