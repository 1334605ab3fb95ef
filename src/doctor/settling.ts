import { type Addon, eks } from '../aws/eks.ts';
import { flowMonitor, scopesOf } from '../aws/monitors.ts';
import { ssm } from '../aws/ssm.ts';
import { advise, aws as awsCommand, type CommandLine, nfm } from '../model/command-line.ts';
import { RefusedError } from '../model/errors.ts';
import { MONITOR_WAY, SCOPE_WAY, type Way } from '../network/status.ts';
import type { Settling } from './check.ts';
import type { Facts } from './facts.ts';

/* What goes on by itself after a call, and how to see when it has. */

export function scopeSettling({ aws, region }: Facts): Settling {
  const hint = nfm('scope show', { region });
  return {
    what: 'The scope',
    read: async () => (await scopesOf(aws).list())[0]?.status ?? 'GONE',
    isDone: (status) => isDone(status, { ...SCOPE_WAY, by: [...SCOPE_WAY.by, 'GONE'] }, 'The scope', hint),
    hint,
  };
}

export function monitorSettling({ aws, region }: Facts, name: string): Settling {
  const hint = nfm('monitor show', { region }, name);
  const what = `Monitor ${name}`;
  return {
    what,
    read: async () => (await flowMonitor(aws).record(name)).status,
    isDone: (status) => isDone(status, MONITOR_WAY, what, hint),
    hint,
  };
}

export function addonSettling({ aws, region }: Facts, cluster: string, addon: string): Settling {
  const what = `Add-on ${addon} of cluster ${cluster}`;
  const hint = awsCommand('eks describe-addon', { 'cluster-name': cluster, 'addon-name': addon, region });
  return {
    what,
    read: async () => (await eks(aws).addon(cluster, addon)).status,
    isDone: (status) => isDone(status, ADDON_WAY, what, hint),
    hint,
  };
}

const ADDON_WAY: Way = { to: 'ACTIVE', by: ['CREATING', 'UPDATING'] };

export function isSettling({ status }: Pick<Addon, 'status'>): boolean {
  return ADDON_WAY.by.includes(status);
}

const COMMAND_WAY: Way = { to: 'Success', by: ['Pending', 'InProgress', 'Delayed', 'Cancelling'] };

export function isGoingOn(status: string): boolean {
  return COMMAND_WAY.by.includes(status);
}

/** A command on several instances is what it is on the worst of them. Its ID may be known only when it was sent. */
export function commandSettling({ aws, region }: Facts, commandId: () => string): Settling {
  const settling: Settling = {
    get what() {
      return `Command ${commandId()}`;
    },
    get hint() {
      return awsCommand('ssm list-command-invocations', { 'command-id': commandId(), details: true, region });
    },
    read: async () => {
      const statuses = await ssm(aws).statuses(commandId());
      const ended = statuses.find((s) => s !== 'Success' && !isGoingOn(s));
      return ended ?? statuses.find((s) => s !== 'Success') ?? statuses[0] ?? 'Pending';
    },
    isDone: (status) => isDone(status, COMMAND_WAY, settling.what, settling.hint),
  };
  return settling;
}

function isDone(status: string, { to, by }: Way, what: string, hint: CommandLine): boolean {
  if (status === to) return true;
  if (by.includes(status)) return false;
  throw new RefusedError('repair-failed', `${what} is ${status}.`, {
    hint: advise('See why:', hint),
  });
}
