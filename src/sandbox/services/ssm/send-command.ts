import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { instant } from '../../../model/time.ts';
import { AGENT_PACKAGE, AGENT_PACKAGE_VERSION, INSTALL_DOCUMENT, MANAGE_DOCUMENT } from '../../documents.ts';
import { ServiceError } from '../../wire/service-error.ts';
import type { Command, Instance } from '../../world.ts';
import { toCommand } from './commands.ts';
import { managedInstances, operation } from './input.ts';

const schema = z.object({
  DocumentName: z.string(),
  InstanceIds: z.array(z.string()).max(50).default([]),
  Targets: z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })).default([]),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
});

/** Runs one of the two documents that the agent needs. */
export const sendCommand = operation(schema, (input, { world, now, later }) => {
  const runs = Object.hasOwn(DOCUMENTS, input.DocumentName) ? DOCUMENTS[input.DocumentName] : undefined;
  if (!runs)
    throw new ServiceError('InvalidDocument', `Document with name ${input.DocumentName} does not exist.`);
  const wanted = [
    ...input.InstanceIds,
    ...input.Targets.filter(({ Key }) => Key === 'InstanceIds').flatMap(({ Values }) => Values),
  ];
  const online = new Map(
    managedInstances(world)
      .filter(({ ssm }) => ssm.ping === 'Online')
      .map((instance) => [instance.id, instance]),
  );
  const refused = wanted.filter((id) => !online.has(id));
  if (wanted.length === 0 || refused.length > 0)
    throw new ServiceError(
      'InvalidInstanceId',
      `Instances [[${refused.join(', ')}]] not in a valid state for account ${world.accountId}`,
    );
  const run = runs(input.Parameters);

  const command: Command = {
    id: randomUUID(),
    document: input.DocumentName,
    parameters: input.Parameters,
    requestedAt: instant(now()),
    invocations: wanted.map((instanceId) => ({ instanceId, status: 'Pending', output: '' })),
  };
  world.commands.push(command);
  for (const invocation of command.invocations) {
    later(1 / 2, () => {
      invocation.status = 'InProgress';
    });
    later(1, () => {
      const instance = online.get(invocation.instanceId);
      const failure = instance && run(instance);
      invocation.status = failure === undefined ? 'Success' : 'Failed';
      invocation.output = failure ?? 'done';
    });
  }
  return { Command: toCommand(command) };
});

/** Does its work on an instance, or says why it cannot. */
type Run = (instance: Instance) => string | undefined;

const DOCUMENTS: Readonly<Record<string, (parameters: Record<string, string[]>) => Run>> = {
  [INSTALL_DOCUMENT](parameters) {
    const action = oneOf(parameters, 'action', ['Install', 'Uninstall']);
    oneOf(parameters, 'name', [AGENT_PACKAGE]);
    return (instance) => {
      if (action === 'Uninstall') delete instance.agentPackage;
      else if (instance.os.platform !== 'Linux') return 'no package found for this platform';
      else instance.agentPackage ??= { version: AGENT_PACKAGE_VERSION, activated: false };
      return undefined;
    };
  },
  [MANAGE_DOCUMENT](parameters) {
    const action = oneOf(parameters, 'Action', ['Activate', 'Deactivate']);
    return ({ agentPackage }) => {
      if (!agentPackage) return 'Unit network-flow-monitor.service could not be found.';
      agentPackage.activated = action === 'Activate';
      return undefined;
    };
  },
};

function oneOf(parameters: Record<string, string[]>, name: string, allowed: string[]): string {
  const [value = ''] = parameters[name] ?? [];
  if (allowed.includes(value)) return value;
  throw new ServiceError(
    'InvalidParameters',
    `Parameter "${name}" is ${value ? `'${value}'` : 'missing'}; allowed: ${allowed.join(', ')}.`,
  );
}
