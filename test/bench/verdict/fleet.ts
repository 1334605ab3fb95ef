import { destinationCategory, locate } from '../../../src/sandbox/world/place.ts';
import { emptyWorld, LINUX_HOST } from '../../../src/sandbox/world/topology.ts';
import type { FlowSpec, Instance, Peer, Pod, Subnet, World, Zone } from '../../../src/sandbox/world/world.ts';
import type { Draw } from './random.ts';

/** How a fleet is made; a family changes what its question needs. */
export interface FleetOptions {
  zones: number;
  /** Share of pods that are replaced between baseline and window. */
  churn: number;
  /** Share of flows whose far end AWS cannot place: UNCLASSIFIED, which no health indicator covers. */
  unclassified: number;
  /** Remote pods that each pod talks to in its own zone and in other zones. */
  peersInside: number;
  peersOutside: number;
  /** A second VPC, with a cluster of its own, has half of each zone's subnets. */
  vpcs: 1 | 2;
}

/** A flow with where its two ends are and how long it is there. */
export interface Stream {
  spec: FlowSpec;
  category: string;
  local: { pod: string; service: string; instanceId: string; subnetId: string; zoneId: string };
  remote: { name: string; ip: string; zoneId: string | null };
  /** Replaced at the start of the window, or new from then on. */
  life: 'all' | 'before' | 'after';
}

export interface Fleet {
  world: World;
  zones: Zone[];
  streams: Stream[];
  churn: number;
}

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
export const VPC = 'vpc-0be9c41d7a3f25e68';
const OTHER_VPC = 'vpc-07f2a8d3c6b915e04';
/** The one cluster of each. */
const CLUSTERS = { [VPC]: 'shop', [OTHER_VPC]: 'bank' };
const SERVICES = ['web', 'api', 'cart', 'jobs'] as const;

/**
 * One VPC and cluster: each zone has subnets, each of those nodes, each of those pods. Every service runs in every
 * zone. Each pod sends to pods of its own zone and of others; some to the one database, some to S3.
 */
export function makeFleet(options: FleetOptions, draw: Draw): Fleet {
  const zones = makeZones(options.zones, draw);
  const count = options.vpcs === 2 && zones.length < 4 ? 4 : zones.length > 3 ? 2 : 3;
  const subnets = zones.flatMap((zone, z) => makeSubnets(zone, z, { ...options, count }, draw));
  const instances = subnets.flatMap((subnet) => makeNodes(subnet));
  const first = instances.flatMap((instance, i) => makePods(instance, i, draw));
  const replaced = new Set(draw.shuffle(first).slice(0, Math.round(options.churn * first.length)));
  const successors = [...replaced].map((pod, i) => ({
    ...pod,
    name: `${pod.service}-r${i}-${hex(draw, 5)}`,
    ip: pod.ip.replace(/^10\.20\./, '10.21.'),
  }));
  const pods = [...first, ...successors];
  const peers = makePeers(draw.pick(subnets));
  const world: World = {
    ...emptyWorld(REGION),
    accountId: ACCOUNT,
    zones,
    vpcs: [
      { id: VPC, name: CLUSTERS[VPC], cidr: '10.20.0.0/14' },
      { id: OTHER_VPC, name: CLUSTERS[OTHER_VPC], cidr: '10.20.0.0/14' },
    ].slice(0, options.vpcs),
    subnets,
    instances,
    pods,
    peers,
  };
  const zoneOf = (pod: Pod) => locate(world, pod.name).zone?.id ?? '';
  const lasting = first.filter((pod) => !replaced.has(pod));
  const inZone = new Map(pods.map((pod) => [pod, zoneOf(pod)]));
  for (const pod of first) {
    const remotes = remotesOf(pod, lasting, inZone, peers, options, draw);
    const successor = successors.find((s) => s.ip === pod.ip.replace(/^10\.20\./, '10.21.'));
    for (const sender of successor ? [pod, successor] : [pod]) {
      for (const [i, remote] of remotes.entries()) world.flows.push(flow(sender.name, remote, i));
    }
  }
  const before = new Set([...replaced].map((pod) => pod.name));
  const after = new Set(successors.map((pod) => pod.name));
  const streams = world.flows.map((spec): Stream => {
    const from = locate(world, spec.local);
    const to = locate(world, spec.remote);
    return {
      spec,
      category: destinationCategory(from, to),
      local: {
        pod: spec.local,
        service: from.pod?.service ?? '',
        instanceId: from.instance?.id ?? '',
        subnetId: from.subnet?.id ?? '',
        zoneId: from.zone?.id ?? '',
      },
      remote: { name: spec.remote, ip: to.ip, zoneId: to.zone?.id ?? null },
      life: before.has(spec.local) ? 'before' : after.has(spec.local) ? 'after' : 'all',
    };
  });
  return { world, zones, streams, churn: options.churn };
}

