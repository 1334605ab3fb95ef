import { CREATE_ROLE } from '../../model/policy.ts';
import { commands } from './index.ts';

/** The IAM actions of one command. A test drives each command and holds them to what it really calls. */
export interface Actions {
  reads: readonly string[];
  /** What it can change. */
  writes?: readonly string[];
  /** What AWS checks on the way, without a call of ours: tags that are given with a creation, roles of the service. */
  implied?: readonly string[];
  /** Changing is what it is for, not an option. */
  changes?: true;
}

const on =
  (service: string) =>
  (...operations: string[]): string[] =>
    operations.map((operation) => `${service}:${operation}`);
const nfm = on('networkflowmonitor');
const ec2 = on('ec2');
const eks = on('eks');
const iam = on('iam');
const ssm = on('ssm');

/** Start, poll, read; stop on Ctrl-C. */
const query = (family: string) =>
  nfm(`StartQuery${family}`, `GetQueryStatus${family}`, `GetQueryResults${family}`, `StopQuery${family}`);

/** Names of zones, and which zone each subnet is in. */
const ZONES = ec2('DescribeAvailabilityZones', 'DescribeSubnets');
const ACCOUNT = ['sts:GetCallerIdentity'];
/** Monitors, and what they can watch. */
const RESOURCES = [
  ...nfm('ListMonitors', 'GetMonitor'),
  ...ZONES,
  ...ec2('DescribeVpcs'),
  'eks:DescribeCluster',
];
/** What there is, before any query: collect's takeInventory. */
const INVENTORY = [...ACCOUNT, ...nfm('ListScopes'), ...RESOURCES];
const METRICS = ['cloudwatch:GetMetricData'];
const MONITOR_FLOWS = query('MonitorTopContributors');
const SCOPE_FLOWS = query('WorkloadInsightsTopContributors');
const SCOPE_SERIES = query('WorkloadInsightsTopContributorsData');
const NAMES = ec2('DescribeInstances');
/** What others say of the same place: collect's witnesses. */
const WITNESSES = [...ec2('DescribeInstanceStatus', 'GetAwsNetworkPerformanceData'), ...eks('DescribeAddon')];
const NOTHING: Actions = { reads: [] };

const MONITOR = nfm('ListMonitors', 'GetMonitor');
const MONITORS_WHOLE = [...MONITOR, ...METRICS, ...ZONES, 'eks:DescribeCluster'];
const SCOPE = nfm('ListScopes', 'GetScope');

/** Agents of clusters and their roles, as far as a triage without data asks. */
const CLUSTER_AGENTS = [
  ...ec2('DescribeInstances'),
  ...eks(
    'ListClusters',
    'DescribeCluster',
    'DescribeAddon',
    'ListPodIdentityAssociations',
    'DescribePodIdentityAssociation',
    'ListNodegroups',
    'DescribeNodegroup',
  ),
  ...iam('GetRole', 'SimulatePrincipalPolicy', 'ListOpenIDConnectProviders'),
];
/** What was done to agents lately: data cannot be there at once. */
const HISTORY = ssm('ListCommands', 'ListCommandInvocations');

/** By the words of the command. */
export const ACTIONS: Readonly<Record<string, Actions>> = {
  triage: {
    reads: [
      ...INVENTORY,
      ...METRICS,
      ...MONITOR_FLOWS,
      ...SCOPE_FLOWS,
      ...SCOPE_SERIES,
      ...NAMES,
      ...WITNESSES,
      ...nfm('GetScope'),
      ...CLUSTER_AGENTS,
      ...HISTORY,
    ],
    writes: nfm('CreateMonitor'),
  },
  top: { reads: [...INVENTORY, ...MONITOR_FLOWS, ...SCOPE_FLOWS, ...NAMES] },
  zones: { reads: [...INVENTORY, ...METRICS, ...SCOPE_SERIES] },
  health: { reads: [...INVENTORY, ...METRICS] },
  doctor: {
    reads: [
      ...ACCOUNT,
      ...SCOPE,
      ...MONITOR,
      ...SCOPE_FLOWS,
      ...SCOPE_SERIES,
      ...MONITOR_FLOWS,
      ...METRICS,
      ...ZONES,
      ...ec2(
        'DescribeImages',
        'DescribeRouteTables',
        'DescribeNatGateways',
        'DescribeVpcEndpoints',
        'DescribeSecurityGroups',
      ),
      ...CLUSTER_AGENTS,
      ...eks('DescribeAddonVersions', 'ListFargateProfiles'),
      ...iam('GetInstanceProfile'),
      ...ssm('DescribeInstanceInformation', 'ListInventoryEntries'),
      ...HISTORY,
    ],
    writes: [
      ...nfm('CreateScope', 'CreateMonitor'),
      ...eks('CreateAddon', 'UpdateAddon', 'CreatePodIdentityAssociation'),
      ...ssm('SendCommand'),
    ],
    implied: [CREATE_ROLE, ...iam('PassRole')],
  },
  'monitor list': { reads: MONITORS_WHOLE },
  'monitor show': { reads: MONITORS_WHOLE },
  'monitor create': {
    reads: [...nfm('ListScopes'), ...RESOURCES],
    writes: nfm('CreateMonitor', 'TagResource'),
    changes: true,
  },
  'monitor update': { reads: RESOURCES, writes: nfm('UpdateMonitor'), changes: true },
  'monitor delete': { reads: MONITOR, writes: nfm('DeleteMonitor'), changes: true },
  'monitor tag': {
    reads: nfm('ListMonitors', 'ListTagsForResource'),
    writes: nfm('TagResource', 'UntagResource'),
    changes: true,
  },
  'scope list': { reads: SCOPE },
  'scope show': { reads: SCOPE },
  'scope create': {
    reads: [...ACCOUNT, ...SCOPE],
    writes: nfm('CreateScope'),
    implied: [...nfm('TagResource'), CREATE_ROLE],
    changes: true,
  },
  'scope update': { reads: SCOPE, writes: nfm('UpdateScope'), changes: true },
  'scope delete': {
    reads: [...SCOPE, ...MONITOR],
    writes: nfm('DeleteScope', 'DeleteMonitor'),
    changes: true,
  },
  'scope tag': {
    reads: nfm('ListScopes', 'ListTagsForResource'),
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
