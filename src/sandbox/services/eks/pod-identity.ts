import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { stableHex } from '../../wire/ids.ts';
import { findRole } from '../../world/permissions.ts';
import { arn } from '../../world/place.ts';
import type { Cluster, PodIdentityAssociation, World } from '../../world/world.ts';
import { findCluster } from './compute.ts';
import {
  bodyOf,
  type EksInput,
  type EksOperation,
  inUse,
  invalidParameter,
  notFound,
  pageOf,
} from './input.ts';

export const listPodIdentityAssociations: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  const { namespace, serviceAccount } = input.query;
  const page = pageOf(
    cluster.podIdentityAssociations.filter(
      (association) =>
        (namespace ?? association.namespace) === association.namespace &&
        (serviceAccount ?? association.serviceAccount) === association.serviceAccount,
    ),
    input,
  );
  return {
    associations: page.items.map((association) => toSummary(association, cluster, world)),
    nextToken: page.nextToken,
  };
};

export const describePodIdentityAssociation: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  return { association: toAssociation(find(cluster, input), cluster, world) };
};

const creation = z.object({
  namespace: z.string().min(1),
  serviceAccount: z.string().min(1),
  roleArn: z.string().min(1),
});

/** Pods are given the role when they start: those that run go on without it. */
export const createPodIdentityAssociation: EksOperation = (input, { world, now }) => {
  const cluster = findCluster(world, input);
  const wanted = bodyOf(creation, input);
  const existing = findAssociation(cluster, wanted);
  if (existing) throw inUse(`Association already exists: ${existing.id}`);
  checkRole(wanted.roleArn, world);
  const association = associate(cluster, wanted, now());
  return { association: toAssociation(association, cluster, world) };
};

type Wanted = z.output<typeof creation>;

/** Gives a service account a role, instead of the one that it had. */
export function associate(cluster: Cluster, wanted: Wanted, now: number): PodIdentityAssociation {
  const existing = findAssociation(cluster, wanted);
  if (existing) return Object.assign(existing, wanted);
  const { namespace, serviceAccount } = wanted;
  const id = `a-${stableHex(`${cluster.name}/${namespace}/${serviceAccount}`, 17)}`;
  const association = { id, ...wanted, createdAt: instant(now) };
  cluster.podIdentityAssociations.push(association);
  return association;
}

function findAssociation(
  { podIdentityAssociations }: Cluster,
  { namespace, serviceAccount }: Wanted,
): PodIdentityAssociation | undefined {
  return podIdentityAssociations.find(
    (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
  );
}

export const updatePodIdentityAssociation: EksOperation = (input, { world, now }) => {
  const cluster = findCluster(world, input);
  const association = find(cluster, input);
  const { roleArn } = bodyOf(z.object({ roleArn: z.string().optional() }), input);
  if (roleArn !== undefined) {
    checkRole(roleArn, world);
    association.roleArn = roleArn;
    association.modifiedAt = instant(now());
  }
  return { association: toAssociation(association, cluster, world) };
};

export function checkRole(roleArn: string, world: World): void {
  const role = findRole(world, roleArn);
  if (!role || role.propagating)
    throw invalidParameter(`Role provided in the request does not exist: ${roleArn}`);
}

function find(
  { name, podIdentityAssociations }: Cluster,
  { name: wanted }: EksInput,
): PodIdentityAssociation {
  const association = podIdentityAssociations.find(({ id }) => id === wanted);
  if (!association) throw notFound(`No association found for id ${wanted} in cluster: ${name}`);
  return association;
}

/** A summary leaves the role out (botocore eks/2017-11-01, PodIdentityAssociationSummary). */
function toSummary(
  { id, namespace, serviceAccount }: PodIdentityAssociation,
  { name }: Cluster,
  world: World,
) {
  return {
    clusterName: name,
    namespace,
    serviceAccount,
    associationArn: arn(world, 'eks', `podidentityassociation/${name}/${id}`),
    associationId: id,
  };
}

function toAssociation(association: PodIdentityAssociation, cluster: Cluster, world: World) {
  return {
    ...toSummary(association, cluster, world),
    roleArn: association.roleArn,
    tags: {},
    createdAt: new Date(association.createdAt),
    modifiedAt: new Date(association.modifiedAt ?? association.createdAt),
  };
}
