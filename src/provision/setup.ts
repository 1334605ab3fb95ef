import {
  ADDON,
  INSTALL_DOCUMENT,
  isOlder,
  MANAGE_DOCUMENT,
  PACKAGE,
  POD_IDENTITY_ADDON,
  PUBLISH,
  PUBLISH_POLICY,
} from '../doctor/agent.ts';
import { HOST_TRUST, POD_TRUST } from '../doctor/agent-role.ts';
import type { Resource } from '../model/case.ts';
import { kubectl, nfm, printed } from '../model/command-line.ts';
import type { Owner } from '../model/ids.ts';
import type {
  HostAssociation,
  Monitor,
  Reference,
  Scope,
  Stack,
  StackResource,
  Tags,
  Text,
} from '../model/stack.ts';
import { many } from '../model/units.ts';
import { meaningOf } from '../network/status.ts';
import { contentWord, wordsOf } from './words.ts';

/** What the account has of a set-up, and what a VPC lacks. */
export interface SetupFacts {
  owner: Owner;
  vpcIds: readonly string[];
  scope: ScopeFact | null;
  monitors: readonly MonitorFact[];
  clusters: readonly ClusterFact[];
  /** Where a tag finds them, those that have it. */
  hosts: readonly HostFact[];
  /** Nodes of clusters that have the tag of instances. */
  taggedNodes: readonly string[];
  /** Those of ours that are there. */
  associations: readonly AssociationFact[];
}

interface AssociationFact {
  id: string;
  name: string;
  document: string;
  targets: readonly HostAssociation['target'][];
}

interface ScopeFact {
  id: string;
  arn: string;
  status: string;
  targets: readonly { accountId: string; region: string }[];
  tags: Tags;
}

interface MonitorFact {
  name: string;
  local: readonly Resource[];
  remote: readonly Resource[];
  /** Null: it is missing. */
  there: { tags: Tags } | null;
}

interface ClusterFact {
  name: string;
  version: string;
  /** How the agents got there, if they did: beside a chart's, those of the add-on would report twice. */
  agents: 'addon' | 'chart' | 'missing';
  /** Pods get their roles: by the add-on, or by EKS itself (Auto Mode). */
  podIdentity: 'addon' | 'built-in' | 'missing';
  namespace: string;
  serviceAccount: string;
  daemonSet: string;
  association: { id: string; roleArn: string } | null;
  /** The agents have a role by IRSA. */
  irsa: boolean;
  /** A role that is there and would do. */
  fitRole: string | null;
  /** That of the account which agents act as; null where they have none. */
  role: RoleFact | null;
}

/** A role, and whether agents may publish by it. */
export interface RoleFact {
  /** Null: there is none. */
  roleName: string | null;
  /** What IAM decides; null where it did not tell. */
  publishes: string | null;
}

/** An instance that is no node of a cluster, and may have an agent. */
export interface HostFact extends RoleFact {
  id: string;
  /** Whether Systems Manager reaches it now; null where it did not tell. */
  managed: boolean | null;
}

interface SetupOptions {
  tags: Tags;
  /** Instances are found by this tag, now and later; else those that run now. */
  hostTag: { key: string; value: string } | null;
}

const SCOPE: Scope['id'] = ['scope'];
const POD_ROLE = ['agent', 'role'];
const HOST_ROLE = ['host', 'role'];
const DOCUMENT = ['agent', 'document'];
const AGENT = 'nfm-network-flow-monitor-agent';
const SSM_POLICY = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
/** EKS user guide and the add-on's own page. */
const OLDEST_KUBERNETES = '1.25';
/** Instance IDs in one target (API model of SSM). */
const MOST_IN_TARGET = 50;

