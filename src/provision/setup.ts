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
import { nfm, printed } from '../model/command-line.ts';
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
import { wordsOf } from './words.ts';

/** What the account has of a set-up, and what a VPC lacks. */
export interface SetupFacts {
  owner: Owner;
  vpcIds: readonly string[];
  scope: ScopeFact | null;
  monitors: readonly MonitorFact[];
  clusters: readonly ClusterFact[];
  hosts: readonly HostFact[];
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
  association: { id: string; roleArn: string } | null;
  /** The agents have a role by IRSA. */
  irsa: boolean;
  /** A role that is there and would do. */
  fitRole: string | null;
}

/** An instance that is no node of a cluster, and may have an agent. */
export interface HostFact {
  id: string;
  /** Null: it has no instance profile, or an empty one. */
  roleName: string | null;
  /** What IAM decides of its role; null where it did not tell. */
  publishes: string | null;
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
const SSM_POLICY = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
/** EKS user guide and the add-on's own page. */
const OLDEST_KUBERNETES = '1.25';
/** Instance IDs in one target (API model of SSM). */
const MOST_IN_TARGET = 50;

export function setupStack(facts: SetupFacts, options: SetupOptions): Stack {
  const { owner, vpcIds, hosts } = facts;
  const clusters = facts.clusters.filter(({ version }) => !isOlder(version, OLDEST_KUBERNETES));
  const old = facts.clusters.filter((cluster) => !clusters.includes(cluster));
  const resources: StackResource[] = [
    scopeOf(facts, options),
    ...facts.monitors.map((monitor) => monitorOf(monitor, options)),
    ...clustersOf(clusters, options),
    ...hostsOf(hosts, options),
  ];
  const present = resources.filter(({ existing }) => existing !== undefined);
  const unprofiled = hosts.filter(({ roleName }) => roleName === null);
  const denied = [
    ...new Set(
      hosts.flatMap(({ roleName, publishes }) => (publishes === 'explicitDeny' ? (roleName ?? []) : [])),
    ),
  ];
  return {
    name: 'nfm-setup',
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
            `There already: ${present.map(called).join(', ')}. Terraform imports these; CloudFormation leaves them out, for a template cannot create and import at once: to take them over, import them into a stack of their own.`,
          ]
        : []),
      'Agents cost by the hour while they are active, monitors publish paid metrics. First data take up to 30 minutes; connections that were open before an agent started are not seen.',
      ...(clusters.length > 0
        ? [
            `On EKS: the add-on's service account gets its role by a Pod Identity association, which is made before the add-on, so that agents have it when they start. An association for any other namespace or service account gives them nothing.`,
          ]
        : []),
      ...(hosts.length > 0 || options.hostTag
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
      ...(unprofiled.length > 0
        ? [
            `Without an instance profile: ${unprofiled.map(({ id }) => id).join(', ')}. Give them that of this stack (aws ec2 associate-iam-instance-profile): it is set on an instance by what made the instance.`,
          ]
        : []),
      ...denied.map(
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
    tags: scope.tags,
    existing: { importId: id, arn, tagsKnown: true },
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
    tags: there ? there.tags : tags,
    ...(there && { existing: { importId: name, tagsKnown: true } }),
  };
}

function clustersOf(clusters: readonly ClusterFact[], { tags }: SetupOptions): StackResource[] {
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
            policies: [PUBLISH_POLICY],
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
    ...(isThere ? { existing: { importId: `${name}:${addonName}`, tagsKnown: false } } : { tags, dependsOn }),
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
              ? { existing: { importId: `${name},${association.id}`, tagsKnown: false } }
              : { tags }),
          },
        ]
      : []),
    ...(agents === 'chart' ? [] : [addon(agentId, ADDON, agents === 'addon', [identityId, associationId])]),
  ];
}

function hostsOf(hosts: readonly HostFact[], { tags, hostTag }: SetupOptions): StackResource[] {
  if (hosts.length === 0 && !hostTag) return [];
  const lacking = [
    ...new Set(
      hosts.flatMap(({ roleName, publishes }) => (publishes === 'implicitDeny' ? (roleName ?? []) : [])),
    ),
  ].sort();
  return [
    ...(hosts.some(({ roleName }) => roleName === null)
      ? [
          {
            kind: 'role' as const,
            id: HOST_ROLE,
            description:
              'Instances are managed by Systems Manager, and their agents of Network Flow Monitor publish',
            trust: HOST_TRUST,
            policies: [SSM_POLICY, PUBLISH_POLICY],
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
    ...lacking.map(
      (roleName): StackResource => ({
        kind: 'role-permission',
        id: [...wordsOf(roleName), 'may', 'publish'],
        roleName,
        description: `Agents of Network Flow Monitor may publish as role ${roleName}`,
        policyArn: PUBLISH_POLICY,
        action: PUBLISH,
      }),
    ),
    {
      kind: 'command-document',
      id: DOCUMENT,
      name: 'nfm-network-flow-monitor-agent',
      content: {
        schemaVersion: '2.2',
        description: 'Installs the agent of Network Flow Monitor, and activates it',
        mainSteps: [
          step('install', INSTALL_DOCUMENT, { action: 'Install', name: PACKAGE }),
          step('activate', MANAGE_DOCUMENT, { Action: 'Activate' }),
        ],
      },
      tags,
    },
    ...associations(hosts, hostTag).map(
      (target, i, all): HostAssociation => ({
        kind: 'host-association',
        id: ['agent', 'association', ...(all.length > 1 ? [`${i + 1}`] : [])],
        name: `nfm-network-flow-monitor-agent${all.length > 1 ? `-${i + 1}` : ''}`,
        document: { of: DOCUMENT, get: 'name' },
        target,
        tags,
      }),
    ),
  ];
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

function associations(hosts: readonly HostFact[], tag: SetupOptions['hostTag']): HostAssociation['target'][] {
  if (tag) return [{ key: `tag:${tag.key}`, values: [tag.value] }];
  const ids = hosts.map(({ id }) => id).sort();
  return Array.from({ length: Math.ceil(ids.length / MOST_IN_TARGET) }, (_, i) => ({
    key: 'InstanceIds',
    values: ids.slice(i * MOST_IN_TARGET, (i + 1) * MOST_IN_TARGET),
  }));
}
