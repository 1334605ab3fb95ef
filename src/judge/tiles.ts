import type { Case, Series, Window } from '../model/case.ts';
import { instant } from '../model/time.ts';
import type { Incident } from './incident.ts';
import { count } from './rates.ts';
import { TILE_LEAST } from './thresholds.ts';

/** The stretches of time that a comparison is between. */
export type Stretches = Pick<Incident, 'symptom' | 'reference'>;

export type Side = 'symptom' | 'reference';

/** What flows, which are known by the tile only, can tell of an incident that keeps to no tile. */
export interface Cover {
  /** By index: on which side each tile is; null where it lies between, or on both. */
  sides: (Side | null)[];
  /** The share of the symptom's tiles that the symptom lasts. */
  lasting: number;
  /** The share of the symptom that lies in its tiles. */
  seen: number;
}

/** Whether events were asked for in a tile at all. */
function askedIn({ asked }: Pick<Case, 'asked'>): (tile: number) => boolean {
  if (!asked) return () => true;
  const tiles = new Set(asked.flatMap(({ tile, counter }) => (counter === 'retransmissions' ? [tile] : [])));
  return (tile) => tiles.has(tile);
}

/** A tile is the symptom's where it is mostly symptom; or, where no tile is, the one that is the most. */
export function coverOf(data: Pick<Case, 'tiles' | 'asked'>, { symptom, reference }: Stretches): Cover {
  const { tiles } = data;
  const isAsked = askedIn(data);
  const inside = tiles.map((tile, i) => (isAsked(i) ? overlap(tile, symptom) : 0));
  const shares = tiles.map((tile, i) => (inside[i] ?? 0) / length(tile));
  const least = Math.min(TILE_LEAST, Math.max(...shares));
  const sides = tiles.map((tile, i): Side | null => {
    const share = shares[i] ?? 0;
    if (share > 0 && share >= least) return 'symptom';
    return isAsked(i) && reference && Date.parse(tile.end) <= Date.parse(reference.end) ? 'reference' : null;
  });
  const own = (of: (i: number) => number) =>
    sides.reduce((sum, side, i) => (side === 'symptom' ? sum + of(i) : sum), 0);
  const told = own((i) => inside[i] ?? 0);
  const tiled = own((i) => length(tiles[i] ?? symptom));
  return { sides, lasting: tiled > 0 ? told / tiled : 1, seen: told / length(symptom) };
}

/** The part of the tiles' bytes that came in these stretches of them. */
export function bytesShare(series: Series | null, inside: Window[], tiles: Window[]): number | null {
  const sum = (windows: Window[]) => windows.reduce((total, w) => total + count(series, w).bytes, 0);
  const all = sum(tiles);
  return all > 0 ? sum(inside) / all : null;
}

export function within(tile: Window, symptom: Window): Window[] {
  const start = Math.max(Date.parse(tile.start), Date.parse(symptom.start));
  const end = Math.min(Date.parse(tile.end), Date.parse(symptom.end));
  return start < end ? [{ start: instant(start), end: instant(end) }] : [];
}

function overlap(a: Window, b: Window): number {
  const [start, end] = [Math.max(at(a.start), at(b.start)), Math.min(at(a.end), at(b.end))];
  return Math.max(0, end - start);
}

function length({ start, end }: Window): number {
  return at(end) - at(start);
}

function at(instant: string): number {
  return Date.parse(instant);
}
