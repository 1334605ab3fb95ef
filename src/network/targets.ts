import type { Resource, Target } from '../model/case.ts';
import { closest } from '../model/closest.ts';
import { type Advice, advise, nfm } from '../model/command-line.ts';
import { NotFoundError, RefusedError } from '../model/errors.ts';
import { type Extent, emptyExtent, extentOf, type Topology } from './holdings.ts';

/** What the user named; a scope is what is meant when nothing is named. */
export interface TargetSpec {
  kind: Target['kind'];
  id: string | null;
}

/** Turns 'AWS does not know it' about the target itself into an error that ends the run; other refusals stay gaps. */
export async function mustExist<T>(what: string, region: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code !== 'not-found') throw error;
    throw new NotFoundError('target-not-found', `There is no ${what} in ${region} for these credentials.`, {
      hint: 'Check the ID, --region and --profile.',
      cause: error,
    });
  }
}

export function unknownMonitor(name: string, names: readonly string[], region: string): NotFoundError {
  const near = closest(name, names);
  return new NotFoundError('monitor-not-found', `There is no monitor '${name}' in ${region}.`, {
    hint: near
      ? `Did you mean '${near}'?`
      : names.length
        ? `Monitors here: ${names.join(', ')}.`
        : 'There are no monitors in this Region.',
  });
}

/** The part of the network that the target holds. */
export function targetExtent(
  spec: TargetSpec,
  topology: Topology,
  monitors: readonly { name: string; local: Resource[] }[],
): Extent {
  const extent = emptyExtent();
  const id = spec.id ?? '';
  switch (spec.kind) {
    case 'scope':
      extent.everything = true;
      return extent;
    case 'monitor':
      return extentOf(monitors.find((m) => m.name === id)?.local ?? [], topology);
    case 'vpc':
      extent.vpcIds.add(id);
      return extent;
    case 'subnet':
      extent.subnetIds.add(id);
      return extent;
    case 'cluster':
      extent.clusters.add(id);
      return extent;
    case 'zone':
      extent.azIds.add(id);
      return extent;
  }
}

/** How zone monitors are made, with the VPC in it where only one can be meant. */
export function perZone(target: TargetSpec, { subnets }: Topology): Advice {
  const [only, ...others] = new Set(subnets.map((s) => s.vpcId));
  const vpc = target.kind === 'vpc' ? target.id : others.length === 0 ? only : null;
  const command = nfm('monitor create', { vpc: vpc ?? 'VPC', 'per-zone': true });
  return advise('Make a monitor for the VPC and one for each of its zones:', command);
}
