import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { afterAll, describe, expect, test } from 'vitest';
import { connect, sandboxSession } from '../../src/aws/aws.ts';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import { causeOf, diagnose } from '../../src/doctor/diagnose.ts';
import { Facts } from '../../src/doctor/facts.ts';
import { textOf } from '../../src/model/command-line.ts';
import type { CheckReport } from '../../src/model/doctor.ts';
import { SCENARIOS } from '../../src/sandbox/scenarios/index.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Fault } from '../../src/sandbox/wire/service.ts';
import { NOW } from '../cli/helpers.ts';
import { slice } from '../slice.ts';

const now = () => Date.parse(NOW);
/** Each is a server and some hundred calls in this process. */
const turn = pLimit(4);

interface Found {
  cause: string | null;
  checks: CheckReport[];
  failing: string[];
}

const known = new Map<string, Promise<Found>>();

/** What the doctor finds in a scenario, over real HTTP; each is asked once. */
function found(scenario: string): Promise<Found> {
  const answer = known.get(scenario) ?? turn(() => examine(scenario));
  known.set(scenario, answer);
  return answer;
}

async function examine(scenario: string, faults: Fault[] = []): Promise<Found> {
  const sandbox = await startSandbox({ scenario, now, queryMillis: 0, faults });
  try {
    const { signal } = new AbortController();
    // As in main.ts.
    setMaxListeners(0, signal);
    const session = sandboxSession({
      region: sandbox.world.region,
      endpoint: sandbox.endpoint,
      env: {},
      signal,
      concurrency: 20,
      version: '0.0.0',
      command: 'doctor',
    });
    const facts = new Facts(connect(session), { target: { kind: 'scope', id: null }, now: now() });
    const results = await diagnose(facts, CHECKS);
    const checks = results.map((r) => r.report);
    return {
      cause: causeOf(results)?.id ?? null,
      checks,
      failing: checks.filter((c) => c.status === 'fail').map((c) => c.id),
    };
  } finally {
    await sandbox.close();
  }
}

const broken = SCENARIOS.filter((s) => s.cause !== null);
const healthy = SCENARIOS.filter((s) => s.cause === null);
const order = CHECKS.map((check) => check.id);
const layerOf = (id: string | null) => CHECKS.find((check) => check.id === id)?.layer ?? '';

/** Faults of different layers, each with one of another, in turn. Without a scope that is ready there are no monitors. */
const pairs = broken.flatMap((one, i) => {
  const layers = [...new Set(broken.map((s) => layerOf(s.cause)))];
  const possible = layers.flatMap((layer) => {
    const others = broken.filter((s) => layerOf(s.cause) === layer);
    const other = others[i % others.length];
    const both = new Set([layerOf(one.cause), layer]);
    if (!other || both.size === 1 || (both.has('scope') && both.has('monitors'))) return [];
    // What there is not cannot be queried, allowed or not.
    const names = [one.name, other.name];
    if (both.has('access') && names.some((n) => n === 'no-scope' || n === 'no-monitor')) return [];
    if (names.includes('monitor-queries-denied') && both.has('scope')) return [];
    // Where nothing is installed nothing is kept out; what agents complain of follows from the network.
    if (names.includes('nothing') && both.has('kubernetes')) return [];
    if (both.has('network') && [one, other].some((s) => s.cause === 'agent-reports')) return [];
    return [[one, other].sort((a, b) => SCENARIOS.indexOf(a) - SCENARIOS.indexOf(b))];
  });
  const chosen = possible[i % possible.length];
  return chosen ? [chosen] : [];
});
const named = slice([...new Map(pairs.map((pair) => [pair.map((s) => s.name).join('+'), pair]))], 8);

const lines: string[] = [];
afterAll(() => {
  process.stdout.write(`\n${lines.join('\n')}\n`);
});

describe.concurrent('every broken scenario is diagnosed with its own cause first', () => {
  test.each(broken)('$name: $cause', { timeout: 60_000 }, async ({ name, cause }) => {
    const seen = await found(name);
    lines.push(
      `${name.padEnd(32)} ${(seen.cause ?? '-').padEnd(26)} ${seen.failing.filter((id) => id !== seen.cause).join(', ')}`,
    );
    expect(order).toContain(cause);
    expect(seen.cause).toBe(cause);
    const report = seen.checks.find((c) => c.id === cause);
    expect(report).toMatchObject({ status: 'fail', symptom: false });
    expect(report?.finding).toMatch(/^[^\n]{20,}\.$/);
  });
});

describe.concurrent('no healthy scenario yields a failure', () => {
  test.each(slice(healthy, 2))('$name', { timeout: 60_000 }, async ({ name }) => {
    const seen = await found(name);
    expect(seen.failing).toEqual([]);
    expect(seen.cause).toBeNull();
  });
});

describe.concurrent('two faults at once are both found, the earlier in the order of diagnosis first', () => {
  test.each(named)('%s', { timeout: 120_000 }, async (name, pair) => {
    const seen = await found(name);
    const causes = pair.map((s) => s.cause ?? '');
    expect(seen.failing).toEqual(expect.arrayContaining(causes));
    expect(seen.cause).toBe(causes.sort((a, b) => order.indexOf(a) - order.indexOf(b))[0]);
  });
});

