import type { Aws } from '../aws/aws.ts';
import type { ScopeSummary } from '../aws/monitors.ts';
import { type ScopeDetails, scopesOf } from '../aws/monitors.ts';
import { Gaps } from '../collect/gaps.ts';
import { advise, nfm } from '../model/command-line.ts';
import { NotFoundError } from '../model/errors.ts';
import {
  type Change,
  SCOPE_CHANGES_SCHEMA,
  SCOPE_LIST_SCHEMA,
  SCOPE_SCHEMA,
  type ScopeChangesDocument,
  type ScopeDocument,
  type ScopeItem,
  type ScopeListDocument,
} from '../model/monitor-documents.ts';
import { instant } from '../model/time.ts';
import {
  renderScope,
  renderScopeMarkdown,
  scopeChangeColumns,
  scopeColumns,
  tagColumns,
} from '../render/scopes.ts';
import { eachRegion, withAws } from './connection.ts';
import type { Io } from './io.ts';
import { sayGaps } from './monitor.ts';
import { checkChange } from './monitor-changes.ts';
import { tagResource } from './monitor-tag.ts';
import { checkList, print } from './output.ts';
import type { Options } from './program.ts';
import { regionGaps } from './region-gaps.ts';
import { explain } from './scope-wait.ts';

export async function list(io: Io, _args: readonly string[], options: Options): Promise<number> {
  checkList(options, scopeColumns);
  const asked = await eachRegion(io, options, async (aws) => {
    const gaps = new Gaps();
    return { region: aws.region, scopes: await allScopes(aws, gaps), gaps: gaps.list };
  });
  const { answers } = asked;
  const document: ScopeListDocument = {
    schema: SCOPE_LIST_SCHEMA,
    generatedAt: instant(io.now()),
    items: answers.flatMap(({ region, scopes }) => scopes.map((s) => toScopeItem(s, region))),
    gaps: regionGaps(asked),
  };
  const regions = answers.map((a) => a.region).join(', ');
  await print(io, options, document, {
    rows: (d) => d.items,
    columns: scopeColumns,
    empty: () =>
      advise(
        `No scope in ${regions}: Network Flow Monitor is not in use there. Make one:`,
        nfm('scope create'),
      ),
  });
  sayGaps(
    io,
    options,
    answers.flatMap((a) => a.gaps),
  );
  return 0;
}

export async function show(io: Io, [id]: readonly string[], options: Options): Promise<number> {
  checkList(options, scopeColumns);
  const scope = await withAws(io, options, async (aws) =>
    toScopeItem(await scopesOf(aws).get((await theScope(aws, id)).id), aws.region),
  );
  const document: ScopeDocument = { schema: SCOPE_SCHEMA, generatedAt: instant(io.now()), scope };
  await print(io, options, document, {
    rows: (d) => [d.scope],
    columns: scopeColumns,
    table: renderScope,
    markdown: renderScopeMarkdown,
  });
  return 0;
}

export async function tag(io: Io, [id]: readonly string[], options: Options): Promise<number> {
  checkChange(options, tagColumns);
  return withAws(io, options, (aws) =>
    tagResource(io, options, aws, async () => {
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
  return { region, id, arn, status, explanation: explain(status), targets, tags };
}

export async function printScopeChange(
  io: Io,
  options: Options,
  scope: ScopeItem,
  change: Change,
): Promise<void> {
  const document: ScopeChangesDocument = {
    schema: SCOPE_CHANGES_SCHEMA,
    generatedAt: instant(io.now()),
    items: [{ ...scope, change }],
  };
  await print(io, options, document, { rows: (d) => d.items, columns: scopeChangeColumns });
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
