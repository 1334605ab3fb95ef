import { aws } from '../../model/command-line.ts';
import { DAY } from '../../model/time.ts';
import { guide, MANAGE_DOCUMENT, SYSTEM_PACKAGE } from '../agent.ts';
import { failed, type Outcome, passed, unknown } from '../check.ts';
import { installations, manageCommands } from '../history.ts';
import { activate } from '../host-repair.ts';
import { commandSettling, isGoingOn } from '../settling.ts';
import { hostCheck } from '../subjects.ts';

/** What Systems Manager remembers of commands. */
const MEMORY = 30 * DAY;

export const agentActivated = hostCheck({
  id: 'agent-activated',
  title: 'the agent is activated',
  source: guide('agents-ec2'),
  needs: ['agent-package'],
  async run(facts, instance): Promise<Outcome> {
    const { id } = instance;
    if ((await facts.publishes(instance)) === 'yes')
      return passed(`${id} publishes: its agent is active.`, { publishes: true });
    const [[latest], [installed], packages] = await Promise.all([
      manageCommands(facts, instance),
      installations(facts, instance),
      facts.packages(instance).catch(() => null),
    ]);
    const fix = aws('ssm send-command', {
      'document-name': MANAGE_DOCUMENT,
      'instance-ids': id,
      parameters: 'Action=Activate',
      region: facts.region,
    });
    const evidence = { latest: latest ?? null, installed: installed ?? null };
    const action = latest?.parameters.Action?.[0] ?? latest?.parameters.action?.[0];
    if (latest && isGoingOn(latest.status)) {
      return unknown({
        finding: `${MANAGE_DOCUMENT} runs on ${id} now (${action}).`,
        evidence,
        settling: commandSettling(facts, () => latest.commandId),
      });
    }
    if (latest?.status === 'Success' && action === 'Activate')
      return passed(`The agent of ${id} was activated.`, evidence);
    if (latest?.status === 'Success' && action === 'Deactivate') {
      return failed({
        finding: `The agent of ${id} was deactivated: it is installed, and publishes nothing.`,
        evidence,
        fix,
      });
    }
    if (latest && action === 'Activate') {
      return failed({
        finding: `The agent of ${id} was not activated: the last attempt is ${latest.status}.`,
        evidence,
        fix,
      });
    }
    const since = packages?.find((p) => p.name === SYSTEM_PACKAGE)?.installedAt;
    const recently = installed !== undefined || (since ? facts.now - Date.parse(since) < MEMORY : false);
    if (recently) {
      return failed({
        finding: `The agent is installed on ${id}, but was never activated: it publishes nothing.`,
        evidence,
        fix,
      });
    }
    return unknown({
      finding: `Whether the agent of ${id} is active is not known: Systems Manager remembers commands for 30 days. Activating it again does no harm.`,
      evidence,
      fix,
    });
  },
  repair: async (facts, instances) => activate(facts, instances),
});
