import type { Aws } from '../aws/aws.ts';
import { scopesOf } from '../aws/monitors.ts';
import { follow } from '../manage/follow.ts';

import { advise, nfm } from '../model/command-line.ts';
import { RefusedError } from '../model/errors.ts';

import { duration } from '../model/units.ts';
import type { Io } from './io.ts';
import { speaker } from './monitor-changes.ts';
import type { Options } from './program.ts';
import { progressLine } from './progress.ts';

/** AWS's reply in hashicorp/terraform-provider-aws #47062; service-linked roles of the user guide (docs/network-flow-monitor.md). */
export const HOLD_UPS =
  'What may hold it up: Transit Gateway attachments that keep being made or deleted; a service control policy or a permission that denies iam:CreateServiceLinkedRole, or AWS Config to the role AWSServiceRoleForNetworkFlowMonitor_Topology.';

/** What a status means, where it is not the one that is wanted. */
export function explain(status: string): string | null {
  switch (status) {
    case 'SUCCEEDED':
      return null;
    case 'IN_PROGRESS':
      return `Monitors and queries cannot be used yet. ${HOLD_UPS}`;
    case 'FAILED':
      return `Network Flow Monitor cannot be used here; the service gives no reason. ${HOLD_UPS} Then delete the scope and create it again.`;
    case 'DEACTIVATING':
    case 'DEACTIVATED':
      return 'The scope is being given up; another can be made when it is gone.';
    default:
      return null;
  }
}

/** Until the scope can be used. It goes on by itself, whatever ends the wait. */
export async function untilReady(io: Io, options: Options, aws: Aws, id: string): Promise<void> {
  const service = scopesOf(aws);
  const read = async () => (await service.get(id)).status;
  // Field code counts on some minutes (docs/network-flow-monitor.md).
  if ((await read()) === 'IN_PROGRESS')
    speaker(io, options)(`Waiting until it can be used, mostly some minutes. ${HOLD_UPS}`);
  await followScope(io, options, aws, {
    wanted: 'SUCCEEDED',
    read,
    isDone: (status) => {
      if (status === 'SUCCEEDED') return true;
      if (status === 'IN_PROGRESS') return false;
      throw new RefusedError('scope-failed', `Scope ${id} cannot be used: it is ${status}.`, {
        hint: advise(explain(status) ?? HOLD_UPS, nfm('scope delete', { region: aws.region }, id)),
      });
    },
    afterwards: 'The scope goes on by itself',
  });
}

/** Until the service has forgotten it: only then can another be made. */
export async function untilForgotten(io: Io, options: Options, aws: Aws, id: string): Promise<void> {
  const service = scopesOf(aws);
  await followScope(io, options, aws, {
    wanted: 'GONE',
    read: async () => (await service.list()).find((s) => s.id === id)?.status ?? 'GONE',
    isDone: (status) => status === 'GONE' || status === 'DEACTIVATED',
    afterwards: 'The scope is being deleted all the same',
  });
}

interface Followed {
  wanted: string;
  read(): Promise<string>;
  isDone(status: string): boolean;
  afterwards: string;
}

async function followScope(io: Io, options: Options, aws: Aws, followed: Followed): Promise<void> {
  const { wanted, read, isDone, afterwards } = followed;
  const hint = nfm('scope show', { region: aws.region });
  const say = speaker(io, options);
  const progress = await progressLine(io, options);
  try {
    await follow({
      what: 'The scope',
      read,
      isDone,
      onStatus: (status, elapsed) => {
        const phase = `Waiting for ${wanted}: ${status} · ${duration(elapsed)}`;
        progress.update({ phase, done: 0, planned: 0 });
      },
      signal: aws.signal,
      hint: advise(`${wanted === 'SUCCEEDED' ? `${HOLD_UPS} ` : ''}See how it is:`, hint),
    });
  } catch (error) {
    progress.stop();
    if (aws.signal.aborted) say(advise(`${afterwards}:`, hint));
    throw error;
  } finally {
    progress.stop();
  }
}
