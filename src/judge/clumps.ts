/*
 * How many events come at once? A count of a million may be a thousand bursts: it is known as well as a thousand
 * independent events are, and every threshold in events means those. So the clump, the variance of counts over their
 * mean (quasi-Poisson, Spiegelhalter, QSHC 2005;14:347), is what counts are divided by before they are weighed. It is
 * measured where nothing is known to be wrong, and 1 or more.
 */

export interface Bin {
  events: number;
  bytes: number;
}

/**
 * From neighbouring bins, so that a slow change does not count as noise; pairs without an event say nothing.
 * Null where all are like that.
 */
export function dispersion(bins: readonly Bin[]): number | null {
  let chi = 0;
  let pairs = 0;
  for (let i = 1; i < bins.length; i++) {
    const a = bins[i - 1];
    const b = bins[i];
    if (!a || !b || a.events + b.events === 0) continue;
    const share = b.bytes / (a.bytes + b.bytes);
    const expected = (a.events + b.events) * share;
    chi += (b.events - expected) ** 2 / (expected * (1 - share));
    pairs++;
  }
  return pairs ? Math.max(1, chi / pairs) : null;
}

/** Of the bins that are compared with; a baseline without an event does not tell, and then of the others. */
export function clumpOf(usual: readonly Bin[], others: readonly Bin[]): number {
  return dispersion(usual) ?? dispersion(others) ?? 1;
}

/** So many differences between a flow's tiles tell how much flows vary. */
const LEAST_FREEDOM = 10;

/** What one flow did in each tile of the baseline. */
interface Tiled {
  before: readonly { retransmissions: number; bytes: number }[];
}

/** Of flows, from tile to tile of the baseline; null where there are too few tiles to tell. */
export function clumpOfFlows(flows: readonly Tiled[]): number | null {
  let chi = 0;
  let freedom = 0;
  for (const { before } of flows) {
    const events = before.reduce((sum, t) => sum + t.retransmissions, 0);
    const bytes = before.reduce((sum, t) => sum + t.bytes, 0);
    if (events === 0 || before.length < 2) continue;
    for (const tile of before) {
      const expected = (events * tile.bytes) / bytes;
      if (expected > 0) chi += (tile.retransmissions - expected) ** 2 / expected;
    }
    freedom += before.length - 1;
  }
  return freedom >= LEAST_FREEDOM ? Math.max(1, chi / freedom) : null;
}

/** Three bins of their own say as much of how they vary as what is usual elsewhere does. */
const FEW_BINS = 3;

/** How counts of `bins` bins vary, by what they show themselves and by what is usual. */
export function drawnTo(usual: number, own: number, bins: number): number {
  return (bins * own + FEW_BINS * usual) / (bins + FEW_BINS);
}
