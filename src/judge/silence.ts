import type { Case, Series } from '../model/case.ts';
import { readShare } from './known.ts';
import { binStart, binsWithin, count } from './rates.ts';
import { COLLAPSE, QUIET_BINS, READ_LEAST } from './thresholds.ts';

export type State = 'reporting' | 'starved' | 'silent' | 'unknown';

interface Place {
  azId: string;
  reported: Series;
  /**
   * Is it known that these bins lost no more than half of their traffic would tell? What TCP sends falls with the root of
   * the loss (Mathis, CCR 1997;27(3):67), so that half of it takes four times the loss.
   */
  isWell(from: number, to: number): boolean;
}

/**
 * Reporting, starved or silent; or unknown, where its events were not read? Missing data is not zero: a zone whose loss is so bad that its traffic collapses has
 * few retransmissions left to show (survivor bias), and must not read as healthy. Both are asked of the end of the
 * window, because an hour's average hides what began in its middle, and of the whole. Starved is by comparison with
 * the peer that holds best: a quiet evening lowers every zone, and a collapsed zone takes with it what is sent to it.
 */
export function statesOf(data: Case, places: readonly Place[]): State[] {
  return places.map((place) => {
    const peers = places.filter((p) => p.azId !== place.azId);
    const [from, to] = binsWithin(place.reported, data.window);
    const spans = [from, Math.max(from, to - QUIET_BINS)];
    const states = spans.map((start) => stateIn(data, place, peers, start, to));
    const isRead = readShare(place.reported, data.window) >= READ_LEAST;
    // Bytes that CloudWatch lost are no sign that there were none.
    if (place.reported.lost?.includes('bytes')) return isRead ? 'reporting' : 'unknown';
    const collapsed = states.find((s) => s === 'silent') ?? states.find((s) => s === 'starved');
    return collapsed ?? (isRead ? 'reporting' : 'unknown');
  });
}

function stateIn(data: Case, place: Place, peers: readonly Place[], from: number, to: number): State {
  const reported = (p: Place) => p.reported.bytes.slice(from, to).some((bytes) => bytes !== null);
  if (!reported(place))
    return from === binsWithin(place.reported, data.window)[0] || peers.some(reported)
      ? 'silent'
      : 'reporting';
  const own = level(data, place, from, to);
  const theirs = Math.max(0, ...peers.map((p) => level(data, p, from, to) ?? 0));
  if (own === null || own >= COLLAPSE * Math.min(1, theirs)) return 'reporting';
  return own >= COLLAPSE ** 2 && place.isWell(from, to) ? 'reporting' : 'starved';
}

/** Bytes a bin, as a share of the same in the baseline; a bin without a report has none. Null without a baseline. */
function level(data: Case, { reported: series }: Place, from: number, to: number): number | null {
  const before = count(series, data.baseline);
  if (before.bytes === 0 || to <= from) return null;
  const bytes = series.bytes.slice(from, to).reduce<number>((sum, b) => sum + (b ?? 0), 0);
  return bytes / (to - from) / (before.bytes / before.bins);
}

/** The zones whose traffic went, the first to go first; those of which it is not known when are last. */
export function collapses({
  starved,
}: {
  starved: readonly { azId: string; reported: Series; state: State }[];
}) {
  return starved
    .map(({ azId, reported, state }) => ({ azId, state, since: collapsedAt(reported) }))
    .sort((a, b) => (a.since ?? Number.POSITIVE_INFINITY) - (b.since ?? Number.POSITIVE_INFINITY));
}

/**
 * When the traffic went, ms: the minute that parts what was before from what is left, by least squares, where less than half
 * is left. Of roots, so that one busy minute does not part more than a collapse does. It may lie before the window.
 */
export function collapsedAt(series: Series): number | null {
  const roots = series.bytes.map((bytes) => Math.sqrt(bytes ?? 0));
  const total = roots.reduce((sum, root) => sum + root, 0);
  let best = { split: 0, gain: 0, before: 0, after: 0 };
  let sum = 0;
  for (let split = 1; split < roots.length; split++) {
    sum += roots[split - 1] ?? 0;
    const [before, after] = [sum / split, (total - sum) / (roots.length - split)];
    const gain = (split * (roots.length - split) * (before - after) ** 2) / roots.length;
    if (before > after && gain > best.gain) best = { split, gain, before, after };
  }
  if (best.gain === 0 || best.after ** 2 >= COLLAPSE * best.before ** 2) return null;
  return binStart(series, best.split);
}
