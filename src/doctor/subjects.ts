import type { Instance } from '../aws/ec2.ts';
import type { ClusterDetails } from '../aws/eks.ts';
import type { Check } from './check.ts';

type Part<S> = Omit<Check<S>, 'subjects' | 'none' | 'layer'>;

/** Of each EKS cluster in the target. */
export function clusterCheck(part: Part<ClusterDetails>): Check<ClusterDetails> {
  return {
    ...part,
    layer: 'kubernetes',
    none: 'There is no EKS cluster in the target.',
    subjects: async (facts) => (await facts.clusters()).map((of) => ({ name: `cluster ${of.name}`, of })),
  };
}

/** Of each running instance in the target that is no node of a cluster. */
export function hostCheck(part: Part<Instance>): Check<Instance> {
  return {
    ...part,
    layer: 'instances',
    none: 'No instance outside EKS clusters runs in the target.',
    subjects: async (facts) =>
      (await facts.instances()).filter((i) => i.cluster === null).map((of) => ({ name: of.id, of })),
  };
}

/** Of each running instance in the target, nodes included. */
export function instanceCheck(part: Part<Instance> & { layer: Check['layer'] }): Check<Instance> {
  return {
    ...part,
    none: 'No instance runs in the target.',
    subjects: async (facts) => (await facts.instances()).map((of) => ({ name: of.id, of })),
  };
}
