import { describe, expect, it } from 'vitest';
import { collapsedAt, statesOf } from '../../src/judge/silence.ts';
import { zoneSources } from '../../src/judge/sources.ts';
import { buildCase } from './build.ts';

/** What each zone's bytes are in a minute, as a share of what they were; null: nothing was reported. */
type Level = (minute: number) => number | null;

const NORMAL: Level = () => 1;
/** The window has the minutes 180 to 239. */
const since =
  (minute: number, level: number | null): Level =>
  (m) =>
    m >= minute ? level : 1;

function states(...levels: Level[]) {
  const data = buildCase({
    pods: levels.map((level, i) => ({
      name: `pod-${i}`,
      azId: `az${i + 1}`,
      bytes: (m) => {
        const share = level(m);
        return share === null ? null : Math.round(1e7 * share);
      },
      events: () => 0,
    })),
  });
  return statesOf(
    data,
    zoneSources(data).map((zone) => ({ ...zone, isWell: () => false })),
  );
}

describe('a zone', () => {
  it('is starved where its traffic collapses while its peers hold', () => {
    expect(states(NORMAL, since(190, 0.1), NORMAL)).toEqual(['reporting', 'starved', 'reporting']);
  });

  it('is starved as well where it loses what it sends to one that is', () => {
    // Two zones that mostly talk to each other; the third has next to nothing to do with them.
    expect(states(since(190, 0.1), since(190, 0.35), since(190, 0.95))).toEqual([
      'starved',
      'starved',
      'reporting',
    ]);
  });

  it('is starved where that began a few minutes ago', () => {
    expect(states(NORMAL, since(234, 0.1))).toEqual(['reporting', 'starved']);
  });

  it('is not starved by a quiet evening, which lowers all', () => {
    expect(states(since(180, 0.4), since(180, 0.3), since(180, 0.35))).toEqual([
      'reporting',
      'reporting',
      'reporting',
    ]);
  });

  it('is not starved by traffic that moves to others', () => {
    expect(states(since(200, 0.6), since(200, 1.3), since(200, 1.1))).toEqual([
      'reporting',
      'reporting',
      'reporting',
    ]);
  });

  it('is silent where it reports nothing in the window', () => {
    expect(states(NORMAL, since(180, null))).toEqual(['reporting', 'silent']);
  });

  it('is silent where it has stopped to report while its peers have not', () => {
    expect(states(NORMAL, since(220, null))).toEqual(['reporting', 'silent']);
  });

  it('is not silent where the last minutes of all have not landed', () => {
    expect(states(since(235, null), since(235, null))).toEqual(['reporting', 'reporting']);
  });
});

describe('a collapse', () => {
  const START = Date.parse('2026-11-21T12:00:00Z');
  const minuteOf = (level: Level) => {
    const { monitors } = buildCase({
      pods: [
        {
          name: 'pod',
          azId: 'az1',
          // It varies by half, and is three times as much each half hour.
          bytes: (m) => {
            const share = level(m);
            const much = (m % 30 === 7 ? 3 : 1) * (1 + ((m * 7) % 10) / 20);
            return share === null ? null : Math.round(1e7 * share * much);
          },
          events: () => 0,
        },
      ],
    });
    const [series] = monitors.flatMap((m) => m.series ?? []);
    const at = series ? collapsedAt(series) : null;
    return at === null ? null : (at - START) / 60_000;
  };

  it.each([
    ['in the window', since(205, 0.1), 205],
    ['into silence', since(213, null), 213],
    ['before the window', since(171, 0.05), 171],
    ['by half and a little more', since(200, 0.35), 200],
    ['six minutes ago', since(234, 0), 234],
  ])('begins in its minute: %s', (_, level, minute) => {
    expect(minuteOf(level)).toBe(minute);
  });

  it('is none where traffic stays, or grows', () => {
    expect(minuteOf(NORMAL)).toBeNull();
    expect(minuteOf(since(200, 4))).toBeNull();
  });
});
