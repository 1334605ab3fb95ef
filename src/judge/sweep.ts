import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { nfm } from '../model/command-line.ts';
import type { SweepItem, SweptMonitor, SweptPlace } from '../model/sweep.ts';
import { ALARMING, SWEEP_STATES, type SweepState, UNSEEN } from '../model/sweep-states.ts';
import { SWEEP_EXIT } from '../model/words.ts';
import type { LogRate } from './rates.ts';
import { TAU, Z95, ZONE_ALPHA } from './thresholds.ts';

/* Where is it bad, anywhere? All that was swept as one list. */

/**
 * All monitors, and the places without one, the worst first: by state (the order of SWEEP_STATES); of those with the same
 * state what goes on before what is over, and first what is hit hardest (excessOf). Silent and starved ones by what they
 * carried before. `when` goes into the commands that look closer.
 */
export function rankSweep(places: readonly SweptPlace[], when: When = {}): SweepItem[] {
  const seen = places.flatMap((place) => place.monitors.map((monitor) => ({ place, monitor })));
  const changes = seen.flatMap(({ place, monitor }) => {
    // One without any event, now and before, is as it was.
    const log = logOf(monitor.change) ?? (monitor.compared && !monitor.change ? UNCHANGED : null);
    return log ? [{ place, log }] : [];
  });
  const fleet = fleetOf(changes);
  const critical = quantile(1 - ZONE_ALPHA / Math.max(1, changes.length), 0, 1);
  const items = [
    ...seen.map(({ place, monitor }) => ({
      state: stateOf(monitor, critical),
      item: { ...named(place), ...monitor, changeVersusFleet: fleet(place, monitor.change), refusal: null },
    })),
    ...places
      .filter(({ monitors }) => monitors.length === 0)
      .map((place) => ({
        state: place.state === 'seen' ? ('no-monitor' as const) : place.state,
        item: { ...named(place), ...NO_MONITOR, refusal: place.refusal },
      })),
  ];
  return items
    .map((one) => ({ ...one, severity: severityOf(one.state, one.item) }))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
        compared(a.severity, b.severity) ||
        (keyOf(a.item) < keyOf(b.item) ? -1 : 1),
    )
    .map(({ state, item }, i) => ({ rank: i + 1, state, ...item, next: nextOf(state, item, when) }));
}

const ORDER = Object.keys(SWEEP_STATES) as SweepState[];

type Unranked = Omit<SweepItem, 'rank' | 'state' | 'next'>;

function named({ accountId, accountName, profile, role, region }: SweptPlace) {
  return { accountId, accountName, profile, role, region };
}

const NO_MONITOR = {
  monitor: null,
  monitorArn: null,
  status: null,
  az: null,
  azId: null,
  covers: null,
  bytes: null,
  retransmissions: null,
  timeouts: null,
  retransmissionsPerGiB: null,
  baseline: { bytes: null, retransmissions: null, retransmissionsPerGiB: null },
  change: null,
  compared: null,
  rise: null,
  indicator: null,
  degradedMinutes: null,
  reports: null,
  since: null,
  until: null,
  changeVersusFleet: null,
} as const;

const UNCHANGED: LogRate = { log: 0, variance: 0 };

/** A change as its logarithm, which is what has an error. */
function logOf(change: SweptMonitor['change']): LogRate | null {
  if (!change || !(change.ratio > 0 && change.low > 0 && Number.isFinite(change.high))) return null;
  const error = (Math.log(change.high) - Math.log(change.low)) / (2 * Z95);
  return { log: Math.log(change.ratio), variance: error ** 2 };
}

/**
 * A monitor's own change over that of the fleet: the median of the monitors of other accounts and Regions, which no bad
 * minority moves; a mean that is weighed by variance, as among few zones, follows those with most events, which are the bad
 * ones. Those of its own place are left out: a VPC's monitor holds its zones' flows, too.
 */
