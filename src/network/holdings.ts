import type { Subnet } from '../aws/ec2.ts';
import type { Resource, Zone } from '../model/case.ts';
import { nameIn } from '../model/ids.ts';

/* Which resources hold which: of monitors, and of what a user asks about. */

/** What a monitor's resources are called in the API. */
export const TYPES = {
  vpc: 'AWS::EC2::VPC',
  subnet: 'AWS::EC2::Subnet',
  zone: 'AWS::AvailabilityZone',
  cluster: 'AWS::EKS::Cluster',
  region: 'AWS::Region',
  service: 'AWS::AWSService',
} as const;
export type ResourceKind = keyof typeof TYPES;

/** What exists, as far as EC2 told: enough to know which zones a monitor lies in. */
export interface Topology {
  zones: Zone[];
  subnets: Subnet[];
  /** VPC of each cluster that is known. */
  clusterVpcs: Map<string, string>;
}

/** The part of the network that a target, or a monitor's local side, holds. */
export interface Extent {
  /** Every resource of the Region. */
  everything: boolean;
  vpcIds: Set<string>;
  subnetIds: Set<string>;
  azIds: Set<string>;
  clusters: Set<string>;
}

const NAMED = ['vpcIds', 'subnetIds', 'azIds', 'clusters'] as const;

export function emptyExtent(): Extent {
  return {
    everything: false,
    vpcIds: new Set(),
    subnetIds: new Set(),
    azIds: new Set(),
    clusters: new Set(),
  };
}

/** Local resources of a monitor name VPCs, subnets and clusters by ARN, zones by name, Regions by name. */
export function extentOf(resources: readonly Resource[], { zones }: Pick<Topology, 'zones'>): Extent {
  const extent = emptyExtent();
  for (const { type, identifier } of resources) {
    const id = nameIn(identifier);
    if (type === TYPES.vpc) extent.vpcIds.add(id);
    else if (type === TYPES.subnet) extent.subnetIds.add(id);
    else if (type === TYPES.cluster) extent.clusters.add(id);
    else if (type === TYPES.region) extent.everything = true;
    else if (type === TYPES.zone) extent.azIds.add(zoneNamed(identifier, zones)?.azId ?? identifier);
  }
  return extent;
}

/** By its name in this account, or by its ID. */
export function zoneNamed(word: string, zones: readonly Zone[]): Zone | undefined {
  return zones.find((z) => z.az === word || z.azId === word);
}

/** Subnets of an extent; a cluster stands for its VPC, in which its nodes are. */
export function subnetsOf(extent: Extent, topology: Topology): Subnet[] {
  const { everything, vpcIds, subnetIds, azIds } = networkOf(extent, topology);
  return topology.subnets.filter(
    (s) => everything || vpcIds.has(s.vpcId) || subnetIds.has(s.id) || azIds.has(s.azId),
  );
}

/** Zone IDs that an extent lies in; null where the topology does not know its resources. */
export function zonesOf(extent: Extent, topology: Topology): string[] | null {
  const zones = new Set([...extent.azIds, ...subnetsOf(extent, topology).map((s) => s.azId)]);
  const unknownSubnets = [...extent.subnetIds].some((id) => !topology.subnets.some((s) => s.id === id));
  return zones.size === 0 || unknownSubnets ? null : [...zones].sort();
}

/** Does the outer hold all of the inner? Compared by name first, so that it can be told without EC2 too. */
export function covers(outer: Extent, inner: Extent, topology: Topology): boolean {
  if (outer.everything) return true;
  const sameNames = NAMED.every((key) => [...inner[key]].every((id) => outer[key].has(id)));
  if (sameNames && !inner.everything) return true;
  const held = new Set(subnetsOf(outer, topology).map((s) => s.id));
  const wanted = subnetsOf(inner, topology);
  // A cluster's monitor holds the cluster's flows only, not its whole VPC.
  const widerThanCluster = outer.clusters.size > 0 && inner.clusters.size === 0;
  return !widerThanCluster && wanted.length > 0 && wanted.every((s) => held.has(s.id));
}

/** A wider one is not the same: a monitor's health indicator can be degraded by flows of elsewhere. */
export function isSame(a: Extent, b: Extent, topology: Topology): boolean {
  return covers(a, b, topology) && covers(b, a, topology);
}

/** Do the two share any resource? Where EC2's answer is missing, only equal names can tell. */
export function touches(a: Extent, b: Extent, topology: Topology): boolean {
  if (a.everything || b.everything) return true;
  if (NAMED.some((key) => [...a[key]].some((id) => b[key].has(id)))) return true;
  const held = new Set(subnetsOf(a, topology).map((s) => s.id));
  return subnetsOf(b, topology).some((s) => held.has(s.id));
}

/** The network that a target lies in: a cluster stands for the VPC of its nodes, which all that it sends crosses. */
export function networkOf(extent: Extent, topology: Topology): Extent {
  const vpcIds = new Set(extent.vpcIds);
  for (const cluster of extent.clusters) {
    const vpcId = topology.clusterVpcs.get(cluster);
    if (vpcId) vpcIds.add(vpcId);
  }
  return { ...extent, vpcIds, clusters: new Set() };
}

/** Where something is, as far as that is known. */
interface Whereabouts {
  subnetId?: string | undefined;
  vpcId?: string | undefined;
  azId?: string | undefined;
  cluster?: string | null | undefined;
}

/** Tells whether an instance is in the extent: EC2 knows the cluster that it is a node of. */
export function holds(extent: Extent, topology: Topology): (instance: Whereabouts) => boolean {
  const { everything, vpcIds, azIds, subnetIds, clusters } = extent;
  const held = new Set([...subnetIds, ...topology.subnets.filter((s) => azIds.has(s.azId)).map((s) => s.id)]);
  return ({ subnetId = '', vpcId = '', azId = '', cluster }) =>
    everything || held.has(subnetId) || vpcIds.has(vpcId) || azIds.has(azId) || clusters.has(cluster ?? '');
}

/** Tells whether the sender of a flow is in the extent: a row names no cluster, so its whole VPC is. */
export function membership(extent: Extent, topology: Topology): (local: Whereabouts) => boolean {
  const network = networkOf(extent, topology);
  const subnetIds = new Set([...network.subnetIds, ...subnetsOf(network, topology).map((s) => s.id)]);
  return holds({ ...network, subnetIds }, topology);
}

export function monitorExtent(monitor: { local: readonly Resource[] }, topology: Topology): Extent {
  return extentOf(monitor.local, topology);
}

/** As few as together hold all that any holds: the one that adds most, first. */
export function fewest<T extends { ids: ReadonlySet<string> }>(all: readonly T[]): T[] {
  const chosen: T[] = [];
  const seen = new Set<string>();
  const adds = ({ ids }: T) => [...ids].filter((id) => !seen.has(id)).length;
  for (let left = [...all]; left.length > 0; ) {
    const best = left.reduce((a, b) => (adds(b) > adds(a) ? b : a));
    if (adds(best) === 0) break;
    chosen.push(best);
    for (const id of best.ids) seen.add(id);
    left = left.filter((one) => one !== best);
  }
  return chosen;
}
