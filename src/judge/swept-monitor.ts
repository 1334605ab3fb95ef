import type { Case, Series, Window } from '../model/case.ts';
import type { SweptMonitor } from '../model/sweep.ts';
import { instant, MINUTE, SECOND } from '../model/time.ts';
import { change } from './change.ts';
import { findIncident, noIncident } from './incident.ts';
import { rated, readShare, sumOf } from './known.ts';
import { indicator } from './nhi.ts';
import { countsOf } from './observe.ts';
import { binStart, binsWithin, count, perGib } from './rates.ts';
import { collapsedAt } from './silence.ts';
import { CLEAN_BASELINE, COLLAPSE, MIN_EVENTS, OWN_RISE, READ_LEAST, RISE } from './thresholds.ts';

/* Of each monitor of a place what its metrics say by themselves, and which of them are worth a closer look. */

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
