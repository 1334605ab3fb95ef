import { collectIndicators, type Indicators } from '../../../collect/series.ts';
import type { Windows } from '../../../collect/window.ts';
import { HEALTH_NOTES, healthOf, overallHealth } from '../../../judge/health.ts';
import type { Case } from '../../../model/case.ts';
import type { HealthDocument, MonitorHealth } from '../../../model/documents.ts';
import { UsageError } from '../../../model/errors.ts';
import { HEALTH_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { unknownMonitor } from '../../../network/targets.ts';
import { healthColumns, renderHealth, renderHealthMarkdown } from '../../../render/health.ts';
import { casesOf, refuseBesideCase } from '../../core/case-file.ts';
import { type Answers, regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf, windowsOf } from '../../core/values.ts';
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
  const windows = windowsOf(context, { ...options, baseline: 'none' }, MOST_POINTS);
  const answered = await casesOf(context, options, collecting(context, options, windows, named));
  const cases = [...answered.answers].sort((a, b) => (a.target.region < b.target.region ? -1 : 1));
  const [first] = cases;
  if (!first) throw new Error('no Region answered');
  if (options.case !== undefined) {
    mustExist(named, [{ names: first.monitors.map(({ name }) => name), data: first }]);
  }
  const document: HealthDocument = {
    schema: HEALTH_SCHEMA,
    generatedAt: instant(context.now()),
    window: first.window,
    items: cases.flatMap((data) => healthOf(data, named, windows.periodSeconds)),
    notes: [...HEALTH_NOTES],
    gaps: regionGaps({
      answers: cases.map(({ target, gaps }) => ({ region: target.region, gaps })),
      failures: answered.failures,
    }),
  };
  await context.print(
    document,
    {
      rows: (d) => d.items,
      columns: healthColumns,
      table: renderHealth,
      markdown: renderHealthMarkdown,
    },
    answered.reach,
  );
  return options.exitCode ? EXIT_CODES[overallHealth(document.items)] : 0;
}

function collecting(
  context: Context,
  options: Options,
  windows: Windows,
  named: readonly string[],
): () => Promise<Answers<Case>> {
  const { io, reach } = context;
  const asking = {
    target: targetOf(options),
    windows,
    now: io.now(),
    version: io.version,
    sandbox: reach.sandbox,
  };
  return () =>
    context.withProgress(async ({ update: onProgress }) => {
      const { answers, failures } = await context.eachRegion((aws) =>
        collectIndicators(aws, { ...asking, onProgress }, named),
      );
      mustExist(named, answers);
      return { answers: answers.map(({ data }) => data), failures };
    });
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
function mustExist(named: readonly string[], answers: readonly Indicators[]): void {
  if (answers.some(({ names }) => names === null)) return;
  const names = answers.flatMap((answer) => answer.names ?? []);
  const missing = named.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw unknownMonitor(missing, names, answers.map(({ data }) => data.target.region).join(', '));
}
