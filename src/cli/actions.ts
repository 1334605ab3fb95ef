import { CREATE_ROLE } from '../model/policy.ts';
import { commands } from './commands.ts';

/** The IAM actions of one command. A test drives each command and holds them to what it really calls. */
export interface Actions {
  reads: readonly string[];
  /** What it can change. */
  writes?: readonly string[];
  /** Changing is what it is for, not an option. */
  changes?: true;
}

const on =
  (service: string) =>
  (...operations: string[]): string[] =>
    operations.map((operation) => `${service}:${operation}`);
const nfm = on('networkflowmonitor');
const ec2 = on('ec2');

/** Start, poll, read; stop on Ctrl-C. */
const query = (family: string) =>
  nfm(`StartQuery${family}`, `GetQueryStatus${family}`, `GetQueryResults${family}`, `StopQuery${family}`);

const ACCOUNT = ['sts:GetCallerIdentity'];
/** What there is, before any query: collect's takeInventory. */
const INVENTORY = [
  ...ACCOUNT,
  ...nfm('ListScopes', 'ListMonitors', 'GetMonitor'),
  ...ec2('DescribeAvailabilityZones', 'DescribeSubnets', 'DescribeVpcs'),
  'eks:DescribeCluster',
];
const METRICS = ['cloudwatch:GetMetricData'];
const MONITOR_FLOWS = query('MonitorTopContributors');
const SCOPE_FLOWS = query('WorkloadInsightsTopContributors');
const SCOPE_SERIES = query('WorkloadInsightsTopContributorsData');
const NAMES = ec2('DescribeInstances');
const NOTHING: Actions = { reads: [] };

/** What a health indicator or a chart needs beside the inventory. */
const HEALTH = [...INVENTORY, ...METRICS];
const MONITOR = nfm('ListMonitors', 'GetMonitor');
const SCOPE = nfm('ListScopes', 'GetScope');

/** By the words of the command. */
export const ACTIONS: Readonly<Record<string, Actions>> = {
  triage: {
    reads: [...INVENTORY, ...METRICS, ...MONITOR_FLOWS, ...SCOPE_FLOWS, ...SCOPE_SERIES, ...NAMES],
    writes: nfm('CreateMonitor'),
  },
  top: { reads: [...INVENTORY, ...MONITOR_FLOWS, ...SCOPE_FLOWS, ...NAMES] },
  zones: { reads: [...INVENTORY, ...METRICS, ...SCOPE_SERIES] },
  health: { reads: HEALTH },
  'monitor list': { reads: [...MONITOR, ...METRICS] },
  'monitor show': { reads: HEALTH },
  'monitor create': { reads: INVENTORY, writes: nfm('CreateMonitor', 'TagResource'), changes: true },
  'monitor update': { reads: INVENTORY, writes: nfm('UpdateMonitor'), changes: true },
  'monitor delete': { reads: MONITOR, writes: nfm('DeleteMonitor'), changes: true },
  'monitor tag': {
    reads: [...MONITOR, ...nfm('ListTagsForResource')],
    writes: nfm('TagResource', 'UntagResource'),
    changes: true,
  },
  'scope list': { reads: SCOPE },
  'scope show': { reads: SCOPE },
  'scope create': {
    reads: [...ACCOUNT, ...SCOPE],
    writes: [...nfm('CreateScope', 'TagResource'), CREATE_ROLE],
    changes: true,
  },
  'scope update': { reads: [...ACCOUNT, ...SCOPE], writes: nfm('UpdateScope'), changes: true },
  'scope delete': {
    reads: [...SCOPE, ...MONITOR],
    writes: nfm('DeleteScope', 'DeleteMonitor'),
    changes: true,
  },
  'scope tag': {
    reads: [...SCOPE, ...nfm('ListTagsForResource')],
    writes: nfm('TagResource', 'UntagResource'),
    changes: true,
  },
  'sandbox list': NOTHING,
  'sandbox serve': NOTHING,
  policy: NOTHING,
  schema: NOTHING,
  completion: NOTHING,
  help: NOTHING,
};

/** The words of a usage, without its arguments: 'sandbox serve [scenario]' is 'sandbox serve'. */
export function wordsOf(usage: string): string {
  return usage.replace(/ [[<].*$/, '');
}

/** The command that a command line runs. */
export function commandIn(args: readonly string[]): string {
  const line = `${args.join(' ')} `;
  const names = commands.map(({ usage }) => wordsOf(usage)).sort((a, b) => b.length - a.length);
  return names.find((name) => line.startsWith(`${name} `)) ?? '';
}
