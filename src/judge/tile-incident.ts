import type { Case } from '../model/case.ts';
import { instant } from '../model/time.ts';
import type { Counts } from './change.ts';
import type { FlowSum, FlowSums } from './flow-sums.ts';
import { type Incident, noIncident } from './incident.ts';
import type { Count } from './rates.ts';
import { MIN_MINUTES, ONSET_GAIN, OWN_RISE } from './thresholds.ts';

/*
 * When and how much, where no series is the target's own: by its flows, which are known by the tile.
 */

interface Tile {
  start: number;
  end: number;
  events: number;
  bytes: number;
}

interface Rise {
  tiles: readonly [Tile, ...Tile[]];
  isOver: boolean;
  gain: number;
}

/**
 * The clearest rise of all flows or, where they are sent from several zones, of any zone's: three times as much of one is
 * hidden in the sum.
 */
export function tileIncident(data: Case, flows: readonly FlowSums[], clump: number): Incident {
  const none = noIncident(data);
  if (!data.baseline) return none;
  const zones = new Map<string, FlowSums[]>();
  for (const sums of flows) {
    const { azId = '' } = sums.flow.local;
    zones.set(azId, [...(zones.get(azId) ?? []), sums]);
  }
  const places = zones.size > 1 ? [flows, ...zones.values()] : [flows];
  const rises = places.flatMap((own) => clearestRise(data, own, clump) ?? []);
  const [clearest] = rises.sort((a, b) => b.gain - a.gain);
  if (!clearest || clearest.gain < ONSET_GAIN + Math.log(places.length)) return none;
  const { tiles, isOver } = clearest;
  const [{ start, end: latest }, end] = [tiles[0], (tiles.at(-1) ?? tiles[0]).end];
  return {
    onset: start,
    onsetWithin: { earliest: start, latest },
    end: isOver ? end : null,
    symptom: { start: instant(start), end: instant(end) },
    reference: { start: data.baseline.start, end: instant(start) },
    burst: null,
  };
}

/**
 * The stretch of the window's tiles whose rate differs the most from that of all tiles before it, as `findOnset` does by
 * the minute: from one tile to the last one, or, where that gains so much more, to one before it.
 */
function clearestRise({ window, tiles }: Case, flows: readonly FlowSums[], clump: number): Rise | null {
  const known = tiles.flatMap(({ start, end }, tile): Tile[] => {
    const own = flows.flatMap((f) => f.tiles.get(tile) ?? []);
    const bytes = own.reduce((sum, t) => sum + t.bytes, 0);
    const events = own.reduce((sum, t) => sum + t.retransmissions, 0);
    return bytes > 0 ? [{ start: Date.parse(start), end: Date.parse(end), events, bytes }] : [];
  });
  const first = known.findIndex(({ start }) => start >= Date.parse(window.start));
  if (first < 1) return null;
  const rises = known.slice(first).flatMap((tile, i) =>
    known.slice(first + i).map((_, j): Rise => {
      const [from, to] = [first + i, first + i + j + 1];
      const inside: Rise['tiles'] = [tile, ...known.slice(from + 1, to)];
      const isOver = to < known.length;
      const outside = [...known.slice(0, from), ...known.slice(to)];
      return { tiles: inside, isOver, gain: gainOf(inside, outside) / clump - (isOver ? ONSET_GAIN : 0) };
    }),
  );
  return rises.sort((a, b) => b.gain - a.gain || a.tiles[0].start - b.tiles[0].start)[0] ?? null;
}

/** Log-likelihood that a rate of its own gains for what is inside; none where that is no rise. */
function gainOf(inside: readonly Tile[], outside: readonly Tile[]): number {
  const sum = (tiles: readonly Tile[], of: 'events' | 'bytes') => tiles.reduce((all, t) => all + t[of], 0);
  const [events, bytes] = [sum(inside, 'events'), sum(inside, 'bytes')];
  const [others, rest] = [sum(outside, 'events'), sum(outside, 'bytes')];
  if (rest === 0 || events / bytes <= OWN_RISE * (others / rest)) return 0;
  const all = (events + others) / (bytes + rest);
  const part = (n: number, exposure: number) => (n > 0 ? n * Math.log(n / exposure / all) : 0);
  return part(events, bytes) + part(others, rest);
}

/** What the flows sum up to on both sides. A list does not say in how many minutes: so many as make no difference. */
export function countsOfFlows(flows: readonly FlowSums[], clump: number): Counts {
  const count = (of: (f: FlowSums) => FlowSum): Count => {
    const sums = flows.map(of);
    const total = (value: (sum: FlowSum) => number) => sums.reduce((all, sum) => all + value(sum), 0);
    const bytes = total((s) => s.bytes);
    return {
      retransmissions: total((s) => s.retransmissions),
      timeouts: total((s) => s.timeouts),
      bytes,
      bins: bytes > 0 ? 1 : 0,
      eventBins: MIN_MINUTES,
    };
  };
  const [window, baseline] = [count((f) => f.symptom), count((f) => f.reference)];
  return { window, baseline, phi: { window: clump, baseline: clump }, clump, drifting: () => false };
}
