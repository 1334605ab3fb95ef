import { guide } from '../agent.ts';
import { notApplicable } from '../check.ts';
import { publishing } from '../may-publish.ts';
import { orProven } from '../proof.ts';
import { hostCheck } from '../subjects.ts';

export const instanceRolePermission = hostCheck({
  id: 'instance-role-permission',
  title: "the instance's role may publish",
  source: guide('agents-ec2'),
  needs: ['instance-profile'],
  run: (facts, instance) =>
    orProven(
      facts,
      async () => [instance],
      async () => {
        // The profile's name is not the role's.
        const roleArn = instance.profileArn && (await facts.profileRole(instance.profileArn));
        if (!roleArn) return notApplicable(`${instance.id} has no role.`);
        return publishing(facts, roleArn, `the agent of ${instance.id}`);
      },
    ),
});
