import type { Aws } from '../../../aws/aws.ts';
import { follow, LONGEST_MILLIS } from '../../../collect/monitor-follow.ts';
import type { Repair, Settling } from '../../../doctor/check.ts';
import type { Result } from '../../../doctor/diagnose.ts';
import { advise } from '../../../model/command-line.ts';
import { UnreachableError } from '../../../model/errors.ts';
import { duration } from '../../../model/units.ts';
import { carryOut, type Step, speaker } from '../../core/change.ts';
import { type Io, progressLine } from '../../core/context.ts';
import type { Options } from '../../core/parse.ts';
import { lengthOf } from '../../core/values.ts';

/** Requests that were made in this run. */
export type Made = ReadonlySet<string>;

/** Waits for what goes on by itself. True where there was something. */
export async function settle(
  io: Io,
  options: Options,
  aws: Aws,
  results: readonly Result[],
): Promise<boolean> {
  const all = results.flatMap((r) =>
    r.parts.flatMap((p) => ('settling' in p.outcome && p.outcome.settling) || []),
  );
  const under = [...new Map(all.map((s) => [s.what, s])).values()];
  const say = speaker(io, options);
  for (const settling of under) {
    say(advise(`Waiting: ${settling.what} is under way.`, settling.hint));
    await wait(io, options, aws, settling);
  }
  return under.length > 0;
}

/** Shows, asks and makes the calls that mend what failed, one at a time, but none a second time. */
export async function mend(
  io: Io,
  options: Options,
  aws: Aws,
  results: readonly Result[],
  made: Made,
): Promise<Made | 'printed'> {
  const keyOf = ({ action, request }: Repair) => `${action} ${JSON.stringify(request)}`;
  const all = new Map(results.flatMap((r) => r.repairs).map((repair) => [keyOf(repair), repair]));
  const repairs = [...all].filter(([key]) => !made.has(key)).map(([, repair]) => repair);
  if (repairs.length === 0 && made.size > 0) return made;
  const done = await carryOut(io, options, {
    steps: repairs.map((repair) => toStep(io, options, aws, repair)),
    question: repairs.length === 1 ? 'Do this?' : `Do these ${repairs.length} steps, one after another?`,
    nothing: 'There is nothing that nfm can mend with one safe call.',
  });
  return done ? new Set([...made, ...repairs.map(keyOf)]) : 'printed';
}

function toStep(io: Io, options: Options, aws: Aws, repair: Repair): Step {
  const { title, details = [], action, request } = repair;
  return {
    action,
    request,
    title,
    details: [...details, `${action} ${JSON.stringify(request)}`],
    run: async () => {
      await repair.run();
      const done = !repair.settling || (await wait(io, options, aws, repair.settling));
      if (done) speaker(io, options)(`Done: ${title}.`);
    },
  };
}

/** False where it takes too long: it goes on by itself, and the checks that follow tell how far it is. */
async function wait(io: Io, options: Options, aws: Aws, settling: Settling): Promise<boolean> {
  const { what, read, isDone, hint } = settling;
  const say = speaker(io, options);
  const progress = await progressLine(io, options);
  try {
    await follow({
      what,
      read,
      isDone,
      onStatus: (status, elapsed) =>
        progress.update({ phase: `${what}: ${status} · ${duration(elapsed)}`, done: 0, planned: 0 }),
      signal: aws.signal,
      hint,
      longestMillis: timeoutOf(options),
    });
    return true;
  } catch (error) {
    progress.stop();
    if (aws.signal.aborted) say(advise('It goes on by itself:', hint));
    if (!(error instanceof UnreachableError) || error.code !== 'wait-timeout') throw error;
    say(advise(`${error.message} It goes on by itself:`, hint));
    return false;
  } finally {
    progress.stop();
  }
}

/** How long each call is waited for. */
export function timeoutOf({ timeout }: Options): number {
  if (timeout === undefined) return LONGEST_MILLIS;
  return lengthOf('--timeout', String(timeout));
}
