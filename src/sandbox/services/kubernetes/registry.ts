import type { JsonValue } from '../../wire/json.ts';
import { AGENT_NAMESPACE } from '../../world/agents.ts';
import { agentWorkload } from '../../world/kubernetes.ts';
import { daemonSets } from './daemon-sets.ts';
import { events } from './events.ts';
import type { Column, Kind, KubernetesObject } from './kinds.ts';
import { nodes } from './nodes.ts';
import { pods, replicaSets } from './pods.ts';
import { age } from './table.ts';
import { object, type View } from './view.ts';

/* Every kind of object that the API has, with the columns that Kubernetes prints. k8s.io/kubernetes, printers/internalversion */

// biome-ignore lint/suspicious/noExplicitAny: objects are as deep and as various as Kubernetes's own
type Members = any;

export interface Served extends Kind {
  objects(view: View): KubernetesObject[];
}

export function kindsAt(now: number): Served[] {
  const NAME: Column = { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name };
  const AGE: Column = { name: 'Age', cell: ({ metadata }) => age(metadata.creationTimestamp, now) };
  const column = (
    name: string,
    cell: (object: Members) => string | number | undefined,
    other: Partial<Column> = {},
  ): Column => ({ name, cell: (object) => cell(object) ?? '<none>', ...other });
  const wide = { priority: 1 } as const;
  const number = { type: 'integer' } as const;
  const core = { group: '', namespaced: true } as const;
  return [
    {
      ...core,
      kind: 'ConfigMap',
      plural: 'configmaps',
      singular: 'configmap',
      shortNames: ['cm'],
      columns: [NAME, column('Data', ({ data }) => Object.keys(data).length, number), AGE],
      objects: configMaps,
    },
    {
      ...core,
      kind: 'Event',
      plural: 'events',
      singular: 'event',
      shortNames: ['ev'],
      columns: [
        column('Last Seen', ({ lastTimestamp }) => age(lastTimestamp, now)),
        column('Type', ({ type }) => type),
        column('Reason', ({ reason }) => reason),
        column('Object', ({ involvedObject: { kind, name } }) => `${kind.toLowerCase()}/${name}`),
        column('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? '', wide),
        column('Source', ({ source }) => source.component, wide),
        column('Message', ({ message }) => message),
        column('First Seen', ({ firstTimestamp }) => age(firstTimestamp, now), wide),
        column('Count', ({ count }) => count, { ...wide, ...number }),
        { ...NAME, ...wide },
      ],
      objects: events,
    },
    {
      ...core,
      namespaced: false,
      kind: 'Namespace',
      plural: 'namespaces',
      singular: 'namespace',
      shortNames: ['ns'],
      columns: [NAME, column('Status', ({ status }) => status.phase), AGE],
      objects: namespaces,
    },
    {
      ...core,
      namespaced: false,
      kind: 'Node',
      plural: 'nodes',
      singular: 'node',
      shortNames: ['no'],
      columns: [
        NAME,
        column('Status', () => 'Ready'),
        column('Roles', () => '<none>'),
        AGE,
        column('Version', ({ status }) => status.nodeInfo.kubeletVersion),
        column('Internal-IP', ({ status }) => status.addresses[0].address, wide),
        column('External-IP', () => '<none>', wide),
        column('OS-Image', ({ status }) => status.nodeInfo.osImage, wide),
        column('Kernel-Version', ({ status }) => status.nodeInfo.kernelVersion, wide),
        column('Container-Runtime', ({ status }) => status.nodeInfo.containerRuntimeVersion, wide),
      ],
      objects: nodes,
    },
    {
      ...core,
      kind: 'Pod',
      plural: 'pods',
      singular: 'pod',
      shortNames: ['po'],
      columns: [
        NAME,
        column('Ready', podReady),
        column('Status', podStatus),
        column('Restarts', ({ status }) => podRestarts(status, now)),
        AGE,
        column('IP', ({ status }) => status.podIP, wide),
        column('Node', ({ spec }) => spec.nodeName, wide),
        column('Nominated Node', () => '<none>', wide),
        column('Readiness Gates', () => '<none>', wide),
      ],
      objects: pods,
    },
    {
      ...core,
      kind: 'ServiceAccount',
      plural: 'serviceaccounts',
      singular: 'serviceaccount',
      shortNames: ['sa'],
      columns: [NAME, column('Secrets', () => 0, number), AGE],
      objects: serviceAccounts,
    },
    {
      group: 'apps',
      namespaced: true,
      kind: 'DaemonSet',
      plural: 'daemonsets',
      singular: 'daemonset',
      shortNames: ['ds'],
      columns: [
        NAME,
        column('Desired', ({ status }) => status.desiredNumberScheduled, number),
        column('Current', ({ status }) => status.currentNumberScheduled, number),
        column('Ready', ({ status }) => status.numberReady, number),
        column('Up-to-date', ({ status }) => status.updatedNumberScheduled, number),
        column('Available', ({ status }) => status.numberAvailable, number),
        column('Node Selector', ({ spec }) => pairs(spec.template.spec.nodeSelector)),
        AGE,
        column('Containers', ({ spec }) => containers(spec, 'name'), wide),
        column('Images', ({ spec }) => containers(spec, 'image'), wide),
        column('Selector', ({ spec }) => pairs(spec.selector.matchLabels), wide),
      ],
      objects: daemonSets,
    },
    {
      group: 'apps',
      namespaced: true,
      kind: 'ReplicaSet',
      plural: 'replicasets',
      singular: 'replicaset',
      shortNames: ['rs'],
      columns: [
        NAME,
        column('Desired', ({ spec }) => spec.replicas, number),
        column('Current', ({ status }) => status.replicas, number),
        column('Ready', ({ status }) => status.readyReplicas, number),
        AGE,
      ],
      objects: replicaSets,
    },
  ];
}

function pairs(values: Record<string, string> = {}): string {
  const text = Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  return text || '<none>';
}

function containers(spec: Members, member: string): string {
  return spec.template.spec.containers.map((container: Members) => container[member]).join(',');
}

function podReady({ spec, status }: Members): string {
  const ready = (status.containerStatuses ?? []).filter((one: Members) => one.ready).length;
  return `${ready}/${spec.containers.length}`;
}

function podStatus({ status }: Members): string {
  const waiting = (status.containerStatuses ?? []).map((one: Members) => one.state.waiting?.reason);
  return waiting.find(Boolean) ?? status.reason ?? status.phase;
}

function podRestarts(status: Members, now: number): string {
  const [first] = status.containerStatuses ?? [];
  const ended = first?.lastState.terminated?.finishedAt;
  const count = first?.restartCount ?? 0;
  return ended ? `${count} (${age(ended, now)} ago)` : String(count);
}

function namespaces(view: View): KubernetesObject[] {
  const { cluster } = view;
  const { podSecurity = {} } = cluster.inside;
  const used = [...pods(view), ...daemonSets(view)].map(({ metadata }) => metadata.namespace ?? '');
  const addons = cluster.addons.some(({ name }) => name.startsWith('aws-network-flow'))
    ? [AGENT_NAMESPACE]
    : [];
  const standard = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
  const own = agentWorkload(cluster)?.namespace;
  const all = new Set([...standard, ...used, ...(own === undefined ? addons : [own])]);
  return [...all].sort().map((name) =>
    object(
      view,
      {
        kind: 'Namespace',
        name,
        createdAt: cluster.createdAt,
        labels: {
          'kubernetes.io/metadata.name': name,
          ...(podSecurity[name] ? { 'pod-security.kubernetes.io/enforce': podSecurity[name] } : {}),
        },
      },
      { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    ),
  );
}

function serviceAccounts(view: View): KubernetesObject[] {
  const agent = agentWorkload(view.cluster);
  const account = (name: string, namespace: string, roleArn?: string) =>
    object(
      view,
      {
        kind: 'ServiceAccount',
        name,
        namespace,
        createdAt: view.cluster.createdAt,
        ...(roleArn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': roleArn } }),
      },
      {},
    );
  const systems = ['aws-node', 'coredns', 'kube-proxy'].map((name) => account(name, 'kube-system'));
  const defaults = namespaces(view).map(({ metadata }) => account('default', metadata.name));
  const own =
    agent && agent.serviceAccount !== 'default'
      ? [account(agent.serviceAccount, agent.namespace, agent.roleArn)]
      : [];
  return [...own, ...defaults, ...systems];
}

/** The older way in, beside access entries. */
function configMaps(view: View): KubernetesObject[] {
  const roles = [...new Set(view.cluster.nodegroups.map(({ roleArn }) => roleArn))].map(
    (roleArn) =>
      `- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: ${roleArn}\n  username: system:node:{{EC2PrivateDNSName}}\n`,
  );
  const data: JsonValue = { mapRoles: roles.join('') };
  return [
    object(
      view,
      {
        kind: 'ConfigMap',
        name: 'aws-auth',
        namespace: 'kube-system',
        createdAt: view.cluster.createdAt,
      },
      { data },
    ),
  ];
}
