import type { Aws } from '../aws/aws.ts';
import { scopesOf, type Target, toTargetResource } from '../aws/monitors.ts';
import { RefusedError, UsageError } from '../model/errors.ts';
import { scopeChangeColumns } from '../render/scopes.ts';
import { withAws } from './connection.ts';
import type { Io } from './io.ts';
import { carryOut, checkChange, type Step, speaker } from './monitor-changes.ts';
import { list } from './monitor-given.ts';
import type { Options } from './program.ts';
import { printScopeChange, theScope, toScopeItem } from './scope.ts';
import { changed, checkAccounts, checkRegions, type TargetChange, targetWords } from './scope-targets.ts';
import { explain, HOLD_UPS, untilReady } from './scope-wait.ts';

export async function update(io: Io, [id]: readonly string[], options: Options): Promise<number> {
  checkChange(options, scopeChangeColumns);
  const change = changeOf(options);
  return withAws(io, options, async (aws) => {
    const service = scopesOf(aws);
    const scope = await service.get((await theScope(aws, id)).id);
    const { add, remove } = changed(scope.targets, change);
    if (add.length + remove.length > 0 && scope.status !== 'SUCCEEDED') {
      throw new RefusedError(
        'scope-not-ready',
        `The scope is ${scope.status}; it can be changed when it is SUCCEEDED.`,
        {
          hint: explain(scope.status) ?? HOLD_UPS,
        },
      );
    }
    const steps = updateOf(aws, scope.id, add, remove);
    const done = await carryOut(io, options, {
      steps,
      question: 'Change the targets of the scope? It takes about 20 minutes before it can be changed again.',
      nothing: `Scope ${scope.id} has these targets already.`,
    });
    if (!done) return 0;
    if (options.wait !== false) await untilReady(io, options, aws, scope.id);
    // The multi-account page of the user guide asks for that pause.
    if (steps.length) speaker(io, options)('Updated the scope. Wait 20 minutes before the next change.');
    const after = toScopeItem(await service.get(scope.id), aws.region);
    await printScopeChange(io, options, after, steps.length ? 'updated' : 'unchanged');
    return 0;
  });
}

function changeOf(options: Options): TargetChange {
  const change: TargetChange = {
    addAccounts: list(options.addAccount),
    addRegions: list(options.addTargetRegion),
    removeAccounts: list(options.removeAccount),
    removeRegions: list(options.removeTargetRegion),
  };
  checkAccounts(change.addAccounts, '--add-account');
  checkAccounts(change.removeAccounts, '--remove-account');
  checkRegions(change.addRegions, '--add-target-region');
  checkRegions(change.removeRegions, '--remove-target-region');
  if (Object.values(change).some((given) => given.length > 0)) return change;
  throw new UsageError('no-change', 'It is not said what to change.', {
    hint: 'For example: --add-account 123456789012, or --remove-target-region eu-central-1',
  });
}

function updateOf(aws: Aws, scopeId: string, add: readonly Target[], remove: readonly Target[]): Step[] {
  if (add.length + remove.length === 0) return [];
  const request = {
    scopeId,
    ...(add.length ? { resourcesToAdd: add.map(toTargetResource) } : {}),
    ...(remove.length ? { resourcesToDelete: remove.map(toTargetResource) } : {}),
  };
  return [
    {
      action: 'networkflowmonitor:UpdateScope',
      request,
      title: `Update scope ${scopeId} in ${aws.region}`,
      details: [
        ...(add.length ? [`add:    ${targetWords(add)}`] : []),
        ...(remove.length ? [`remove: ${targetWords(remove)}`] : []),
      ],
      run: () => scopesOf(aws).update(request),
    },
  ];
}
