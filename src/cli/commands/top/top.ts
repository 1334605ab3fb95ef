import { collectTop } from '../../../collect/top.ts';
import { type TopRequest, topDocument } from '../../../judge/top-document.ts';
import { instant } from '../../../model/time.ts';
import {
  emptyTop,
  everyTopColumn,
  renderTop,
  renderTopMarkdown,
  topColumns,
  topNotes,
} from '../../../render/top.ts';
import { casesOf, refuseBesideCase } from '../../core/case-file.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { positive, targetOf, windowsOf } from '../../core/values.ts';
import { top } from './command.ts';

type Options = OptionsOf<typeof top.options>;

export async function runTop(context: Context, options: Options): Promise<number> {
  const request = requestOf(context, options);
  context.checkList(everyTopColumn(request));
  refuseBesideCase(context, options, top.options);
  const { answers, failures, reach } = await casesOf(context, options, collecting(context, options, request));
  const [first, ...others] = answers;
  if (!first) throw new Error('no Region answered');
  const document = topDocument([first, ...others], request);
  for (const { region, error } of failures) {
    const { code, action = null, hint = null } = error;
    document.gaps.push({ code, action, effect: `${region} is left out: ${error.message}`, fix: hint });
  }
  await context.print(
    document,
    {
      rows: (d) => d.items,
      columns: topColumns(document),
      table: renderTop,
      tableIsList: true,
      markdown: renderTopMarkdown,
      empty: emptyTop,
    },
    reach,
  );
  // A list without its document has no place for what is missing from it.
  if (context.reader === 'list') for (const note of topNotes(document)) context.note(note);
  return 0;
}

function collecting(context: Context, options: Options, { metric, by, categories }: TopRequest) {
  const { io, reach } = context;
  const target = targetOf(options);
  const windows = windowsOf(context, { ...options, baseline: 'none' });
  return () =>
    context.withProgress((progress) =>
      context.eachRegion((aws) =>
        collectTop(aws, {
          metric,
          by,
          categories,
          target,
          windows,
          now: io.now(),
          version: io.version,
          sandbox: reach.sandbox,
          onProgress: progress.update,
          onPlanned: (queries) => announce(context, progress, queries),
        }),
      ),
    );
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

function requestOf(context: Context, options: Options): TopRequest {
  const by = [...new Set(options.by)];
  // The API's names, as AWS writes them; one that nfm does not know is for the service to judge.
  const categories = [...new Set(options.category.map((c) => c.toUpperCase().replaceAll('-', '_')))];
  return {
    generatedAt: instant(context.now()),
    metric: options.metric,
    by: by.length > 0 ? by : ['flow'],
    categories: categories.length > 0 ? categories : null,
    limit: positive('--limit', options.limit),
  };
}
