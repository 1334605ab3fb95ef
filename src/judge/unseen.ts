import type { Case, Gap, LostList, Series, Window } from '../model/case.ts';
import type { Confidence, Reason } from '../model/report.ts';
import { profilesOf } from './coverage.ts';
import { type Decision, inconclusive } from './decision.ts';
import { allRows } from './flow-sums.ts';
import { isAskedInFull, readOf, readShare, toldBySources } from './known.ts';
import type { Observation } from './observe.ts';
import { binsWithin } from './rates.ts';
import { LISTED_LEAST, LISTED_MOST, MISSING_MOST, READ_LEAST } from './thresholds.ts';
import { coverOf, type Side } from './tiles.ts';
import { zoneName } from './words.ts';

/*
 * What was lost on the way or never seen. It is no health, and a blame must not hang on it.
 */

/** Something that the verdict does not know, as a part of a sentence. */
export interface Unseen {
  what: string;
  /** What it does to 'no impairment': 'reason' forbids it, 'little' lowers its confidence. */
  weight: 'little' | Extract<Reason, 'evidence-incomplete' | 'partly-unseen'>;
}

/** The decision, less what it does not know enough for. */
export function withUnseen(data: Case, seen: Observation, decision: Decision): Decision {
  switch (decision.verdict) {
    case 'no-impairment':
      return health(data, seen, decision);
    case 'workload':
    case 'aws-infrastructure':
      if (missingFor(data, seen, decision).length > 0) {
        return inconclusive('evidence-incomplete', [decision.verdict]);
      }
      return decision.confidence === 'high' && twice(data).length > 0
        ? { ...decision, confidence: 'medium' }
        : decision;
    default:
      return decision;
  }
}

function health(
  data: Case,
  seen: Observation,
  decision: Exclude<Decision, { verdict: 'inconclusive' }>,
): Decision {
  if (seen.nhi.some((n) => n.state === 'degraded')) {
    return inconclusive('nhi-degraded-no-rise', ['aws-infrastructure']);
  }
  const unseen = unseenOf(data, seen);
  const serious = unseen.find(({ weight }) => weight !== 'little');
  if (serious && serious.weight !== 'little') {
    return inconclusive(serious.weight, ['workload', 'aws-infrastructure']);
  }
  return unseen.length === 0 ? decision : { ...decision, confidence: lower(decision.confidence) };
}

function lower(confidence: Confidence): Confidence {
  return confidence === 'high' ? 'medium' : 'low';
}

/** All that a claim of health does not know, the weightiest first. */
export function unseenOf(data: Case, seen: Observation): Unseen[] {
  const all = [
    ...unread(data, seen),
    ...unlisted(data, seen),
    ...unaccounted(data),
    ...unwatched(data, seen),
    ...silent(data),
    ...agentless(data),
    ...twice(data),
  ];
  return all.sort((a, b) => Number(a.weight === 'little') - Number(b.weight === 'little'));
}

/** Counts of the target and its zones by the minute, and the indicator. */
function unread(data: Case, seen: Observation): Unseen[] {
  const { window } = data;
  const unseen: Unseen[] = [];
  const share = seen.reported ? readShare(seen.reported, window) : 0;
  if (seen.from === 'flows') {
    const isRead = data.monitors.every(({ series }) => series !== null && !series.lost?.length);
    unseen.push({
      what: 'single minutes, as its flows are listed by the half hour and the hour',
      weight: isRead && data.monitors.length > 0 ? 'little' : 'evidence-incomplete',
    });
  } else if (seen.from === 'series' && share < 1) {
    const { counted, reported, bins } = readOf(seen.reported, window);
    const of = seen.reported?.lost?.includes('bytes') ? bins : reported;
    const minutes = of - counted;
    unseen.push({
      what: `retransmissions in ${minutes} of ${of} periods`,
      weight: share < READ_LEAST ? 'evidence-incomplete' : 'little',
    });
  }
  // Whole lists of flows vouch for minutes that CloudWatch lost, and are lower bounds themselves.
  else if (seen.reported?.lost?.some((counter) => counter === 'bytes' || counter === 'retransmissions')) {
    unseen.push({ what: 'some minutes that CloudWatch did not give', weight: 'little' });
  }
  unseen.push(...unreported(data, seen));
  const zones = seen.zones.filter((z) => z.state === 'unknown' && z.inside);
  if (zones.length > 0) {
    unseen.push({
      what: `counts of ${zones.map((z) => zoneName(data, z.azId)).join(', ')}`,
      weight: 'evidence-incomplete',
    });
  }
  const indicators = data.monitors.filter((m) => m.series?.lost?.includes('nhi'));
  if (indicators.length === 0 && seen.nhiHere !== 'healthy') {
    unseen.push({ what: "what AWS's health indicator says", weight: 'little' });
  }
  if (indicators.length > 0) {
    unseen.push({
      what: `the health indicator of ${indicators.map((m) => m.name).join(', ')}`,
      weight: seen.nhiHere === 'healthy' ? 'little' : 'evidence-incomplete',
    });
  }
  if (data.incomplete?.series && seen.zones.some((z) => z.source === 'workload-insights')) {
    unseen.push({ what: 'some series by zone', weight: 'evidence-incomplete' });
  }
  return unseen;
}

