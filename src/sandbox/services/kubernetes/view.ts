import { stableUuid } from '../../wire/ids.ts';
import type { JsonValue } from '../../wire/json.ts';
import type { Cluster, World } from '../../world/world.ts';
import type { KubernetesObject } from './kinds.ts';

/** What the objects of a cluster are computed from. */
export interface View {
  world: World;
  cluster: Cluster;
  now: number;
}

interface Identity {
  kind: string;
  name: string;
  namespace?: string;
  createdAt: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  owner?: { kind: string; name: string };
  generateName?: string;
}

export function uid({ cluster }: View, kind: string, namespace: string | undefined, name: string): string {
  return stableUuid(`${cluster.name}/${kind}/${namespace ?? ''}/${name}`);
}

export function object(
  view: View,
  identity: Identity,
  members: { [name: string]: JsonValue },
): KubernetesObject {
  const { kind, name, namespace, createdAt, owner, ...rest } = identity;
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uid(view, kind, namespace, name),
      resourceVersion: '1',
      creationTimestamp: seconds(createdAt),
      ...rest,
      ...(owner
        ? {
            ownerReferences: [
              {
                apiVersion: 'apps/v1',
                kind: owner.kind,
                name: owner.name,
                uid: uid(view, owner.kind, namespace, owner.name),
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
          }
        : {}),
    },
    ...members,
  };
}

/** Kubernetes's times have no fractions of seconds. */
export function seconds(time: string | number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
