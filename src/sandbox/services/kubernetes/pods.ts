import { groupBy } from '../../measure/group.ts';
import { stableHex } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import {
  AGENT_DAEMON_SET,
  type AgentWorkload,
  agentWorkload,
  type Fate,
  nodeName,
  nodesOf,
  podRole,
  podSuffix,
} from '../../world/kubernetes.ts';
import type { Instance } from '../../world/world.ts';
import { type AgentPod, agentPods } from './agent-pods.ts';
import {
  agentSpec,
  DAEMON_TOLERATIONS,
  linuxNodes,
  nodesFor,
  registry,
  type System,
  systemSpec,
  systems,
} from './daemon-sets.ts';
import type { KubernetesObject } from './kinds.ts';
import { fargateAddress, fargateNodeName } from './nodes.ts';
import { object, seconds, type View } from './view.ts';

/* Pods: the agent's, the cluster's own, and those whose flows the world has. */

export function pods(view: View): KubernetesObject[] {
  const agent = agentWorkload(view.cluster);
  return [
    ...(agent
      ? agentPods(view, agent)
          .filter(({ fate }) => fate.state !== 'forbidden')
          .map((pod) => agentPodObject(view, agent, pod))
      : []),
    ...workloadPods(view),
    ...systems(view).flatMap((system) => nodesFor(view, system).map((node) => systemPod(view, system, node))),
    ...coreDns(view),
  ];
}

/** A Deployment has one for each of its templates; what is made of the same one has the same hash. */
function replicaSetName(service: string, startedAt: string): string {
  return `${service}-${stableHex(startedAt, 9)}`;
}

/** Those of the pods whose flows the world has. */
export function replicaSets(view: View): KubernetesObject[] {
  const { world, cluster } = view;
  const own = nodesOf(world, cluster).flatMap((node) =>
    world.pods
      .filter((pod) => pod.node === node.id)
      .map(({ name, namespace, service = name, startedAt = node.launchedAt }) => ({
        name: replicaSetName(service, startedAt),
        namespace,
        service,
        startedAt,
      })),
  );
  const keyed = groupBy(own, ({ namespace, name }) => `${namespace}/${name}`);
  return [...keyed.values()].flatMap((pods) => {
    const [first] = pods;
    if (!first) return [];
    const { name, namespace, service, startedAt } = first;
    const labels = { app: service };
    const counts = { replicas: pods.length };
    return [
      object(
        view,
        {
          kind: 'ReplicaSet',
          name,
          namespace,
          createdAt: startedAt,
          labels,
          annotations: { 'deployment.kubernetes.io/revision': '1' },
          owner: { kind: 'Deployment', name: service },
        },
        {
          spec: { ...counts, selector: { matchLabels: labels } },
          status: { ...counts, readyReplicas: pods.length, availableReplicas: pods.length },
        },
      ),
    ];
  });
}

interface PodParts {
  name: string;
  namespace: string;
  createdAt: string;
  labels: Record<string, string>;
  owner?: { kind: string; name: string };
  spec: { [name: string]: JsonValue };
  /** Absent while no node will have it. */
  node?: { name: string; ip: string };
  ip?: string;
  fate: Fate;
  restarted?: { at: string; reason: string; exitCode: number };
}

function podObject(view: View, parts: PodParts): KubernetesObject {
  const { name, namespace, createdAt, labels, owner, spec, node, ip, fate } = parts;
  return object(
    view,
    { kind: 'Pod', name, namespace, createdAt, labels, ...(owner ? { owner } : {}) },
    {
      spec: { ...spec, ...(node ? { nodeName: node.name } : {}) },
      status: podStatus(view, parts, fate, node?.ip, ip),
    },
  );
}

/** How often the kubelet restarts what crashes: ever less often, at most every five minutes. */
export function restarts(createdAt: string, now: number): number {
  const minutes = (now - Date.parse(createdAt)) / 60_000;
  return Math.max(1, Math.min(Math.floor(minutes * 2), 4 + Math.floor(minutes / 5)));
}

