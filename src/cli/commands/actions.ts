/* IAM actions that several commands need; each command.ts says its own. */

const on =
  <S extends string>(service: S) =>
  (...operations: string[]): string[] =>
    operations.map((operation) => `${service}:${operation}`);
export const flowMonitorActions = on('networkflowmonitor');
export const ec2Actions = on('ec2');
export const eksActions = on('eks');
export const iamActions = on('iam');
export const ssmActions = on('ssm');

/** Start, poll, read; stop on Ctrl-C. */
const query = (family: string) =>
  flowMonitorActions(
    `StartQuery${family}`,
    `GetQueryStatus${family}`,
    `GetQueryResults${family}`,
    `StopQuery${family}`,
  );

/** Names of zones, and which zone each subnet is in. */
export const ZONES = ec2Actions('DescribeAvailabilityZones', 'DescribeSubnets');
export const ACCOUNT = ['sts:GetCallerIdentity'];
export const MONITOR = flowMonitorActions('ListMonitors', 'GetMonitor');
export const SCOPE = flowMonitorActions('ListScopes', 'GetScope');
/** Monitors, and what they can watch. */
export const RESOURCES = [...MONITOR, ...ZONES, ...ec2Actions('DescribeVpcs'), 'eks:DescribeCluster'];
/** What there is, before any query: collect's takeInventory. */
export const INVENTORY = [...flowMonitorActions('ListScopes'), ...RESOURCES];
export const METRICS = ['cloudwatch:GetMetricData'];
export const MONITOR_FLOWS = query('MonitorTopContributors');
export const SCOPE_FLOWS = query('WorkloadInsightsTopContributors');
export const SCOPE_SERIES = query('WorkloadInsightsTopContributorsData');

/** Agents of clusters and their roles. */
const CLUSTER_AGENTS = [
  ...ec2Actions('DescribeInstances'),
  ...eksActions(
    'ListClusters',
    'DescribeCluster',
    'DescribeAddon',
    'ListPodIdentityAssociations',
    'DescribePodIdentityAssociation',
    'ListNodegroups',
    'DescribeNodegroup',
  ),
  ...iamActions('GetRole', 'SimulatePrincipalPolicy', 'ListOpenIDConnectProviders'),
];
/** Where no agent can be, and where there are two. */
export const AGENT_PLACES = [
  ...eksActions('ListClusters', 'ListFargateProfiles', 'DescribeFargateProfile', 'DescribeAddon'),
  ...ssmActions('GetInventory'),
];
/** Of a whole Case: what collect asks. */
export const ASKED = [
  ...ACCOUNT,
  ...INVENTORY,
  ...METRICS,
  ...MONITOR_FLOWS,
  ...SCOPE_FLOWS,
  ...SCOPE_SERIES,
  ...AGENT_PLACES,
  ...ec2Actions('DescribeInstances'),
  // What others say of the same place: its witnesses.
  ...ec2Actions('DescribeInstanceStatus', 'DescribeNetworkInterfaces', 'GetAwsNetworkPerformanceData'),
  ...eksActions('DescribeAddon'),
];
/** What changed around the onset, and who else noticed. */
export const AROUND = [
  'cloudwatch:ListMetrics',
  'arc-zonal-shift:ListAutoshifts',
  'health:DescribeEvents',
  'health:DescribeEventDetails',
  'health:DescribeAffectedEntities',
  'cloudtrail:LookupEvents',
  'autoscaling:DescribeScalingActivities',
  ...eksActions(
    'ListAddons',
    'DescribeAddon',
    'ListNodegroups',
    'DescribeNodegroup',
    'ListUpdates',
    'DescribeUpdate',
  ),
  ...ec2Actions('DescribeSecurityGroups', 'DescribeRouteTables', 'DescribeNetworkAcls'),
];
/** What was done to agents lately: data cannot be there at once. */
const HISTORY = ssmActions('ListCommands', 'ListCommandInvocations');

/** What the doctor reads to say why there is no data, beside monitors, scopes and queries. */
export const DIAGNOSIS = [
  ...ACCOUNT,
  ...ZONES,
  ...ec2Actions(
    'DescribeImages',
    'DescribeRouteTables',
    'DescribeNatGateways',
    'DescribeVpcEndpoints',
    'DescribeSecurityGroups',
    'DescribeNetworkAcls',
    'DescribeVpcAttribute',
  ),
  ...CLUSTER_AGENTS,
  ...eksActions('DescribeAddonVersions', 'ListFargateProfiles'),
  ...iamActions('GetInstanceProfile'),
  ...ssmActions('DescribeInstanceInformation', 'ListInventoryEntries'),
  ...HISTORY,
];

/** The roles of the service, which AWS makes with a scope. */
export const CREATE_ROLE = 'iam:CreateServiceLinkedRole';
