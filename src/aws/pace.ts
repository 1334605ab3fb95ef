import { NfmError } from '../model/errors.ts';
import { SECOND } from '../model/time.ts';
import { type Limit, tracked } from './limit.ts';
import { pause, unlessAborted } from './pause.ts';

/*
 * How many queries the service takes at once, and how long one runs, is published nowhere: both are learned from its
 * answers. One more with each start that is accepted, half as many after a refusal (AIMD, Chiu and Jain 1989).
 */

export interface Pace extends Limit {
  /** The first step of work that has a place: what is refused as too much waits, with its place given up, and is tried again. */
  begin<T>(step: () => Promise<T>): Promise<T>;
  runTime: RunTime;
}

/** What field code asks at once, so that a first refusal is unlikely. */
const FIRST = 5;

/** A query that runs holds no connection; but a Region's day of lists need not be started in one second. */
const MOST = 80;

/** After a refusal nothing is begun until a place is given back, or for so long. */
const REST = 0.5 * SECOND;

/** Refused for so long, with nothing of ours running, and it is not our doing. */
const GIVE_UP = 12 * SECOND;

export function paced(asked?: number): Pace {
  const most = asked ?? MOST;
  // Who names a number knows what the account takes.
  let allowed = asked ?? FIRST;
  let held = 0;
  let refusedSince: number | null = null;
  let turn = 0;
  /** The turn of the last start that was accepted. */
  let passed = 0;
  let resting: NodeJS.Timeout | undefined;
  const waiting: (() => void)[] = [];

  const wake = () => {
    while (resting === undefined && held < Math.floor(allowed) && waiting.length > 0) {
      held++;
      waiting.shift()?.();
    }
  };
  const goOn = () => {
    clearTimeout(resting);
    resting = undefined;
    wake();
  };
  const leave = () => {
    held--;
    goOn();
  };
  const rest = () => {
    clearTimeout(resting);
    resting = setTimeout(goOn, REST);
  };

  const begin = async <T>(step: () => Promise<T>): Promise<T> => {
    for (;;) {
      const own = turn;
      try {
        const begun = await step();
        refusedSince = null;
        passed = turn;
        allowed = Math.min(most, allowed + 1);
        wake();
        return begun;
      } catch (error) {
        if (!isTooMuch(error)) throw error;
        if (held === 1) {
          refusedSince ??= performance.now();
          if (performance.now() - refusedSince >= GIVE_UP) throw error;
        }
        // Those that were begun together are refused together: that is one word of the service, not many.
        if (own === turn) {
          turn++;
          // Throttled may be too often, not too many: then the next one passes.
          const tooMany = error.code === 'quota-exceeded' || passed < own;
          if (tooMany) allowed = Math.max(1, allowed / 2);
        }
        held--;
        rest();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    }
  };

  const inPlace = async <T>(work: () => Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      wake();
    });
    try {
      return await work();
    } finally {
      leave();
    }
  };
  return Object.assign(tracked(inPlace), { begin, runTime: new RunTime() });
}

/** 402 ServiceQuotaExceeded, or throttled. */
function isTooMuch(error: unknown): error is NfmError {
  return error instanceof NfmError && /^(quota-exceeded|throttled)$/.test(error.code);
}

/** Looks at a query that is not yet done: soon at first, then each after a part of the time that it has run. */
const FIRST_LOOK = 0.05 * SECOND;
const LOOK_AGAIN = 1 / 12;
const LONGEST_LOOK = 2 * SECOND;

/** Where the first query says nothing of how long one runs, the others look themselves. */
const UNTOLD = 5 * SECOND;

/** One that is done at the first look may have been done before: what becomes faster is noticed. */
const EARLIER = 0.97;

const REMEMBERED = 15;

/** How long queries run. The first one is looked at often; the others wait until they are likely to be done. */
export class RunTime {
  readonly #last: number[] = [];
  #scouted = false;
  #tell: () => void = () => undefined;
  readonly #told = new Promise<void>((resolve) => {
    this.#tell = resolve;
  });

  /** Waits until the next look is worth a call. */
  looks(signal: AbortSignal): (elapsed: number) => Promise<void> {
    const isScout = !this.#scouted;
    this.#scouted = true;
    const again = (elapsed: number) =>
      pause(Math.min(Math.max(FIRST_LOOK, elapsed * LOOK_AGAIN), LONGEST_LOOK), signal);
    let usual: number | null = null;
    return async (elapsed) => {
      if (usual !== null) return again(elapsed);
      const begun = performance.now() - elapsed;
      if (this.#last.length === 0) {
        if (isScout) return again(elapsed);
        await unlessAborted(this.#toldWithin(UNTOLD), signal);
        if (this.#last.length === 0) return;
      }
      usual = median(this.#last);
      await pause(Math.max(0, usual - (performance.now() - begun)), signal);
    };
  }

  async #toldWithin(millis: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, millis);
    });
    await Promise.race([this.#told, enough]);
    clearTimeout(timer);
  }

  /** A query was found done after so long, at so many looks. */
  took(millis: number, looks: number): void {
    this.#last.push(looks === 1 ? EARLIER * millis : millis);
    if (this.#last.length > REMEMBERED) this.#last.shift();
    this.#tell();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