export function setupStack(facts: SetupFacts, options: SetupOptions): Stack {
  const { owner, vpcIds, hosts } = facts;
  const { hostTag } = options;
  const clusters = facts.clusters.filter(({ version }) => !isOlder(version, OLDEST_KUBERNETES));
  const old = facts.clusters.filter((cluster) => !clusters.includes(cluster));
  const resources: StackResource[] = [
    scopeOf(facts, options),
    ...facts.monitors.map((monitor) => monitorOf(monitor, options)),
    ...clustersOf(clusters, owner, options),
    ...permissionsOf([...clusters.flatMap(({ role }) => role ?? []), ...hosts], owner),
    ...hostsOf(facts, options),
  ];
  const present = resources.filter(({ existing }) => existing !== undefined);
  const made = resources.filter(({ existing }) => existing === undefined);
  const unprofiled = hosts.filter(({ roleName }) => roleName === null);
  const unreached = hosts.filter(({ roleName, managed }) => roleName !== null && managed === false);
  return {
    // By what it makes: another template onto the same stack would delete what this one has made.
    name: `nfm-setup-${contentWord(made.map(({ id }) => id.join(' ')))}`,
    title: `Network Flow Monitor in ${owner.region}: scope, monitors and agents of ${vpcIds.length === 1 ? vpcIds[0] : many(vpcIds.length, 'VPC', 'VPCs')}`,
    region: owner.region,
    notes: [
      ...(facts.scope
        ? []
        : [
            'An account has one scope in each Region, and a second one is refused: this is for an account without.',
          ]),
      ...(present.length > 0
        ? [
            `There already: ${present.map(called).join(', ')}. Terraform imports these; CloudFormation leaves them out, for a template cannot create and import at once: to take them over, import them into a stack of their own. Deploy this as a stack of its own, too: onto the stack that made them, it would delete them.`,
          ]
        : []),
      'Agents cost by the hour while they are active, monitors publish paid metrics. First data take up to 30 minutes; connections that were open before an agent started are not seen.',
      ...(clusters.length > 0
        ? [
            `On EKS: the add-on's service account gets its role by a Pod Identity association, which is made before the add-on, so that agents have it when they start. An association for any other namespace or service account gives them nothing.`,
          ]
        : []),
      ...(hosts.length > 0 || hostTag
        ? [
            `On EC2: one document of ours runs AWS's two in their order, for what is installed and not activated publishes nothing: ${INSTALL_DOCUMENT} with the package ${PACKAGE}, then ${MANAGE_DOCUMENT}. Nodes of EKS clusters are left out: with add-on and package they would report twice.`,
          ]
        : []),
    ],
    lacks: [
      ...scopeLacks(facts),
      ...old.map(
        ({ name, version }) =>
          `Cluster ${name} has Kubernetes ${version}: the add-on needs ${OLDEST_KUBERNETES}. It is left out.`,
      ),
      ...clusters.flatMap(({ name, agents }) =>
        agents === 'chart'
          ? [`Cluster ${name} has the agents from their chart, not from the add-on: the add-on is left out.`]
          : [],
      ),
      ...clusters.flatMap(({ name, agents, association, irsa, namespace, daemonSet }) =>
        agents === 'missing' || association || irsa
          ? []
          : [
              `Agents run in cluster ${name} already: they get their role when they start anew: ${printed(kubectl(namespace, 'rollout restart', {}, `daemonset/${daemonSet}`))}`,
            ],
      ),
      ...(hostTag && hosts.length === 0
        ? [
            `No instance that runs has the tag ${hostTag.key}=${hostTag.value} yet, so that nobody knows what roles they lack: export again when they have it.`,
          ]
        : []),
      ...(facts.taggedNodes.length > 0
        ? [
            `Nodes of EKS clusters have the tag of the instances: ${facts.taggedNodes.join(', ')}. With the add-on they would report twice: take it off them, or choose another.`,
          ]
        : []),
      ...(unreached.length > 0
        ? [
            `Systems Manager does not reach ${unreached.map(({ id }) => id).join(', ')}: agents are installed there when it does. Why not: ${printed(nfm('doctor', { region: owner.region }))}`,
          ]
        : []),
      ...(unprofiled.length > 0
        ? [
            `Without an instance profile: ${unprofiled.map(({ id }) => id).join(', ')}. Give them that of this stack (aws ec2 associate-iam-instance-profile): it is set on an instance by what made the instance.`,
          ]
        : []),
      ...rolesThat('explicitDeny', [...clusters.flatMap(({ role }) => role ?? []), ...hosts]).map(
        (role) => `A policy denies ${PUBLISH} to role ${role} explicitly: nothing that is added here helps.`,
      ),
    ],
    parameters: [],
    resources,
  };
}

