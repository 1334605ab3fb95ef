import type { Aws } from '../../../aws/aws.ts';
import { type ScopeDetails, type ScopeSummary, scopesOf } from '../../../aws/monitors.ts';
import { Gaps } from '../../../collect/gaps.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { NotFoundError, RefusedError } from '../../../model/errors.ts';
import type {
  Change,
  ScopeChangesDocument,
  ScopeDocument,
  ScopeItem,
  ScopeListDocument,
} from '../../../model/monitor-documents.ts';
import { SCOPE_CHANGES_SCHEMA, SCOPE_LIST_SCHEMA, SCOPE_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { HOLD_UPS, meaningOf } from '../../../network/status.ts';
import {
  renderScope,
  renderScopeMarkdown,
  scopeChangeColumns,
  scopeColumns,
  tagColumns,
} from '../../../render/scopes.ts';
import { checkChange, type Followed, followToEnd } from '../../core/change.ts';
import { regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import { type TagOptions, tagResource } from '../monitor/tag.ts';

export async function listScopes(context: Context): Promise<number> {
  context.checkList(scopeColumns);
  const asked = await context.eachRegion(async (aws) => {
    const gaps = new Gaps();
    return { region: aws.region, scopes: await allScopes(aws, gaps), gaps: gaps.list };
  });
  const { answers } = asked;
  const document: ScopeListDocument = {
    schema: SCOPE_LIST_SCHEMA,
    generatedAt: instant(context.now()),
    items: answers.flatMap(({ region, scopes }) => scopes.map((s) => toScopeItem(s, region))),
    gaps: regionGaps(asked),
  };
  const regions = answers.map((a) => a.region).join(', ');
  await context.print(document, {
    rows: (d) => d.items,
    columns: scopeColumns,
    empty: () =>
      advise(
        `No scope in ${regions}: Network Flow Monitor is not in use there. Make one:`,
        nfm('scope create'),
      ),
  });
  context.warn(answers.flatMap((a) => a.gaps));
  return 0;
}

export async function showScope(
  context: Context,
  _options: object,
  [id]: readonly string[],
): Promise<number> {
  context.checkList(scopeColumns);
  const scope = await context.connect(async (aws) =>
    toScopeItem(await scopesOf(aws).get((await theScope(aws, id)).id), aws.region),
  );
  const document: ScopeDocument = { schema: SCOPE_SCHEMA, generatedAt: instant(context.now()), scope };
  await context.print(document, {
    rows: (d) => [d.scope],
    columns: scopeColumns,
    table: renderScope,
    markdown: renderScopeMarkdown,
  });
  return 0;
}

export async function tagScope(
  context: Context,
  options: TagOptions,
  [id]: readonly string[],
): Promise<number> {
  checkChange(context, tagColumns);
  return context.connect((aws) =>
    tagResource(context, options, aws, async () => {
      const { id: name, arn } = await theScope(aws, id);
      return { title: `scope ${name}`, name, arn };
    }),
  );
}

/** There is one scope in an account and Region, so its ID need not be known. */
export async function theScope(aws: Aws, wanted: string | undefined): Promise<ScopeSummary> {
  const scopes = await scopesOf(aws).list();
  const found = wanted === undefined ? scopes[0] : scopes.find((s) => s.id === wanted || s.arn === wanted);
  if (found) return found;
  const [only] = scopes;
  throw new NotFoundError(
    'scope-not-found',
    wanted === undefined
      ? `There is no scope in ${aws.region}.`
      : `There is no scope '${wanted}' in ${aws.region}.`,
    {
      hint: only
        ? `The scope here is ${only.id}; its ID can be left out.`
        : advise('Make one:', nfm('scope create', { region: aws.region })),
    },
  );
}

export function toScopeItem(scope: ScopeDetails, region: string): ScopeItem {
  const { id, arn, status, targets, tags } = scope;
  return { region, id, arn, status, explanation: meaningOf(status), targets, tags };
}

export async function printScopeChange(context: Context, scope: ScopeItem, change: Change): Promise<void> {
  const document: ScopeChangesDocument = {
    schema: SCOPE_CHANGES_SCHEMA,
    generatedAt: instant(context.now()),
    items: [{ ...scope, change }],
  };
  await context.print(document, { rows: (d) => d.items, columns: scopeChangeColumns });
}

async function allScopes(aws: Aws, gaps: Gaps): Promise<ScopeDetails[]> {
  const service = scopesOf(aws);
  const scopes = await service.list();
  return Promise.all(
    scopes.map((scope) =>
      gaps.tolerate<ScopeDetails>(
        { ...scope, targets: [], tags: {} },
        'The targets of the scope are unknown.',
        () => service.get(scope.id),
      ),
    ),
  );
}

/** Until the scope can be used. It goes on by itself, whatever ends the wait. */
export async function untilReady(context: Context, aws: Aws, id: string): Promise<void> {
  const service = scopesOf(aws);
  const read = async () => (await service.get(id)).status;
  // Field code counts on some minutes (docs/network-flow-monitor.md).
  if ((await read()) === 'IN_PROGRESS')
    context.say(`Waiting until it can be used, mostly some minutes. ${HOLD_UPS}`);
  const isDone = (status: string) => {
    if (status === 'SUCCEEDED') return true;
    if (status === 'IN_PROGRESS') return false;
    throw new RefusedError('scope-failed', `Scope ${id} cannot be used: it is ${status}.`, {
      hint: advise(meaningOf(status) ?? HOLD_UPS, nfm('scope delete', { region: aws.region }, id)),
    });
  };
  await followScope(context, aws, {
    followed: { what: 'The scope', read, isDone },
    wanted: 'SUCCEEDED',
    hint: `${HOLD_UPS} See how it is:`,
    afterwards: 'The scope goes on by itself:',
  });
}

/** Until the service has forgotten it: only then can another be made. */
export async function untilForgotten(context: Context, aws: Aws, id: string): Promise<void> {
  const service = scopesOf(aws);
  await followScope(context, aws, {
    followed: {
      what: 'The scope',
      read: async () => (await service.list()).find((s) => s.id === id)?.status ?? 'GONE',
      isDone: (status) => status === 'GONE' || status === 'DEACTIVATED',
    },
    wanted: 'GONE',
    hint: 'See how it is:',
    afterwards: 'The scope is being deleted all the same:',
  });
}

type Waiting = { followed: Followed } & Record<'wanted' | 'hint' | 'afterwards', string>;

function followScope(context: Context, aws: Aws, { followed, wanted, hint, afterwards }: Waiting) {
  const show = nfm('scope show', { region: aws.region });
  return followToEnd(context, {
    signal: aws.signal,
    all: [followed],
    phase: (status) => `Waiting for ${wanted}: ${status}`,
    hint: advise(hint, show),
    afterwards: advise(afterwards, show),
  });
}
