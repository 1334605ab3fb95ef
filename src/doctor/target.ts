import { closest } from '../model/closest.ts';
import { NotFoundError, RefusedError, UnreachableError } from '../model/errors.ts';
import type { TargetFacts } from './target-facts.ts';

/** A target that is not there would be diagnosed as having no data. Where AWS does not tell, it is believed. */
export async function assertTarget(facts: TargetFacts): Promise<void> {
  try {
    if (!(await exists(facts))) throw await unknownTarget(facts);
  } catch (error) {
    if (error instanceof NotFoundError) throw error;
    if (error instanceof RefusedError && error.code === 'not-found') throw await unknownTarget(facts);
    if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
  }
}

async function exists(facts: TargetFacts): Promise<boolean> {
  const { kind, id } = facts.target;
  switch (kind) {
    case 'scope':
      return true;
    case 'cluster':
      return (await facts.clusters()).length > 0;
    case 'monitor':
      return (await facts.monitors()).some((m) => m.name === id);
    case 'zone':
      return (await facts.zones()).some((z) => z.az === id || z.azId === id);
    case 'vpc':
      return (await facts.subnets()).some((s) => s.vpcId === id);
    case 'subnet':
      return (await facts.subnets()).some((s) => s.id === id);
  }
}

export async function unknownTarget(facts: TargetFacts): Promise<NotFoundError> {
  const { kind, id } = facts.target;
  const what =
    kind === 'vpc'
      ? `VPC ${id} with a subnet`
      : kind === 'cluster'
        ? `EKS cluster '${id}'`
        : `${kind} '${id}'`;
  const names = kind === 'monitor' ? (await facts.monitors()).map((m) => m.name) : [];
  const near = closest(id ?? '', names);
  return new NotFoundError(
    'target-not-found',
    `There is no ${what} in ${facts.region} for these credentials.`,
    {
      hint: near ? `Did you mean '${near}'?` : 'Check the ID, --region and --profile.',
    },
  );
}
