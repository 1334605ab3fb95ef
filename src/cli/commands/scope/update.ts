import type { Aws } from '../../../aws/aws.ts';
import { scopesOf, type Target, toTargetResource } from '../../../aws/monitors.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { RefusedError, UsageError } from '../../../model/errors.ts';
import { FORMS } from '../../../model/ids.ts';
import { HOLD_UPS, meaningOf } from '../../../network/status.ts';
import { scopeChangeColumns } from '../../../render/scopes.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { scopeUpdate } from './command.ts';
import { printScopeChange, theScope, toScopeItem, untilReady } from './scope.ts';

type Options = OptionsOf<typeof scopeUpdate.options>;

export async function updateScope(
  context: Context,
  options: Options,
  [id]: readonly string[],
): Promise<number> {
  checkChange(context, scopeChangeColumns);
  const change = changeOf(options);
  return context.connect(async (aws) => {
    const service = scopesOf(aws);
    const scope = await service.get((await theScope(aws, id)).id);
    const { add, remove } = changed(scope.targets, change);
    if (add.length + remove.length > 0 && scope.status !== 'SUCCEEDED') {
      throw new RefusedError(
        'scope-not-ready',
        `The scope is ${scope.status}; it can be changed when it is SUCCEEDED.`,
        {
          hint: meaningOf(scope.status) ?? HOLD_UPS,
        },
      );
    }
    const steps = updateOf(aws, scope.id, add, remove);
    const done = await carryOut(context, {
      steps,
      question: 'Change the targets of the scope? It takes about 20 minutes before it can be changed again.',
      nothing: `Scope ${scope.id} has these targets already.`,
    });
    if (!done) return 0;
    if (options.wait) await untilReady(context, aws, scope.id);
    // The multi-account page of the user guide asks for that pause.
    if (steps.length) context.say('Updated the scope. Wait 20 minutes before the next change.');
    const after = toScopeItem(await service.get(scope.id), aws.region);
    await printScopeChange(context, after, steps.length ? 'updated' : 'unchanged');
    return 0;
  });
}

function changeOf(options: Options): TargetChange {
  const change: TargetChange = {
    addAccounts: options.addAccount,
    addRegions: options.addTargetRegion,
    removeAccounts: options.removeAccount,
    removeRegions: options.removeTargetRegion,
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

/** Targets of one scope (API model; multi-account page of the user guide). */
const MAX_TARGETS = 100;

export function checkAccounts(accounts: readonly string[], option: string): void {
  for (const account of accounts) {
    if (/^\d{12}$/.test(account)) continue;
    throw new UsageError('malformed-id', `${option} takes an account ID of 12 digits, not '${account}'.`, {
      hint: "Yours: 'aws sts get-caller-identity'; those of the organization: 'aws organizations list-accounts'.",
    });
  }
}

export function checkRegions(regions: readonly string[], option: string): void {
  for (const region of regions) {
    if (FORMS.region.pattern.test(region)) continue;
    throw new UsageError('malformed-id', `${option} does not look right: '${region}'.`, {
      hint: 'It looks like eu-central-1.',
    });
  }
}

/** Every account in every Region. */
export function targetsOf(accounts: readonly string[], regions: readonly string[]): Target[] {
  return checked(distinct(accounts.flatMap((accountId) => regions.map((region) => ({ accountId, region })))));
}

export interface TargetChange {
  addAccounts: readonly string[];
  addRegions: readonly string[];
  removeAccounts: readonly string[];
  removeRegions: readonly string[];
}

/** A new account comes in every Region of the scope, a new Region with every account; what goes, goes everywhere. */
export function changed(
  before: readonly Target[],
  change: TargetChange,
): { add: Target[]; remove: Target[] } {
  const { addAccounts, addRegions, removeAccounts, removeRegions } = change;
  const regions = [...before.map((t) => t.region), ...addRegions];
  const accounts = [...before.map((t) => t.accountId), ...addAccounts];
  const isGone = (t: Target) => removeAccounts.includes(t.accountId) || removeRegions.includes(t.region);
  const wanted = distinct([...targetPairs(addAccounts, regions), ...targetPairs(accounts, addRegions)]);
  const after = checked(distinct([...before, ...wanted]).filter((t) => !isGone(t)));
  return { add: less(after, before), remove: less(before, after) };
}

export function sameTargets(a: readonly Target[], b: readonly Target[]): boolean {
  return less(a, b).length === 0 && less(b, a).length === 0;
}

export function targetWords(targets: readonly Target[]): string {
  return targets.map((t) => keyOf(t)).join(', ');
}

function checked(targets: Target[]): Target[] {
  if (targets.length === 0) {
    throw new UsageError('no-target', 'A scope has at least one target, an account in a Region.', {
      hint: advise('To give up the scope as a whole:', nfm('scope delete')),
    });
  }
  if (targets.length <= MAX_TARGETS) return targets;
  throw new UsageError(
    'too-many-targets',
    `A scope has at most ${MAX_TARGETS} targets, each an account in a Region; these are ${targets.length}.`,
    { hint: 'Leave out accounts or Regions that run no agents.' },
  );
}

function targetPairs(accounts: readonly string[], regions: readonly string[]): Target[] {
  return accounts.flatMap((accountId) => regions.map((region) => ({ accountId, region })));
}

function less(targets: readonly Target[], others: readonly Target[]): Target[] {
  const keys = new Set(others.map(keyOf));
  return targets.filter((t) => !keys.has(keyOf(t)));
}

function distinct(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((t) => [keyOf(t), t])).values()];
}

function keyOf({ accountId, region }: Target): string {
  return `${accountId}/${region}`;
}
