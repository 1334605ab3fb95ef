import { collectSeries } from '../../../collect/series.ts';
import { HEALTH_NOTES, healthOf, overallHealth } from '../../../judge/health.ts';
import type { HealthDocument, MonitorHealth } from '../../../model/documents.ts';
import { HEALTH_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { healthColumns, renderHealth, renderHealthMarkdown } from '../../../render/health.ts';
import { regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf, windowsOf } from '../../core/values.ts';
import { monitorsNamed, mustExist } from '../monitors-named.ts';
import type { health } from './command.ts';

/** With --exit-code, as triage: what AWS says of itself, and no data. */
const EXIT_CODES: Readonly<Record<MonitorHealth['state'], number>> = {
  healthy: 0,
  degraded: 10,
  unknown: 13,
};

/** One metric instead of five: minutes for as long as CloudWatch keeps them, 15 days, are no more than a triage reads. */
const MOST_POINTS = 15 * 24 * 60;

type Options = OptionsOf<typeof health.options>;

export async function runHealth(
  context: Context,
  options: Options,
  args: readonly string[],
): Promise<number> {
  context.checkList(healthColumns);
  const { window, ...windows } = windowsOf(
    context,
    { ...options, baseline: 'none' },
    { mostPoints: MOST_POINTS },
  );
  const named = monitorsNamed(args, options);
  const target = targetOf(options);
  const answered = await context.withProgress(({ update: onProgress }) =>
    context.eachRegion((aws) =>
      collectSeries(aws, { target, windows: { ...windows, window }, onProgress, only: ['nhi'] }, named),
    ),
  );
  mustExist(named, answered);
  const regions = [...answered.answers].sort((a, b) => (a.region < b.region ? -1 : 1));
  const document: HealthDocument = {
    schema: HEALTH_SCHEMA,
    generatedAt: instant(context.now()),
    window,
    items: regions.flatMap((data) => healthOf(data, window, data.region, windows.periodSeconds)),
    notes: [...HEALTH_NOTES],
    gaps: regionGaps({ ...answered, answers: regions }),
  };
  await context.print(document, {
    rows: (d) => d.items,
    columns: healthColumns,
    table: renderHealth,
    markdown: renderHealthMarkdown,
  });
  return options.exitCode ? EXIT_CODES[overallHealth(document.items)] : 0;
}
