import { collectSeries } from '../../../collect/series.ts';
import type { Windows } from '../../../collect/window.ts';
import { HEALTH_NOTES, healthOf, overallHealth } from '../../../judge/health.ts';
import type { Case } from '../../../model/case.ts';
import type { HealthDocument, MonitorHealth } from '../../../model/documents.ts';
import { HEALTH_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { healthColumns, renderHealth, renderHealthMarkdown } from '../../../render/health.ts';
import { casesOf, refuseBesideCase } from '../../core/case-file.ts';
import { type Answers, regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf, windowsOf } from '../../core/values.ts';
import { monitorsNamed, mustExist } from '../monitors-named.ts';
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
        collectSeries(aws, { ...asking, onProgress, only: ['nhi'] }, named),
      );
      mustExist(named, answers);
      return { answers: answers.map(({ data }) => data), failures };
    });
}
