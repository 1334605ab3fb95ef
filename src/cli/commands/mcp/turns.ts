import { limited } from '../../../aws/limit.ts';
import { unlessAborted } from '../../../aws/pause.ts';
import { UnreachableError } from '../../../model/errors.ts';
import { SECOND } from '../../../model/time.ts';

/** What AWS lets an account ask is shared by all who ask: a long call and a short one beside it. */
const AT_ONCE = 2;
/** One more is told so at once. */
const MOST_WAITING = 8;

/** Calls in their turn; waiting is part of the time that a call has. */
export class Turns {
  readonly #limit = limited(AT_ONCE);
  #waiting = 0;

  /** `work` is handed the time that is left of `millis`; `onWait` is called after a second without a turn. */
  async inTurn(
    { millis, signal, onWait }: { millis: number; signal: AbortSignal; onWait: () => void },
    work: (left: number) => Promise<void>,
  ): Promise<void> {
    if (this.#waiting >= MOST_WAITING) throw busy(`${MOST_WAITING} other calls are waiting already.`);
    const arrived = performance.now();
    const [begun, begin] = signalled();
    const [ended, end] = signalled();
    void this.#limit(() => {
      begin();
      return ended;
    });
    try {
      await this.#wait(begun, millis, signal, onWait);
      const waited = performance.now() - arrived;
      await work(waited < SECOND ? millis : Math.max(SECOND, Math.round(millis - waited)));
    } finally {
      end();
    }
  }

  async #wait(begun: Promise<void>, millis: number, signal: AbortSignal, onWait: () => void): Promise<void> {
    const late = new AbortController();
    const over = setTimeout(() => late.abort(busy('Other calls took all the time of this one.')), millis);
    const told = setTimeout(onWait, SECOND);
    this.#waiting++;
    try {
      await unlessAborted(begun, AbortSignal.any([signal, late.signal]));
    } finally {
      this.#waiting--;
      clearTimeout(over);
      clearTimeout(told);
    }
  }
}

function signalled(): [promise: Promise<void>, signal: () => void] {
  let signal = () => {};
  const promise = new Promise<void>((resolve) => {
    signal = resolve;
  });
  return [promise, signal];
}

function busy(message: string): UnreachableError {
  return new UnreachableError('busy', message, {
    hint: `${AT_ONCE} calls run at once, because AWS counts calls by account. Call again when they have ended.`,
  });
}
