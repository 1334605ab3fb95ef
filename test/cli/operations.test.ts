import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/aws/networkflowmonitor/index.ts';
import { type Account, account, type RunOptions } from './helpers.ts';

/*
 * Every one of the service's 25 operations is reached by some command: the table says by which, and its first column
 * is run against a sandbox, in this order, in one account.
 */
const TABLE: readonly [command: string, operations: readonly string[]][] = [
  ['scope show', ['ListScopes', 'GetScope']],
  ['monitor list', ['ListMonitors', 'GetMonitor']],
  ['monitor create mine --zone ap-northeast-3a --tag owner=me --yes', ['CreateMonitor']],
  ['monitor update mine --add-zone ap-northeast-3b --yes', ['UpdateMonitor']],
  [
    'monitor tag mine --tag team=net --untag owner --yes',
    ['TagResource', 'UntagResource', 'ListTagsForResource'],
  ],
  [
    'top --monitor demo-vpc --since 5m --category INTRA_AZ',
    [
      'StartQueryMonitorTopContributors',
      'GetQueryStatusMonitorTopContributors',
      'GetQueryResultsMonitorTopContributors',
    ],
  ],
  [
    'top --since 5m --category INTRA_AZ',
    [
      'StartQueryWorkloadInsightsTopContributors',
      'GetQueryStatusWorkloadInsightsTopContributors',
      'GetQueryResultsWorkloadInsightsTopContributors',
    ],
  ],
  ['monitor delete mine demo-vpc demo-zone-a demo-zone-b --yes --wait', ['DeleteMonitor']],
  [
    'zones --since 5m --baseline none',
    [
      'StartQueryWorkloadInsightsTopContributorsData',
      'GetQueryStatusWorkloadInsightsTopContributorsData',
      'GetQueryResultsWorkloadInsightsTopContributorsData',
    ],
  ],
  ['scope update --add-account 210987654321 --yes', ['UpdateScope']],
  ['scope delete --yes', ['DeleteScope']],
  ['scope create --yes', ['CreateScope']],
];

/** Stopped by Ctrl-C while their queries run, in an account whose queries never end. */
const INTERRUPTED: readonly [command: string, operation: string][] = [
  ['top --monitor demo-vpc --since 5m', 'StopQueryMonitorTopContributors'],
  ['top --since 5m', 'StopQueryWorkloadInsightsTopContributors'],
  ['zones --since 5m --baseline none', 'StopQueryWorkloadInsightsTopContributorsData'],
];

async function operationsOf(it: Account, command: string, options: RunOptions = {}) {
  const before = it.sandbox.requests.length;
  const { code, stderr } = await it.run(command.split(' '), options);
  const requests = it.sandbox.requests.slice(before).filter((r) => r.service === 'networkflowmonitor');
  return { code, stderr, operations: new Set(requests.map((r) => r.operation)) };
}

/** Ctrl-C as soon as a query runs. */
function interrupt({ sandbox }: Account): RunOptions {
  const before = sandbox.requests.length;
  return {
    during(child) {
      const timer = setInterval(() => {
        if (!sandbox.requests.slice(before).some((r) => r.operation.startsWith('GetQueryStatus'))) return;
        clearInterval(timer);
        child.kill('SIGINT');
      }, 20);
      child.on('close', () => clearInterval(timer));
    },
  };
}

describe('the 25 operations', () => {
  it('are each reached by a command', async () => {
    const here = await account({ settleMillis: 0 });
    const reached = new Set<string>();
    for (const [command, expected] of TABLE) {
      const { code, stderr, operations } = await operationsOf(here, command);
      expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
      expect({ command, operations: [...operations] }).toEqual({
        command,
        operations: expect.arrayContaining([...expected]),
      });
      for (const operation of expected) reached.add(operation);
    }
    const endless = await account({ queryMillis: 600_000, settleMillis: 0 });
    for (const [command, expected] of INTERRUPTED) {
      if (command.startsWith('zones'))
        await endless.run(['monitor', 'delete', 'demo-zone-a', 'demo-zone-b', '--yes', '--wait']);
      const { code, operations } = await operationsOf(endless, command, interrupt(endless));
      expect({ command, code }).toEqual({ command, code: 130 });
      expect([...operations]).toContain(expected);
      reached.add(expected);
    }
    expect([...reached].sort()).toEqual([...OPERATIONS].sort());
    expect(OPERATIONS).toHaveLength(25);
  });
});
