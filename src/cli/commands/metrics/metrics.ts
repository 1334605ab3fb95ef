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
import { refuseBesideCase } from '../../core/case-file.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { periodOf, windowsOf } from '../../core/values.ts';
import { monitorsNamed, seriesOf } from '../monitor-series.ts';
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
  const { cases, gaps, reach } = await seriesOf(context, options, named, { windows, insights });
  const items = cases.flatMap((data) => metricsOf(data, named, windows.periodSeconds));
  const document: MetricsDocument = {
    schema: METRICS_SCHEMA,
    generatedAt: instant(context.now()),
    window: cases[0].window,
    items,
    notes: metricsNotes(items),
    gaps,
  };
  if (context.isRows) {
    await context.print(document, { rows: pointsOf, columns: pointColumns }, reach);
  } else {
    await context.print(
      document,
      {
        rows: (d) => d.items,
        columns: metricsColumns,
        table: renderMetrics,
        markdown: renderMetricsMarkdown,
      },
      reach,
    );
  }
  return 0;
}
