import { z } from 'zod';
import { MINUTE } from '../../flows.ts';
import type { JsonValue } from '../../wire/json.ts';
import { ServiceError } from '../../wire/service-error.ts';
import type { Command, Invocation } from '../../world.ts';
import { operation, paged, pageOf } from './input.ts';

/** How long Systems Manager remembers a command. https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html */
const REMEMBERED = 30 * 24 * 60 * MINUTE;

const schema = z.object({
  CommandId: z.string().optional(),
  InstanceId: z.string().optional(),
  Filters: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
  Details: z.boolean().default(false),
  ...paged,
});

export const listCommands = operation(schema, (input, { world, now }) => {
  const { items, nextToken } = pageOf(remembered(world.commands, input, now()), input);
  return { Commands: items.map(toCommand), NextToken: nextToken };
});

export const listCommandInvocations = operation(schema, (input, { world, now }) => {
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
  { CommandId, InstanceId, Filters }: Pick<z.output<typeof schema>, 'CommandId' | 'InstanceId' | 'Filters'>,
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

export function toCommand(command: Command): JsonValue {
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
