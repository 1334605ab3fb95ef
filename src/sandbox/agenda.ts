/** What was begun and takes effect later: an add-on that is being created, a command that runs. */
export interface Agenda {
  /** Changes the world when a share of the settling time has gone by. */
  later(share: number, change: () => void): void;
  /** Makes every change that is due, in order, and says of each how long ago it was. */
  catchUp(done: (ago: number) => void): void;
}

export function createAgenda(settleMillis: number, elapsed: () => number): Agenda {
  let planned: { at: number; change: () => void }[] = [];
  return {
    later(share, change) {
      planned.push({ at: elapsed() + share * settleMillis, change });
    },
    catchUp(done) {
      const now = elapsed();
      const due = planned.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      planned = planned.filter(({ at }) => at > now);
      for (const { at, change } of due) {
        change();
        done(now - at);
      }
    },
  };
}
