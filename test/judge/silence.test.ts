import { describe, expect, it } from 'vitest';
import { statesOf } from '../../src/judge/silence.ts';
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
