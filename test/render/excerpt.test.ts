import { describe, expect, test } from 'vitest';
import { advise, nfm } from '../../src/model/command-line.ts';
import { excerptOf, headOf, sizeOf } from '../../src/render/excerpt.ts';

const ROOM = 32 * 1024;
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const minutes = (n: number) => ({
  start: '2026-11-21T12:00:00Z',
  retransmissions: many(n, () => null),
  bytes: many(n, () => 123456),
});

describe('an excerpt', () => {
  test('is the document where that is short', () => {
    const document = { schema: 'x', items: many(20, (i) => ({ i })), zones: [{ minutes: minutes(60) }] };
    expect(excerptOf(document)).toEqual({ document, left: [] });
  });

  test('has twenty of a list, in their order, and says how many there are', () => {
    const document = { a: { contributors: many(113, (i) => ({ i })) }, none: [] };
    expect(excerptOf(document)).toEqual({
      document: { a: { contributors: many(20, (i) => ({ i })) }, none: [] },
      left: [{ where: 'a.contributors', shown: 20, of: 113 }],
    });
    const words = excerptOf({ minutes: many(100, String) });
    expect(words.document.minutes).toEqual(many(60, String));
  });

  test.each<[string, object, object]>([
    ['a check that fails', { status: 'pass' }, { status: 'fail' }],
    ['a check that is unknown', { status: 'warn' }, { status: 'unknown' }],
    ['a zone that stands out', { outlier: false, state: 'silent' }, { outlier: true, state: 'reporting' }],
    ['a silent zone', { outlier: false, state: 'reporting' }, { outlier: false, state: 'silent' }],
    ['a degraded monitor', { nhi: { state: 'unknown' } }, { nhi: { state: 'degraded' } }],
    ['metrics of a degraded monitor', { total: { nhi: 'healthy' } }, { total: { nhi: 'degraded' } }],
  ])('%s is in it, wherever it stands', (_, usual, urgent) => {
    const { document } = excerptOf({ items: [...many(40, (i) => ({ ...usual, i })), urgent] });
    expect(document.items).toHaveLength(20);
    expect(document.items.slice(0, 2)).toEqual([
      { ...usual, i: 0 },
      { ...usual, i: 1 },
    ]);
    expect(document.items.at(-1)).toEqual(urgent);
  });

  test('has the series of what is wrong before others, all of one or none', () => {
    const zone = (outlier: boolean) => ({ outlier, minutes: minutes(1000) });
    const zones = [zone(false), zone(false), zone(true), zone(false)];
    const { document, left } = excerptOf({ zones });
    expect(sizeOf(document)).toBeLessThan(ROOM);
    expect(document.zones.map((z) => [z.minutes.retransmissions.length, z.minutes.bytes.length])).toEqual([
      [1000, 1000],
      [0, 0],
      [1000, 1000],
      [0, 0],
    ]);
    expect(left).toEqual([
      { where: 'zones[].minutes.retransmissions', shown: 2000, of: 4000 },
      { where: 'zones[].minutes.bytes', shown: 2000, of: 4000 },
    ]);
  });

  test('has fewer items where twenty are too large', () => {
    const { document, left } = excerptOf({ items: many(20, (i) => ({ i, text: 'x'.repeat(3000) })) });
    expect(sizeOf(document)).toBeLessThan(ROOM);
    expect(document.items.map(({ i }) => i)).toEqual(many(10, (i) => i));
    expect(left).toEqual([{ where: 'items', shown: 10, of: 20 }]);
  });

  test('has the beginning of an endless text, and no half of a character', () => {
    const { document, left } = excerptOf({ said: `${'x'.repeat(3999)}😀${'y'.repeat(50_000)}` });
    expect(document.said).toBe('x'.repeat(3999));
    expect(left).toEqual([{ where: 'characters of said', shown: 4000, of: 54_001 }]);
  });

  test('never cuts a command', () => {
    const command = nfm('monitor delete', {}, ...many(100, (i) => `monitor-${i}`));
    const document = { next: [{ command }], fix: advise('Run:', ...many(30, () => command)) };
    expect(excerptOf(document).document).toEqual(document);
  });
});

test("a head has the document's own lists cut, and what is within items as it was", () => {
  const item = (i: number) => ({ i, values: many(40, (v) => ({ v })) });
  const document = { schema: 'x', series: many(90, (i) => i), items: many(30, item) };
  expect(headOf(document)).toEqual({ ...document, items: many(20, item) });
});
