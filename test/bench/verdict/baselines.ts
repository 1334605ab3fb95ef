import type { Case } from '../../../src/model/case.ts';
import type { Label } from './incident.ts';

/** What a method that only ever blames a zone did: nothing, the label's zone, or anything else. */
export type ZoneBlame = 'silent' | 'right' | 'wrong';

export const BASELINES = ['χ² uniform', 'z-score ≥ 2', '66 % share', 'NHI alone'] as const;
export type BaselineName = (typeof BASELINES)[number];

interface ZoneEvents {
  azId: string;
  events: number;
  degraded: number;
}

/** χ² at p = .05 for 1 to 5 degrees of freedom (any table of the distribution). */
const CHI_SQUARED = [3.841, 5.991, 7.815, 9.488, 11.07];

/**
 * AWS's published outlier tests on the events of each zone in the window (whitepaper 'Advanced Multi-AZ Resilience
 * Patterns'; cdklabs/cdk-multi-az-observability OutlierDetectionAlgorithm), and the indicator by itself.
 */
export function baselinesOf(data: Case, label: Label): Record<BaselineName, ZoneBlame> {
  const zones = zoneEvents(data);
  const judge = (azId: string | null, blamesAws: boolean): ZoneBlame => {
    if (azId === null) return 'silent';
    const zoneIsRight = label.location.azId === azId;
    return zoneIsRight && (!blamesAws || label.verdicts.includes('aws-infrastructure')) ? 'right' : 'wrong';
  };
  return {
    'χ² uniform': judge(chiSquared(zones), false),
    'z-score ≥ 2': judge(zScore(zones), false),
    '66 % share': judge(share(zones), false),
    'NHI alone': judge(
      most(zones, ({ degraded }) => degraded),
      true,
    ),
  };
}

/** If significant, the zone farthest from its expectation. */
function chiSquared(zones: readonly ZoneEvents[]): string | null {
  const expected = mean(zones);
  const critical = CHI_SQUARED[zones.length - 2];
  if (critical === undefined || expected === 0) return null;
  const statistic = zones.reduce((sum, { events }) => sum + (events - expected) ** 2 / expected, 0);
  return statistic > critical ? most(zones, ({ events }) => Math.abs(events - expected)) : null;
}

function zScore(zones: readonly ZoneEvents[]): string | null {
  const centre = mean(zones);
  const variance = zones.reduce((sum, { events }) => sum + (events - centre) ** 2, 0) / zones.length;
  return most(zones, ({ events }) => ((events - centre) / Math.sqrt(variance) >= 2 ? events : 0));
}

function share(zones: readonly ZoneEvents[]): string | null {
  const all = mean(zones) * zones.length;
  return zones.length < 2 ? null : most(zones, ({ events }) => (events / all >= 0.66 ? events : 0));
}

/** The zone with the most of something, or none where nobody has any. */
function most(zones: readonly ZoneEvents[], of: (zone: ZoneEvents) => number): string | null {
  const [top] = [...zones].sort((a, b) => of(b) - of(a));
  return top && of(top) > 0 ? top.azId : null;
}

function mean(zones: readonly ZoneEvents[]): number {
  return zones.length ? zones.reduce((sum, { events }) => sum + events, 0) / zones.length : 0;
}

/** Events by zone in the window: from the zones' monitors, else from workload insights. */
function zoneEvents({ monitors, insights, window }: Case): ZoneEvents[] {
  const inWindow = (series: { start: string; periodSeconds: number }, i: number) =>
    Date.parse(series.start) + i * series.periodSeconds * 1000 >= Date.parse(window.start);
  const single = monitors.flatMap(({ zones, series }) => {
    const [azId, ...others] = zones ?? [];
    return azId && others.length === 0 && series ? [{ azId, series }] : [];
  });
  const byZone = new Map<string, ZoneEvents>();
  for (const { azId, series } of single.length ? single : insights) {
    const zone = byZone.get(azId) ?? { azId, events: 0, degraded: 0 };
    for (const [i, value] of series.retransmissions.entries()) {
      if (!inWindow(series, i)) continue;
      zone.events += value ?? 0;
      zone.degraded += (series.nhi[i] ?? 0) > 0 ? 1 : 0;
    }
    byZone.set(azId, zone);
  }
  return [...byZone.values()];
}
