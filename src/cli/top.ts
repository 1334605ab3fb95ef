import { collectTop } from '../collect/top.ts';
import { resolveWindows } from '../collect/window.ts';
import { topDocument } from '../judge/top-document.ts';
import { instant } from '../model/time.ts';
import { TOP_LEVELS, TOP_METRICS } from '../model/top-words.ts';
import {
  emptyTop,
  everyTopColumn,
  renderTop,
  renderTopMarkdown,
  topColumns,
  topNotes,
} from '../render/top.ts';
import { eachRegion, positive } from './connection.ts';
import type { Io } from './io.ts';
import { checkList, print } from './output.ts';
import type { Options } from './program.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import { targetOf } from './target.ts';
import { windowOptions } from './time.ts';

export async function top(io: Io, _args: readonly string[], options: Options): Promise<number> {
  const request = requestOf(io, options);
  checkList(options, everyTopColumn(request));
  const target = targetOf(options);
  const progress = await progressLine(io, options);
  const { answers, failures } = await eachRegion(io, options, (aws) =>
    collectTop(aws, {
      ...request,
      target,
      onProgress: progress.update,
      onPlanned: (queries) => announce(io, options, progress, queries),
    }),
  ).finally(progress.stop);
  const document = topDocument(answers, request);
  for (const { region, error } of failures) {
    const { code, action = null, hint = null } = error;
    document.gaps.push({ code, action, effect: `${region} is left out: ${error.message}`, fix: hint });
  }
  await print(io, options, document, {
    rows: (d) => d.items,
    columns: topColumns(document),
    table: renderTop,
    tableIsList: true,
    markdown: renderTopMarkdown,
    empty: emptyTop,
  });
  if (isBareList(options)) for (const note of topNotes(document)) io.stderr.write(`note: ${note}\n`);
  return 0;
}

/** So many take minutes: who waits is told, unless it is a program. */
const MANY_QUERIES = 200;

function announce(io: Io, options: Options, progress: ProgressLine, queries: number): void {
  progress.update({ phase: 'Reading flows', done: 0, planned: queries });
  const isForPeople = options.output !== 'json' && options.output !== 'ndjson' && options.query === undefined;
  if (queries <= MANY_QUERIES || io.stderr.isTTY || options.progress === false || !isForPeople) return;
  io.stderr.write(`note: up to ${queries} queries will run: each hour, category and metric is one.\n`);
}

function requestOf(io: Io, options: Options) {
  const named = (value: Options[string]) => (Array.isArray(value) ? value : []);
  const by = [...new Set(named(options.by))].flatMap((given) => TOP_LEVELS.filter((l) => l === given));
  // The API's names, as AWS writes them; one that nfm does not know is for the service to judge.
  const categories = [...new Set(named(options.category).map((c) => c.toUpperCase().replaceAll('-', '_')))];
  return {
    generatedAt: instant(io.now()),
    window: resolveWindows(windowOptions({ ...options, baseline: 'none' }), io.now()).window,
    metric: TOP_METRICS.find((m) => m === options.metric) ?? 'retransmissions',
    by: by.length > 0 ? by : (['flow'] as const),
    categories: categories.length > 0 ? categories : null,
    limit: positive('--limit', options.limit),
  };
}

/** A list without its document has no place for what is missing from it. */
function isBareList({ output, query, columns, sort, headers }: Options): boolean {
  if (query !== undefined) return false;
  const chosen = columns !== undefined || sort !== undefined || headers === false;
  return output === 'csv' || (chosen && (output === 'table' || output === 'wide' || output === 'markdown'));
}
