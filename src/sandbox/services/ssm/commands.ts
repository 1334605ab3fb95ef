import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { instant } from '../../../model/time.ts';
import { MINUTE } from '../../measure/flows.ts';
import type { JsonValue } from '../../wire/json.ts';
import { ServiceError } from '../../wire/service.ts';
import {
  AGENT_PACKAGE,
  AGENT_PACKAGE_VERSION,
  INSTALL_DOCUMENT,
  MANAGE_DOCUMENT,
} from '../../world/agents.ts';
import type { Command, Instance, Invocation } from '../../world/world.ts';
import { managedInstances, operation, paged, pageOf } from './input.ts';

/** How long Systems Manager remembers a command. https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html */
const REMEMBERED = 30 * 24 * 60 * MINUTE;

const commandFilters = z.object({
  CommandId: z.string().optional(),
  InstanceId: z.string().optional(),
  Filters: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
  Details: z.boolean().default(false),
  ...paged,
});

export const listCommands = operation(commandFilters, (input, { world, now }) => {
  const { items, nextToken } = pageOf(remembered(world.commands, input, now()), input);
  return { Commands: items.map(toCommand), NextToken: nextToken };
});

export const listCommandInvocations = operation(commandFilters, (input, { world, now }) => {
  const all = remembered(world.commands, input, now()).flatMap((command) =>
    command.invocations
      .filter(({ instanceId }) => (input.InstanceId ?? instanceId) === instanceId)
      .map((invocation) => ({ command, invocation })),
  );
  const { items, nextToken } = pageOf(all, input);
  return {
    CommandInvocations: items.map(({ command, invocation }) => ({
      CommandId: command.id,
      InstanceId: invocation.instanceId,
      InstanceName: '',
      Comment: '',
      DocumentName: command.document,
      DocumentVersion: '$DEFAULT',
      RequestedDateTime: new Date(command.requestedAt),
      Status: invocation.status,
      StatusDetails: invocation.status,
      CommandPlugins: input.Details
        ? [
            {
              Name: 'runCommand',
              Status: invocation.status,
              StatusDetails: invocation.status,
              ResponseCode: responseCode(invocation),
              Output: invocation.output,
            },
          ]
        : [],
    })),
    NextToken: nextToken,
  };
});

export const getCommandInvocation = operation(
  z.object({ CommandId: z.string(), InstanceId: z.string() }),
  ({ CommandId, InstanceId }, { world, now }) => {
    const [command] = remembered(world.commands, { CommandId, InstanceId, Filters: [] }, now());
    const invocation = command?.invocations.find(({ instanceId }) => instanceId === InstanceId);
    if (!command || !invocation) throw new ServiceError('InvocationDoesNotExist', '');
    const { status, output } = invocation;
    return {
      CommandId: command.id,
      InstanceId: InstanceId,
      Comment: '',
      DocumentName: command.document,
      DocumentVersion: '$DEFAULT',
      PluginName: 'runCommand',
      ResponseCode: responseCode(invocation),
      ExecutionStartDateTime: status === 'Pending' ? '' : command.requestedAt,
      Status: status,
      StatusDetails: status,
      StandardOutputContent: status === 'Success' ? output : '',
      StandardErrorContent: status === 'Failed' ? output : '',
    };
  },
);

function remembered(
  commands: Command[],
  {
    CommandId,
    InstanceId,
    Filters,
  }: Pick<z.output<typeof commandFilters>, 'CommandId' | 'InstanceId' | 'Filters'>,
  now: number,
): Command[] {
  return commands
    .filter(({ requestedAt }) => Date.parse(requestedAt) > now - REMEMBERED)
    .filter(({ id }) => (CommandId ?? id) === id)
    .filter(({ invocations }) =>
      invocations.some(({ instanceId }) => (InstanceId ?? instanceId) === instanceId),
    )
    .filter((command) => Filters.every(({ key, value }) => matches(command, key, value)))
    .sort((a, b) => Date.parse(b.requestedAt) - Date.parse(a.requestedAt));
}

function matches(command: Command, key: string, value: string): boolean {
  switch (key) {
    case 'DocumentName':
      return command.document === value;
    case 'Status':
      return statusOf(command) === value;
    case 'InvokedAfter':
      return Date.parse(command.requestedAt) > Date.parse(value);
    case 'InvokedBefore':
      return Date.parse(command.requestedAt) < Date.parse(value);
    default:
      throw new ServiceError('InvalidFilterKey', `The specified key is not valid: ${key}`);
  }
}

/** -1 as long as it has not ended. */
function responseCode({ status }: Invocation): number {
  if (status === 'Success') return 0;
  return status === 'Failed' ? 1 : -1;
}

/** How long a command waits for an instance that does not answer, by default. */
const TIMEOUT = 60 * MINUTE;

/** A command is as far as the slowest of its instances; one that failed is its failure. */
function statusOf({ invocations }: Command): Invocation['status'] {
  const states = invocations.map(({ status }) => status);
  const order = ['Pending', 'InProgress', 'Failed'] as const;
  return order.find((state) => states.includes(state)) ?? 'Success';
}

function toCommand(command: Command): JsonValue {
  const { id, document, invocations, parameters, requestedAt } = command;
  const status = statusOf(command);
  const failed = invocations.filter((invocation) => invocation.status === 'Failed').length;
  const succeeded = invocations.filter((invocation) => invocation.status === 'Success').length;
  return {
    CommandId: id,
    DocumentName: document,
    DocumentVersion: '$DEFAULT',
    Comment: '',
    ExpiresAfter: new Date(Date.parse(requestedAt) + TIMEOUT),
    Parameters: parameters,
    InstanceIds: invocations.map(({ instanceId }) => instanceId),
    Targets: [],
    RequestedDateTime: new Date(requestedAt),
    Status: status,
    StatusDetails: status,
    MaxConcurrency: '50',
    MaxErrors: '0',
    TargetCount: invocations.length,
    CompletedCount: failed + succeeded,
    ErrorCount: failed,
    DeliveryTimedOutCount: 0,
  };
}

const sendCommandInput = z.object({
  DocumentName: z.string(),
  InstanceIds: z.array(z.string()).max(50).default([]),
  Targets: z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })).default([]),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
});

/** Runs one of the two documents that the agent needs. */
export const sendCommand = operation(sendCommandInput, (input, { world, now, later }) => {
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