function podStatus(
  { now }: View,
  { createdAt, spec, restarted }: PodParts,
  fate: Fate,
  hostIP: string | undefined,
  podIP: string | undefined,
): JsonValue {
  const containers = spec.containers as { name: string; image: string }[];
  const condition = (type: string, status: boolean, other: { [name: string]: JsonValue } = {}) => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: seconds(createdAt),
    ...other,
  });
  if (fate.state === 'pending')
    return {
      phase: 'Pending',
      conditions: [condition('PodScheduled', false, { reason: 'Unschedulable', message: fate.message })],
      qosClass: 'Burstable',
    };
  const address = { hostIP, hostIPs: [{ ip: hostIP }], startTime: seconds(createdAt), qosClass: 'Burstable' };
  if (fate.state === 'evicted')
    return { ...address, phase: 'Failed', reason: 'Evicted', message: fate.message };
  const running = fate.state === 'running';
  const crash = fate.state === 'crashing';
  const count = crash ? restarts(createdAt, now) : restarted ? 1 : 0;
  const once = restarted && {
    exitCode: restarted.exitCode,
    reason: restarted.reason,
    startedAt: seconds(createdAt),
    finishedAt: seconds(restarted.at),
    containerID: '',
  };
  const ended = !crash
    ? once
    : {
        exitCode: fate.outOfMemory ? 137 : 1,
        reason: fate.outOfMemory ? 'OOMKilled' : 'Error',
        startedAt: seconds(now - 125_000),
        finishedAt: seconds(now - 124_000),
        containerID: '',
      };
  const waiting = (name: string, image: string) =>
    fate.state === 'image'
      ? { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` }
      : {
          reason: 'CrashLoopBackOff',
          message: `back-off ${Math.min(300, 10 * 2 ** Math.min(count, 6))}s restarting failed container=${name}`,
        };
  return {
    ...address,
    phase: fate.state === 'image' ? 'Pending' : 'Running',
    podIP: podIP ?? hostIP,
    podIPs: [{ ip: podIP ?? hostIP }],
    conditions: [
      condition('Initialized', true),
      condition('Ready', running, running ? {} : { reason: 'ContainersNotReady' }),
      condition('ContainersReady', running, running ? {} : { reason: 'ContainersNotReady' }),
      condition('PodScheduled', true),
    ],
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: running ? `${image.split(':')[0]}@sha256:${'0'.repeat(64)}` : '',
      containerID: '',
      ready: running,
      started: running,
      restartCount: count,
      state: running ? { running: { startedAt: seconds(createdAt) } } : { waiting: waiting(name, image) },
      lastState: ended ? { terminated: ended } : {},
    })),
  };
}

const hostOf = ({ world }: View, { ip }: Instance) => ({ name: nodeName(world, ip), ip });

function agentPodObject(view: View, agent: AgentWorkload, { name, node, fate }: AgentPod): KubernetesObject {
  const { world } = view;
  const given = credentialsOf(view, agent);
  const spec = agentSpec(view, agent, given.env);
  const target = { key: 'metadata.name', operator: 'In', values: [nodeName(world, node.ip)] };
  const waiting = fate.state === 'pending';
  return podObject(view, {
    name,
    namespace: agent.namespace,
    createdAt: agent.startedAt,
    labels: { name: AGENT_DAEMON_SET },
    owner: { kind: 'DaemonSet', name: AGENT_DAEMON_SET },
    spec: {
      ...spec,
      volumes: given.volumes,
      tolerations: [...(spec.tolerations as JsonValue[]), ...DAEMON_TOLERATIONS],
      // The DaemonSet's controller replaces the affinity by the node that the pod is for.
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [target] }],
          },
        },
      },
    },
    ...(waiting ? {} : { node: hostOf(view, node) }),
    fate: waiting ? { ...fate, message: unschedulable(view, fate.message) } : fate,
  });
}

/** In the scheduler's words. */
export function unschedulable(view: View, message: string): string {
  const all = nodesOf(view.world, view.cluster).length + view.cluster.fargateProfiles.length;
  const others = all - 1;
  const rest = others > 0 ? `, ${others} node(s) didn't satisfy plugin(s) [NodeAffinity]` : '';
  return `0/${all} nodes are available: 1 ${message}${rest}. preemption: 0/${all} nodes are available: 1 No preemption victims found for incoming pod${others > 0 ? `, ${others} Preemption is not helpful for scheduling` : ''}.`;
}

