import type { Target } from '../aws/monitors.ts';
import { advise, nfm } from '../model/command-line.ts';
import { UsageError } from '../model/errors.ts';

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
    if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) continue;
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
