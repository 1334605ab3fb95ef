import type { Aws } from '../../../aws/aws.ts';
import { flowMonitor, type MonitorRecord } from '../../../aws/monitors.ts';
import type { UpdateMonitorCommandInput } from '../../../aws/networkflowmonitor/index.ts';
import {
  checkForm,
  distinct,
  type Given,
  type Lookups,
  lookups,
  pick,
  resolveAll,
  without,
} from '../../../manage/resources.ts';
import { checkName, checkResources, type Side } from '../../../manage/rules.ts';
import type { Resource } from '../../../model/case.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { RefusedError, UsageError } from '../../../model/errors.ts';
import { ownerOf } from '../../../model/ids.ts';
import { monitorNamed, toItem } from '../../../network/monitors.ts';
import { monitorChangeColumns, resourceWords } from '../../../render/monitors.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { monitorUpdate } from './command.ts';
import { localGiven, remoteGiven } from './given.ts';
import { printChanges } from './monitor.ts';

/** One side of the monitor: what comes, what goes, and what is there then. */
interface SideChange {
  add: Resource[];
  remove: Resource[];
  after: Resource[];
  missing: Given[];
}

export async function updateMonitor(
  context: Context,
  options: OptionsOf<typeof monitorUpdate.options>,
  [name = '']: readonly string[],
): Promise<number> {
  checkName(name);
  checkChange(context, monitorChangeColumns);
  const local = { add: localGiven(options, 'add-'), remove: localGiven(options, 'remove-') };
  const remote = { add: remoteGiven(options, 'add-'), remove: remoteGiven(options, 'remove-') };
  if ([local, remote].every(({ add, remove }) => add.length + remove.length === 0)) {
    throw new UsageError('no-change', 'It is not said what to change.', {
      hint: 'For example: --add-subnet subnet-0123456789abcdef0, or --remove-to-service S3',
    });
  }
  return context.connect(async (aws) => {
    for (const one of local.add) checkForm(one, 'local', aws.region);
    for (const one of remote.add) checkForm(one, 'remote', aws.region);
    const monitor = await monitorNamed(aws, name);
    if (monitor.status === 'DELETING') {
      throw new RefusedError('monitor-deleting', `Monitor '${name}' is being deleted.`, {
        hint: "Create it again when it is gone: see 'nfm monitor create --help'.",
      });
    }
    const look = lookups(aws);
    const [here, there] = [
      await sideChange(aws, monitor, 'local', local, look),
      await sideChange(aws, monitor, 'remote', remote, look),
    ];
    if (here.after.length === 0) throw nothingLeft(name);
    checkResources(here.after, there.after, aws.region);
    for (const { value, option } of [...here.missing, ...there.missing]) {
      context.say(`${option} ${value || aws.region}: the monitor does not name it.`);
    }
    let after = { ...toItem(monitor, aws.region), change: 'unchanged' as 'unchanged' | 'updated' };
    const done = await carryOut(context, {
      steps: updateOf(aws, monitor, here, there, (changed) => {
        after = { ...toItem(changed, aws.region), change: 'updated' };
        context.say(`Updated ${changed.name}. What it publishes from now on holds the new resources.`);
      }),
      question: `Change monitor ${name}?`,
      nothing: `Monitor ${name} is so already.`,
    });
    if (done) await printChanges(context, [after]);
    return 0;
  });
}

function nothingLeft(name: string): UsageError {
  return new UsageError(
    'no-local',
    'A monitor watches at least one local resource; this would remove the last one.',
    {
      hint: advise(
        'Add another one in the same call (--add-vpc, --add-subnet, --add-zone, --add-cluster, --add-region-wide), or delete the monitor:',
        nfm('monitor delete', {}, name),
      ),
    },
  );
}

async function sideChange(
  aws: Aws,
  monitor: MonitorRecord,
  side: Side,
  given: { add: Given[]; remove: Given[] },
  look: Lookups,
): Promise<SideChange> {
  const before = monitor[side];
  const [wanted, gone] = await Promise.all([
    resolveAll(given.add, side, ownerOf(monitor.arn, aws.region), look),
    pick(given.remove, before, aws.region, look),
  ]);
  const add = without(wanted, before);
  return {
    add,
    remove: gone.found,
    after: without(distinct([...before, ...add]), gone.found),
    missing: gone.missing,
  };
}

function updateOf(
  aws: Aws,
  { name }: MonitorRecord,
  local: SideChange,
  remote: SideChange,
  onChanged: (changed: MonitorRecord) => void,
): Step[] {
  const parts = [
    { key: 'localResourcesToAdd', label: 'add local', list: local.add },
    { key: 'localResourcesToRemove', label: 'remove local', list: local.remove },
    { key: 'remoteResourcesToAdd', label: 'add remote', list: remote.add },
    { key: 'remoteResourcesToRemove', label: 'remove remote', list: remote.remove },
  ].filter(({ list }) => list.length > 0);
  if (parts.length === 0) return [];
  const request: UpdateMonitorCommandInput = {
    monitorName: name,
    ...Object.fromEntries(parts.map(({ key, list }) => [key, list])),
  };
  return [
    {
      action: 'networkflowmonitor:UpdateMonitor',
      request,
      title: `Update monitor ${name} in ${aws.region}`,
      details: parts.map(({ label, list }) => `${label}: ${resourceWords(list)}`),
      run: async () => onChanged(await flowMonitor(aws).update(request)),
    },
  ];
}
