import { nameInArn } from '../../aws/iam.ts';
import { aws } from '../../model/command-line.ts';
import { guide, PUBLISH_POLICY } from '../agent.ts';
import { failed, passed } from '../check.ts';
import { orProven } from '../proof.ts';
import { hostCheck } from '../subjects.ts';

export const instanceProfile = hostCheck({
  id: 'instance-profile',
  title: 'the instance has a role',
  source: guide('agents-ec2'),
  run: (facts, instance) =>
    orProven(
      facts,
      async () => [instance],
      async () => {
        const { id, profileArn } = instance;
        if (!profileArn) {
          return failed({
            finding: `${id} has no instance profile: its agent has no credentials.`,
            // The profile must hold a role with the policy.
            evidence: { policy: PUBLISH_POLICY },
            fix: aws('ec2 associate-iam-instance-profile', {
              'instance-id': id,
              'iam-instance-profile': 'Name=PROFILE',
              region: facts.region,
            }),
          });
        }
        const roleArn = await facts.profileRole(profileArn);
        const profile = nameInArn(profileArn);
        if (roleArn)
          return passed(`${id} has instance profile ${profile}, with role ${nameInArn(roleArn)}.`, {
            profileArn,
            roleArn,
          });
        return failed({
          finding: `Instance profile ${profile} of ${id} holds no role: its agent has no credentials.`,
          evidence: { profileArn },
          fix: aws('iam add-role-to-instance-profile', {
            'instance-profile-name': profile,
            'role-name': 'ROLE',
            region: facts.region,
          }),
        });
      },
    ),
});
