import type { Aws } from '../../../aws/aws.ts';
import { flowMonitor } from '../../../aws/monitors.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { RefusedError } from '../../../model/errors.ts';
import type { MonitorChange } from '../../../model/monitor-documents.ts';
import { toItem } from '../../../network/monitors.ts';
import { type Followed, followToEnd } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';

/** Follows monitors from PENDING to ACTIVE. What was made stays, whatever ends the wait. */
export async function untilActive(
  context: Context,
  aws: Aws,
  monitors: readonly MonitorChange[],
): Promise<MonitorChange[]> {
  const service = flowMonitor(aws);
  const isDone = (name: string, status: string) => {
    if (status === 'PENDING') return false;
    if (status === 'ACTIVE') return true;
    throw new RefusedError('monitor-failed', `Monitor '${name}' will not become ACTIVE: it is ${status}.`, {
      hint: advise(
        'The service gives no reason. Delete it and create it again:',
        nfm('monitor delete', {}, name),
      ),
    });
  };
  await followMonitors(context, aws, {
    all: monitors.map(({ name }) => ({
      name,
      read: async () => (await service.record(name)).status,
      isDone: (status: string) => isDone(name, status),
    })),
    wanted: 'ACTIVE',
    afterwards: 'The monitors are there and go on by themselves:',
  });
  return Promise.all(
    monitors.map(async (m) => ({ ...toItem(await service.record(m.name), aws.region), change: m.change })),
  );
}

/** Until the service has forgotten them: only then are their names and the scope free. */
export async function untilGone(context: Context, aws: Aws, names: readonly string[]): Promise<void> {
  const service = flowMonitor(aws);
  const read = async (name: string) => {
    try {
      return (await service.record(name)).status;
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'not-found') return 'GONE';
      throw error;
    }
  };
  await followMonitors(context, aws, {
    all: names.map((name) => ({ name, read: () => read(name), isDone: (status) => status === 'GONE' })),
    wanted: 'GONE',
    afterwards: 'The monitors are being deleted all the same:',
  });
}

interface Waiting {
  all: readonly (Omit<Followed, 'what'> & { name: string })[];
  wanted: string;
  /** What is true although the wait ended early. */
  afterwards: string;
}

function followMonitors(context: Context, aws: Aws, { all, wanted, afterwards }: Waiting): Promise<void> {
  const hint = nfm('monitor list', { region: aws.region });
  return followToEnd(context, {
    signal: aws.signal,
    all: all.map(({ name, ...one }) => ({ what: `Monitor '${name}'`, ...one })),
    phase: (_status, done) => `Waiting for ${wanted}: ${done} of ${all.length}`,
    hint,
    afterwards: advise(afterwards, hint),
  });
}
