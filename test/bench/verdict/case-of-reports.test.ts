import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/model/time.ts';
import type { MetricName } from '../../../src/sandbox/measure/publications.ts';
import { createPublications } from '../../../src/sandbox/measure/publications.ts';
import { caseOfReports, vpcMonitor, zoneMonitor } from './case-of-reports.ts';
import { makeFleet, VPC } from './fleet.ts';
import { awsEvent } from './incident.ts';
import { drawFrom } from './random.ts';
import { load, play, raise } from './traffic.ts';
import { NOW, START, WINDOWS } from './window.ts';

const COLUMNS = {
  bytes: 'DataTransferred',
  retransmissions: 'Retransmissions',
  timeouts: 'Timeouts',
  rttMicros: 'RoundTripTime',
  nhi: 'HealthIndicator',
} as const satisfies Record<string, MetricName>;

/** A zone that loses more, another that falls silent, and AWS degraded in the first: all that a series may show. */
function incident(seed: number) {
  const draw = drawFrom(seed);
  const fleet = makeFleet(
    { zones: 3, churn: 0.2, unclassified: 0.05, peersInside: 1, peersOutside: 1, vpcs: 1 },
    draw,
  );
  const loads = load(fleet, 'normal', draw);
  const [lossy, silent] = fleet.zones.map(({ id }) => id);
  const effects = [
    raise(loads, 6, ({ local }) => local.zoneId === lossy, { during: (minute) => minute >= 200 }),
    {
      hits: (l: (typeof loads)[number]) => l.local.zoneId === silent,
      during: (minute: number) => minute >= 230,
      mute: true,
    },
  ];
  const { world } = fleet;
  return {
    world,
    source: play(loads, effects, [awsEvent(lossy ?? '', 201, 230)], { start: START, bursts: 'heavy' }, draw),
  };
}

describe('the series of a Case of reports', () => {
  it.each([1, 2, 3])('are those that the sandbox publishes of all reports, condensed or not: %i', (seed) => {
    const { world, source } = incident(seed);
    const made = [
      vpcMonitor(world, 'vpc', VPC),
      ...world.zones.map(({ id }) => zoneMonitor(world, id, VPC, id)),
    ];
    const { window, baseline } = WINDOWS;
    const { monitors } = caseOfReports(
      { world, source, target: { kind: 'vpc', id: VPC }, window, baseline, now: NOW },
      made,
      {
        refused: () => false,
      },
    );
    expect(monitors).toHaveLength(4);
    for (const { arn, local, series } of monitors) {
      const publications = createPublications(world, source, () => NOW);
      publications.begin(arn, local, [], 0);
      for (const [column, metric] of Object.entries(COLUMNS)) {
        const end = Date.parse(window.end);
        const points = publications.points(arn, metric, START, end);
        const values = new Array<number | null>((end - START) / MINUTE).fill(null);
        for (const { minute, value } of points) values[(minute - START) / MINUTE] = value;
        expect(series?.[column as keyof typeof COLUMNS]).toEqual(values);
      }
    }
    const [whole] = monitors;
    expect(new Set(whole?.series?.nhi)).toEqual(new Set([0, 1]));
    expect(monitors.some(({ series }) => series?.bytes.includes(null))).toBe(true);
  });
});
