import type { Instance } from '../aws/ec2.ts';
import { type Invocation, ssm } from '../aws/ssm.ts';
import { INSTALL_DOCUMENT, MANAGE_DOCUMENT, PACKAGE } from './agent.ts';
import type { Repair } from './check.ts';
import type { Facts } from './facts.ts';
import { commandSettling } from './settling.ts';

/* What Systems Manager remembers of commands for the agent, latest first. */

/** Installing and uninstalling. */
export async function installations(facts: Facts, { id }: Instance): Promise<Invocation[]> {
  const all = await facts.history(INSTALL_DOCUMENT);
  return all.filter((i) => i.instanceId === id && i.parameters.name?.[0] === PACKAGE);
}

/** Activating and deactivating. */
export async function manageCommands(facts: Facts, { id }: Instance): Promise<Invocation[]> {
  return (await facts.history(MANAGE_DOCUMENT)).filter((i) => i.instanceId === id);
}

/** Instances in one command (API model of SSM). */
const MOST_IN_COMMAND = 50;

export function install(facts: Facts, instances: readonly Instance[]): Repair[] {
  return commandsFor(facts, instances, {
    title: 'Install the agent on',
    document: INSTALL_DOCUMENT,
    parameters: { action: ['Install'], name: [PACKAGE] },
  });
}

export function activate(facts: Facts, instances: readonly Instance[]): Repair[] {
  return commandsFor(facts, instances, {
    title: 'Activate the agent of',
    document: MANAGE_DOCUMENT,
    parameters: { Action: ['Activate'] },
  });
}

function commandsFor(
  facts: Facts,
  instances: readonly Instance[],
  { title, document, parameters }: { title: string; document: string; parameters: Record<string, string[]> },
): Repair[] {
  const repairs: Repair[] = [];
  for (let i = 0; i < instances.length; i += MOST_IN_COMMAND) {
    const ids = instances.slice(i, i + MOST_IN_COMMAND).map(({ id }) => id);
    const request = { DocumentName: document, InstanceIds: ids, Parameters: parameters };
    let commandId = '';
    repairs.push({
      title: `${title} ${ids.join(', ')}`,
      action: 'ssm:SendCommand',
      request,
      run: async () => {
        commandId = await ssm(facts.aws).send(request);
      },
      settling: commandSettling(facts, () => commandId),
    });
  }
  return repairs;
}
