import type { ClusterDetails } from '../../aws/eks.ts';
import { aws, type CommandLine } from '../../model/command-line.ts';
import { type NfmError, RefusedError, UnreachableError } from '../../model/errors.ts';
import { ownerOf } from '../../model/ids.ts';
import {
  allPublish,
  type Check,
  clusterCheck,
  notApplicable,
  type Outcome,
  passed,
  unknown,
} from '../check.ts';
import { type Agents, type InCluster, inCluster } from '../cluster/in-cluster.ts';
import type { Facts } from '../facts.ts';

/*
 * Whether the cluster tells, and what is asked of one that does.
 */

const USER_GUIDE = 'https://docs.aws.amazon.com/eks/latest/userguide';

export const clusterApi = clusterCheck({
  id: 'cluster-api',
  title: 'the cluster lets nfm see its agents',
  source: `${USER_GUIDE}/access-policy-permissions.html`,
  async run(facts, cluster) {
    try {
      const { nodes, agents } = await inCluster(facts, cluster);
      const evidence = { nodes: nodes?.length ?? null, pods: agents?.pods.length ?? 0 };
      return nodes === null
        ? passed(`Cluster ${cluster.name} shows its agents, and not its nodes.`, evidence)
        : passed(`Cluster ${cluster.name} shows its agents and nodes.`, evidence);
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
      const nodes = await facts.nodes(cluster);
      if (await allPublish(facts, nodes)) {
        return passed(`${error.message} But every node publishes: so its agents are in order.`, {
          code: error.code,
        });
      }
      return unseen(facts, cluster, error);
    }
  },
});

/** With what lets this identity in: it reads no Secrets, as AmazonEKSAdminViewPolicy would. */
async function unseen(facts: Facts, cluster: ClusterDetails, error: NfmError): Promise<Outcome> {
  const { code, message, action, answer } = error;
  const evidence = { code, action: action ?? null, message, answer: answer ?? null };
  const fix =
    code === 'no-access-entry' || code === 'cluster-denied'
      ? await accessCommands(facts, cluster, code === 'no-access-entry')
      : code === 'cluster-unreachable'
        ? aws('eks describe-cluster', {
            name: cluster.name,
            query: 'cluster.resourcesVpcConfig',
            region: facts.region,
          })
        : null;
  const where =
    code === 'cluster-unreachable'
      ? ' Where its endpoint is private, run nfm inside the VPC; else it may not admit this address.'
      : '';
  return unknown({ finding: `${message}${where}`, evidence, fix });
}

async function accessCommands(
  facts: Facts,
  { name, arn }: ClusterDetails,
  isNew: boolean,
): Promise<CommandLine[]> {
  const { region } = facts;
  const principal = { 'cluster-name': name, 'principal-arn': await principalOf(facts), region };
  const { partition } = ownerOf(arn, region);
  return [
    ...(isNew ? [aws('eks create-access-entry', principal)] : []),
    aws('eks associate-access-policy', {
      ...principal,
      'policy-arn': `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`,
      'access-scope': 'type=cluster',
    }),
  ];
}

/** An entry is for the role, not for a session of it; its path is known to IAM alone. */
async function principalOf(facts: Facts): Promise<string> {
  const { arn } = await facts.caller();
  const [, partition, account, role] = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return arn;
  const known = await facts.role(role).catch(() => null);
  return known?.arn || `arn:${partition}:iam::${account}:role/${role}`;
}

export interface Inside {
  facts: Facts;
  cluster: ClusterDetails;
  seen: InCluster;
  agents: Agents;
}

/** Of a cluster that shows its agents. Where every node publishes all the same, what is found only warns. */
export function insideCheck(
  part: Omit<Parameters<typeof clusterCheck>[0], 'run' | 'needs'> & {
    run(inside: Inside): Promise<Outcome>;
  },
): Check<ClusterDetails> {
  return clusterCheck({
    ...part,
    needs: ['cluster-api'],
    async run(facts, cluster) {
      try {
        const seen = await inCluster(facts, cluster);
        const { agents } = seen;
        if (!agents) return notApplicable(`Cluster ${cluster.name} has no DaemonSet of the agent.`);
        const outcome = await part.run({ facts, cluster, seen, agents });
        if (outcome.status !== 'fail') return outcome;
        const proven = await allPublish(facts, await facts.nodes(cluster));
        return proven ? { ...outcome, status: 'warn', follows: [] } : outcome;
      } catch (error) {
        // 'needs' has answered; its nodes publish, or this part of it alone is refused.
        if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
        if (await allPublish(facts, await facts.nodes(cluster)))
          return notApplicable(`Every node of cluster ${cluster.name} publishes.`);
        return unseen(facts, cluster, error);
      }
    },
  });
}
