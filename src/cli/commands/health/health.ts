import { collectIndicators, type Indicators } from '../../../collect/series.ts';
import { unknownMonitor } from '../../../collect/target.ts';
import { resolveWindows } from '../../../collect/window.ts';
import { HEALTH_NOTES, healthOf, overallHealth } from '../../../judge/health.ts';
import { UsageError } from '../../../model/errors.ts';
import { HEALTH_SCHEMA, type HealthDocument, type MonitorHealth } from '../../../model/health.ts';
import { instant } from '../../../model/time.ts';
import { healthColumns, renderHealth, renderHealthMarkdown } from '../../../render/health.ts';
import { type Answers, eachRegion, regionGaps } from '../../core/connection.ts';
import { type Io, progressLine } from '../../core/context.ts';
import { checkList, print } from '../../core/output.ts';
import type { Options } from '../../core/parse.ts';
import { targetOf, windowOptions } from '../../core/values.ts';

/** With --exit-code, as triage: what AWS says of itself, and no data. */
const EXIT_CODES: Readonly<Record<MonitorHealth['state'], number>> = {
  healthy: 0,
  degraded: 10,
  unknown: 13,
};

/** One metric instead of five: minutes for as long as CloudWatch keeps them, 15 days, are no more than a triage reads. */
const MOST_POINTS = 15 * 24 * 60;

export async function health(io: Io, args: readonly string[], options: Options): Promise<number> {
  checkList(options, healthColumns);
  const { window, ...windows } = resolveWindows(
    windowOptions({ ...options, baseline: 'none' }),
    io.now(),
    MOST_POINTS,
  );
  const named = monitorsNamed(args, options);
  const progress = await progressLine(io, options);
  const work = { target: targetOf(options), windows: { ...windows, window }, onProgress: progress.update };
  const answered = await eachRegion(io, options, (aws) => collectIndicators(aws, work, named)).finally(
    progress.stop,
  );
  mustExist(named, answered);
  const regions = [...answered.answers].sort((a, b) => (a.region < b.region ? -1 : 1));
  const document: HealthDocument = {
    schema: HEALTH_SCHEMA,
    generatedAt: instant(io.now()),
    window,
    items: regions.flatMap((data) => healthOf(data, window, data.region, windows.periodSeconds)),
    notes: [...HEALTH_NOTES],
    gaps: regionGaps({ ...answered, answers: regions }),
  };
  await print(io, options, document, {
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
