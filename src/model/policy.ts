import * as z from 'zod';

/** An IAM policy document, as AWS reads it: there is no room in it for our own `schema`. */
export const policySchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.object({
      Sid: z.string(),
      Effect: z.literal('Allow'),
      Action: z.array(z.string()).min(1),
      Resource: z.union([z.string(), z.array(z.string())]),
      Condition: z.record(z.string(), z.record(z.string(), z.array(z.string()))).optional(),
    }),
  ),
});
export type Policy = z.infer<typeof policySchema>;
type Statement = Policy['Statement'][number];

/** Needed by the caller of CreateScope, not called by nfm: AWS makes the roles on the caller's behalf. */
export const CREATE_ROLE = 'iam:CreateServiceLinkedRole';

const MONITOR = 'arn:aws:networkflowmonitor:*:*:monitor/*';
const SCOPE = 'arn:aws:networkflowmonitor:*:*:scope/*';
const CLUSTER = 'arn:aws:eks:*:*:cluster/*';
const ADDON = 'arn:aws:eks:*:*:addon/*';
const NODEGROUP = 'arn:aws:eks:*:*:nodegroup/*';
const HEALTH_EVENT = 'arn:aws:health:*::event/*/*/*';
const ASSOCIATION = 'arn:aws:eks:*:*:podidentityassociation/*';
/** Of Systems Manager: what a command may be, and where it may run. */
const COMMANDS = [
  'arn:aws:ssm:*:*:document/AWS-ConfigureAWSPackage',
  'arn:aws:ssm:*:*:document/AmazonCloudWatch-NetworkFlowMonitorManageAgent',
  'arn:aws:ec2:*:*:instance/*',
];
/** All that an agent's role may be given. */
const PUBLISH_POLICY = 'arn:aws:iam::aws:policy/CloudWatchNetworkFlowMonitorAgentPublishPolicy';
const ROLE_SERVICES = ['networkflowmonitor.amazonaws.com', 'topology.networkflowmonitor.amazonaws.com'];

/** Kinds of resources that a statement is for; each is one statement. */
const KINDS = {
  AnyResource: { Resource: '*' },
  Monitors: { Resource: MONITOR },
  Scopes: { Resource: SCOPE },
  Clusters: { Resource: CLUSTER },
  Addons: { Resource: ADDON },
  Nodegroups: { Resource: NODEGROUP },
  Updates: { Resource: [CLUSTER, ADDON, NODEGROUP] },
  PodIdentityAssociations: { Resource: ASSOCIATION },
  HealthEvents: { Resource: HEALTH_EVENT },
  Commands: { Resource: COMMANDS },
  PassedRoles: {
    Resource: 'arn:aws:iam::*:role/*',
    Condition: {
      StringEquals: { 'iam:PassedToService': ['pods.eks.amazonaws.com', 'ec2.amazonaws.com'] },
    },
  },
  AssumedRoles: { Resource: 'arn:aws:iam::*:role/*' },
  AgentRoles: { Resource: 'arn:aws:iam::*:role/*' },
  AgentPolicies: {
    Resource: 'arn:aws:iam::*:role/*',
    Condition: { ArnEquals: { 'iam:PolicyARN': [PUBLISH_POLICY] } },
  },
  InstanceProfiles: { Resource: 'arn:aws:iam::*:instance-profile/*' },
  IdentityProviders: { Resource: 'arn:aws:iam::*:oidc-provider/oidc.eks.*' },
  Instances: { Resource: 'arn:aws:ec2:*:*:instance/*' },
  ServiceLinkedRoles: {
    Resource: ROLE_SERVICES.map((s) => `arn:aws:iam::*:role/aws-service-role/${s}/*`),
    Condition: { StringEquals: { 'iam:AWSServiceName': ROLE_SERVICES } },
  },
} as const;
type Kind = keyof typeof KINDS;

/**
 * Which resources an action can be narrowed to (docs.aws.amazon.com/service-authorization/latest/reference/:
 * list_networkflowmonitor, list_amazonelastickubernetesservice, list_awssystemsmanager, list_awsidentityandaccessmanagementiam,
 * list_health). Lists, CreateScope, CloudWatch's GetMetricData and
 * EC2's Describe… take '*' only. Tags belong to what the command is about.
 */
function kindOf(action: string, command: string): Kind {
  const [service = '', name = ''] = action.split(':');
  if (action === CREATE_ROLE) return 'ServiceLinkedRoles';
  if (action === 'iam:PassRole') return 'PassedRoles';
  if (action === 'sts:AssumeRole') return 'AssumedRoles';
  if (action === 'ssm:SendCommand') return 'Commands';
  if (action === 'iam:AttachRolePolicy') return 'AgentPolicies';
  if (action === 'iam:CreateRole' || action === 'iam:UpdateAssumeRolePolicy') return 'AgentRoles';
  if (/^iam:(Create|AddRoleTo)InstanceProfile$/.test(action)) return 'InstanceProfiles';
  if (action === 'iam:CreateOpenIDConnectProvider') return 'IdentityProviders';
  if (action === 'ec2:AssociateIamInstanceProfile') return 'Instances';
  if (service === 'eks') return eksKindOf(name);
  if (/^health:Describe(EventDetails|AffectedEntities)$/.test(action)) return 'HealthEvents';
  if (service !== 'networkflowmonitor') return 'AnyResource';
  if (/^(ListMonitors|ListScopes|CreateScope)$/.test(name)) return 'AnyResource';
  if (/^(ListTagsFor|Tag|Untag)Resource$/.test(name)) return /^scope\b/.test(command) ? 'Scopes' : 'Monitors';
  return /Scope$|WorkloadInsights/.test(name) ? 'Scopes' : 'Monitors';
}

function eksKindOf(name: string): Kind {
  if (name === 'ListClusters' || name === 'DescribeAddonVersions') return 'AnyResource';
  if (name === 'DescribeAddon' || name === 'UpdateAddon') return 'Addons';
  if (name === 'DescribeNodegroup') return 'Nodegroups';
  if (name === 'ListUpdates' || name === 'DescribeUpdate') return 'Updates';
  return name === 'DescribePodIdentityAssociation' ? 'PodIdentityAssociations' : 'Clusters';
}

/** What one command may call. */
export interface Allowed {
  command: string;
  actions: readonly string[];
}

/** The least that allows all of these. Key order is reading order. */
export function policyFor(allowed: readonly Allowed[]): Policy {
  const statements = (Object.keys(KINDS) as Kind[]).flatMap((kind): Statement[] => {
    const all = allowed.flatMap(({ command, actions }) => actions.filter((a) => kindOf(a, command) === kind));
    const own = [...new Set(all)].sort();
    return own.length ? [{ Sid: `Nfm${kind}`, Effect: 'Allow', Action: own, ...mutable(kind) }] : [];
  });
  return { Version: '2012-10-17', Statement: statements };
}

/** One statement, for who must be asked for it. */
export function statementFor(action: string, command: string): object {
  return { Effect: 'Allow', Action: action, ...mutable(kindOf(action, command)) };
}

function mutable(kind: Kind): Pick<Statement, 'Resource' | 'Condition'> {
  return structuredClone(KINDS[kind]) as Pick<Statement, 'Resource' | 'Condition'>;
}
