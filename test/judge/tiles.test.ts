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

  it('are halves in the newest hour', () => {
    expect(minutes(finer(tile(between(0, 100))))).toEqual([
      [0, 40],
      [40, 70],
      [70, 100],
    ]);
    expect(minutes(finer(tile(between(0, 40))))).toEqual([
      [0, 10],
      [10, 40],
    ]);
    expect(finer([])).toEqual([]);
  });
});

describe('what tiles tell of an incident', () => {
  const tiles = [...tile(between(0, 3 * HOUR)), ...finer(tile(between(3 * HOUR, 4 * HOUR)))];
  const cover = (from: number, to: number) =>
    coverOf({ tiles }, { symptom: between(from, to), reference: between(0, from) });
  const ofWindow = (from: number, to: number) => cover(from, to).sides.slice(3);

  it('is all of it, where it keeps to them', () => {
    expect(cover(210, 240)).toEqual({
      sides: [...Array(4).fill('reference'), 'symptom'],
      lasting: 1,
      seen: 1,
    });
  });

  it('leaves out a tile that is mostly something else, on both sides', () => {
    expect(ofWindow(200, 240)).toEqual([null, 'symptom']);
    expect(cover(200, 240)).toMatchObject({ lasting: 1, seen: 30 / 40 });
  });

  it('takes one in that is mostly symptom, and says how much of it is', () => {
    expect(ofWindow(190, 240)).toEqual(['symptom', 'symptom']);
    expect(cover(190, 240)).toMatchObject({ lasting: 50 / 60, seen: 1 });
  });

  it('is the one tile that is the most, where none is mostly symptom', () => {
    expect(cover(204, 214)).toEqual({
      sides: [...Array(3).fill('reference'), 'symptom', null],
      lasting: 6 / 30,
      seen: 6 / 10,
    });
  });

  it('has nothing after the incident, and nothing before where there is no reference', () => {
    expect(ofWindow(185, 208)).toEqual(['symptom', null]);
    const alone = coverOf({ tiles }, { symptom: between(180, 240), reference: null });
    expect(alone.sides).toEqual([null, null, null, 'symptom', 'symptom']);
  });
});
