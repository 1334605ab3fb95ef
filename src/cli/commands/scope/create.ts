import type { Aws } from '../../../aws/aws.ts';
import { type ScopeDetails, scopesOf, type Target, toTargetResource } from '../../../aws/monitors.ts';
import { accountId } from '../../../aws/sts.ts';
import { parseTags } from '../../../manage/rules.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { NfmError, RefusedError } from '../../../model/errors.ts';
import type { Change } from '../../../model/monitor-documents.ts';
import { meaningOf } from '../../../network/status.ts';
import { tagWords } from '../../../render/monitors.ts';
import { scopeChangeColumns } from '../../../render/scopes.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { scopeCreate } from './command.ts';
import { printScopeChange, toScopeItem, untilReady } from './scope.ts';
import { checkAccounts, checkRegions, sameTargets, targetsOf, targetWords } from './update.ts';

const ONE_SCOPE = 'An account has one scope in each Region, a quota that cannot be raised';

export async function createScope(
  context: Context,
  options: OptionsOf<typeof scopeCreate.options>,
): Promise<number> {
  checkChange(context, scopeChangeColumns);
  const { account: accounts, targetRegion: regions } = options;
  const tags = parseTags(options.tag);
  checkAccounts(accounts, '--account');
  checkRegions(regions, '--target-region');
  return context.connect(async (aws) => {
    const own = accounts.length ? accounts : [await accountId(aws)];
    const targets = targetsOf(own, regions.length ? regions : [aws.region]);
    const present = await presentScope(aws);
    if (present) checkSame(present, targets, aws.region);
    let id = present?.id;
    const change: Change = present ? 'unchanged' : 'created';
    const done = await carryOut(context, {
      steps: present
        ? []
        : [
            creation(aws, targets, tags, (made) => {
              id = made;
              context.say(`Created scope ${made}.`);
            }),
          ],
      question: `Enable Network Flow Monitor in ${aws.region}? It makes two service-linked roles.`,
      nothing: `Scope ${present?.id} has these targets already.`,
    });
    if (!done || id === undefined) return 0;
    if (options.wait) await untilReady(context, aws, id);
    await printScopeChange(context, toScopeItem(await scopesOf(aws).get(id), aws.region), change);
    return 0;
  });
}

async function presentScope(aws: Aws): Promise<ScopeDetails | null> {
  const service = scopesOf(aws);
  const [only] = await service.list();
  return only ? service.get(only.id) : null;
}

/** Why there can be no other, and what to do instead. */
function checkSame(present: ScopeDetails, targets: readonly Target[], region: string): void {
  const { id, status } = present;
  if (status !== 'SUCCEEDED' && status !== 'IN_PROGRESS') {
    throw new RefusedError('scope-not-ready', `${ONE_SCOPE}: the scope here, ${id}, is ${status}.`, {
      hint: advise(meaningOf(status) ?? '', nfm('scope delete', { region }, id)),
    });
  }
  if (sameTargets(present.targets, targets)) return;
  throw new RefusedError(
    'one-scope',
    `${ONE_SCOPE}: the scope here, ${id}, holds ${targetWords(present.targets)}.`,
    {
      hint: advise(
        'Its monitors and queries can be used as they are. To add an account (or a Region: --add-target-region):',
        nfm('scope update', { 'add-account': 'ACCOUNT' }),
      ),
    },
  );
}

function creation(
  aws: Aws,
  targets: readonly Target[],
  tags: Readonly<Record<string, string>>,
  onMade: (id: string) => void,
): Step {
  const tagged = Object.keys(tags).length > 0;
  const request = { targets: targets.map(toTargetResource), ...(tagged ? { tags } : {}) };
  return {
    action: 'networkflowmonitor:CreateScope',
    request,
    title: `Create the scope of ${aws.region}`,
    details: [`targets: ${targetWords(targets)}`, ...(tagged ? [`tags:    ${tagWords(tags)}`] : [])],
    run: async () => {
      try {
        onMade((await scopesOf(aws).create(request)).id);
      } catch (error) {
        throw explainQuota(error);
      }
    },
  };
}

/** Somebody was faster, or the list was empty because the scope is another account's or still going. */
function explainQuota(error: unknown): unknown {
  if (!(error instanceof NfmError) || error.code !== 'quota-exceeded') return error;
  return new RefusedError('one-scope', `${ONE_SCOPE}, and there is one already (${error.message})`, {
    hint: advise(
      "To add accounts or Regions to it: 'nfm scope update --add-account …'. See it:",
      nfm('scope list'),
    ),
    action: 'networkflowmonitor:CreateScope',
    cause: error,
  });
}
