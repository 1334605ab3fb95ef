import { jsonService } from '../wire/json.ts';
import { listAssociations } from './ssm/associations.ts';
import { getCommandInvocation, listCommandInvocations, listCommands, sendCommand } from './ssm/commands.ts';
import { describeInstanceInformation, getInventory, listInventoryEntries } from './ssm/inventory.ts';

export const ssm = jsonService('ssm', 'Systems Manager', {
  DescribeInstanceInformation: describeInstanceInformation,
  GetCommandInvocation: getCommandInvocation,
  GetInventory: getInventory,
  ListAssociations: listAssociations,
  ListCommandInvocations: listCommandInvocations,
  ListCommands: listCommands,
  ListInventoryEntries: listInventoryEntries,
  SendCommand: sendCommand,
});
