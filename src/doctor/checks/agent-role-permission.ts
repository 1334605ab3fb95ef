import { guide } from '../agent.ts';
import { agentRole } from '../agent-role.ts';
import { notApplicable } from '../check.ts';
import { publishing } from '../may-publish.ts';
import { orProven } from '../proof.ts';
import { clusterCheck } from '../subjects.ts';

export const agentRolePermission = clusterCheck({
  id: 'agent-role-permission',
  title: "the agents' role may publish",
  source: guide('agents-kubernetes-eks'),
  cheap: true,
  needs: ['pod-identity-association'],
  run: (facts, cluster) =>
    orProven(
      facts,
      () => facts.nodes(cluster),
      async () => {
        const role = await agentRole(facts, cluster);
        if (!role) return notApplicable(`The agents of cluster ${cluster.name} have no role.`);
        return publishing(facts, role.arn, `the agents of cluster ${cluster.name}`);
      },
    ),
});
