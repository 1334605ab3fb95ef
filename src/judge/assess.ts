import type { Case } from '../model/case.ts';
import { type Change, change } from './change.ts';
import { known, rated } from './known.ts';
import { countsOf, incidentIn, observe } from './observe.ts';
import { MISSING_MOST, OWN_RISE } from './thresholds.ts';
import { coverOf, type Side } from './tiles.ts';

/** What the series of a Case say without its flows: is there anything to find, when, and in which monitor? */
export function assess(given: Case): { risen: boolean; sides: (Side | null)[]; rose: string[] } {
  const data = known(given);
  const seen = observe(data);
  const incident = incidentIn(data);
  const own = data.monitors.map(({ name, series }) => ({
    name,
    change: change(countsOf(series && rated(series), incident)),
  }));
  // Those with less hold together too little to matter beside the largest: one event more is a chance rise.
  const least = (MISSING_MOST / own.length) * Math.max(...own.map(({ change }) => addedBy(change)));
  const quiet =
    !seen.risen &&
    incident.onset === null &&
    seen.change.verdict === 'not-up' &&
    seen.starved.length === 0 &&
    seen.zones.every(({ own }) => own.verdict === 'not-up') &&
    seen.nhi.every(({ state }) => state !== 'degraded');
  return {
    risen: !quiet,
    sides: coverOf(data, incident).sides,
    rose: own
      .filter(({ change: { ratio } }) => ratio !== null && ratio >= OWN_RISE)
      .filter(({ change }) => addedBy(change) >= least)
      .map(({ name }) => name),
  };
}

/** Events that the window has beyond the baseline's rate. */
function addedBy({ window, baseline }: Change): number {
  const usual = baseline.bytes > 0 ? baseline.retransmissions / baseline.bytes : 0;
  return window.retransmissions - usual * window.bytes;
}
