import { describe, expect, it } from 'vitest';
import { finer, tile } from '../../src/collect/window.ts';
import { coverOf } from '../../src/judge/tiles.ts';
import { instant } from '../../src/model/time.ts';

const HOUR = 60;
const at = (minute: number) => instant(Date.parse('2026-11-21T16:00:00Z') + minute * 60_000);
const between = (from: number, to: number) => ({ start: at(from), end: at(to) });
const minutes = (windows: readonly { start: string; end: string }[]) =>
  windows.map(({ start, end }) => [start, end].map((t) => (Date.parse(t) - Date.parse(at(0))) / 60_000));

describe('tiles', () => {
  it('are hours, counted from the end', () => {
    expect(minutes(tile(between(0, 150)))).toEqual([
      [0, 30],
      [30, 90],
      [90, 150],
    ]);
    expect(tile(null)).toEqual([]);
  });

  it('are quarters in the newest hour', () => {
    expect(minutes(finer(tile(between(0, 100))))).toEqual([
      [0, 40],
      [40, 55],
      [55, 70],
      [70, 85],
      [85, 100],
    ]);
    expect(minutes(finer(tile(between(0, 20))))).toEqual([
      [0, 5],
      [5, 20],
    ]);
    expect(finer([])).toEqual([]);
  });
});

describe('what tiles tell of an incident', () => {
  const tiles = [...tile(between(0, 3 * HOUR)), ...finer(tile(between(3 * HOUR, 4 * HOUR)))];
  const cover = (from: number, to: number) =>
    coverOf(tiles, { symptom: between(from, to), reference: between(0, from) });
  const ofWindow = (from: number, to: number) => cover(from, to).sides.slice(3);

  it('is all of it, where it keeps to them', () => {
    expect(cover(210, 240)).toEqual({
      sides: [...Array(5).fill('reference'), 'symptom', 'symptom'],
      lasting: 1,
      seen: 1,
    });
  });

  it('leaves out a tile that is mostly something else, on both sides', () => {
    expect(ofWindow(221, 240)).toEqual(['reference', 'reference', null, 'symptom']);
    expect(cover(221, 240)).toMatchObject({ lasting: 1, seen: 15 / 19 });
  });

  it('takes one in that is mostly symptom, and says how much of it is', () => {
    expect(ofWindow(217, 240)).toEqual(['reference', 'reference', 'symptom', 'symptom']);
    expect(cover(217, 240)).toMatchObject({ lasting: 23 / 30, seen: 1 });
  });

  it('is the one tile that is the most, where none is mostly symptom', () => {
    expect(cover(222, 229)).toEqual({
      sides: [...Array(5).fill('reference'), null, 'symptom'],
      lasting: 4 / 15,
      seen: 4 / 7,
    });
  });

  it('has nothing after the incident, and nothing before where there is no reference', () => {
    expect(ofWindow(195, 210)).toEqual(['reference', 'symptom', null, null]);
    const alone = coverOf(tiles, { symptom: between(180, 240), reference: null });
    expect(alone.sides).toEqual([null, null, null, ...Array(4).fill('symptom')]);
  });
});