describe('what is said', () => {
  test('a fix is a command that can be pasted: a shell reads it as it is written', async () => {
    for (const { name } of broken) {
      const { checks } = await found(name);
      for (const { id, status, fix } of checks) {
        for (const line of fix === null ? [] : textOf(fix, '\n').split('\n')) {
          expect(line, `${name} ${id} ${status}`).toMatch(/^(aws|nfm|kubectl) [-a-z]/);
          // Quotes are balanced, and nothing is left for a shell to read more into.
          const bare = line.replace(/'[^']*'/g, '');
          expect(bare, `${name} ${id}`).toMatch(/^[\w\s:/.,=@%+-]*$/);
        }
      }
    }
  });

  test('what AWS refuses is unknown, names the action, and never passes by itself', async () => {
    const { checks } = await found('iam-denied');
    const roles = checks.find((c) => c.id === 'service-linked-roles');
    expect(roles).toMatchObject({ status: 'unknown', evidence: { action: 'iam:GetRole' } });
    // The nodes publish, so their role may.
    expect(checks.find((c) => c.id === 'agent-role-permission')).toMatchObject({
      status: 'pass',
      finding: expect.stringContaining('iam:SimulatePrincipalPolicy'),
    });
    const together = await found('iam-denied+addon-missing');
    expect(together.checks.find((c) => c.id === 'agent-role-permission')).toMatchObject({
      status: 'unknown',
    });
  });

  test.each([
    ['because no identity-based policy allows the x action', /^Not permitted: iam:GetRole\.$/],
    ['because no permissions boundary allows the x action', /permissions boundary .*"Action":"iam:GetRole"/],
    ['because no service control policy allows the x action', /Ask who manages the organization/],
    ['because no session policy allows the x action', /session was opened with/],
    ['with an explicit deny in a VPC endpoint policy', /one more Allow does not help.*endpoint/],
  ])('a refusal %s: its own advice, and the words of AWS', async (reason, finding) => {
    const message = `User: arn:aws:sts::123456789012:assumed-role/ReadOnly/alice is not authorized to perform: iam:GetRole on resource: * ${reason}`;
    const error = { code: 'AccessDenied', status: 403, message };
    const { checks } = await examine('quiet', [{ service: 'iam', operation: 'GetRole', error }]);
    const roles = checks.find((c) => c.id === 'service-linked-roles');
    expect(roles).toMatchObject({ status: 'unknown', finding: expect.stringMatching(finding) });
    expect(roles?.evidence).toMatchObject({ answer: message });
  });

  test.each([
    // Put there by hand, so no update of the add-on takes it away.
    [
      'node-selector',
      'agent-daemonset',
      /^kubectl -n \S+ patch daemonset .*"nodeSelector":{"monitoring":null}/,
    ],
    ['pod-quota', 'agent-admitted', /^kubectl -n \S+ describe resourcequota pods$/],
    ['memory-limit', 'agent-runs', /"resources":{"requests":{"memory":"16Mi"},"limits":{"memory":"200Mi"}}/],
    ['dns-down', 'agent-reports', /^kubectl -n kube-system get pods -o wide --selector k8s-app=kube-dns\n/],
  ])('%s: the fix of %s', async (scenario, id, fix) => {
    const { checks } = await found(scenario);
    expect(textOf(checks.find((c) => c.id === id)?.fix ?? '', '\n')).toMatch(fix);
  });

  test.each([
    ['tls-inspected', /do not trust the certificate.*UnknownIssuer/],
    ['proxy-refuses', /the proxy that they are told to use/],
    ['dns-down', /cannot resolve the name.*'Error sending request.*failed to lookup address/],
  ])('%s: what stopped the reports, to the end of the error', async (scenario, said) => {
    const { checks, cause } = await found(scenario);
    expect(checks.find((c) => c.id === cause)?.finding).toMatch(said);
  });

  test.each([
    ['metadata-off', 'ssm-online', 'instance-metadata'],
    ['old-addon', 'agent-reports', 'eks-addon-version'],
    ['association-missing', 'agent-reports', 'pod-identity-association'],
    ['no-route', 'agent-reports', 'endpoint-route'],
  ])('%s: %s follows from %s', async (scenario, id, from) => {
    const { checks } = await found(scenario);
    expect(checks.find((c) => c.id === id)).toMatchObject({ status: 'fail', follows: from });
  });

  test.each(['kernel-too-old', 'unsupported-os'])(
    '%s: nothing is to be activated there',
    async (scenario) => {
      const { checks } = await found(scenario);
      expect(checks.find((c) => c.id === 'agent-activated')).toMatchObject({ status: 'not-applicable' });
    },
  );

  test('checks that need one that fails are skipped, and say which', async () => {
    const { checks } = await found('addon-missing');
    const health = checks.find((c) => c.id === 'eks-addon-health');
    expect(health).toMatchObject({
      status: 'skipped',
      finding: expect.stringContaining('eks-addon-installed fails'),
    });
  });
});
