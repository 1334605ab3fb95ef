import type { Instance } from '../../aws/ec2.ts';
import { aws, type CommandLine } from '../../model/command-line.ts';
import { guide, INSTALL_DOCUMENT, MANAGE_DOCUMENT, PACKAGE, SYSTEM_PACKAGE } from '../agent.ts';
import { failed, type Outcome, passed, unknown } from '../check.ts';
import { installations } from '../history.ts';
import { activate, install } from '../host-repair.ts';
import { commandSettling, isGoingOn } from '../settling.ts';
import { hostCheck } from '../subjects.ts';

export const agentPackage = hostCheck({
  id: 'agent-package',
  title: 'the agent is installed',
  source: guide('agents-ec2'),
  needs: ['ssm-online'],
  async run(facts, instance): Promise<Outcome> {
    const { id } = instance;
    if ((await facts.publishes(instance)) === 'yes')
      return passed(`${id} publishes: its agent is installed.`, { publishes: true });
    const [packages, [latest]] = await Promise.all([
      facts.packages(instance),
      installations(facts, instance),
    ]);
    const found = packages?.find((p) => p.name === SYSTEM_PACKAGE);
    const evidence = {
      version: found?.version ?? null,
      inventory: packages !== null,
      latestCommand: latest ?? null,
    };
    if (latest && isGoingOn(latest.status)) {
      return unknown({
        finding: `The agent is being installed on ${id}.`,
        evidence,
        settling: commandSettling(facts, () => latest.commandId),
      });
    }
    if (found) return passed(`${id} has ${SYSTEM_PACKAGE} ${found.version}.`, evidence);
    const succeeded = latest?.status === 'Success';
    if (succeeded && latest.parameters.action?.[0] === 'Install') {
      return passed(`${PACKAGE} was installed on ${id} by Systems Manager.`, evidence);
    }
    if (packages === null && !latest) {
      return unknown({
        finding: `${id} has no inventory of packages: whether the agent is installed is not known.`,
        evidence,
        fix: commands(facts.region, instance),
      });
    }
    return failed({
      finding:
        latest && !succeeded
          ? `The agent is not installed on ${id}: the last attempt of Systems Manager is ${latest.status}.`
          : `The agent is not installed on ${id}.`,
      evidence,
      fix: commands(facts.region, instance),
    });
  },
  // Installed is not active.
  repair: async (facts, instances) => [...install(facts, instances), ...activate(facts, instances)],
});

function commands(region: string, { id }: Instance): CommandLine[] {
  return [
    aws('ssm send-command', {
      'document-name': INSTALL_DOCUMENT,
      'instance-ids': id,
      parameters: `action=Install,name=${PACKAGE}`,
      region,
    }),
    aws('ssm send-command', {
      'document-name': MANAGE_DOCUMENT,
      'instance-ids': id,
      parameters: 'Action=Activate',
      region,
    }),
  ];
}
