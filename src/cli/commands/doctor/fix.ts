import type { Aws } from '../../../aws/aws.ts';
import type { Repair, Settling } from '../../../doctor/check.ts';
import { type Result, repairsIn } from '../../../doctor/diagnose.ts';
import { LONGEST_MILLIS } from '../../../manage/follow.ts';
import { advise } from '../../../model/command-line.ts';
import { UnreachableError } from '../../../model/errors.ts';
import { carryOut, followToEnd, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import { lengthOf } from '../../core/values.ts';

interface Fixing {
  context: Context;
  aws: Aws;
  /** For which each call is waited. */
  longestMillis: number;
}

/** Requests that were made in this run. */
export type Made = ReadonlySet<string>;

/** Waits for what goes on by itself. True where there was something. */
export async function settle(fixing: Fixing, results: readonly Result[]): Promise<boolean> {
  const all = results.flatMap((r) =>
    r.parts.flatMap((p) => ('settling' in p.outcome && p.outcome.settling) || []),
  );
  const under = [...new Map(all.map((s) => [s.what, s])).values()];
  for (const settling of under) {
    fixing.context.say(advise(`Waiting: ${settling.what} is under way.`, settling.hint));
    await wait(fixing, settling);
  }
  return under.length > 0;
}

/** Shows, asks and makes the calls that mend what failed, one at a time, but none a second time. */
export async function mend(
  fixing: Fixing,
  results: readonly Result[],
  made: Made,
): Promise<Made | 'printed'> {
  const left = [...repairsIn(results)].filter(([key]) => !made.has(key));
  const repairs = left.map(([, repair]) => repair);
  if (repairs.length === 0 && made.size > 0) return made;
  const done = await carryOut(fixing.context, {
    steps: repairs.map((repair) => toStep(fixing, repair)),
    question: repairs.length === 1 ? 'Do this?' : `Do these ${repairs.length} steps, one after another?`,
    nothing: 'There is nothing that nfm can mend with one safe call.',
  });
  return done ? new Set([...made, ...left.map(([key]) => key)]) : 'printed';
}

function toStep(fixing: Fixing, repair: Repair): Step {
  const { title, details = [], action, request } = repair;
  return {
    action,
    request,
    title,
    details: [...details, `${action} ${JSON.stringify(request)}`],
    run: async () => {
      await repair.run();
      const done = !repair.settling || (await wait(fixing, repair.settling));
      if (done) fixing.context.say(`Done: ${title}.`);
    },
  };
}

/** False where it takes too long: it goes on by itself, and the checks that follow tell how far it is. */
async function wait({ context, aws, longestMillis }: Fixing, settling: Settling): Promise<boolean> {
  const { what, read, isDone, hint } = settling;
  try {
    await followToEnd(context, {
      signal: aws.signal,
      all: [{ what, read, isDone }],
      phase: (status) => `${what}: ${status}`,
      hint,
      afterwards: advise('It goes on by itself:', hint),
      longestMillis,
    });
    return true;
  } catch (error) {
    if (!(error instanceof UnreachableError) || error.code !== 'wait-timeout') throw error;
    context.say(advise(`${error.message} It goes on by itself:`, hint));
    return false;
  }
}

/** How long each call is waited for. */
export function timeoutOf(timeout: string | undefined): number {
  return timeout === undefined ? LONGEST_MILLIS : lengthOf('--timeout', timeout);
}
