import { HEALTH_NOTES, healthOf, overallHealth } from '../../../judge/health.ts';
import type { HealthDocument, MonitorHealth } from '../../../model/documents.ts';
import { HEALTH_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { healthColumns, renderHealth, renderHealthMarkdown } from '../../../render/health.ts';
import { refuseBesideCase } from '../../core/case-file.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { windowsOf } from '../../core/values.ts';
import { monitorsNamed, seriesOf } from '../monitor-series.ts';
import { health } from './command.ts';

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
  const named = monitorsNamed(args, options);
  refuseBesideCase(context, options, health.options);
  const windows = windowsOf(context, { ...options, baseline: 'none' }, { mostPoints: MOST_POINTS });
  const { cases, gaps, reach } = await seriesOf(context, options, named, { windows, only: ['nhi'] });
  const document: HealthDocument = {
    schema: HEALTH_SCHEMA,
    generatedAt: instant(context.now()),
    window: cases[0].window,
    items: cases.flatMap((data) => healthOf(data, named, windows.periodSeconds)),
    notes: [...HEALTH_NOTES],
    gaps,
  };
  await context.print(
    document,
    {
      rows: (d) => d.items,
      columns: healthColumns,
      table: renderHealth,
      markdown: renderHealthMarkdown,
    },
    reach,
  );
  return options.exitCode ? EXIT_CODES[overallHealth(document.items)] : 0;
}
