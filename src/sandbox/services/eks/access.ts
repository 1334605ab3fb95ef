import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { stableUuid } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import { arn } from '../../world/place.ts';
import type { AccessEntry, Cluster, World } from '../../world/world.ts';
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

/* Who may enter the cluster's own API. https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html */

const POLICY = /^arn:aws:eks::aws:cluster-access-policy\/\w+$/;

export const listAccessEntries: EksOperation = (input, { world }) => {
  const { accessEntries } = findCluster(world, input);
  const page = pageOf(
    accessEntries.map(({ principalArn }) => principalArn),
    input,
  );
  return { accessEntries: page.items, nextToken: page.nextToken };
};

export const describeAccessEntry: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  return { accessEntry: toEntry(find(cluster, input), cluster, world) };
};

export const createAccessEntry: EksOperation = (input, { world, now }) => {
  const cluster = findCluster(world, input);
  const { principalArn } = bodyOf(z.object({ principalArn: z.string().min(1) }), input);
  if (!/^arn:aws:iam::\d{12}:(user|role)\//.test(principalArn))
    throw invalidParameter('The principalArn parameter format is not valid');
  if (cluster.accessEntries.some((entry) => entry.principalArn === principalArn))
    throw inUse('The specified access entry resource is already in use on this cluster.');
  const entry: AccessEntry = { principalArn, createdAt: instant(now()), policies: [] };
  cluster.accessEntries.push(entry);
  return { accessEntry: toEntry(entry, cluster, world) };
};

export const listAssociatedAccessPolicies: EksOperation = (input, { world }) => {
  const cluster = findCluster(world, input);
  const entry = find(cluster, input);
  const page = pageOf(entry.policies.map(toPolicy), input);
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicies: page.items,
    nextToken: page.nextToken,
  };
};

const association = z.object({
  policyArn: z.string(),
  accessScope: z.object({
    type: z.enum(['cluster', 'namespace']),
    namespaces: z.array(z.string()).optional(),
  }),
});

export const associateAccessPolicy: EksOperation = (input, { world, now }) => {
  const cluster = findCluster(world, input);
  const entry = find(cluster, input);
  const { policyArn, accessScope } = bodyOf(association, input);
  if (!POLICY.test(policyArn)) throw invalidParameter('The policyArn parameter format is not valid');
  const policy: Policy = {
    policyArn,
    namespaces: accessScope.type === 'cluster' ? 'all' : (accessScope.namespaces ?? []),
    associatedAt: instant(now()),
  };
  entry.policies = [...entry.policies.filter((one) => one.policyArn !== policyArn), policy];
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicy: toPolicy(policy),
  };
};

function find({ accessEntries }: Cluster, { name }: EksInput): AccessEntry {
  const entry = accessEntries.find(({ principalArn }) => principalArn === name);
  if (!entry)
    throw notFound(
      'The specified principalArn could not be found. You can view your available access entries with list-access-entries.',
    );
  return entry;
}

function toEntry({ principalArn, createdAt }: AccessEntry, { name }: Cluster, world: World): JsonValue {
  const [, kind = '', principal = ''] = /:(user|role)\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? [];
  const path = `${name}/${kind}/${world.accountId}/${principal}/${stableUuid(principalArn)}`;
  return {
    clusterName: name,
    principalArn,
    kubernetesGroups: [],
    accessEntryArn: arn(world, 'eks', `access-entry/${path}`),
    createdAt: new Date(createdAt),
    modifiedAt: new Date(createdAt),
    tags: {},
    username: principalArn,
    type: 'STANDARD',
  };
}

type Policy = AccessEntry['policies'][number];

function toPolicy({ policyArn, namespaces, associatedAt }: Policy): JsonValue {
  const accessScope =
    namespaces === 'all' ? { type: 'cluster', namespaces: [] } : { type: 'namespace', namespaces };
  return {
    policyArn,
    accessScope,
    associatedAt: new Date(associatedAt),
    modifiedAt: new Date(associatedAt),
  };
}