function fleetOf(changes: readonly { place: SweptPlace; log: LogRate }[]) {
  const sorted = [...changes].sort((a, b) => a.log.log - b.log.log);
  const positions = new Map<SweptPlace, number[]>();
  for (const [i, { place }] of sorted.entries()) {
    const own = positions.get(place);
    if (own) own.push(i);
    else positions.set(place, [i]);
  }
  const typical = median(changes.map(({ log }) => log.variance));
  return (place: SweptPlace, change: SweptMonitor['change']): SweepItem['changeVersusFleet'] => {
    const log = logOf(change);
    const own = positions.get(place) ?? [];
    const others = sorted.length - own.length;
    if (!log || others === 0) return null;
    let middle = others >> 1;
    for (const position of own) if (position <= middle) middle++;
    // The variance of a median is π/2 times that of a mean.
    const ofMedian = (Math.PI / 2) * ((typical + TAU ** 2) / others);
    const delta = log.log - (sorted[middle]?.log.log ?? 0);
    const error = Math.sqrt(log.variance + TAU ** 2 + ofMedian);
    const [ratio = 0, low = 0, high = 0] = [delta, delta - Z95 * error, delta + Z95 * error].map(Math.exp);
    return Number.isFinite(high) ? { ratio, low, high } : null;
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** `critical`: how many standard errors a change must lie above none, of so many as are looked at (Bonferroni). */
function stateOf(monitor: SweptMonitor, critical: number): SweepState {
  const { indicator, rise, reports } = monitor;
  if (indicator === 'degraded') return 'degraded';
  const log = logOf(monitor.change);
  // Rates drift apart by themselves (TAU): of many, some do by much.
  const isClear = log !== null && log.log > critical * Math.sqrt(log.variance + TAU ** 2);
  if (rise === 'up' && isClear) return 'worse';
  if (reports === 'silent' || reports === 'starved') return reports;
  if (rise === 'up' || rise === 'too-few-events') return 'unsure';
  if (reports === 'unread') return 'unread';
  if (reports === 'never' || monitor.bytes === null) return 'no-data';
  return rise === 'no-baseline' ? 'no-baseline' : 'quiet';
}

/** Compared number by number, the higher first. */
function severityOf(state: SweepState, item: Unranked): number[] {
  const goesOn = Number(item.until === null);
  switch (state) {
    case 'degraded': {
      const isHit = item.rise === 'up' || item.reports === 'silent' || item.reports === 'starved';
      return [Number(isHit), goesOn, excessOf(item), item.degradedMinutes ?? 0];
    }
    case 'worse':
    case 'unsure':
    case 'quiet':
      return [goesOn, excessOf(item)];
    default:
      return [goesOn, item.baseline.bytes ?? 0];
  }
}

/**
 * How hard it is hit: what is surely more than before, as a rate times as a number of events; below 0 where it may be less.
 * By rates alone, sixty events in a megabyte would come before a hundred thousand; by events alone, twice of next to nothing
 * in much traffic before a zone that loses every twentieth segment.
 */
function excessOf({ change, compared }: Unranked): number {
  if (!change || !compared) return 0;
  const share = 1 - 1 / change.low;
  const { retransmissions, retransmissionsPerGiB } = compared;
  return share * Math.abs(share) * retransmissions * (retransmissionsPerGiB ?? 0);
}

function compared(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return (b[i] ?? 0) - value;
  return 0;
}

function keyOf({ accountId, profile, region, monitor }: Unranked): string {
  return JSON.stringify([accountId ?? '', profile ?? '', region, monitor ?? '']);
}

/** As --since, --until and --baseline take it. */
export interface When {
  since?: string;
  until?: string;
  baseline?: string;
}

function nextOf(state: SweepState, { region, monitor }: Unranked, when: When): SweepItem['next'] {
  switch (state) {
    case 'degraded':
    case 'worse':
    case 'starved':
    case 'unsure':
      return nfm('triage', { monitor, region, ...when });
    case 'silent':
    case 'no-data':
      return nfm('doctor', { monitor, region });
    default:
      return null;
  }
}

export function statesIn(items: readonly SweepItem[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of items) states[state] = (states[state] ?? 0) + 1;
  return states;
}

/** With --exit-code: what AWS says of itself; that something stands out or was not seen; that nothing was. */
export function sweepExit(items: readonly SweepItem[]): number {
  const has = (states: readonly SweepState[]) => items.some(({ state }) => states.includes(state));
  if (has(['degraded'])) return SWEEP_EXIT.degraded;
  if (!items.some(({ state, monitor }) => monitor !== null && !UNSEEN.includes(state)))
    return SWEEP_EXIT.nothingSeen;
  return has([...ALARMING, ...UNSEEN]) ? SWEEP_EXIT.standsOut : SWEEP_EXIT.quiet;
}