/** Minutes of which nobody reported anything, where the baseline was reported: every agent may have gone dark at once. */
function unreported(data: Case, { reported, baseline }: Observation): Unseen[] {
  if (!reported || reported.lost?.includes('bytes')) return [];
  const share = (window: Window) => {
    const { bins, reported: told } = readOf(reported, window);
    return bins > 0 ? told / bins : 0;
  };
  const usual = baseline ? share(baseline) : 1;
  const now = share(data.window);
  if (usual === 0 || now >= usual) return [];
  const { bins, reported: told } = readOf(reported, data.window);
  const what = `${bins - told} of ${bins} periods, of which nothing was reported`;
  return [{ what, weight: now < READ_LEAST * usual ? 'partly-unseen' : 'little' }];
}

/** Lists of flows: what they may hide is what the minutes have and no other list does. */
function unlisted(data: Case, seen: Observation): Unseen[] {
  if (data.asked?.length === 0)
    return [{ what: 'any single flow, none of which was asked for', weight: 'little' }];
  const lost = lostLists(data, seen);
  const counts = lost.filter((l) => l.counter === 'bytes' || l.counter === 'retransmissions');
  if (counts.length > 0) {
    return [{ what: named(counts), weight: hides(data, seen, counts) ? 'evidence-incomplete' : 'little' }];
  }
  const all = lost.length > 0 ? lost : (data.incomplete?.lists ?? []);
  return all.length > 0 ? [{ what: named(all), weight: 'little' }] : [];
}

/** Bytes that the minutes have and no list of flows: an answer that lost its rows on the way looks like an empty one. */
function unaccounted(data: Case): Unseen[] {
  const share = listedShare(data);
  if (share === null || share >= LISTED_MOST) return [];
  const few = share < LISTED_LEAST;
  const what = `who sends ${few ? 'nearly all' : 'most'} of the bytes that were counted`;
  return [{ what, weight: few ? 'evidence-incomplete' : 'little' }];
}

export function unaccountedGap(data: Case): Gap[] {
  const share = listedShare(data);
  if (share === null || share >= LISTED_MOST) return [];
  // Where the lists were refused, that is why.
  if (allRows(data).length === 0 && data.incomplete?.lists.length) return [];
  return [
    {
      code: 'flows-unaccounted',
      action: null,
      effect: `Lists of flows hold ${Math.round(share * 100)} % of the bytes that CloudWatch counted in the window: who sends the rest is not known.`,
      fix: 'Run the command again; agents report their 500 worst flows, so that a part may always be missing.',
    },
  ];
}

/** The share of the counted bytes of the window that lists of flows hold; null where it cannot be told. */
function listedShare(data: Case): number | null {
  if (data.truncated) return null;
  let [told, listed] = [0, 0];
  for (const [tile, window] of data.tiles.entries()) {
    const isTold = window.start >= data.window.start && isAskedInFull(data.asked, tile, 'bytes');
    const sum = isTold ? toldBySources(data, 'bytes', window) : null;
    if (sum === null) continue;
    told += sum;
    listed += allRows(data).reduce((all, f) => (f.tile === tile ? all + (f.bytes ?? 0) : all), 0);
  }
  return told === 0 ? null : listed / told;
}