/** Names and IDs in different orders, as AWS shuffles them in each account. */
function makeZones(count: number, draw: Draw): Zone[] {
  const ids = draw.shuffle([1, 2, 3, 4, 5, 6]).slice(0, count);
  return ids.map((id, i) => ({ name: `${REGION}${'abcdef'.charAt(i)}`, id: `use1-az${id}` }));
}

/** Fewer subnets where there are many zones: fleets of any number of zones stay of a size. */
function makeSubnets(
  zone: Zone,
  z: number,
  { count, vpcs }: Pick<FleetOptions, 'vpcs'> & { count: number },
  draw: Draw,
): Subnet[] {
  return Array.from({ length: count }, (_, s) => ({
    id: `subnet-0${hex(draw, 16)}`,
    name: `private-${zone.name}-${s}`,
    vpcId: vpcs === 2 && s % 2 === 1 ? OTHER_VPC : VPC,
    zoneId: zone.id,
    cidr: `10.20.${z * 16 + s}.0/24`,
  }));
}

function makeNodes(subnet: Subnet): Instance[] {
  return [0, 1].map((n) => ({
    ...LINUX_HOST,
    id: `i-0${subnet.id.slice(8, 23)}${n}`,
    name: `node-${subnet.name}-${n}`,
    subnetId: subnet.id,
    ip: subnet.cidr.replace('0/24', `${n + 4}`),
    type: 'm6i.xlarge',
    launchedAt: '2026-10-01T08:00:00Z',
    eniId: `eni-0${subnet.id.slice(8, 23)}${n}`,
    cluster: subnet.vpcId === OTHER_VPC ? CLUSTERS[OTHER_VPC] : CLUSTERS[VPC],
  }));
}

/** Two pods a node, so that one pod, its node and its subnet are three different answers. */
function makePods(instance: Instance, i: number, draw: Draw): Pod[] {
  return [0, 1].map((p) => {
    const service = SERVICES[(2 * i + p) % SERVICES.length] ?? SERVICES[0];
    return {
      name: `${service}-${hex(draw, 8)}-${hex(draw, 5)}`,
      namespace: 'shop',
      service,
      ip: instance.ip.replace(/\d+$/, `${Number(instance.ip.split('.')[3]) * 10 + p}`),
      node: instance.id,
    };
  });
}

/** The database is in one subnet of one zone, as a primary is. The partner is reached over a way that AWS cannot place. */
function makePeers(home: Subnet): Peer[] {
  return [
    {
      name: 'db',
      kind: 'database',
      ip: home.cidr.replace('0/24', '250'),
      subnetId: home.id,
      eniId: 'eni-0d5b17c9e3f2a8460',
    },
    { name: 's3', kind: 's3', ip: '52.216.8.19' },
    { name: 'partner', kind: 'database', ip: '192.168.77.5' },
  ];
}

function remotesOf(
  pod: Pod,
  pods: readonly Pod[],
  inZone: Map<Pod, string>,
  peers: readonly Peer[],
  { unclassified, peersInside, peersOutside }: FleetOptions,
  draw: Draw,
): string[] {
  const here = inZone.get(pod);
  const others = draw.shuffle(pods.filter((other) => other !== pod));
  const inside = others.filter((other) => inZone.get(other) === here).slice(0, peersInside);
  const outside = others.filter((other) => inZone.get(other) !== here).slice(0, peersOutside);
  const remotes = [...inside, ...outside].map((other) => other.name);
  const extra = peers.filter(
    ({ name }) => name !== 'partner' && draw.uniform() < (name === 'db' ? 0.4 : 0.3),
  );
  const all = [...remotes, ...extra.map(({ name }) => name)];
  if (unclassified >= 1) return ['partner'];
  return draw.uniform() < unclassified ? [...all.slice(0, 1), 'partner'] : all;
}

function flow(local: string, remote: string, i: number): FlowSpec {
  const targetPort = remote === 'db' ? 5432 : remote === 's3' ? 443 : i % 3 === 0 ? 0 : 8080;
  // The recording's shares are not used: reports are drawn, not played.
  return { local, remote, targetPort, recorded: '', bytes: 1, events: 1 };
}

function hex(draw: Draw, digits: number): string {
  return Array.from({ length: digits }, () => draw.whole(0, 15).toString(16)).join('');
}
