import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { type Aws, ask } from './aws.ts';

export interface Cluster {
  name: string;
  arn: string;
  vpcId: string | null;
}

export function eks(aws: Aws) {
  const client = new EKSClient(aws.config('EKS'));
  return {
    /** Throws `not-found` where EKS does not know the cluster. */
    async cluster(name: string): Promise<Cluster> {
      const { cluster } = await ask(aws, 'eks:DescribeCluster', (options) =>
        client.send(new DescribeClusterCommand({ name }), options),
      );
      return { name, arn: cluster?.arn ?? '', vpcId: cluster?.resourcesVpcConfig?.vpcId ?? null };
    },
  };
}
