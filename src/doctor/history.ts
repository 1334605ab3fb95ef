import type { Instance } from '../aws/ec2.ts';
import type { Invocation } from '../aws/ssm.ts';
import { INSTALL_DOCUMENT, MANAGE_DOCUMENT, PACKAGE } from './agent.ts';
import type { Facts } from './facts.ts';

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
