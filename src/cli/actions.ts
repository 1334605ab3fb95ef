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

/** By the words of the command. */
export const ACTIONS: Readonly<Record<string, Actions>> = {
  triage: {
    reads: [...INVENTORY, ...METRICS, ...MONITOR_FLOWS, ...SCOPE_FLOWS, ...SCOPE_SERIES, ...NAMES],
    writes: nfm('CreateMonitor'),
  },
  'sandbox list': NOTHING,
  'sandbox serve': NOTHING,
  schema: NOTHING,
  policy: NOTHING,
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
