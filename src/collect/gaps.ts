import type { Gap } from '../model/case.ts';
import { type NfmError, RefusedError, UnreachableError } from '../model/errors.ts';

/** What could not be read, and what that leaves unknown. A refusal is a gap, not the end. */
export class Gaps {
  readonly list: Gap[] = [];
  /** The errors behind the gaps, for when nothing at all could be read. */
  readonly errors: NfmError[] = [];

  add(gap: Gap): void {
    const same = (g: Gap) => g.code === gap.code && g.action === gap.action && g.effect === gap.effect;
    if (!this.list.some(same)) this.list.push(gap);
  }

  /**
   * The work's answer, or the fallback and a gap. Only what AWS refuses or does not answer becomes a gap: wrong
   * credentials, a wrong command line and Ctrl-C end the run.
   */
  async tolerate<T>(fallback: T, effect: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
      this.errors.push(error);
      this.add({
        code: error.code === 'access-denied' ? 'permission' : error.code,
        action: error.action ?? null,
        effect,
        fix: error.hint ?? null,
        ...(error instanceof RefusedError && error.answer !== undefined && { answer: error.answer }),
      });
      return fallback;
    }
  }
}
