import type { Aws } from '../../../aws/aws.ts';
import type { MonitorRecord } from '../../../aws/monitors.ts';
import { type ScopeDetails, scopesOf } from '../../../aws/scopes.ts';
import { allMonitors } from '../../../collect/monitor-survey.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { RefusedError } from '../../../model/errors.ts';
import { scopeChangeColumns } from '../../../render/scopes.ts';
import { carryOut, checkChange, type Step, speaker } from '../../core/change.ts';
import { withAws } from '../../core/connection.ts';
import type { Io } from '../../core/context.ts';
import type { Options } from '../../core/parse.ts';
import { untilGone } from '../monitor/create.ts';
import { deletion } from '../monitor/delete.ts';
import { printScopeChange, theScope, toScopeItem, untilForgotten } from './scope.ts';
import { targetWords } from './update.ts';

/** The service keeps a scope that has monitors, so those go first, and only where that was said. */
export async function remove(io: Io, [id]: readonly string[], options: Options): Promise<number> {
  checkChange(options, scopeChangeColumns);
  return withAws(io, options, async (aws) => {
    const scope = await scopesOf(aws).get((await theScope(aws, id)).id);
    const monitors = await allMonitors(aws);
    if (monitors.length && !options.withMonitors) throw hasMonitors(monitors, aws.region);
    const going = scope.status !== 'DEACTIVATING' && scope.status !== 'DEACTIVATED';
    const done = await carryOut(io, options, {
      steps: going ? stepsOf(io, options, aws, scope, monitors) : [],
      question: `Give up Network Flow Monitor in ${aws.region}?`,
      nothing: `Scope ${scope.id} is being deleted already.`,
    });
    if (!done) return 0;
    if (options.wait !== false) {
      await untilForgotten(io, options, aws, scope.id);
      if (going) speaker(io, options)(`Deleted scope ${scope.id}.`);
    }
    const status = options.wait === false ? 'DEACTIVATING' : 'GONE';
    const after = toScopeItem({ ...scope, status }, aws.region);
    await printScopeChange(io, options, after, going ? 'deleted' : 'unchanged');
    return 0;
  });
}

function stepsOf(
  io: Io,
  options: Options,
  aws: Aws,
  scope: ScopeDetails,
  monitors: readonly MonitorRecord[],
): Step[] {
  const say = speaker(io, options);
  const names = monitors.map((m) => m.name);
  return [
    ...monitors
      .filter((m) => m.status !== 'DELETING')
      .map((m) => deletion(aws, m, () => say(`Deletion of ${m.name} has begun.`))),
    {
      action: 'networkflowmonitor:DeleteScope',
      request: { scopeId: scope.id },
      title: `Delete scope ${scope.id} in ${aws.region}`,
      details: [`targets: ${targetWords(scope.targets)}`],
      run: async () => {
        await untilGone(io, options, aws, names);
        await scopesOf(aws).delete(scope.id);
        say(`Deletion of scope ${scope.id} has begun.`);
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
