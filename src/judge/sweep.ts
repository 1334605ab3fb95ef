import quantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Case, Gap, Series, Window } from '../model/case.ts';
import { nfm } from '../model/command-line.ts';
import type { SweepItem, SweptMonitor, SweptPlace } from '../model/sweep.ts';
import { ALARMING, SWEEP_STATES, type SweepState, UNSEEN } from '../model/sweep-states.ts';
import { instant, MINUTE, SECOND } from '../model/time.ts';
import { accountLabel, many } from '../model/units.ts';
import { SWEEP_EXIT } from '../model/words.ts';
import { change } from './change.ts';
import { findIncident, noIncident } from './incident.ts';
import { rated, readShare, sumOf } from './known.ts';
import { indicator } from './nhi.ts';
import { countsOf } from './observe.ts';
import { binStart, binsWithin, count, type LogRate, perGib } from './rates.ts';
import { collapsedAt } from './silence.ts';
import {
  CLEAN_BASELINE,
  COLLAPSE,
  MIN_EVENTS,
  OWN_RISE,
  READ_LEAST,
  RISE,
  TAU,
  Z95,
  ZONE_ALPHA,
} from './thresholds.ts';

/*
 * Where is it bad, anywhere? Of each monitor what its metrics say by themselves, then all of them as one list.
 */

type Windows = Pick<Case, 'window' | 'baseline'>;

/** The metrics of one monitor; null where they could not be read. */
export interface Watched {
  arn: string;
  /** In steps that are the same for all monitors of a place. */
  series: Series | null;
  /** The same by the minute, where it was looked at closer. */
  fine?: Series | null;
}

/** So long without a report, and longer than ever before, is silence: one value that is late is none. */
const SILENCE = 10 * MINUTE;

/** Bytes are compared over so long, and over the whole window: a few minutes of few bytes are not a collapse. */
const COLLAPSED = 15 * MINUTE;

/** The ARNs of those that a closer look may say something of; whatever the others do is no more than they did before. */
export function worthALook(all: readonly Watched[], windows: Windows): string[] {
  const peers = peersOf(all, windows);
  return all.filter((one) => mayStandOut(one, peers, windows)).map(({ arn }) => arn);
}

function mayStandOut(one: Watched, peers: Peers, windows: Windows): boolean {
  const { series } = one;
  if (!series) return false;
  return (
    indicator(series, windows.window).values.includes(1) ||
    reportsOf(one, peers, windows).reports !== 'reporting' ||
    mayHaveRisen(rated(series), windows)
  );
}

/** Of the whole window or of any ten minutes of it: much less than what a rise is, and cheap to tell. */
function mayHaveRisen(series: Series, { window, baseline }: Windows): boolean {
  const before = count(series, baseline);
  if (!baseline || before.bytes === 0) return false;
  const usual = Math.min(before.retransmissions / before.bytes, usualAtFirst(series, baseline));
  const [from, to] = binsWithin(series, window);
  const isAbove = (start: number, end: number, times: number) => {
    const events = sumIn(series.retransmissions, start, end);
    return events >= MIN_EVENTS && events >= times * usual * sumIn(series.bytes, start, end);
  };
  if (isAbove(from, to, OWN_RISE)) return true;
  const bins = Math.ceil((10 * MINUTE) / (series.periodSeconds * SECOND));
  for (let start = from; start + bins <= to; start++) if (isAbove(start, start + bins, RISE)) return true;
  return false;
}

/**
 * The least that the first part of the baseline says of what is usual, whatever the rest of it holds: an incident may have
 * begun in it (incident.ts). Few events say little, so two standard errors are added.
 */
function usualAtFirst(series: Series, baseline: Window): number {
  const [from, to] = binsWithin(series, baseline);
  const enough = from + Math.ceil(CLEAN_BASELINE / (series.periodSeconds * SECOND));
  let least = Number.POSITIVE_INFINITY;
  let [events, bytes] = [0, 0];
  for (let bin = from; bin < to; bin++) {
    events += series.retransmissions[bin] ?? 0;
    bytes += series.bytes[bin] ?? 0;
    if (bin + 1 >= enough && bytes > 0) least = Math.min(least, (events + 2 * Math.sqrt(events) + 1) / bytes);
  }
  return least;
}

function sumIn(values: Series['bytes'], from: number, to: number): number {
  let sum = 0;
  for (let bin = from; bin < to; bin++) sum += values[bin] ?? 0;
  return sum;
}

type Reports = Pick<SweptMonitor, 'reports' | 'since' | 'until'>;

