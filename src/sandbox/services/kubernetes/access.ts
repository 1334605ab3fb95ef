import type { AccessEntry } from '../../world/world.ts';
import type { Kind } from './kinds.ts';

/* What EKS's access policies allow. https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */

export type Verb = 'get' | 'list' | 'watch' | 'patch';

const READ: readonly Verb[] = ['get', 'list', 'watch'];

interface AccessPolicy {
  verbs: readonly Verb[];
  /** Whether it goes beyond what a namespace holds. */
  everything: boolean;
}

const POLICIES: Readonly<Record<string, AccessPolicy>> = {
  AmazonEKSClusterAdminPolicy: { verbs: [...READ, 'patch'], everything: true },
  AmazonEKSAdminViewPolicy: { verbs: READ, everything: true },
  AmazonEKSAdminPolicy: { verbs: [...READ, 'patch'], everything: false },
  AmazonEKSEditPolicy: { verbs: [...READ, 'patch'], everything: false },
  AmazonEKSViewPolicy: { verbs: READ, everything: false },
};

export function mayDo(entry: AccessEntry, verb: Verb, kind: Kind, namespace: string | undefined): boolean {
  return entry.policies.some(({ policyArn, namespaces }) => {
    const policy = POLICIES[policyArn.split('/').at(-1) ?? ''];
    if (!policy?.verbs.includes(verb)) return false;
    const within = namespaces === 'all' || (namespace !== undefined && namespaces.includes(namespace));
    // Namespaces may be read by whoever reads what is in them; nodes may not.
    const visible = policy.everything || kind.namespaced || kind.plural === 'namespaces';
    return within && visible;
  });
}
