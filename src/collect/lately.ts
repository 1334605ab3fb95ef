import type { Aws } from '../aws/aws.ts';
import type { Window } from '../model/case.ts';
import { instant, MINUTE } from '../model/time.ts';

/*
 * For who watches: the newest stretch of time grows by the minute, and all its lists would be asked for with it.
 */

/** What a list says of the newest stretch holds for so long while something is wrong, */
const RISEN_HOLDS = 5 * MINUTE;
/** and for so long while nothing is. */
const QUIET_HOLDS = 15 * MINUTE;

interface Noted {
  newest: Window;
  said: string;
}

/** Onsets move by a minute as more is known of them: what is asked around one stays the same between such marks. */
const MARKS = 10 * MINUTE;

/** For who watches, all of the time between the marks that it lies in. */
export function betweenMarks({ memory }: Pick<Aws, 'memory'>, { start, end }: Window): Window {
  if (!memory) return { start, end };
  const [from, to] = [Date.parse(start) / MARKS, Date.parse(end) / MARKS];
  return { start: instant(Math.floor(from) * MARKS), end: instant(Math.ceil(to) * MARKS) };
}

/** The stretches, of which the newest is as it was asked the last time where that is not long ago and the series say the same since. */
export function lately(
  { memory }: Pick<Aws, 'memory'>,
  tiles: Window[],
  { of, said, risen }: { of: string; said: string; risen: boolean },
): Window[] {
  const newest = tiles.at(-1);
  if (!memory || !newest) return tiles;
  const key = `newest ${of}`;
  const before = memory.noted<Noted>(key);
  const age = before ? Date.parse(newest.end) - Date.parse(before.newest.end) : 0;
  const holds =
    before?.said === said &&
    before.newest.start === newest.start &&
    age >= 0 &&
    age < (risen ? RISEN_HOLDS : QUIET_HOLDS);
  const own = holds ? before.newest : newest;
  memory.note<Noted>(key, { newest: own, said });
  return [...tiles.slice(0, -1), own];
}
