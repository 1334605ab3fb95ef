import type { JsonValue } from '../../wire/json.ts';
import {
  AGENT_DAEMON_SET,
  type AgentWorkload,
  agentWorkload,
  hasPodIdentityAgent,
  nodesOf,
} from '../../world/kubernetes.ts';
import type { Instance } from '../../world/world.ts';
import { agentPods } from './agent-pods.ts';
import type { KubernetesObject } from './kinds.ts';
import { object, type View } from './view.ts';

/* DaemonSets, the agent's and the cluster's own. */

/** AWS's registry of add-ons' images. https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html */
export const registry = (region: string) => `602401143452.dkr.ecr.${region}.amazonaws.com`;

export function agentImage({ world }: View, { version }: AgentWorkload): string {
  return `${registry(world.region)}/aws-network-sonar-agent:${version}`;
}

/** A DaemonSet of the cluster itself. */
export interface System {
  name: string;
  serviceAccount: string;
  image: string;
  containers: string[];
  nodeSelector?: Record<string, string>;
  /** No node has what it is for. */
  unwanted?: true;
  crashesOn?(node: Instance): boolean;
}

export function systems(view: View): System[] {
  const { world, cluster } = view;
  const addon = (wanted: string) => cluster.addons.find(({ name }) => name === wanted);
  const image = (path: string, name: string, other: string) =>
    `${registry(world.region)}/${path}:${addon(name)?.version ?? other}`;
  const linux = { 'kubernetes.io/os': 'linux' };
  const monitoring = image('eks/eks-node-monitoring-agent', 'eks-node-monitoring-agent', '');
  return [
    {
      name: 'aws-node',
      serviceAccount: 'aws-node',
      image: image('amazon-k8s-cni', 'vpc-cni', 'v1.19.5-eksbuild.3'),
      containers: ['aws-node', 'aws-eks-nodeagent'],
    },
    ...(addon('eks-node-monitoring-agent')
      ? ([
          // It is for GPUs.
          {
            name: 'dcgm-server',
            serviceAccount: 'default',
            image: monitoring,
            containers: ['dcgm'],
            nodeSelector: linux,
            unwanted: true,
          },
          {
            name: 'eks-node-monitoring-agent',
            serviceAccount: 'eks-node-monitoring-agent',
            image: monitoring,
            containers: ['eks-node-monitoring-agent'],
            nodeSelector: linux,
          },
        ] satisfies System[])
      : []),
    ...(hasPodIdentityAgent(cluster)
      ? [
          {
            name: 'eks-pod-identity-agent',
            serviceAccount: 'default',
            image: image('eks/eks-pod-identity-agent', 'eks-pod-identity-agent', ''),
            containers: ['eks-pod-identity-agent'],
            // It listens on fd00:ec2::23.
            crashesOn: ({ os }: Instance) => os.ipv6 === 'off',
          },
        ]
      : []),
    {
      name: 'kube-proxy',
      serviceAccount: 'kube-proxy',
      image: image('eks/kube-proxy', 'kube-proxy', 'v1.33.0-eksbuild.2'),
      containers: ['kube-proxy'],
    },
  ];
}

export const linuxNodes = ({ world, cluster }: View) =>
  nodesOf(world, cluster).filter(({ os }) => os.platform === 'Linux');

export const nodesFor = (view: View, { unwanted }: System) => (unwanted ? [] : linuxNodes(view));

const EVERYTHING = [{ operator: 'Exists' }];

