import { collectSeries } from '../../../collect/series.ts';
import { metricsNotes, metricsOf } from '../../../judge/metrics.ts';
import type { MetricsDocument } from '../../../model/documents.ts';
import { UsageError } from '../../../model/errors.ts';
import { METRICS_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import {
  metricsColumns,
  pointColumns,
  pointsOf,
  renderMetrics,
  renderMetricsMarkdown,
} from '../../../render/metrics.ts';
import { casesOf, refuseBesideCase } from '../../core/case-file.ts';
import { regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { periodOf, targetOf, windowsOf } from '../../core/values.ts';
import { monitorsNamed, mustExist } from '../monitors-named.ts';
import { metrics } from './command.ts';

type Options = OptionsOf<typeof metrics.options>;

export async function runMetrics(
  context: Context,
  options: Options,
  args: readonly string[],
): Promise<number> {
  context.checkList(context.isRows ? pointColumns : metricsColumns);
  const periodSeconds = periodOf(options.period);
  const windows = windowsOf(
    context,
    { ...options, baseline: 'none' },
    { oldest: 455, ...(periodSeconds !== undefined && { periodSeconds }) },
  );
  const named = monitorsNamed(args, options);
  refuseBesideCase(context, options, metrics.options, ['insights', 'period']);
  if (options.insights && named.length > 0) {
    throw new UsageError('two-sources', '--insights takes the place of monitors, and monitors are named.', {
      hint: 'Leave out one of them.',
    });
  }
  const insights = options.insights ? 'instead' : 'if-needed';
  const { io, reach } = context;
  const asking = {
    target: targetOf(options),
    windows,
    now: io.now(),
    version: io.version,
    sandbox: reach.sandbox,
  };
  const answered = await casesOf(context, options, () =>
    context.withProgress(async ({ update: onProgress }) => {
      const { answers, failures } = await context.eachRegion((aws) =>
        collectSeries(aws, { ...asking, onProgress, insights }, named),
      );
      mustExist(named, answers);
      return { answers: answers.map(({ data }) => data), failures };
    }),
  );
  const cases = [...answered.answers].sort((a, b) => (a.target.region < b.target.region ? -1 : 1));
  const [first] = cases;
  if (!first) throw new Error('no Region answered');
  if (options.case !== undefined) {
    mustExist(named, [{ names: first.monitors.map(({ name }) => name), data: first }]);
  }
  const items = cases.flatMap((data) => metricsOf(data, named, windows.periodSeconds));
  const document: MetricsDocument = {
    schema: METRICS_SCHEMA,
    generatedAt: instant(context.now()),
    window: first.window,
    items,
    notes: metricsNotes(items),
    gaps: regionGaps({
      answers: cases.map(({ target, gaps }) => ({ region: target.region, gaps })),
      failures: answered.failures,
    }),
  };
  if (context.isRows) {
    await context.print(document, { rows: pointsOf, columns: pointColumns }, answered.reach);
  } else {
    await context.print(
      document,
      {
        rows: (d) => d.items,
        columns: metricsColumns,
        table: renderMetrics,
        markdown: renderMetricsMarkdown,
      },
      answered.reach,
    );
  }
  return 0;
}