/** What is there, in words. */
function called(resource: StackResource): string {
  switch (resource.kind) {
    case 'monitor':
      return `monitor ${resource.name}`;
    case 'addon':
      return `add-on ${resource.name} of cluster ${resource.cluster}`;
    case 'pod-identity':
      return `the association of ${resource.serviceAccount} in cluster ${resource.cluster}`;
    case 'command-document':
      return `document ${resource.name}`;
    case 'host-association':
      return `association ${resource.name}`;
    default:
      return `the ${resource.kind}`;
  }
}

/** Of a scope that is there, and does not do. */
function scopeLacks({ scope, owner }: SetupFacts): string[] {
  if (!scope) return [];
  const meaning = meaningOf(scope.status);
  const { accountId, region } = owner;
  const isIn = scope.targets.some((target) => target.accountId === accountId && target.region === region);
  return [
    ...(meaning ? [`The scope is ${scope.status}. ${meaning}`] : []),
    ...(isIn
      ? []
      : [
          `The scope does not hold account ${accountId} in ${region}: ${printed(nfm('scope update', { 'add-account': accountId, region }))}`,
        ]),
  ];
}

function scopeOf({ scope, owner }: SetupFacts, { tags }: SetupOptions): Scope {
  if (!scope) return { kind: 'scope', id: SCOPE, targets: [owner], tags };
  const { id, arn, targets } = scope;
  return {
    kind: 'scope',
    id: SCOPE,
    targets,
    tags: ownTags(scope.tags),
    existing: { importId: id, arn, whole: true },
  };
}

function monitorOf({ name, local, remote, there }: MonitorFact, { tags }: SetupOptions): Monitor {
  return {
    kind: 'monitor',
    id: [...wordsOf(name), 'monitor'],
    name,
    scope: { of: SCOPE, get: 'arn' },
    local,
    remote,
    tags: there ? ownTags(there.tags) : tags,
    ...(there && { existing: { importId: name, whole: true } }),
  };
}

/** AWS's own, such as those that CloudFormation sets, nobody else may set. */
function ownTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key)));
}

/** One of AWS's policies, where the account is. */
function policyIn({ partition }: Owner, arn: string): string {
  return arn.replace(/^arn:aws:/, `arn:${partition}:`);
}

function rolesThat(decision: string, roles: readonly RoleFact[]): string[] {
  const names = roles.flatMap(({ roleName, publishes }) => (publishes === decision ? (roleName ?? []) : []));
  return [...new Set(names)].sort();
}

/** For roles that are there and lack it, of nodes' agents and of instances'. */
function permissionsOf(roles: readonly RoleFact[], owner: Owner): StackResource[] {
  return rolesThat('implicitDeny', roles).map((roleName) => ({
    kind: 'role-permission',
    id: [...wordsOf(roleName), 'may', 'publish'],
    roleName,
    description: `Agents of Network Flow Monitor may publish as role ${roleName}`,
    policyArn: policyIn(owner, PUBLISH_POLICY),
    action: PUBLISH,
  }));
}

function clustersOf(clusters: readonly ClusterFact[], owner: Owner, { tags }: SetupOptions): StackResource[] {
  const needsRole = (cluster: ClusterFact) => !cluster.association && !cluster.irsa && !cluster.fitRole;
  const role: Reference = { of: POD_ROLE, get: 'arn' };
  return [
    ...(clusters.some(needsRole)
      ? [
          {
            kind: 'role' as const,
            id: POD_ROLE,
            description: 'Agents of Network Flow Monitor in EKS clusters publish',
            trust: POD_TRUST,
            policies: [policyIn(owner, PUBLISH_POLICY)],
            tags,
          },
        ]
      : []),
    ...clusters.flatMap((cluster) => agentsOf(cluster, cluster.fitRole ?? role, tags)),
  ];
}

