import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { judgeRun, type Outcome } from './oracle.ts';
import { COMMANDS, plan, type Run } from './plan.ts';
import { KINDS, RULES, SECRETS } from './rules.ts';

/* A suite that never fails shows nothing: here are the answers that it must not let pass. */

const rule = (kind: string) => {
  const found = RULES.find((candidate) => candidate.kind === kind);
  if (!found) throw new Error(kind);
  return found;
};
const RUN: Run = {
  index: 0,
  seed: 1,
  rule: rule('metrics'),
  scenario: 'packet-loss',
  command: 'triage',
  format: 'json',
  args: ['triage', '-o', 'json'],
  env: {},
};
const report = (more: object) =>
  JSON.stringify({ verdict: 'inconclusive', confidence: 'low', location: {}, gaps: [{}], ...more });
const OUTCOME: Outcome = {
  code: 0,
  signal: null,
  stdout: report({}),
  stderr: '',
  hits: 1,
  lost: new Set(['cloudwatch:GetMetricData']),
};

function columns(outcome: Partial<Outcome>, run: Partial<Run> = {}): string[] {
  const found = judgeRun({ ...RUN, ...run }, { ...OUTCOME, ...outcome }).filter(
    // The documents of these tests are cut to what the oracle looks at.
    ({ what }) => !what.startsWith('not as its schema'),
  );
  return [...new Set(found.map(({ column }) => column))];
}

describe('the oracle', () => {
  test('has nothing against an honest answer', () => {
    expect(columns({})).toEqual([]);
  });

  test.each([
    ['AWS', { verdict: 'aws-infrastructure' }, 'packet-loss'],
    ['the workload', { verdict: 'workload' }, 'aws-impairment'],
    ['anyone where nothing is wrong', { verdict: 'workload' }, 'quiet'],
    ['another pod', { verdict: 'workload', location: { podName: 'web-a' } }, 'packet-loss'],
    ['another zone', { verdict: 'workload', location: { azId: 'apne3-az1' } }, 'packet-loss'],
  ])('sees wrong blame: %s', (_, more, scenario) => {
    expect(columns({ stdout: report(more) }, { scenario })).toEqual(['wrong blame']);
  });

  test('sees a cause that is none', () => {
    const stdout = JSON.stringify({ cause: 'scope-exists', checks: [{ status: 'fail' }] });
    expect(columns({ stdout }, { command: 'doctor', scenario: 'quiet' })).toEqual(['wrong blame']);
  });

  test.each([
    ['in an incident', { verdict: 'no-impairment', confidence: 'low' }, 'packet-loss'],
    ['without the evidence', { verdict: 'no-impairment', confidence: 'high' }, 'quiet'],
  ])('sees false health %s', (_, more, scenario) => {
    expect(columns({ stdout: report(more) }, { scenario })).toEqual(['false health']);
  });

  test('sees it in an exit code, a zone and an indicator', () => {
    const args = ['triage', '-o', 'table', '--exit-code'];
    const stdout = 'NO IMPAIRMENT\nWhat is missing\n';
    expect(columns({ stdout }, { format: 'table', args })).toEqual(['false health']);
    const zone = { azId: 'apne3-az3', state: 'reporting', retransmissions: 0 };
    expect(columns({ stdout: JSON.stringify({ items: [zone], gaps: [{}] }) }, { command: 'zones' })).toEqual([
      'false health',
    ]);
    const monitor = { monitor: 'demo-vpc', state: 'healthy' };
    expect(
      columns(
        { stdout: JSON.stringify({ items: [monitor], gaps: [{}] }) },
        { command: 'health', scenario: 'aws-impairment' },
      ),
    ).toEqual(['false health']);
  });

  test.each(COMMANDS)('sees a loss that %s does not name', (command) => {
    const stdout = JSON.stringify({ cause: null, checks: [{ status: 'pass' }], items: [], gaps: [] });
    expect(columns({ stdout }, { command })).toEqual(['unnamed loss']);
  });

  test('sees a hang, a trace, a bug', () => {
    expect(columns({ code: null, signal: 'SIGKILL', stdout: '' })).toEqual(['hangs']);
    expect(columns({ stderr: 'TypeError: x\n    at run (file:///dist/a.js:1:2)\n' })).toContain(
      'stack traces',
    );
    expect(columns({ code: 1, stdout: '', stderr: '' })).toContain('stack traces');
  });

  test('sees wrong codes', () => {
    const error = '{"schema":"nfm.error/v1","error":{"code":"x","message":"x","hint":null,"action":null}}\n';
    expect(columns({ code: 252, stdout: '', stderr: error })).toEqual(['wrong codes']);
    expect(columns({ code: 255, stdout: '', stderr: error })).toEqual([]);
    expect(columns({ code: 255, stdout: '', stderr: error, hits: 0 })).toEqual(['wrong codes']);
    expect(columns({}, { rule: rule('expired') })).toEqual(['wrong codes']);
    expect(columns({ code: 11 }, { args: [...RUN.args, '--exit-code'] })).toEqual(['wrong codes']);
  });

  test.each(Object.values(SECRETS))('sees a secret in any form: %s', (secret) => {
    for (const form of [secret, encodeURIComponent(secret), encodeURIComponent(secret).toLowerCase()]) {
      expect(columns({ stderr: `warning: ${form}` })).toEqual(['secrets']);
    }
  });

  test('sees output that is not whole, not clean or not alone', () => {
    expect(columns({ stdout: report({}).slice(0, -1), lost: new Set() })).toEqual(['bad output']);
    expect(columns({ stdout: report({ summary: '\u202e' }) })).toEqual(['bad output']);
    expect(columns({ stdout: report({ summary: 'undefined events' }) })).toEqual(['bad output']);
    expect(
      columns({ stdout: `${stringify({ gaps: [{}] })}\n: [`, lost: new Set() }, { format: 'yaml' }),
    ).toEqual(['bad output']);
    expect(columns({ code: 254, stdout: '{}', stderr: 'oops' })).toEqual(['bad output']);
  });
});

test('a seed and an index are a run: the same again, and every rule comes up', () => {
  const runs = Array.from({ length: 5000 }, (_, index) => plan(3, index));
  expect(runs[417]).toEqual(plan(3, 417));
  expect(new Set(runs.map((run) => run.rule)).size).toBe(RULES.length);
  expect(new Set(runs.map((run) => run.rule.kind)).size).toBe(KINDS.length);
});