/** What EKS's webhook puts into a pod when it is made. */
function credentialsOf({ world, cluster }: View, agent: AgentWorkload) {
  const given = podRole(cluster, agent);
  if (given.by === 'node') return { env: [], volumes: [] };
  const pods = given.by === 'association';
  const name = pods ? 'eks-pod-identity-token' : 'aws-iam-token';
  const directory = `/var/run/secrets/${pods ? 'pods.eks.amazonaws.com' : 'eks.amazonaws.com'}/serviceaccount`;
  const audience = pods ? 'pods.eks.amazonaws.com' : 'sts.amazonaws.com';
  const path = pods ? name : 'token';
  const file = `${directory}/${path}`;
  const region = [
    { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
    { name: 'AWS_DEFAULT_REGION', value: world.region },
    { name: 'AWS_REGION', value: world.region },
  ];
  return {
    env: [
      ...region,
      ...(pods
        ? [
            { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
            { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: file },
          ]
        : [
            { name: 'AWS_ROLE_ARN', value: given.roleArn },
            { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: file },
          ]),
    ],
    volumes: [
      {
        name,
        projected: {
          sources: [{ serviceAccountToken: { audience, expirationSeconds: 86400, path } }],
          defaultMode: 420,
        },
      },
    ],
  };
}

function workloadPods(view: View): KubernetesObject[] {
  const { world, cluster } = view;
  const own = nodesOf(world, cluster).flatMap((node) =>
    world.pods
      .filter((pod) => pod.node === node.id)
      .map(({ name, namespace, service = name, ip, requests, startedAt = node.launchedAt, restarted }) =>
        podObject(view, {
          name,
          namespace,
          createdAt: startedAt,
          labels: { app: service },
          owner: { kind: 'ReplicaSet', name: replicaSetName(service, startedAt) },
          ...(restarted ? { restarted } : {}),
          spec: {
            serviceAccountName: 'default',
            containers: [
              {
                name: service,
                image: 'public.ecr.aws/nginx/nginx:1.29',
                resources: requests
                  ? { requests: { cpu: `${requests.cpu}m`, memory: `${requests.memory}Mi` } }
                  : {},
              },
            ],
          },
          node: hostOf(view, node),
          ip,
          fate: { state: 'running' },
        }),
      ),
  );
  const fargate = cluster.fargateProfiles.map((profile) =>
    podObject(view, {
      name: `${profile.name}-${podSuffix(profile.name)}`,
      namespace: profile.namespaces[0] ?? 'default',
      createdAt: profile.createdAt,
      labels: { app: profile.name, 'eks.amazonaws.com/fargate-profile': profile.name },
      owner: { kind: 'ReplicaSet', name: profile.name },
      spec: {
        serviceAccountName: 'default',
        containers: [{ name: profile.name, image: 'public.ecr.aws/nginx/nginx:1.29', resources: {} }],
      },
      node: { name: fargateNodeName(view, profile), ip: fargateAddress(view, profile) },
      fate: { state: 'running' },
    }),
  );
  return [...own, ...fargate];
}

function systemPod(view: View, system: System, node: Instance): KubernetesObject {
  const crashes = system.crashesOn?.(node);
  return podObject(view, {
    name: `${system.name}-${podSuffix(`${system.name}${node.id}`)}`,
    namespace: 'kube-system',
    createdAt: node.launchedAt,
    labels: { 'k8s-app': system.name },
    owner: { kind: 'DaemonSet', name: system.name },
    spec: systemSpec(system),
    node: hostOf(view, node),
    fate: crashes ? { state: 'crashing', why: 'IPv6 is off', outOfMemory: false } : { state: 'running' },
  });
}

function coreDns(view: View): KubernetesObject[] {
  const { world, cluster } = view;
  const version = cluster.addons.find(({ name }) => name === 'coredns')?.version;
  const [node] = linuxNodes(view);
  if (version === undefined || !node) return [];
  return ['0', '1'].map((which, i) =>
    podObject(view, {
      name: `coredns-bdbfddcf5-${podSuffix(`${cluster.name}${which}`)}`,
      namespace: 'kube-system',
      createdAt: node.launchedAt,
      labels: { 'k8s-app': 'kube-dns' },
      owner: { kind: 'ReplicaSet', name: 'coredns-bdbfddcf5' },
      spec: {
        serviceAccountName: 'coredns',
        containers: [
          {
            name: 'coredns',
            image: `${registry(world.region)}/eks/coredns:${version}`,
            resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '170Mi' } },
          },
        ],
      },
      node: hostOf(view, node),
      ip: node.ip.replace(/\d+$/, String(13 + 90 * i)),
      fate:
        cluster.inside.dns === 'down'
          ? { state: 'crashing', why: 'its configuration', outOfMemory: false }
          : { state: 'running' },
    }),
  );
}
