import { describe, expect, test } from 'vitest';
import { type Check, failed, passed } from '../../src/doctor/check.ts';
import { causeOf, diagnose } from '../../src/doctor/diagnose.ts';
import type { Facts } from '../../src/doctor/facts.ts';

/* What is a consequence of what, with more than one cluster. */

type Of = 'fails' | 'passes';

/** A check of these subjects: 'cluster a', or 'i-1 in cluster a'. */
function one(id: string, subjects: Record<string, Of>, follows: string[] = []): Check<unknown> {
  return {
    id,
    layer: 'kubernetes',
    title: id,
    source: 'https://example.com',
    subjects: async () =>
      Object.entries(subjects).map(([said, of]) => {
        const [name = '', within] = said.split(' in ');
        return { name, within, of };
      }),
    run: async (_, of) => (of === 'fails' ? failed({ finding: 'It fails.', follows }) : passed('It passes.')),
  };
}

async function follows(...checks: Check<unknown>[]) {
  const results = await diagnose({} as Facts, checks);
  return {
    cause: causeOf(results)?.id,
    of: Object.fromEntries(results.map(({ report }) => [report.id, report.follows])),
  };
}

describe('a check follows from another', () => {
  test('of the same cluster, or of a node in it', async () => {
    const role = one('role', { 'cluster a': 'fails', 'cluster b': 'passes' });
    const route = one('route', { 'i-1 in cluster a': 'passes', 'i-2 in cluster b': 'fails' });
    expect(await follows(role, one('reports', { 'cluster a': 'fails' }, ['role', 'route']), route)).toEqual({
      cause: 'role',
      of: { role: null, reports: 'role', route: null },
    });
    expect(
      await follows(one('reports', { 'cluster b': 'fails' }, ['role', 'route']), role, route),
    ).toMatchObject({
      cause: 'role',
      of: { reports: 'route' },
    });
  });

  test('never of another cluster: each has to be explained', async () => {
    const role = one('role', { 'cluster a': 'fails', 'cluster b': 'passes' });
    const reports = one('reports', { 'cluster a': 'fails', 'cluster b': 'fails' }, ['role']);
    expect((await follows(role, reports)).of).toEqual({ role: null, reports: null });
  });

  test('of the account, or of instances of which none in it was looked at', async () => {
    const reports = one('reports', { 'cluster a': 'fails' }, ['scope', 'route']);
    expect((await follows(one('scope', { '': 'fails' }), reports)).of.reports).toBe('scope');
    expect((await follows(reports, one('route', { 'i-2 in cluster b': 'fails' }))).of.reports).toBe('route');
  });
});