/** Does it report as it did? Silence that it often has is none, and so is little traffic. */
function reportsOf(one: Watched, peers: Peers, windows: Windows): Reports {
  const { series } = one;
  if (!series || series.lost?.includes('bytes')) return { reports: 'unread', ...NEVER };
  const gap = trailingGap(one.fine ?? series);
  if (gap === null) return { reports: 'never', ...NEVER };
  if (gap.millis >= SILENCE && gap.millis > gap.longestBefore)
    return { reports: 'silent', since: gap.since, until: null };
  if (hasCollapsed(series, peers, windows)) {
    const at = collapsedAt(one.fine ?? series);
    const since = at === null ? null : instant(at);
    return { reports: 'starved', since, until: recoveredAt(one.fine ?? series, windows) };
  }
  const isSilentNow = count(series, windows.window).bins === 0;
  return {
    reports: isSilentNow || readShare(series, windows.window) >= READ_LEAST ? 'reporting' : 'unread',
    ...NEVER,
  };
}

const NEVER = { since: null, until: null };

/** How long nothing was reported at the end, and how long at most before that; null where nothing ever was. */
function trailingGap(series: Series): { millis: number; longestBefore: number; since: string } | null {
  const { bytes } = series;
  const last = bytes.findLastIndex((value) => value !== null);
  if (last < 0) return null;
  const period = series.periodSeconds * SECOND;
  let [longest, run] = [0, 0];
  for (let bin = bytes.findIndex((value) => value !== null); bin <= last; bin++) {
    run = bytes[bin] === null ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return {
    millis: (bytes.length - 1 - last) * period,
    longestBefore: longest * period,
    since: instant(binStart(series, last + 1)),
  };
}

/**
 * Less than half of the least that it carried in as long a time of its baseline, while another monitor of its Region
 * keeps what it has: what comes in batches, or sleeps at night, has had as little before. What stays and loses no more
 * than before went elsewhere (silence.ts).
 */
function hasCollapsed(series: Series, peers: Peers, { window, baseline }: Windows): boolean {
  if (!baseline || count(series, baseline).bytes === 0) return false;
  return spansOf(series, window).some(([start, to], span) => {
    const carried = sumIn(series.bytes, start, to);
    const least = leastBefore(series, to - start, binsWithin(series, baseline));
    if (least === null || carried >= COLLAPSE * least) return false;
    const own = levelOf(series, start, to, baseline);
    if (own >= COLLAPSE * Math.min(1, peers[span] ?? 0)) return false;
    return own < COLLAPSE ** 2 || !isWell(rated(series), start, to, baseline);
  });
}

/** The whole window, and the end of it. */
function spansOf(series: Series, window: Window): [from: number, to: number][] {
  const [from, to] = binsWithin(series, window);
  const bins = Math.ceil(COLLAPSED / (series.periodSeconds * SECOND));
  return [
    [from, to],
    [Math.max(from, to - bins), to],
  ];
}

/** The level of the one that keeps most of what it had, in each span: in a place of many, to be found once. */
type Peers = readonly number[];

function peersOf(all: readonly Watched[], { window, baseline }: Windows): Peers {
  const levels = all.map(({ series }) =>
    series && baseline
      ? spansOf(series, window).map(([from, to]) => levelOf(series, from, to, baseline))
      : [],
  );
  return [0, 1].map((span) => levels.reduce((best, own) => Math.max(best, own[span] ?? 0), 0));
}

/** Since when it has been back for some time, to the last minute. */
function recoveredAt(series: Series, { window, baseline }: Windows): string | null {
  const before = count(series, baseline);
  const [from, to] = binsWithin(series, window);
  let back = to;
  while (back > from && (series.bytes[back - 1] ?? 0) >= (COLLAPSE * before.bytes) / before.bins) back--;
  return (to - back) * series.periodSeconds * SECOND >= SILENCE ? instant(binStart(series, back)) : null;
}

function leastBefore(series: Series, length: number, [from, to]: [number, number]): number | null {
  let least: number | null = null;
  for (let start = from; start + length <= to; start++) {
    const carried = sumIn(series.bytes, start, start + length);
    least = least === null ? carried : Math.min(least, carried);
  }
  return least;
}

/** Bytes a bin, as a share of the same in the baseline. */
function levelOf(series: Series, from: number, to: number, baseline: Window): number {
  const before = count(series, baseline);
  return before.bytes === 0 || to <= from
    ? 0
    : sumIn(series.bytes, from, to) / (to - from) / (before.bytes / before.bins);
}

function isWell(series: Series, from: number, to: number, reference: Window): boolean {
  const symptom = { start: instant(binStart(series, from)), end: instant(binStart(series, to)) };
  const { high, verdict } = change(countsOf(series, { symptom, reference, burst: null }));
  return verdict === 'not-up' && high !== null && high < 1 / COLLAPSE ** 2;
}

/** What the metrics of one monitor say by themselves. */
export type Findings = Omit<SweptMonitor, 'monitor' | 'monitorArn' | 'status' | 'az' | 'azId' | 'covers'>;

/** Of the monitors of one place, by ARN. */
export function findingsOf(all: readonly Watched[], windows: Windows): Map<string, Findings> {
  const peers = peersOf(all, windows);
  return new Map(all.map((one) => [one.arn, findings(one, peers, windows)]));
}

const UNREAD: Findings = {
  bytes: null,
  retransmissions: null,
  timeouts: null,
  retransmissionsPerGiB: null,
  baseline: { bytes: null, retransmissions: null, retransmissionsPerGiB: null },
  change: null,
  compared: null,
  rise: 'no-baseline',
  indicator: 'unknown',
  degradedMinutes: 0,
  reports: 'unread',
  since: null,
  until: null,
};

function findings(one: Watched, peers: Peers, windows: Windows): Findings {
  const reported = one.fine ?? one.series;
  if (!reported) return UNREAD;
  const { window, baseline } = windows;
  const series = rated(reported);
  // Only what was looked at closer can have risen, and only there is it worth the search.
  const incident = one.fine ? findIncident(windows, [series]) : noIncident(windows);
  const { ratio, low, high, verdict, ...counts } = change(countsOf(series, incident));
  const hasTraffic = ratio !== null && low !== null && high !== null;
  // Of no event and no event there is no ratio, only what was added to both.
  const hasEvents = counts.window.retransmissions + counts.baseline.retransmissions > 0;
  const told = (counter: 'bytes' | 'retransmissions' | 'timeouts', of: Window) =>
    sumOf(reported, counter, of, READ_LEAST);
  const rateIn = (of: Window) => {
    const { retransmissions, bytes } = count(series, of);
    return told('retransmissions', of) === null ? null : perGib(retransmissions, bytes);
  };
  const { reports, ...changed } = reportsOf(one, peers, windows);
  const degraded = degradation(reported, window);
  const hasRisen = verdict === 'up' || verdict === 'too-few-events';
  const onset = hasRisen && incident.onset !== null ? instant(incident.onset) : null;
  const end = hasRisen && incident.end !== null ? instant(incident.end) : null;
  return {
    bytes: told('bytes', window),
    retransmissions: told('retransmissions', window),
    timeouts: told('timeouts', window),
    retransmissionsPerGiB: rateIn(window),
    baseline: {
      bytes: baseline && told('bytes', baseline),
      retransmissions: baseline && told('retransmissions', baseline),
      retransmissionsPerGiB: baseline && rateIn(baseline),
    },
    change: hasTraffic && hasEvents ? { ratio, low, high } : null,
    compared: hasTraffic
      ? {
          bytes: counts.window.bytes,
          retransmissions: counts.window.retransmissions,
          retransmissionsPerGiB: perGib(counts.window.retransmissions, counts.window.bytes),
          baselineRetransmissionsPerGiB: perGib(counts.baseline.retransmissions, counts.baseline.bytes),
        }
      : null,
    rise: verdict,
    indicator: degraded.state,
    degradedMinutes: degraded.minutes,
    reports,
    ...(degraded.minutes > 0
      ? { since: degraded.since, until: degraded.until }
      : hasRisen
        ? { since: onset, until: end }
        : changed),
  };
}

function degradation(series: Series, window: Window) {
  const { start, periodSeconds, values } = indicator(series, window);
  const at = (bin: number) => instant(Date.parse(start) + bin * periodSeconds * SECOND);
  const minutes = (values.filter((value) => value === 1).length * periodSeconds * SECOND) / MINUTE;
  const [first, last] = [values.indexOf(1), values.lastIndexOf(1)];
  const known = values.filter((value) => value !== null).length;
  const goesOn = last === values.findLastIndex((value) => value !== null);
  return {
    state:
      minutes > 0
        ? ('degraded' as const)
        : known > 0 && known >= READ_LEAST * values.length
          ? ('healthy' as const)
          : ('unknown' as const),
    minutes,
    since: first < 0 ? null : at(first),
    until: last < 0 || goesOn ? null : at(last + 1),
  };
}

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
  baseline: UNREAD.baseline,
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

/** Regions that are named of one account, and accounts of one gap; of more, how many: the items have them all. */
const MOST_REGIONS = 4;
const MOST_ACCOUNTS = 6;

/** What was not seen, and why: who was refused in the same way is one gap. */
export function sweepGaps(unordered: readonly SweptPlace[]): Gap[] {
  const key = ({ accountId, profile, region }: SweptPlace) => JSON.stringify([accountId, profile, region]);
  const places = [...unordered].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const all = grouped(places, accountKey);
  const own = places.flatMap(({ gaps, ...place }) =>
    gaps.map((gap) => ({
      ...gap,
      effect: `${accountLabel(place)} in ${place.region}: ${gap.effect}`,
    })),
  );
  const groups = grouped(
    places.filter(({ refusal, state }) => refusal !== null && state !== 'suspended'),
    ({ refusal }) => JSON.stringify([refusal?.code, refusal?.action, refusal?.fix]),
  );
  const refused = [...groups.values()].flatMap((group): Gap[] => {
    const [first] = group;
    if (!first?.refusal) return [];
    const { code, action, fix, message } = first.refusal;
    const names = [...grouped(group, accountKey)].map(([key, own]) => {
      const label = accountLabel(own[0] ?? first);
      const regions = own.flatMap(({ region }) => region ?? []).sort();
      if (regions.length === 0) return label;
      const more = regions.length - MOST_REGIONS;
      const listed = more > 1 ? [...regions.slice(0, MOST_REGIONS), `${more} more Regions`] : regions;
      const isAll = own.length > 1 && own.length === all.get(key)?.length;
      const where = isAll ? `all ${own.length} Regions` : listed.join(', ');
      return `${label} in ${where}`;
    });
    const known = code === 'access-denied' ? 'permission' : code;
    const others = names.length - MOST_ACCOUNTS;
    const who =
      others > 1
        ? [...names.slice(0, MOST_ACCOUNTS), `${others} more accounts`].join('; ')
        : names.join('; ');
    const said = first.state === 'scope-not-ready' ? `${who}:` : `Nothing is known of ${who}.`;
    return [{ code: known, action, effect: `${said} ${message}`, fix }];
  });
  return [...refused, ...own];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function accountKey({ accountId, profile }: SweptPlace): string {
  return JSON.stringify([accountId, profile]);
}

export function statesIn(items: readonly SweepItem[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of items) states[state] = (states[state] ?? 0) + 1;
  return states;
}

/** One sentence or some, the worst first; what was not seen is in them. */
export function sweepSummary(
  items: readonly SweepItem[],
  asked: { places: number; answered: number; monitors: number },
): string {
  const states = statesIn(items);
  const of = (state: SweepState) => states[state] ?? 0;
  const monitors = many(asked.monitors, 'monitor', 'monitors');
  const bad = ALARMING.filter((state) => of(state) > 0).map((state) => `${of(state)} ${state}`);
  const places = many(asked.answered, 'account and Region', 'accounts and Regions');
  const unseen = asked.places - asked.answered;
  const unread = of('unread');
  return [
    asked.monitors === 0
      ? `No monitor was seen in ${places}.`
      : bad.length > 0
        ? `Of ${monitors} in ${places}: ${bad.join(', ')}.`
        : unread === asked.monitors
          ? `Nothing was read of ${monitors} in ${places}, which is not quiet.`
          : of('quiet') === asked.monitors
            ? `None of ${monitors} in ${places} stands out.`
            : `None of ${monitors} in ${places} stands out, ${of('quiet')} are quiet.`,
    ...(unread > 0 && unread < asked.monitors
      ? [`${unread} could not be read${unseen > 0 ? '' : ', which is not quiet'}.`]
      : []),
    ...(unseen > 0 ? [`${many(unseen, 'more was', 'more were')} not seen, which is not quiet.`] : []),
  ].join(' ');
}

/** With --exit-code: what AWS says of itself; that something stands out or was not seen; that nothing was. */
export function sweepExit(items: readonly SweepItem[]): number {
  const has = (states: readonly SweepState[]) => items.some(({ state }) => states.includes(state));
  if (has(['degraded'])) return SWEEP_EXIT.degraded;
  if (!items.some(({ state, monitor }) => monitor !== null && !UNSEEN.includes(state)))
    return SWEEP_EXIT.nothingSeen;
  return has([...ALARMING, ...UNSEEN]) ? SWEEP_EXIT.standsOut : SWEEP_EXIT.quiet;
}

/** What the numbers cannot tell. */
export function sweepNotes(items: readonly SweepItem[], hasDetails: boolean): string[] {
  const notes = [
    "By the metrics of monitors alone: a rise is not yet anybody's, which nfm triage decides; a quiet monitor says nothing of what none watches.",
  ];
  if (!hasDetails && items.some(({ monitor, covers }) => monitor !== null && covers === null)) {
    notes.push(
      'Zones and timeouts are asked for where something stands out; of all monitors with --details.',
    );
  }
  return notes;
}
