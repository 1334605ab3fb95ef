import type { Aws } from '../aws/aws.ts';
import { flowMonitor } from '../aws/monitors.ts';
import { follow } from '../manage/follow.ts';
import { advise, nfm } from '../model/command-line.ts';
import { RefusedError } from '../model/errors.ts';
import type { MonitorChange } from '../model/monitor-documents.ts';
import { duration } from '../model/units.ts';
import { toItem } from '../network/monitors.ts';
import type { Io } from './io.ts';
import { speaker } from './monitor-changes.ts';
import type { Options } from './program.ts';
import { progressLine } from './progress.ts';

/** Follows monitors from PENDING to ACTIVE. What was made stays, whatever ends the wait. */
export async function untilActive(
  io: Io,
  options: Options,
  aws: Aws,
  monitors: readonly MonitorChange[],
): Promise<MonitorChange[]> {
  const service = flowMonitor(aws);
  await followAll(io, options, {
    names: monitors.map((m) => m.name),
    aws,
    read: async (name) => (await service.record(name)).status,
    isDone: (name, status) => {
      if (status === 'PENDING') return false;
      if (status === 'ACTIVE') return true;
      throw new RefusedError('monitor-failed', `Monitor '${name}' will not become ACTIVE: it is ${status}.`, {
        hint: advise(
          'The service gives no reason. Delete it and create it again:',
          nfm('monitor delete', {}, name),
        ),
      });
    },
    wanted: 'ACTIVE',
    afterwards: 'The monitors are there and go on by themselves',
  });
  return Promise.all(
    monitors.map(async (m) => ({ ...toItem(await service.record(m.name), aws.region), change: m.change })),
  );
}

/** Until the service has forgotten them: only then are their names and the scope free. */
export async function untilGone(io: Io, options: Options, aws: Aws, names: readonly string[]): Promise<void> {
  const service = flowMonitor(aws);
  await followAll(io, options, {
    names,
    aws,
    read: async (name) => {
      try {
        return (await service.record(name)).status;
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'not-found') return 'GONE';
        throw error;
      }
    },
    isDone: (_, status) => status === 'GONE',
    wanted: 'GONE',
    afterwards: 'The monitors are being deleted all the same',
  });
}

interface FollowAll {
  names: readonly string[];
  aws: Aws;
  read(name: string): Promise<string>;
  isDone(name: string, status: string): boolean;
  wanted: string;
  /** What is true although the wait ended early. */
  afterwards: string;
}

async function followAll(io: Io, options: Options, all: FollowAll): Promise<void> {
  const { names, aws, read, isDone, wanted, afterwards } = all;
  const progress = await progressLine(io, options);
  const statuses = new Map<string, string>();
  const hint = nfm('monitor list', { region: aws.region });
  // The first failure ends all: nobody would read what the others become.
  const over = new AbortController();
  const signal = AbortSignal.any([aws.signal, over.signal]);
  try {
    await Promise.all(
      names.map((name) =>
        follow({
          what: `Monitor '${name}'`,
          read: () => read(name),
          isDone: (status) => isDone(name, status),
          onStatus: (status, elapsed) => {
            statuses.set(name, status);
            const done = [...statuses.values()].filter((s) => s === wanted).length;
            const phase = `Waiting for ${wanted}: ${done} of ${names.length} · ${duration(elapsed)}`;
            progress.update({ phase, done: 0, planned: 0 });
          },
          signal,
          hint,
        }),
      ),
    );
  } catch (error) {
    progress.stop();
    if (aws.signal.aborted) speaker(io, options)(advise(`${afterwards}:`, hint));
    throw error;
  } finally {
    over.abort();
    progress.stop();
  }
}
