import type { Case, Series, Window } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { findOnset, type Onset, without } from './onset.ts';
import { BURST, CLEAN_BASELINE, OWN_RISE, RISE } from './thresholds.ts';

/** When something happened: the minutes that are judged, and those that they are judged against. */
export interface Incident {
  onset: number | null;
  /** 95 % interval of the onset. */
  onsetWithin: { earliest: number; latest: number } | null;
  end: number | null;
  /** From onset to end inside the window; all of the window where no rise is found. */
  symptom: Window;
  /** The baseline, with what of the window lies before the onset, and without what the incident had reached already. */
  reference: Window | null;
  /** A few minutes of the window that were raised, where that is all; and are over, or may be so next. */
  burst: Onset | null;
}

/** All of the window against all of the baseline. */
export function noIncident({ window, baseline }: Pick<Case, 'window' | 'baseline'>): Incident {
  return { onset: null, onsetWithin: null, end: null, symptom: window, reference: baseline, burst: null };
}

/**
 * First when, then how much: an incident of twenty minutes is diluted to a third in an hour's average, and one that
 * began before the window would be measured against itself. The clearest rise of any of the series decides for all.
 */
export function findIncident(
  { window, baseline }: Pick<Case, 'window' | 'baseline'>,
  series: readonly Series[],
): Incident {
  const none = noIncident({ window, baseline });
  if (!baseline) return none;
  const risesIn = (all: readonly Series[]): Rise[] =>
    all
      .flatMap((s, place) => {
        const rise = findOnset(s, series.length);
        return rise && concerns(rise, window, baseline) ? [{ ...rise, place }] : [];
      })
      .sort((a, b) => b.gain - a.gain || a.start - b.start);
  let [clearest] = risesIn(series);
  if (!clearest) return none;
  const isBurst = ({ start, end, ratio }: Onset) =>
    (end ?? Date.parse(window.end)) - start <= BURST && (end !== null || ratio < RISE ** 2);
  if (isBurst(clearest)) {
    const burst = clearest;
    const others = risesIn(series.map((s) => without(s, burst))).filter(
      (rise) => rise.ratio >= RISE && !isEdgeOf(burst, rise),
    );
    // One burst is one; two of one place are something that comes and goes, and what lasts is no burst's.
    const lasting = others.find((rise) => !isBurst(rise));
    if (!lasting && !others.some(({ place }) => place === burst.place)) return { ...none, burst };
    clearest = lasting ?? burst;
  }
  const { start, earliest, latest, end } = clearest;
  const from = Math.max(start, Date.parse(window.start));
  const to = Math.min(end ?? Number.POSITIVE_INFINITY, Date.parse(window.end));
  return {
    onset: start,
    onsetWithin: { earliest, latest },
    end,
    symptom: { start: instant(from), end: instant(to) },
    reference: { start: baseline.start, end: instant(start) },
    burst: null,
  };
}

/** Where it is: the index of a series. */
interface Rise extends Onset {
  place: number;
}

/** What is left of a burst on both sides of it: it does not begin and end in the same minute everywhere. */
function isEdgeOf(burst: Onset, { start, end }: Onset): boolean {
  if (burst.end === null || end === null || start > burst.end || end < burst.start) return false;
  const inside = Math.min(end, burst.end) - Math.max(start, burst.start);
  return end - start - inside <= BURST;
}

/** It must reach into the window by more than a burst would, be a rise worth the name, and leave enough before it to compare with. */
function concerns({ start, end, ratio }: Onset, window: Window, baseline: Window): boolean {
  return (
    ratio >= OWN_RISE &&
    (end === null || end > Date.parse(window.start) + BURST) &&
    start >= Date.parse(baseline.start) + CLEAN_BASELINE
  );
}
