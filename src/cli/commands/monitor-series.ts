import { collectSeries, type NamedSeries, type SeriesOptions } from '../../collect/series.ts';
import type { Case } from '../../model/case.ts';
import { UsageError } from '../../model/errors.ts';
import { unknownMonitor } from '../../network/targets.ts';
import { casesOf } from '../core/case-file.ts';
import { regionGaps } from '../core/connection.ts';
import type { Context } from '../core/context.ts';
import type { CASE, TARGET } from '../core/options.ts';
import type { Reach } from '../core/reach.ts';
import type { OptionsOf } from '../core/spec.ts';
import { targetOf } from '../core/values.ts';

/* Monitors that are named as arguments, and their series. */

/** Arguments and --monitor mean the same; beside another target they would name two. */
export function monitorsNamed(args: readonly string[], options: Partial<OptionsOf<typeof TARGET>>): string[] {
  const { kind, id } = targetOf(options);
  if (args.length > 0 && kind !== 'scope' && kind !== 'monitor') {
    throw new UsageError('two-targets', `Monitors and --${kind} name two targets.`, {
      hint: 'Name the monitors, or the target whose monitors are meant.',
    });
  }
  return [...new Set([...args, ...(kind === 'monitor' && id ? [id] : [])])];
}

type SeriesCommand = OptionsOf<typeof TARGET> & OptionsOf<typeof CASE>;

interface Answered {
  /** Of each Region that answered, by its name: one at least. */
  cases: readonly [Case, ...Case[]];
  gaps: ReturnType<typeof regionGaps>;
  reach: Reach;
}

/** The series of the named monitors, or of all that watch the target: as AWS has them, or a case file. */
export async function seriesOf(
  context: Context,
  options: SeriesCommand,
  named: readonly string[],
  asked: Pick<SeriesOptions, 'windows' | 'only' | 'insights'>,
): Promise<Answered> {
  const { io, reach } = context;
  const asking = {
    ...asked,
    target: targetOf(options),
    now: io.now(),
    version: io.version,
    sandbox: reach.sandbox,
  };
  const answered = await casesOf(context, options, () =>
    context.withProgress(async ({ update: onProgress }) => {
      const { answers, failures } = await context.eachRegion((aws) =>
        collectSeries(aws, { ...asking, onProgress }, named),
      );
      mustExist(named, answers);
      return { answers: answers.map(({ data }) => data), failures };
    }),
  );
  const [first, ...others] = [...answered.answers].sort((a, b) =>
    a.target.region < b.target.region ? -1 : 1,
  );
  if (!first) throw new Error('no Region answered');
  if (options.case !== undefined) {
    mustExist(named, [{ names: first.monitors.map(({ name }) => name), data: first }]);
  }
  const cases = [first, ...others] as const;
  const gaps = regionGaps({
    answers: cases.map(({ target, gaps }) => ({ region: target.region, gaps })),
    failures: answered.failures,
  });
  return { cases, gaps, reach: answered.reach };
}

/** A name must be known in one of the Regions that were asked; where none could list its monitors, nothing can be told. */
function mustExist(named: readonly string[], answers: readonly NamedSeries[]): void {
  if (answers.some(({ names }) => names === null)) return;
  const names = answers.flatMap((answer) => answer.names ?? []);
  const missing = named.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw unknownMonitor(missing, names, answers.map(({ data }) => data.target.region).join(', '));
}
