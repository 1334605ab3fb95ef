import { collectTop } from '../../../collect/top.ts';
import { topDocument } from '../../../judge/top-document.ts';
import { instant } from '../../../model/time.ts';
import {
  emptyTop,
  everyTopColumn,
  renderTop,
  renderTopMarkdown,
  topColumns,
  topNotes,
} from '../../../render/top.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { positive, targetOf, windowsOf } from '../../core/values.ts';
import type { top } from './command.ts';

type Options = OptionsOf<typeof top.options>;

export async function runTop(context: Context, options: Options): Promise<number> {
  const request = requestOf(context, options);
  context.checkList(everyTopColumn(request));
  const target = targetOf(options);
  const { answers, failures } = await context.withProgress((progress) =>
    context.eachRegion((aws) =>
      collectTop(aws, {
        ...request,
        target,
        onProgress: progress.update,
        onPlanned: (queries) => announce(context, progress, queries),
      }),
    ),
  );
  const document = topDocument(answers, request);
  for (const { region, error } of failures) {
    const { code, action = null, hint = null } = error;
    document.gaps.push({ code, action, effect: `${region} is left out: ${error.message}`, fix: hint });
  }
  await context.print(document, {
    rows: (d) => d.items,
    columns: topColumns(document),
    table: renderTop,
    tableIsList: true,
    markdown: renderTopMarkdown,
    empty: emptyTop,
  });
  // A list without its document has no place for what is missing from it.
  if (context.reader === 'list') for (const note of topNotes(document)) context.note(note);
  return 0;
}

/** So many take minutes: who waits is told, unless it is a program. */
const MANY_QUERIES = 200;

function announce(context: Context, progress: ProgressLine, queries: number): void {
  progress.update({ phase: 'Reading flows', done: 0, planned: queries });
  const { forProgram, reader, showsProgress, io } = context;
  if (queries <= MANY_QUERIES || io.stderr.isTTY || !showsProgress || forProgram || reader === 'query')
    return;
  context.note(`up to ${queries} queries will run: each hour, category and metric is one.`);
}

function requestOf(context: Context, options: Options) {
  const by = [...new Set(options.by)];
  // The API's names, as AWS writes them; one that nfm does not know is for the service to judge.
  const categories = [...new Set(options.category.map((c) => c.toUpperCase().replaceAll('-', '_')))];
  return {
    generatedAt: instant(context.now()),
    window: windowsOf(context, { ...options, baseline: 'none' }).window,
    metric: options.metric,
    by: by.length > 0 ? by : (['flow'] as const),
    categories: categories.length > 0 ? categories : null,
    limit: positive('--limit', options.limit),
  };
}
