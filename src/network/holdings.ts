import type { Subnet } from '../aws/ec2.ts';
import type { MonitorDetails } from '../aws/monitors.ts';
import type { Endpoint, Resource, Zone } from '../model/case.ts';

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
export function extentOf(resources: readonly Resource[], topology: Topology): Extent {
  const extent = emptyExtent();
  for (const { type, identifier } of resources) {
    const id = identifier.split('/').at(-1) ?? identifier;
    if (type === 'AWS::EC2::VPC') extent.vpcIds.add(id);
    else if (type === 'AWS::EC2::Subnet') extent.subnetIds.add(id);
    else if (type === 'AWS::EKS::Cluster') extent.clusters.add(id);
    else if (type === 'AWS::Region') extent.everything = true;
    else if (type === 'AWS::AvailabilityZone') {
      const zone = topology.zones.find((z) => z.az === identifier || z.azId === identifier);
      extent.azIds.add(zone?.azId ?? identifier);
    }
  }
  return extent;
}

/** Subnets of an extent; a cluster stands for its VPC, in which its nodes are. */
export function subnetsOf(extent: Extent, topology: Topology): Subnet[] {
  const vpcs = new Set(extent.vpcIds);
  for (const cluster of extent.clusters) {
    const vpc = topology.clusterVpcs.get(cluster);
    if (vpc) vpcs.add(vpc);
  }
  return topology.subnets.filter(
    (s) => extent.everything || vpcs.has(s.vpcId) || extent.subnetIds.has(s.id) || extent.azIds.has(s.azId),
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
  const named = (key: 'vpcIds' | 'subnetIds' | 'azIds' | 'clusters') =>
    [...inner[key]].every((id) => outer[key].has(id));
  const sameNames = named('vpcIds') && named('subnetIds') && named('azIds') && named('clusters');
  if (sameNames && !inner.everything) return true;
  const held = new Set(subnetsOf(outer, topology).map((s) => s.id));
  const wanted = subnetsOf(inner, topology);
  // A cluster's monitor holds the cluster's flows only, not its whole VPC.
  const widerThanCluster = outer.clusters.size > 0 && inner.clusters.size === 0;
  return !widerThanCluster && wanted.length > 0 && wanted.every((s) => held.has(s.id));
}

/** Do the two share any resource? Where EC2's answer is missing, only equal names can tell. */
export function touches(a: Extent, b: Extent, topology: Topology): boolean {
  if (a.everything || b.everything) return true;
  const shared = (key: 'vpcIds' | 'subnetIds' | 'azIds' | 'clusters') =>
    [...a[key]].some((id) => b[key].has(id));
  if (shared('vpcIds') || shared('subnetIds') || shared('azIds') || shared('clusters')) return true;
  const held = new Set(subnetsOf(a, topology).map((s) => s.id));
  return subnetsOf(b, topology).some((s) => held.has(s.id));
}

/** The network that a target lies in: a cluster stands for the VPC of its nodes, which all that it sends crosses. */
export function networkOf(extent: Extent, topology: Topology): Extent {
  const vpcIds = new Set(extent.vpcIds);
  for (const cluster of extent.clusters) vpcIds.add(topology.clusterVpcs.get(cluster) ?? '');
  return { ...extent, vpcIds, clusters: new Set() };
}

/** Tells whether the sender of a flow is in the extent. */
export function membership(extent: Extent, topology: Topology): (local: Endpoint) => boolean {
  const { everything, vpcIds, azIds, subnetIds } = networkOf(extent, topology);
  const held = new Set([...subnetIds, ...subnetsOf(extent, topology).map((s) => s.id)]);
  return ({ subnetId = '', vpcId = '', azId = '' }) =>
    everything || held.has(subnetId) || vpcIds.has(vpcId) || azIds.has(azId);
}

export function monitorExtent(monitor: MonitorDetails, topology: Topology): Extent {
  return extentOf(monitor.local, topology);
}
