import type { Aws } from '../../../aws/aws.ts';
import { type MonitorRecord, type ScopeDetails, scopesOf } from '../../../aws/monitors.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { RefusedError } from '../../../model/errors.ts';
import { allMonitors } from '../../../network/monitors.ts';
import { scopeChangeColumns } from '../../../render/scopes.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { deletion } from '../monitor/delete.ts';
import { untilGone } from '../monitor/follow.ts';
import type { scopeDelete } from './command.ts';
import { printScopeChange, theScope, toScopeItem, untilForgotten } from './scope.ts';
import { targetWords } from './update.ts';

/** The service keeps a scope that has monitors, so those go first, and only where that was said. */
export async function deleteScope(
  context: Context,
  options: OptionsOf<typeof scopeDelete.options>,
  [id]: readonly string[],
): Promise<number> {
  checkChange(context, scopeChangeColumns);
  return context.connect(async (aws) => {
    const scope = await scopesOf(aws).get((await theScope(aws, id)).id);
    const monitors = await allMonitors(aws);
    if (monitors.length && !options.withMonitors) throw hasMonitors(monitors, aws.region);
    const going = scope.status !== 'DEACTIVATING' && scope.status !== 'DEACTIVATED';
    const done = await carryOut(context, {
      steps: going ? stepsOf(context, aws, scope, monitors) : [],
      question: `Give up Network Flow Monitor in ${aws.region}?`,
      nothing: `Scope ${scope.id} is being deleted already.`,
    });
    if (!done) return 0;
    if (options.wait) {
      await untilForgotten(context, aws, scope.id);
      if (going) context.say(`Deleted scope ${scope.id}.`);
    }
    const status = options.wait ? 'GONE' : 'DEACTIVATING';
    const after = toScopeItem({ ...scope, status }, aws.region);
    await printScopeChange(context, after, going ? 'deleted' : 'unchanged');
    return 0;
  });
}

function stepsOf(
  context: Context,
  aws: Aws,
  scope: ScopeDetails,
  monitors: readonly MonitorRecord[],
): Step[] {
  const names = monitors.map((m) => m.name);
  return [
    ...monitors
      .filter((m) => m.status !== 'DELETING')
      .map((m) => deletion(aws, m, () => context.say(`Deletion of ${m.name} has begun.`))),
    {
      action: 'networkflowmonitor:DeleteScope',
      request: { scopeId: scope.id },
      title: `Delete scope ${scope.id} in ${aws.region}`,
      details: [`targets: ${targetWords(scope.targets)}`],
      run: async () => {
        await untilGone(context, aws, names);
        await scopesOf(aws).delete(scope.id);
        context.say(`Deletion of scope ${scope.id} has begun.`);
      },
    },
  ];
}

function hasMonitors(monitors: readonly MonitorRecord[], region: string): RefusedError {
  const names = monitors.map((m) => m.name).join(', ');
  return new RefusedError(
    'scope-has-monitors',
    `The scope in ${region} has monitors, which go first: ${names}.`,
    {
      hint: advise('Delete them with it: --with-monitors. Or by name:', nfm('monitor delete', {}, 'NAME')),
    },
  );
}
