import { describe, expect, it } from 'vitest';
import { sumFlows } from '../../src/judge/flow-sums.ts';
import { tileIncident } from '../../src/judge/tile-incident.ts';
import { coverOf } from '../../src/judge/tiles.ts';
import type { Case } from '../../src/model/case.ts';
import { buildCase, fleet } from './build.ts';

const ZONES = ['az1', 'az2', 'az3', 'az4', 'az5'];
/** Three hours, and the window by the half hour. */
const STARTS = [12, 13, 14, 15, 15.5, 16];
const BASELINE_TILES = 3;

const clock = (hour: number) => `2026-11-21T${Math.floor(hour)}:${hour % 1 ? '30' : '00'}:00Z`;

/** What no series holds: each pod's events by the tile, `times` as many as are usual in so long. */
function caseOfTiles(times: (azId: string, tile: number) => number): Case {
  const data = buildCase({ pods: fleet(ZONES, 4), monitors: 'none' });
  const tiles = STARTS.slice(1).map((end, i) => ({ start: clock(STARTS[i] ?? 0), end: clock(end) }));
  const pods = data.flows.filter(({ tile }) => tile === 0);
  const flows = tiles.flatMap((_, tile) =>
    pods.map((flow) => {
      const hours = tile < BASELINE_TILES ? 1 : 0.5;
      const usual = 40 * hours;
      return {
        ...flow,
        tile,
        bytes: 1e9 * hours,
        retransmissions: usual * times(flow.local.azId ?? '', tile),
      };
    }),
  );
  return { ...data, tiles, flows };
}

function incidentOf(times: (azId: string, tile: number) => number) {
  const data = caseOfTiles(times);
  const flows = sumFlows(data, coverOf(data, { symptom: data.window, reference: data.baseline }));
  return tileIncident(data, flows, 1);
}

describe('where no series tells', () => {
  it('a rise of all begins in the tile in which there is more', () => {
    expect(incidentOf((_, tile) => (tile === 4 ? 3 : 1))).toMatchObject({
      onset: Date.parse(clock(15.5)),
      end: null,
    });
  });

  it('a rise of one zone does, though the sum of all hides it', () => {
    expect(incidentOf((azId, tile) => (azId === 'az2' && tile === 4 ? 3 : 1))).toMatchObject({
      onset: Date.parse(clock(15.5)),
      reference: { end: clock(15.5) },
    });
  });

  it('there is none where all is as before', () => {
    expect(incidentOf(() => 1).onset).toBeNull();
  });
});
