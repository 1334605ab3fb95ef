import { collectIndicators, type Indicators } from '../../../collect/series.ts';
import { HEALTH_NOTES, healthOf, overallHealth } from '../../../judge/health.ts';
import type { HealthDocument, MonitorHealth } from '../../../model/documents.ts';
import { UsageError } from '../../../model/errors.ts';
import { HEALTH_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { unknownMonitor } from '../../../network/targets.ts';
import { healthColumns, renderHealth, renderHealthMarkdown } from '../../../render/health.ts';
import { type Answers, regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf, windowsOf } from '../../core/values.ts';
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
  const { window, ...windows } = windowsOf(context, { ...options, baseline: 'none' }, MOST_POINTS);
  const named = monitorsNamed(args, options);
  const target = targetOf(options);
  const answered = await context.withProgress(({ update: onProgress }) =>
    context.eachRegion((aws) =>
      collectIndicators(aws, { target, windows: { ...windows, window }, onProgress }, named),
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

/** Arguments and --monitor mean the same; beside another target they would name two. */
function monitorsNamed(args: readonly string[], options: Options): string[] {
  const { kind, id } = targetOf(options);
  if (args.length > 0 && kind !== 'scope' && kind !== 'monitor') {
    throw new UsageError('two-targets', `Monitors and --${kind} name two targets.`, {
      hint: 'Name the monitors, or the target whose monitors are meant.',
    });
  }
  return [...new Set([...args, ...(kind === 'monitor' && id ? [id] : [])])];
}

/** A name must be known in one of the Regions that were asked; where none could list its monitors, nothing can be told. */
function mustExist(named: readonly string[], { answers }: Answers<Indicators>): void {
  if (answers.some(({ names }) => names === null)) return;
  const names = answers.flatMap((answer) => answer.names ?? []);
  const missing = named.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw unknownMonitor(missing, names, answers.map(({ region }) => region).join(', '));
}
