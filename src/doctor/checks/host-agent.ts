import type { Instance } from '../../aws/ec2.ts';
import { aws, type CommandLine } from '../../model/command-line.ts';
import { DAY } from '../../model/time.ts';
import { guide, INSTALL_DOCUMENT, MANAGE_DOCUMENT, PACKAGE, SYSTEM_PACKAGE } from '../agent.ts';
import { failed, hostCheck, notApplicable, type Outcome, passed, unknown, warned } from '../check.ts';
import type { Facts } from '../facts.ts';
import { activate, install, installations, manageCommands } from '../host-commands.ts';
import { judgeSystem, systemOf } from '../operating-system.ts';
import { commandSettling, isGoingOn } from '../settling.ts';

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
      // The SSM Agent needs what the agent needs.
      follows: ['instance-metadata', 'instance-profile', 'endpoint-route', 'vpc-dns'],
    });
  },
});

export const agentOs = hostCheck({
  id: 'agent-os',
  title: 'the operating system can run the agent',
  source: guide('agents-ec2'),
  async run(facts, instance) {
    const { id } = instance;
    if ((await facts.publishes(instance)) === 'yes')
      return passed(`${id} publishes: its system runs the agent.`, { publishes: true });
    const system = await systemOf(facts, instance);
    const name = [system.name, system.version, system.kernel && `with kernel ${system.kernel}`]
      .filter(Boolean)
      .join(' ');
    const judged = judgeSystem(system);
    const evidence = { ...system };
    switch (judged.verdict) {
      case 'known':
        return passed(`${id} runs ${name}.`, evidence);
      case 'impossible':
        return failed({ finding: `${id} runs ${name}: ${judged.why}`, evidence });
      case 'untested':
        return warned({ finding: `${id} runs ${name}, which AWS has not tested with the agent.`, evidence });
      case 'unknown':
        return unknown({
          finding: `Which system ${id} runs is not known: Systems Manager does not tell.`,
          evidence,
        });
    }
  },
});

/** Nothing is to be installed or activated there: agent-os says why. */
async function cannotRun(facts: Facts, instance: Instance): Promise<boolean> {
  return judgeSystem(await systemOf(facts, instance)).verdict === 'impossible';
}

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
    if (await cannotRun(facts, instance)) return notApplicable(`No agent runs on ${id}.`);
    if (packages === null && !latest) {
      return unknown({
        finding: `${id} has no inventory of packages: whether the agent is installed is not known.`,
        evidence,
        fix: installCommands(facts.region, instance),
      });
    }
    return failed({
      finding:
        latest && !succeeded
          ? `The agent is not installed on ${id}: the last attempt of Systems Manager is ${latest.status}.`
          : `The agent is not installed on ${id}.`,
      evidence,
      fix: installCommands(facts.region, instance),
    });
  },
  // Installed is not active.
  repair: async (facts, instances) => [...install(facts, instances), ...activate(facts, instances)],
});

function installCommands(region: string, { id }: Instance): CommandLine[] {
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
    if (await cannotRun(facts, instance)) return notApplicable(`No agent runs on ${id}.`);
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
