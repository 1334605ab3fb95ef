import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { findScenario, SCENARIOS } from '../../src/sandbox/scenarios/index.ts';
import { DEMO_WORLD } from '../../src/sandbox/world/topology.ts';
import type { FlowReport } from '../../src/sandbox/world/world.ts';
import { account } from './account.ts';
import { ask, LANDED, MINUTE, SCOPE_ID } from './client.ts';

const hour = (end = LANDED) => ({
  startTime: new Date(end - 60 * MINUTE).toISOString(),
  endTime: new Date(end).toISOString(),
  metricName: 'DATA_TRANSFERRED',
  destinationCategory: 'INTRA_AZ',
});
const senders = (reports: FlowReport[]) => [...new Set(reports.map(({ flow }) => flow.local))].sort();

function objectsIn(value: unknown): object[] {
  return typeof value === 'object' && value !== null
    ? [value, ...Object.values(value).flatMap(objectsIn)]
    : [];
}

describe('scenarios', () => {
  it('have names of their own, and a title that fits a line', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, title } of SCENARIOS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title.length).toBeLessThanOrEqual(95);
    }
  });

  it('break a world of their own', async () => {
    const all = SCENARIOS.map(({ name }) => name).join('+');
    const before = JSON.stringify(DEMO_WORLD);
    const first = (await account({ scenario: all })).sandbox.world;
    const second = (await account({ scenario: all })).sandbox.world;
    expect(JSON.stringify(DEMO_WORLD)).toBe(before);
    expect(objectsIn(first).filter((part) => objectsIn(second).includes(part))).toEqual([]);
  });

  it.each(SCENARIOS.filter(({ changes }) => changes).map(({ name, cause }) => [name, cause]))(
    '%s differs from the healthy world',
    async (name) => {
      const { sandbox } = await account({ scenario: name ?? '' });
      expect(sandbox.world).not.toEqual(JSON.parse(JSON.stringify(DEMO_WORLD)));
    },
  );

  it('are joined by +', () => {
    expect(findScenario('no-scope+packet-loss')).toMatchObject({
      name: 'no-scope+packet-loss',
      recording: 'packet-loss-3',
    });
    expect(findScenario('aws-impairment+addon-missing')).toMatchObject({
      recording: 'packet-loss-3',
      awsEvents: [{ zoneId: 'apne3-az3' }],
    });
    expect(findScenario('queries-denied+iam-denied').denied).toHaveLength(7);
    expect(() => findScenario('no-scope+')).toThrow(UsageError);
  });

  it('leave out the reports of agents that do not publish', async () => {
    const lacking = async (scenario: string) => {
      const { sandbox } = await account({ scenario });
      return senders(sandbox.flowReports(LANDED - 10 * MINUTE, LANDED));
    };
    expect(await lacking('quiet')).toEqual(['lb', 'web-a', 'web-b', 'worker-a', 'worker-b']);
    expect(await lacking('addon-missing')).toEqual(['lb']);
    expect(await lacking('agent-not-installed')).toEqual(['web-a', 'web-b', 'worker-a', 'worker-b']);
    expect(await lacking('addon-missing+agent-not-installed')).toEqual([]);
  });

  it('double the reports of an instance with two agents', async () => {
    const bytes = async (scenario: string) => {
      const { sandbox } = await account({ scenario });
      const [minute] = sandbox.metrics.points(
        'arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/demo-zone-b',
        'DataTransferred',
        LANDED - MINUTE,
        LANDED,
      );
      return minute?.value;
    };
    expect(await bytes('two-agents')).toBe(2 * Number(await bytes('quiet')));
  });
});

describe('Network Flow Monitor', () => {
  const states = async (scenario: string) => {
    const { call } = await account({ scenario });
    const { scopes } = (await call('GET', '/scopes')).body;
    const { monitors } = (await call('GET', '/monitors')).body;
    return {
      scopes: scopes.map((scope) => (scope as { status: string }).status),
      monitors: monitors.map((monitor) => (monitor as unknown as { monitorStatus: string }).monitorStatus),
    };
  };

  it.each([
    ['no-scope', [], []],
    ['scope-pending', ['IN_PROGRESS'], []],
    ['scope-failed', ['FAILED'], []],
    ['scope-deactivated', ['DEACTIVATED'], []],
    ['scope-of-another-account', ['SUCCEEDED'], []],
    ['no-monitor', ['SUCCEEDED'], []],
    ['monitor-pending', ['SUCCEEDED'], ['PENDING', 'PENDING', 'PENDING']],
    ['monitor-error', ['SUCCEEDED'], ['ERROR', 'ERROR', 'ERROR']],
    ['monitor-of-another-vpc', ['SUCCEEDED'], ['ACTIVE']],
  ])('%s', async (scenario, scopes, monitors) => {
    expect(await states(scenario)).toEqual({ scopes, monitors });
  });

  it('stays as it is, however long one waits', async () => {
    const { call, clocks } = await account({ scenario: 'scope-pending' });
    clocks.elapsed += 1e9;
    clocks.now += 1e9;
    expect((await call('GET', `/scopes/${SCOPE_ID}`)).body.status).toBe('IN_PROGRESS');
  });

  it('can be set up again once what failed is deleted', async () => {
    const { call, clocks } = await account({ scenario: 'scope-failed' });
    expect((await call('DELETE', `/scopes/${SCOPE_ID}`)).status).toBe(200);
    clocks.elapsed += 2000;
    const target = { targetIdentifier: { targetId: { accountId: '123456789012' }, targetType: 'ACCOUNT' } };
    const made = await call('POST', '/scopes', { targets: [{ ...target, region: 'ap-northeast-3' }] });
    expect(made.body.status).toBe('IN_PROGRESS');
    clocks.elapsed += 2000;
    const { scopeId } = made.body as unknown as { scopeId: string };
    expect((await call('GET', `/scopes/${scopeId}`)).body.status).toBe('SUCCEEDED');
  });

  it('sees nothing of an account that the scope leaves out', async () => {
    const { call } = await account({ scenario: 'scope-of-another-account' });
    const path = `/workloadInsights/${SCOPE_ID}/topContributorsQueries`;
    expect((await ask(call, path, hour())).body.topContributors).toEqual([]);
  });

  it('refuses what the scenario denies, and only that', async () => {
    const { call } = await account({ scenario: 'monitor-queries-denied' });
    const refused = await call('POST', '/monitors/demo-vpc/topContributorsQueries', hour());
    expect(refused).toMatchObject({ status: 403, code: 'AccessDeniedException' });
    expect(refused.body.message).toContain('networkflowmonitor:StartQueryMonitorTopContributors');
    const path = `/workloadInsights/${SCOPE_ID}/topContributorsQueries`;
    expect((await ask(call, path, hour())).body.topContributors.length).toBeGreaterThan(0);
  });
});
