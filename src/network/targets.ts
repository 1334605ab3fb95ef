import type { Resource, Target, Zone } from '../model/case.ts';
import { closest } from '../model/closest.ts';
import { type Advice, advise, type CommandLine, nfm } from '../model/command-line.ts';
import { NotFoundError, RefusedError } from '../model/errors.ts';
import { zoneName } from '../model/units.ts';
import { type Extent, emptyExtent, extentOf, type Topology, zoneNamed } from './holdings.ts';

/** What the user named; a scope is what is meant when nothing is named. */
export interface TargetSpec {
  kind: Target['kind'];
  id: string | null;
}

const CALLED: Readonly<Record<Target['kind'], (id: string) => string>> = {
  vpc: (id) => `VPC ${id}`,
  subnet: (id) => `subnet ${id}`,
  cluster: (id) => `EKS cluster '${id}'`,
  zone: (id) => `zone '${id}'`,
  monitor: (id) => `monitor '${id}'`,
  scope: () => 'scope',
};

/** Those that there are, where that is known: as they are shown, and all that they may be called. */
interface Known {
  words?: readonly string[];
  names?: readonly string[];
  code?: string;
  hint?: string;
}

/** With the one that was most likely meant, or those that there are, where they are known. */
export function notThere(
  { kind, id }: TargetSpec,
  region: string,
  {
    words,
    names = words ?? [],
    code = 'target-not-found',
    hint = 'Check the ID, --region and --profile.',
  }: Known = {},
): NotFoundError {
  const near = closest(id ?? '', names);
  const others = words?.length
    ? `${kind === 'zone' ? 'Zones' : 'Monitors'} here: ${words.join(', ')}.`
    : `There are no ${kind}s in this Region.`;
  return new NotFoundError(
    code,
    `There is no ${CALLED[kind](id ?? '')} in ${region}${words ? '' : ' for these credentials'}.`,
    { hint: near ? `Did you mean '${near}'?` : words ? others : hint },
  );
}

export function unknownMonitor(name: string, names: readonly string[], region: string): NotFoundError {
  return notThere({ kind: 'monitor', id: name }, region, { words: names, code: 'monitor-not-found' });
}

/** Turns 'AWS does not know it' about the target itself into an error that ends the run; other refusals stay gaps. */
export async function mustExist<T>(target: TargetSpec, region: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code !== 'not-found') throw error;
    throw notThere(target, region);
  }
}

/** By name or ID; where EC2 does not tell which there are, it is believed. */
export function zoneFor(word: string, zones: readonly Zone[], region: string): Zone {
  if (zones.length === 0) return { azId: word, az: null };
  const zone = zoneNamed(word, zones);
  if (zone) return zone;
  throw notThere({ kind: 'zone', id: word }, region, {
    words: zones.map((zone) => zoneName(zone)),
    names: zones.flatMap(({ az, azId }) => (az ? [azId, az] : [azId])),
  });
}

/** The part of the network that the target holds. */
export function targetExtent(
  { kind, id }: TargetSpec,
  topology: Pick<Topology, 'zones'>,
  monitors: readonly { name: string; local: readonly Resource[] }[],
): Extent {
  const name = id ?? '';
  const nothing = emptyExtent();
  switch (kind) {
    case 'scope':
      return { ...nothing, everything: true };
    case 'monitor':
      return extentOf(monitors.find((m) => m.name === name)?.local ?? [], topology);
    case 'vpc':
      return { ...nothing, vpcIds: new Set([name]) };
    case 'subnet':
      return { ...nothing, subnetIds: new Set([name]) };
    case 'cluster':
      return { ...nothing, clusters: new Set([name]) };
    case 'zone':
      return { ...nothing, azIds: new Set([zoneNamed(name, topology.zones)?.azId ?? name]) };
  }
}

/** How zone monitors are made, with the VPC in it where only one can be meant. */
export function perZone(target: TargetSpec, { subnets }: Pick<Topology, 'subnets'>): Advice {
  const [only, ...others] = new Set(subnets.map((s) => s.vpcId));
  const vpc = target.kind === 'vpc' ? target.id : others.length === 0 ? only : null;
  const command = nfm('monitor create', { vpc: vpc ?? 'VPC', 'per-zone': true });
  return advise('Make a monitor for the VPC and one for each of its zones:', command);
}

/** What finds out why a target has no data. */
export function doctorOf({ kind, id }: TargetSpec): CommandLine {
  return nfm('doctor', kind === 'scope' ? {} : { [kind]: id });
}
