import { setMaxListeners } from 'node:events';
import type { Aws } from '../aws/aws.ts';
import { type Limit, limited } from '../aws/limit.ts';
import { NfmError, RunTimeoutError, UnreachableError } from '../model/errors.ts';
import { MINUTE } from '../model/time.ts';
import { duration } from '../model/units.ts';

/*
 * Many places, each an account in a Region with limits of its own: some at once in all, and of one Region no more than a
 * part of them, so that one that hangs does not hold the others.
 */

export interface Place {
  region: string;
  connect(signal: AbortSignal): Aws;
}

export interface VisitOptions {
  atOnce: number;
  signal: AbortSignal;
}

/** A Region gets this part of what is at once. */
const OF_ONE_REGION = 1 / 4;

/** A place takes some seconds; one that is throttled without end is not waited for. */
const LONGEST = 2 * MINUTE;

/** So many accounts without an answer in time, and none with one: the Region itself does not answer. */
const HANGING = 3;

/** Looks at each place; what went wrong there is its result. Ends when all are done, or at once when the signal ends it. */
export async function visitAll<P extends Place, T>(
  places: readonly P[],
  { atOnce, signal }: VisitOptions,
  look: (aws: Aws) => Promise<T>,
  done: (place: P, result: T | NfmError) => void,
): Promise<void> {
  const all = limited(atOnce);
  const regions = new Map<string, { limit: Limit; answered: number; hung: number }>();
  const several = new Set(places.map(({ region }) => region)).size > 1;
  const ofOne = several ? Math.max(1, Math.ceil(atOnce * OF_ONE_REGION)) : atOnce;
  const regionOf = (name: string) => {
    const known = regions.get(name) ?? { limit: limited(ofOne), answered: 0, hung: 0 };
    regions.set(name, known);
    return known;
  };
  const visit = async (place: P): Promise<void> => {
    const region = regionOf(place.region);
    await region.limit(() =>
      all(async () => {
        if (signal.aborted) return;
        if (region.answered === 0 && region.hung >= HANGING) {
          done(place, notWaitedFor(place.region));
          return;
        }
        const result = await inTime(signal, (own) => look(place.connect(own))).catch(asResult);
        if (signal.aborted) return;
        if (isHung(result)) region.hung++;
        else region.answered++;
        done(place, result);
      }),
    );
  };
  await Promise.all(places.map(visit));
}

/** Ends work that takes too long in one place, whatever it waits for. */
async function inTime<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const own = AbortSignal.any([signal, over.signal]);
  setMaxListeners(0, own);
  const timer = setTimeout(
    () => over.abort(new RunTimeoutError('place-timeout', `It took more than ${duration(LONGEST)}.`)),
    LONGEST,
  );
  try {
    return await work(own);
  } finally {
    clearTimeout(timer);
  }
}

/** What can be said of a place; a bug is none of its. */
function asResult(error: unknown): NfmError {
  if (error instanceof NfmError) return error;
  throw error;
}

function isHung(result: unknown): boolean {
  return result instanceof NfmError && /^(call|place)-timeout$/.test(result.code);
}

function notWaitedFor(region: string): NfmError {
  return new UnreachableError(
    'region-hangs',
    `${HANGING} accounts got no answer in ${region} in time: the others were not asked there.`,
    { hint: `Ask there alone, later: --region ${region}` },
  );
}
