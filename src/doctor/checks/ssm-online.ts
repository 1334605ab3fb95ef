import { aws } from '../../model/command-line.ts';
import { failed, passed } from '../check.ts';
import { hostCheck } from '../subjects.ts';

export const ssmOnline = hostCheck({
  id: 'ssm-online',
  title: 'Systems Manager reaches the instance',
  source: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/ami-preinstalled-agent.html',
  async run(facts, instance) {
    const { id } = instance;
    // Asked at once, though what publishes does not need the answer: others may wait for it.
    const managed = facts.managed();
    if ((await facts.publishes(instance)) === 'yes')
      return passed(`${id} publishes: its agent is in place.`, { publishes: true });
    const known = (await managed).get(id);
    const evidence = { pingStatus: known?.pingStatus ?? null };
    if (known?.pingStatus === 'Online') return passed(`${id} is Online.`, evidence);
    return failed({
      finding: known
        ? `Systems Manager lost ${id}: it is ${known.pingStatus}, so no agent can be installed or activated.`
        : `Systems Manager does not know ${id}: no agent can be installed or activated. It needs the SSM Agent, a role with AmazonSSMManagedInstanceCore, and a way to ssm, ssmmessages and ec2messages.`,
      evidence,
      fix: aws('ssm describe-instance-information', {
        filters: `Key=InstanceIds,Values=${id}`,
        region: facts.region,
      }),
    });
  },
});
