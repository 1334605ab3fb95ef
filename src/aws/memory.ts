import { ConfigurationError, NfmError } from '../model/errors.ts';
import { MINUTE } from '../model/time.ts';

/** What an account has changes seldom. */
export const A_WHILE = 10 * MINUTE;

/** Of time that is over. */
export const FOR_GOOD = Number.POSITIVE_INFINITY;

interface Told {
  at: number;
  until: number;
  used: number;
  answer: Promise<unknown>;
}

/** What AWS has told already, for a run that asks again and again: each answer holds for as long as it is given. */
export class Memory {
  readonly #now: () => number;
  readonly #told = new Map<string, Told>();
  readonly #notes = new Map<string, unknown>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The answer that still holds, or a new one. What could not be answered is asked again after so long; what may not be asked, in a while. */
  recall<T>(key: string, lasts: number, ask: () => Promise<T>, again = 0): Promise<T> {
    const now = this.#now();
    const known = this.#told.get(key);
    // A clock that was set back makes nothing younger.
    if (known && known.at <= now && now < known.until) {
      known.used = now;
      return known.answer as Promise<T>;
    }
    const told: Told = { at: now, until: now + lasts, used: now, answer: ask() };
    this.#told.set(key, told);
    told.answer.catch((error: unknown) => {
      const holds = failureHolds(error, again);
      if (holds > 0) told.until = now + holds;
      else if (this.#told.get(key) === told) this.#told.delete(key);
    });
    return told.answer as Promise<T>;
  }

  /** What a caller keeps for its next time. */
  note<T>(key: string, value: T): T {
    this.#notes.set(key, value);
    return value;
  }

  noted<T>(key: string): T | undefined {
    return this.#notes.get(key) as T | undefined;
  }

  /** Without what nobody has asked for in a while. */
  tidy(): void {
    const oldest = this.#now() - 2 * A_WHILE;
    for (const [key, { used }] of this.#told) if (used < oldest) this.#told.delete(key);
  }
}

function failureHolds(error: unknown, again: number): number {
  if (!(error instanceof NfmError)) return 0;
  if (error.code === 'access-denied') return A_WHILE;
  // Others may be signed in with by the next time; a service that does not know them will not know them then.
  return error instanceof ConfigurationError && error.code !== 'bad-credentials' ? 0 : again;
}

/** Without a memory, everything is asked. */
export function recall<T>(
  { memory }: { memory?: Memory | undefined },
  key: string,
  lasts: number,
  ask: () => Promise<T>,
  again?: number,
): Promise<T> {
  return memory ? memory.recall(key, lasts, ask, again) : ask();
}