function lostLists(data: Case, { symptom, baseline }: Observation): LostList[] {
  const { sides } = coverOf(data, { symptom, reference: baseline });
  return (data.incomplete?.lists ?? []).filter(({ tile, vouched }) => sides[tile] && !vouched);
}

function named(lists: readonly LostList[]): string {
  const categories = [...new Set(lists.map((l) => l.category))];
  return `${lists.length === 1 ? 'a list' : `${lists.length} lists`} of flows (${categories.join(', ')})`;
}

function hides(data: Case, seen: Observation, lost: readonly LostList[]): boolean {
  const count = missingEvents(data, seen, lost);
  return count === null || count > 0;
}

/**
 * Events of the symptom's tiles that no list whole in bytes and events has; null where the minutes do not say. Of the
 * whole too: where it seems to be is what the missing lists may have decided.
 */
function missingEvents(data: Case, seen: Observation, lost: readonly LostList[]): number | null {
  const whole = missingIn(data, seen, lost, seen.reported, undefined);
  if (!seen.outlier) return whole;
  const here = missingIn(data, seen, lost, seen.outlier.reported, seen.outlier.azId);
  return whole === null || here === null ? null : Math.max(whole, here);
}

function missingIn(
  data: Case,
  seen: Observation,
  lost: readonly LostList[],
  place: Series | null,
  azId: string | undefined,
): number | null {
  const { sides } = coverOf(data, { symptom: seen.symptom, reference: seen.baseline });
  if (!place || data.truncated) return null;
  const isLost = new Set(lost.map((l) => `${l.tile} ${l.category}`));
  let missing = 0;
  for (const [tile, window] of data.tiles.entries()) {
    if (sides[tile] === null || !lost.some((l) => l.tile === tile)) continue;
    const counted = eventsIn(place, window);
    if (counted === null) return null;
    const listed = data.flows.reduce((sum, f) => {
      const own = f.tile === tile && (azId === undefined || f.local.azId === azId);
      return own && !isLost.has(`${tile} ${f.category}`) ? sum + (f.retransmissions ?? 0) : sum;
    }, 0);
    missing += Math.max(0, counted - listed);
  }
  return missing;
}

function eventsIn(series: Series, window: Window): number | null {
  if (readShare(series, window) < READ_LEAST) return null;
  const [from, to] = binsWithin(series, window);
  return series.retransmissions.slice(from, to).reduce<number>((sum, v) => sum + (v ?? 0), 0);
}

/** Monitors that could not be looked at, and zones that none watches. */
function unwatched(data: Case, seen: Observation): Unseen[] {
  if (data.incomplete?.monitors) {
    return [
      {
        what: 'monitors that could not be listed or looked at',
        weight: isWatched(data, seen) ? 'little' : 'evidence-incomplete',
      },
    ];
  }
  const zones = unwatchedZones(data, seen);
  return zones.length > 0
    ? [{ what: `${zones.join(', ')}, which no monitor reports`, weight: 'partly-unseen' }]
    : [];
}

/** Of the target: counted neither as a whole nor by themselves. */
function unwatchedZones(data: Case, { zones }: Observation): string[] {
  if (wholeIsRead(data)) return [];
  return (data.targetZones ?? [])
    .filter((azId) => !zones.some((z) => z.azId === azId))
    .map((azId) => zoneName(data, azId));
}

function wholeIsRead({ monitors, target, window }: Case): boolean {
  return monitors.some(
    ({ name, coversTarget, series }) =>
      series !== null &&
      (coversTarget || (target.kind === 'monitor' && name === target.id)) &&
      readShare(series, window) >= READ_LEAST,
  );
}

/** The whole and each zone have counts, and the indicator is known: other monitors could add nothing. */
function isWatched(data: Case, { zones, nhiHere }: Observation): boolean {
  const all = data.targetZones ?? null;
  const each = all?.every((azId) => zones.some((z) => z.azId === azId && z.state !== 'unknown')) ?? false;
  return wholeIsRead(data) && each && nhiHere !== 'unknown';
}

