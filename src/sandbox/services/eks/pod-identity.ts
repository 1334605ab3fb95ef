import { arn } from '../../place.ts';
import { findCluster } from './clusters.ts';
import { type EksOperation, pageOf } from './input.ts';

export const listPodIdentityAssociations: EksOperation = (input, { world }) => {
  const { name, podIdentityAssociations } = findCluster(world, input);
  const { namespace, serviceAccount } = input.query;
  const page = pageOf(
    podIdentityAssociations.filter(
      (association) =>
        (namespace ?? association.namespace) === association.namespace &&
        (serviceAccount ?? association.serviceAccount) === association.serviceAccount,
    ),
    input,
  );
  // A summary leaves the role out (botocore eks/2017-11-01, PodIdentityAssociationSummary).
  const associations = page.items.map((association) => ({
    clusterName: name,
    namespace: association.namespace,
    serviceAccount: association.serviceAccount,
    associationArn: arn(world, 'eks', `podidentityassociation/${name}/${association.id}`),
    associationId: association.id,
  }));
  return { associations, nextToken: page.nextToken };
};
