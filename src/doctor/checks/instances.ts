import { aws } from '../../model/command-line.ts';
import { nameIn } from '../../model/ids.ts';
import { guide, PUBLISH_POLICY } from '../agent.ts';
import { publishing } from '../agent-role.ts';
import {
  byHand,
  failed,
  hostCheck,
  instanceCheck,
  notApplicable,
  ofEach,
  orProven,
  passed,
} from '../check.ts';
import { ifRefused } from '../facts.ts';
import { giveProfile, letPublish } from '../role-repairs.ts';

export const instanceMetadata = instanceCheck({
  id: 'instance-metadata',
  layer: 'instances',
  title: 'the instance metadata service is on',
  source: 'https://github.com/aws/network-flow-monitor-agent',
  async run(facts, { id, metadata, cluster }) {
    if (metadata) return passed(`${id} answers metadata requests.`);
    return failed({
      finding: `The instance metadata service is off on ${id}: ${cluster ? "its agent ends with 'IMDSv2 failed'" : 'its agent has neither Region nor credentials'}.`,
      fix: aws('ec2 modify-instance-metadata-options', {
        'instance-id': id,
        'http-endpoint': 'enabled',
        'http-tokens': 'required',
        region: facts.region,
      }),
    });
  },
});

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
            evidence: { policy: PUBLISH_POLICY },
            fix: byHand(await giveProfile(facts, [instance]).catch(ifRefused([])), facts.region),
          });
        }
        const roleArn = await facts.profileRole(profileArn);
        const profile = nameIn(profileArn);
        if (roleArn)
          return passed(`${id} has instance profile ${profile}, with role ${nameIn(roleArn)}.`, {
            profileArn,
            roleArn,
          });
        return failed({
          finding: `Instance profile ${profile} of ${id} holds no role: its agent has no credentials.`,
          evidence: { profileArn },
          fix: byHand(await giveProfile(facts, [instance]).catch(ifRefused([])), facts.region),
        });
      },
    ),
  repair: (facts, instances) => giveProfile(facts, instances),
});

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
  repair: (facts, instances) =>
    ofEach(instances, async ({ profileArn }) => {
      const roleArn = profileArn && (await facts.profileRole(profileArn));
      return roleArn ? letPublish(facts, roleArn) : [];
    }),
});