function agentsOf(cluster: ClusterFact, role: Text, tags: Tags): StackResource[] {
  const { name, association, podIdentity, agents, namespace, serviceAccount } = cluster;
  const words = [...wordsOf(name), 'cluster'];
  const [agentId, identityId, associationId] = [
    [...words, 'agents'],
    [...words, 'pod', 'identity', 'agent'],
    [...words, 'agents', 'association'],
  ];
  const addon = (
    id: string[],
    addonName: string,
    isThere: boolean,
    dependsOn: string[][],
  ): StackResource => ({
    kind: 'addon',
    id,
    cluster: name,
    name: addonName,
    ...(isThere ? { existing: { importId: `${name}:${addonName}`, whole: false } } : { tags, dependsOn }),
  });
  const gets = !cluster.irsa;
  return [
    ...(gets && podIdentity !== 'built-in'
      ? [addon(identityId, POD_IDENTITY_ADDON, podIdentity === 'addon', [])]
      : []),
    ...(gets
      ? [
          {
            kind: 'pod-identity' as const,
            id: associationId,
            cluster: name,
            namespace,
            serviceAccount,
            role: association ? association.roleArn : role,
            ...(association
              ? { existing: { importId: `${name},${association.id}`, whole: false } }
              : { tags }),
          },
        ]
      : []),
    ...(agents === 'chart' ? [] : [addon(agentId, ADDON, agents === 'addon', [identityId, associationId])]),
  ];
}

function hostsOf(
  { hosts, owner, associations: there }: SetupFacts,
  { tags, hostTag }: SetupOptions,
): StackResource[] {
  if (hosts.length === 0 && !hostTag) return [];
  const [present] = there;
  return [
    ...(hosts.some(({ roleName }) => roleName === null)
      ? [
          {
            kind: 'role' as const,
            id: HOST_ROLE,
            description:
              'Instances are managed by Systems Manager, and their agents of Network Flow Monitor publish',
            trust: HOST_TRUST,
            policies: [SSM_POLICY, PUBLISH_POLICY].map((arn) => policyIn(owner, arn)),
            tags,
          },
          {
            kind: 'instance-profile' as const,
            id: ['host', 'profile'],
            role: { of: HOST_ROLE, get: 'name' as const },
            tags,
          },
        ]
      : []),
    {
      kind: 'command-document',
      id: DOCUMENT,
      name: present?.document ?? AGENT,
      content: {
        schemaVersion: '2.2',
        description: 'Installs the agent of Network Flow Monitor, and activates it',
        mainSteps: [
          step('install', INSTALL_DOCUMENT, { action: 'Install', name: PACKAGE }),
          step('activate', MANAGE_DOCUMENT, { Action: 'Activate' }),
        ],
      },
      ...(present ? { existing: { importId: present.document, whole: false } } : { tags }),
    },
    ...there.flatMap(({ id, name, targets: [target] }) =>
      target ? [association(name, target, { existing: { importId: id, whole: false } })] : [],
    ),
    ...targetsOf(hosts, hostTag, there).map((target) =>
      association(`${AGENT}-${contentWord([target.key, ...target.values])}`, target, { tags }),
    ),
  ];
}

function association(
  name: string,
  target: HostAssociation['target'],
  more: Pick<HostAssociation, 'existing' | 'tags'>,
): HostAssociation {
  const id = ['agent', 'association', ...wordsOf(name.slice(AGENT.length + 1))];
  return { kind: 'host-association', id, name, document: { of: DOCUMENT, get: 'name' }, target, ...more };
}

/** An association that this has made before. */
export function isOurs({ name }: { name: string }): boolean {
  return name.startsWith(`${AGENT}-`);
}

function step(
  name: string,
  documentPath: string,
  documentParameters: Readonly<Record<string, string>>,
): object {
  return {
    action: 'aws:runDocument',
    name,
    inputs: { documentType: 'SSMDocument', documentPath, documentParameters },
  };
}

/** Of those that no association of ours reaches yet. */
function targetsOf(
  hosts: readonly HostFact[],
  tag: SetupOptions['hostTag'],
  there: readonly AssociationFact[],
): HostAssociation['target'][] {
  const reached = (key: string, value: string) =>
    there.some(({ targets }) =>
      targets.some((target) => target.key === key && target.values.includes(value)),
    );
  if (tag)
    return reached(`tag:${tag.key}`, tag.value) ? [] : [{ key: `tag:${tag.key}`, values: [tag.value] }];
  const ids = hosts
    .map(({ id }) => id)
    .filter((id) => !reached('InstanceIds', id))
    .sort();
  return Array.from({ length: Math.ceil(ids.length / MOST_IN_TARGET) }, (_, i) => ({
    key: 'InstanceIds',
    values: ids.slice(i * MOST_IN_TARGET, (i + 1) * MOST_IN_TARGET),
  }));
}
