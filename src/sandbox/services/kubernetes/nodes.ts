import { ALLOCATABLE, EFFECTS, nodeLabels, nodeName, nodesOf, taintsOf } from '../../world/kubernetes.ts';
import { subnetPlace } from '../../world/place.ts';
import type { FargateProfile, Instance, OperatingSystem } from '../../world/world.ts';
import type { KubernetesObject } from './kinds.ts';
import { object, seconds, type View } from './view.ts';

const FARGATE_TAINT = { key: 'eks.amazonaws.com/compute-type', value: 'fargate', effect: 'NoSchedule' };

export function nodes(view: View): KubernetesObject[] {
  return [
    ...nodesOf(view.world, view.cluster).map((instance) => node(view, instance)),
    ...view.cluster.fargateProfiles.map((profile) => fargateNode(view, profile)),
  ];
}

function node(view: View, instance: Instance): KubernetesObject {
  const { world, cluster } = view;
  const { subnetId, id, ip, os, pressure, launchedAt } = instance;
  const { zone } = subnetPlace(world, subnetId);
  const pressed = { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' };
  const taints = [
    ...taintsOf(cluster, instance).map(({ key, value, effect }) => ({ key, value, effect: EFFECTS[effect] })),
    ...(pressure === 'disk' ? [pressed] : []),
  ];
  return object(
    view,
    {
      kind: 'Node',
      name: nodeName(world, ip),
      createdAt: launchedAt,
      labels: nodeLabels(world, cluster, instance),
    },
    {
      spec: { providerID: `aws:///${zone.name}/${id}`, ...(taints.length > 0 ? { taints } : {}) },
      status: status(view, ip, os, launchedAt, pressure === 'disk'),
    },
  );
}

/** As Fargate makes one for each of its pods. */
export function fargateAddress({ world }: View, { subnetIds, name }: FargateProfile): string {
  const { subnet } = subnetPlace(world, subnetIds[0] ?? '');
  return subnet.cidr.replace(/\d+\/\d+$/, String(100 + (name.length % 100)));
}

export function fargateNodeName(view: View, profile: FargateProfile): string {
  return `fargate-${nodeName(view.world, fargateAddress(view, profile))}`;
}

function fargateNode(view: View, profile: FargateProfile): KubernetesObject {
  const ip = fargateAddress(view, profile);
  const { zone } = subnetPlace(view.world, profile.subnetIds[0] ?? '');
  const os = {
    platform: 'Linux',
    name: 'Amazon Linux',
    version: '2',
    kernel: '5.10.245-245.983.amzn2',
  } as const;
  const name = fargateNodeName(view, profile);
  return object(
    view,
    {
      kind: 'Node',
      name,
      createdAt: profile.createdAt,
      labels: {
        'eks.amazonaws.com/compute-type': 'fargate',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': zone.name,
      },
    },
    {
      spec: { providerID: `aws:///${zone.name}/${name}`, taints: [FARGATE_TAINT] },
      status: status(view, ip, os, profile.createdAt, false),
    },
  );
}

function status(
  { world, cluster }: View,
  ip: string,
  os: OperatingSystem,
  since: string,
  diskPressure: boolean,
) {
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    type,
    status: status ? 'True' : 'False',
    lastHeartbeatTime: seconds(since),
    lastTransitionTime: seconds(since),
    reason,
    message,
  });
  const space = diskPressure
    ? condition('DiskPressure', true, 'KubeletHasDiskPressure', 'kubelet has disk pressure')
    : condition('DiskPressure', false, 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure');
  const resources = { cpu: '2', memory: '3943300Ki', pods: '17' };
  return {
    addresses: [
      { type: 'InternalIP', address: ip },
      { type: 'InternalDNS', address: nodeName(world, ip) },
      { type: 'Hostname', address: nodeName(world, ip) },
    ],
    allocatable: { ...resources, cpu: `${ALLOCATABLE.cpu}m`, memory: `${ALLOCATABLE.memory}Mi` },
    capacity: resources,
    conditions: [
      condition(
        'MemoryPressure',
        false,
        'KubeletHasSufficientMemory',
        'kubelet has sufficient memory available',
      ),
      space,
      condition('PIDPressure', false, 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status'),
    ],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: 'containerd://1.7.27',
      kernelVersion: os.kernel,
      kubeProxyVersion: '',
      kubeletVersion: kubeletVersion(cluster.version),
      machineID: '',
      operatingSystem: os.platform.toLowerCase(),
      osImage: os.name === 'Amazon Linux' ? `Amazon Linux ${os.version}` : `${os.name} ${os.version}`,
      systemUUID: '',
    },
  };
}

export function kubeletVersion(version: string): string {
  return `v${version}.5-eks-113cf36`;
}
