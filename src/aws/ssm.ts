import {
  ListInventoryEntriesCommand,
  paginateDescribeInstanceInformation,
  paginateGetInventory,
  paginateListAssociations,
  paginateListCommandInvocations,
  paginateListCommands,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { type Aws, ask } from './aws.ts';
import { askAll } from './pages.ts';

/** What Systems Manager knows of an instance. */
export interface Managed {
  pingStatus: string;
  platformType: string;
  platformName: string;
  platformVersion: string;
}

export interface Package {
  name: string;
  version: string;
  installedAt: string | null;
}

/** What one command of a document came to on one instance. */
export interface Invocation {
  commandId: string;
  instanceId: string;
  status: string;
  requestedAt: number;
  parameters: Record<string, string[]>;
}

/** A document that State Manager runs on its targets. */
export interface Association {
  id: string;
  name: string;
  document: string;
  targets: { key: string; values: string[] }[];
}

export function ssm(aws: Aws) {
  const client = aws.client(SSMClient, 'SSM');
  return {
    /** By instance ID. Systems Manager does not know instances that never called it. */
    async managed(): Promise<Map<string, Managed>> {
      const list = await askAll(
        aws,
        'ssm:DescribeInstanceInformation',
        (options) => paginateDescribeInstanceInformation({ client, pageSize: 50 }, {}, options),
        (page) => page.InstanceInformationList,
      );
      return new Map(
        list.map((info) => [
          info.InstanceId ?? '',
          {
            pingStatus: info.PingStatus ?? 'unknown',
            platformType: info.PlatformType ?? '',
            platformName: info.PlatformName ?? '',
            platformVersion: info.PlatformVersion ?? '',
          },
        ]),
      );
    },

    /** Which of these packages its inventory has; null where no inventory was ever gathered. */
    async packages(instanceId: string, names: readonly string[]): Promise<Package[] | null> {
      const { CaptureTime, Entries = [] } = await ask(aws, 'ssm:ListInventoryEntries', (options) =>
        client.send(
          new ListInventoryEntriesCommand({
            InstanceId: instanceId,
            TypeName: 'AWS:Application',
            Filters: [{ Key: 'AWS:Application.Name', Values: [...names], Type: 'Equal' }],
          }),
          options,
        ),
      );
      if (!CaptureTime && Entries.length === 0) return null;
      return Entries.map(({ Name = '', Version = '', InstalledTime = null }) => ({
        name: Name,
        version: Version,
        installedAt: InstalledTime,
      }));
    },

    /** All that have a name. */
    async associations(): Promise<Association[]> {
      const list = await askAll(
        aws,
        'ssm:ListAssociations',
        (options) => paginateListAssociations({ client, pageSize: 50 }, {}, options),
        (page) => page.Associations,
      );
      return list.flatMap(({ AssociationId: id, AssociationName: name, Name: document, Targets = [] }) =>
        id && name && document
          ? [
              {
                id,
                name,
                document,
                targets: Targets.map(({ Key = '', Values = [] }) => ({ key: Key, values: Values })),
              },
            ]
          : [],
      );
    },

    /** IDs of all instances that the inventory has this package of. */
    async having(name: string): Promise<string[]> {
      const entities = await askAll(
        aws,
        'ssm:GetInventory',
        (options) =>
          paginateGetInventory(
            { client, pageSize: 50 },
            { Filters: [{ Key: 'AWS:Application.Name', Values: [name], Type: 'Equal' }] },
            options,
          ),
        (page) => page.Entities,
      );
      return entities.flatMap(({ Id }) => Id ?? []);
    },

    /** What was run of a document in the last 30 days, latest first: Systems Manager keeps no more. */
    async history(document: string): Promise<Invocation[]> {
      const [commands, invocations] = await Promise.all([
        askAll(
          aws,
          'ssm:ListCommands',
          (options) =>
            paginateListCommands(
              { client },
              { Filters: [{ key: 'DocumentName', value: document }] },
              options,
            ),
          (page) => page.Commands,
        ),
        askAll(
          aws,
          'ssm:ListCommandInvocations',
          (options) =>
            paginateListCommandInvocations(
              { client },
              { Filters: [{ key: 'DocumentName', value: document }] },
              options,
            ),
          (page) => page.CommandInvocations,
        ),
      ]);
      const parameters = new Map(commands.map((c) => [c.CommandId, c.Parameters ?? {}]));
      return invocations
        .map(({ CommandId = '', InstanceId = '', Status = '', RequestedDateTime }) => ({
          commandId: CommandId,
          instanceId: InstanceId,
          status: Status,
          requestedAt: RequestedDateTime?.getTime() ?? 0,
          parameters: parameters.get(CommandId) ?? {},
        }))
        .sort((a, b) => b.requestedAt - a.requestedAt);
    },

    /** The command's ID. */
    async send(input: SendCommandCommandInput): Promise<string> {
      const { Command } = await ask(aws, 'ssm:SendCommand', (options) =>
        client.send(new SendCommandCommand(input), options),
      );
      return Command?.CommandId ?? '';
    },

    /** What a command came to, on the instances that have begun with it. */
    async statuses(commandId: string): Promise<string[]> {
      const invocations = await askAll(
        aws,
        'ssm:ListCommandInvocations',
        (options) => paginateListCommandInvocations({ client }, { CommandId: commandId }, options),
        (page) => page.CommandInvocations,
      );
      return invocations.map(({ Status = '' }) => Status);
    },
  };
}
