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
import { regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { periodOf, targetOf, windowsOf } from '../../core/values.ts';
import { monitorsNamed, mustExist } from '../monitors-named.ts';
import type { metrics } from './command.ts';

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
  const { window } = windows;
  const named = monitorsNamed(args, options);
  if (options.insights && named.length > 0) {
    throw new UsageError('two-sources', '--insights takes the place of monitors, and monitors are named.', {
      hint: 'Leave out one of them.',
    });
  }
  const insights = options.insights ? 'instead' : 'if-needed';
  const target = targetOf(options);
  const answered = await context.withProgress(({ update: onProgress }) =>
    context.eachRegion((aws) => collectSeries(aws, { target, windows, onProgress, insights }, named)),
  );
  mustExist(named, answered);
  const regions = [...answered.answers].sort((a, b) => (a.region < b.region ? -1 : 1));
  const items = regions.flatMap((data) => metricsOf(data, window, data.region, windows.periodSeconds));
  const document: MetricsDocument = {
    schema: METRICS_SCHEMA,
    generatedAt: instant(context.now()),
    window,
    items,
    notes: metricsNotes(items),
    gaps: regionGaps({ ...answered, answers: regions }),
  };
  if (context.isRows) {
    await context.print(document, { rows: pointsOf, columns: pointColumns });
  } else {
    await context.print(document, {
      rows: (d) => d.items,
      columns: metricsColumns,
      table: renderMetrics,
      markdown: renderMetricsMarkdown,
    });
  }
  return 0;
}