/** What the DaemonSet's controller adds for its pods. */
export const DAEMON_TOLERATIONS = [
  ...['not-ready', 'unreachable'].map((name) => ({ name, effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', 'network-unavailable'].map(
    (name) => ({ name, effect: 'NoSchedule' }),
  ),
].map(({ name, effect }) => ({ effect, key: `node.kubernetes.io/${name}`, operator: 'Exists' }));

export function daemonSets(view: View): KubernetesObject[] {
  const { cluster } = view;
  const agent = agentWorkload(cluster);
  return [
    ...(agent ? [agentDaemonSet(view, agent)] : []),
    ...systems(view).map((system) => {
      const wanted = nodesFor(view, system);
      const ready = wanted.filter((node) => !system.crashesOn?.(node)).length;
      return daemonSet(view, {
        name: system.name,
        namespace: 'kube-system',
        createdAt: cluster.createdAt,
        labels: { 'k8s-app': system.name },
        template: systemSpec(system),
        counts: { desired: wanted.length, current: wanted.length, ready },
      });
    }),
  ];
}

function agentDaemonSet(view: View, agent: AgentWorkload): KubernetesObject {
  const pods = agentPods(view, agent);
  return daemonSet(view, {
    name: AGENT_DAEMON_SET,
    namespace: agent.namespace,
    createdAt: agent.createdAt,
    labels: { name: AGENT_DAEMON_SET },
    marks: agentLabels(agent),
    template: agentSpec(view, agent),
    counts: {
      desired: pods.length,
      current: pods.filter(({ fate }) => fate.state !== 'forbidden').length,
      ready: pods.filter(({ fate }) => fate.state === 'running').length,
    },
  });
}

function agentLabels({ madeBy, version }: AgentWorkload): Record<string, string> {
  return {
    'app.kubernetes.io/name': AGENT_DAEMON_SET,
    'app.kubernetes.io/managed-by': madeBy === 'addon' ? 'EKS' : 'Helm',
    'app.kubernetes.io/version': version,
  };
}

interface DaemonSetParts {
  name: string;
  namespace: string;
  createdAt: string;
  labels: Record<string, string>;
  marks?: Record<string, string>;
  template: { [name: string]: JsonValue };
  counts: { desired: number; current: number; ready: number };
}

function daemonSet(view: View, parts: DaemonSetParts): KubernetesObject {
  const { name, namespace, createdAt, labels, marks = labels, template, counts } = parts;
  return object(
    view,
    { kind: 'DaemonSet', name, namespace, createdAt, labels: marks, annotations: {} },
    {
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: template },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        revisionHistoryLimit: 10,
      },
      status: {
        currentNumberScheduled: counts.current,
        desiredNumberScheduled: counts.desired,
        numberAvailable: counts.ready,
        numberMisscheduled: 0,
        numberReady: counts.ready,
        numberUnavailable: counts.desired - counts.ready,
        observedGeneration: 1,
        updatedNumberScheduled: counts.current,
      },
    },
  );
}

export function systemSpec({ containers, image, serviceAccount, nodeSelector }: System): {
  [name: string]: JsonValue;
} {
  return {
    hostNetwork: true,
    serviceAccountName: serviceAccount,
    ...(nodeSelector ? { nodeSelector } : {}),
    containers: containers.map((name) => ({ name, image, resources: {} })),
    tolerations: EVERYTHING,
    priorityClassName: 'system-node-critical',
    restartPolicy: 'Always',
  };
}

export function agentSpec(
  view: View,
  agent: AgentWorkload,
  more: { name: string; value: string }[] = [],
): { [name: string]: JsonValue } {
  return {
    hostNetwork: true,
    hostPID: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    nodeSelector: agent.nodeSelector,
    serviceAccountName: agent.serviceAccount,
    terminationGracePeriodSeconds: 5,
    restartPolicy: 'Always',
    tolerations: agent.tolerations.map((toleration) => ({ ...toleration })),
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                {
                  key: 'eks.amazonaws.com/compute-type',
                  operator: 'NotIn',
                  values: ['fargate', 'hybrid'],
                },
                { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64'] },
              ],
            },
          ],
        },
      },
    },
    containers: [
      {
        name: AGENT_DAEMON_SET,
        image: agentImage(view, agent),
        resources: { limits: { ...agent.resources.limits }, requests: { ...agent.resources.requests } },
        securityContext: { privileged: true },
        env: [...Object.entries(agent.env).map(([name, value]) => ({ name, value })), ...more],
      },
    ],
  };
}
