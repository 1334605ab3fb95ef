import type { Aws } from '../../../aws/aws.ts';
import { flowMonitor, type MonitorRecord } from '../../../aws/monitors.ts';
import { checkName } from '../../../manage/rules.ts';
import type { MonitorChange } from '../../../model/monitor-documents.ts';
import { monitorNamed, toItem } from '../../../network/monitors.ts';
import { monitorChangeColumns, resourceWords } from '../../../render/monitors.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { monitorDelete } from './command.ts';
import { untilGone } from './follow.ts';
import { printChanges } from './monitor.ts';

export async function deleteMonitors(
  context: Context,
  { wait }: OptionsOf<typeof monitorDelete.options>,
  names: readonly string[],
): Promise<number> {
  for (const name of names) checkName(name);
  checkChange(context, monitorChangeColumns);
  return context.connect(async (aws) => {
    const monitors = await Promise.all([...new Set(names)].map((name) => monitorNamed(aws, name)));
    const changes = new Map<string, MonitorChange>(
      monitors.map((m) => [m.name, { ...toItem(m, aws.region), change: 'unchanged' }]),
    );
    const going = monitors.filter((m) => m.status !== 'DELETING');
    const done = await carryOut(context, {
      steps: going.map((m) =>
        deletion(aws, m, () => {
          changes.set(m.name, { ...toItem(m, aws.region), status: 'DELETING', change: 'deleted' });
          context.say(`Deletion of ${m.name} has begun.`);
        }),
      ),
      question: `Delete ${going.length === 1 ? 'this monitor? Its' : `these ${going.length} monitors? Their`} flows can no longer be queried then.`,
      nothing: 'It is being deleted already.',
    });
    if (!done) return 0;
    if (wait) {
      await untilGone(context, aws, [...changes.keys()]);
      for (const { name } of going) context.say(`Deleted ${name}.`);
    }
    const gone = wait ? { status: 'GONE' } : {};
    await printChanges(
      context,
      [...changes.values()].map((change) => ({ ...change, ...gone })),
    );
    return 0;
  });
}

/** Also of a scope, whose monitors go first. */
export function deletion(aws: Aws, { name, local, remote }: MonitorRecord, onDone: () => void): Step {
  return {
    action: 'networkflowmonitor:DeleteMonitor',
    request: { monitorName: name },
    title: `Delete monitor ${name} in ${aws.region}`,
    details: [
      `local:  ${resourceWords(local)}`,
      `remote: ${resourceWords(remote) || `everything that ends in ${aws.region}`}`,
    ],
    run: async () => {
      await flowMonitor(aws).delete(name);
      onDone();
    },
  };
}
