import type { Progress } from '../../../collect/progress.ts';
import { SECOND } from '../../../model/time.ts';
import { sanitize } from '../../../render/sanitize.ts';

/** How far a call has come, as MCP counts it. */
export type Tell = (step: { progress: number; total?: number; message: string }) => void;

/** Nobody reads faster. */
const OFTEN = 0.25 * SECOND;
/** What is no step adds so little, which a float holds exactly. */
const LEAST = 1 / 64;
/** A slow service is silent; a host that hears nothing gives up. */
const SELDOM = 5 * SECOND;

/** Progress of a run, told neither too often nor too seldom. */
export class Steps {
  readonly #tell: Tell;
  readonly #begun = performance.now();
  readonly #clock: NodeJS.Timeout;
  #now: Progress = { phase: 'Asking AWS', done: 0, planned: 0 };
  #told = Number.NEGATIVE_INFINITY;
  #last = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
    this.#clock = setInterval(() => this.#say(), SELDOM).unref();
  }

  update(progress: Progress): void {
    this.#now = progress;
    if (performance.now() - this.#told >= OFTEN) this.#say();
  }

  end(): void {
    clearInterval(this.#clock);
    this.#told = Number.POSITIVE_INFINITY;
  }

  #say(): void {
    const { phase, done, planned, about } = this.#now;
    this.#told = performance.now();
    // It has to grow each time, although each phase counts from 0.
    this.#last = Math.max(done, this.#last + LEAST);
    const queries = planned > 0 ? ` · ${done} of ${about ? 'about ' : ''}${planned} queries` : '';
    const seconds = Math.round((performance.now() - this.#begun) / SECOND);
    this.#tell({
      progress: this.#last,
      ...(planned >= this.#last && { total: planned }),
      message: sanitize(`${phase}${queries} · ${seconds} s`),
    });
  }
}
