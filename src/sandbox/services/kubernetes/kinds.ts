import type { JsonValue } from '../../wire/json.ts';

/** An object as Kubernetes stores it, without `kind` and `apiVersion`, which lists leave out of their items. */
export interface KubernetesObject {
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    creationTimestamp: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [member: string]: JsonValue;
  };
  [member: string]: JsonValue;
}

/** A column of the tables that kubectl prints; those of priority 1 only with `-o wide`. */
export interface Column {
  name: string;
  type?: 'string' | 'integer';
  format?: 'name';
  priority?: 0 | 1;
  cell(object: KubernetesObject): string | number;
}

/** A kind of object that the API serves. */
export interface Kind {
  kind: string;
  /** '' is the core group. */
  group: '' | 'apps';
  plural: string;
  singular: string;
  shortNames: string[];
  namespaced: boolean;
  columns: Column[];
}

export function groupVersion({ group }: Kind): string {
  return group === '' ? 'v1' : `${group}/v1`;
}