/** Instances of which nothing is listed. */
function silent({ coverage, incomplete, gaps }: Case): Unseen[] {
  if (!coverage) {
    const refused = gaps.some((g) => g.action === 'ec2:DescribeInstances') || incomplete?.lists.length;
    return coverage === null && refused ? [{ what: 'whether every instance reports', weight: 'little' }] : [];
  }
  const { running, silent: missing } = coverage;
  if (missing.length === 0) return [];
  const windows = missing.filter((one) => one.windows).length;
  const of = windows === missing.length ? '' : `${windows} of them `;
  const never = windows === 0 ? '' : ` (${of}on Windows, where no agent can)`;
  return [
    {
      what:
        missing.length === 1
          ? `what 1 of ${running} running instances sends, which reports nothing${never}`
          : `what ${missing.length} of ${running} running instances send, which report nothing${never}`,
      weight: missing.length <= MISSING_MOST * running ? 'little' : 'partly-unseen',
    },
  ];
}

/** Pods that no agent can report. How many there are is not known, so it may be most of the target. */
function agentless({ agents }: Case): Unseen[] {
  if (!agents) return [];
  if (agents.fargate === null)
    return [{ what: 'whether pods run on Fargate, which report nothing', weight: 'little' }];
  if (agents.fargate.length === 0) return [];
  return [
    {
      what: `what pods on Fargate send, which report nothing (${profilesOf(agents.fargate)})`,
      weight: 'partly-unseen',
    },
  ];
}

/** What is counted twice has the right rate, and looks surer than it is. */
export function twice({ agents }: Case): Unseen[] {
  const count = agents?.twice?.length ?? 0;
  if (count === 0) return [];
  const who = count === 1 ? '1 instance has' : `${count} instances have`;
  return [
    {
      what: `true amounts, as ${who} two agents, and what both report is counted twice (rates are right)`,
      weight: 'little',
    },
  ];
}

/** What is missing that a blame rests on, and that could change it. */
export function missingFor(
  data: Case,
  seen: Observation,
  { verdict, reason }: Pick<Decision, 'verdict'> & Partial<Pick<Decision, 'reason'>>,
): string[] {
  const missing: string[] = [];
  const lost = lostLists(data, seen).filter((l) => l.counter === 'bytes' || l.counter === 'retransmissions');
  if (lost.length > 0 && couldMove(data, seen, lost)) missing.push(named(lost));
  const zones = seen.zones.filter((z) => z.state === 'unknown' && z.inside);
  if (zones.length > 0) {
    missing.push(`counts of ${zones.map((z) => zoneName(data, z.azId)).join(', ')}`);
  }
  if (data.incomplete?.monitors && !isWatched(data, seen)) {
    missing.push('monitors that could not be listed or looked at');
  }
  if (data.incomplete?.series && seen.zones.some((z) => z.source === 'workload-insights')) {
    missing.push('some series by zone');
  }
  const narrow = data.monitors.find(
    ({ zones: of, series }) =>
      of?.length === 1 && of[0] === seen.outlier?.azId && (series === null || series.lost?.includes('nhi')),
  );
  // A monitor of the zone alone would know whose flow the indicator speaks of.
  if (verdict === 'aws-infrastructure' && reason !== 'host-impaired' && narrow) {
    missing.push(`the health indicator of ${narrow.name}`);
  }
  return missing;
}

/** Lists that are missing could hold other events than those that were seen, or what was usual for these. */
function couldMove(data: Case, seen: Observation, lost: readonly LostList[]): boolean {
  const { sides } = coverOf(data, { symptom: seen.symptom, reference: seen.baseline });
  const on = (side: Side) => lost.filter((l) => sides[l.tile] === side);
  const events = seen.flows.reduce((sum, f) => sum + f.symptom.retransmissions, 0);
  if (on('symptom').length > 0) {
    const missing = missingEvents(data, seen, on('symptom'));
    if (missing === null || missing > MISSING_MOST * events) return true;
  }
  const before = sides.filter((side) => side === 'reference').length;
  return [...new Set(on('reference').map((l) => l.category))].some((category) => {
    const gone = new Set(on('reference').flatMap((l) => (l.category === category ? [l.tile] : [])));
    const own = seen.flows.filter((f) => f.flow.category === category);
    const share = own.reduce((sum, f) => sum + f.symptom.retransmissions, 0);
    return gone.size * 2 > before && share > MISSING_MOST * events;
  });
}
