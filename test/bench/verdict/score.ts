import type { Outcome } from './outcome.ts';

/** So many of so many. */
export interface Share {
  hits: number;
  of: number;
}

export function shareOf<T>(items: readonly T[], hit: (item: T) => boolean): Share {
  return { hits: items.filter(hit).length, of: items.length };
}

export function ratio({ hits, of }: Share): number | null {
  return of ? hits / of : null;
}

/** Wilson's 95 % interval of a share (JASA 1927;22:209): honest at 0 and at 1, where the normal one has no width. */
export function wilson({ hits, of }: Share): { low: number; high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const z = 1.96;
  const p = hits / of;
  const centre = p + z ** 2 / (2 * of);
  const margin = z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return { low: Math.max(0, (centre - margin) / scale), high: Math.min(1, (centre + margin) / scale) };
}

export interface Score {
  n: number;
  accuracy: Share;
  wrongBlame: Share;
  found: Share;
  abstained: Share;
  falseHealth: Share;
  zone: Share;
  resource: Share;
  onset: Share;
  end: Share;
  ongoing: Share;
  /** On average. */
  queries: number;
}

export function score(outcomes: readonly Outcome[]): Score {
  const known = <K extends keyof Outcome>(key: K) => outcomes.filter((o) => o[key] !== null);
  const close = (error: number | null) => error !== null && Math.abs(error) <= 1;
  return {
    n: outcomes.length,
    accuracy: shareOf(outcomes, (o) => o.accurate && !o.wrongBlame),
    wrongBlame: shareOf(outcomes, (o) => o.wrongBlame),
    found: shareOf(outcomes, (o) => o.found),
    abstained: shareOf(outcomes, (o) => o.abstained),
    falseHealth: shareOf(outcomes, (o) => o.falseHealth),
    zone: shareOf(known('zone'), (o) => o.zone === true),
    resource: shareOf(known('resource'), (o) => o.resource === 'exact'),
    onset: shareOf(known('onsetError'), (o) => close(o.onsetError)),
    end: shareOf(known('endError'), (o) => close(o.endError)),
    ongoing: shareOf(known('ongoing'), (o) => o.ongoing === true),
    queries: outcomes.reduce((sum, o) => sum + o.queries, 0) / Math.max(1, outcomes.length),
  };
}

export interface Target {
  what: string;
  share: Share;
  /** Reached where the share is at least, or at most, this. */
  atLeast?: number;
  atMost?: number;
  /** The upper Wilson bound may not be above this. */
  upper?: number;
}

/** Traffic with events to speak of. */
export const VOLUMES = ['normal', 'high', 'busy', 'fleet'];

/** What has an answer to find, and what must not be accused: sizes of a factor of 3 and above, a fifth of pods replaced at most. */
export function clearly(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((o) => o.churn <= 0.2 && (o.quiet || o.size >= 3 || o.size === 1));
}

/** Incidents, of those that are due an answer: one place. What cannot be told from its other end has none. */
export function incidentsOf(outcomes: readonly Outcome[]): Outcome[] {
  return dueOf(outcomes).filter((o) => !o.paired);
}

export function dueOf(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((o) => o.answer === 'due' && !o.quiet);
}

/** What is asked for of each volume of traffic, and of each kind of target. */
export function goals(outcomes: readonly Outcome[]): Target[] {
  const clear = clearly(outcomes);
  const incidents = incidentsOf(clear);
  const at = (size: number) => score(incidents.filter((o) => o.size === size)).found;
  const { resource, ongoing } = score(incidents);
  const sure = outcomes.filter(({ verdict, confidence }) => isBlame(verdict) && confidence === 'high');
  return [
    { what: 'wrong blame', share: score(clear).wrongBlame, atMost: 0.005, upper: 0.01 },
    { what: 'quiet called quiet', share: score(outcomes.filter((o) => o.quiet)).found, atLeast: 0.97 },
    { what: 'recall ×3', share: at(3), atLeast: 0.95 },
    { what: 'recall ×6', share: at(6), atLeast: 0.99 },
    { what: 'right resource', share: resource, atLeast: 0.98 },
    { what: 'ongoing', share: ongoing, atLeast: 0.98 },
    { what: 'high is right', share: shareOf(sure, (o) => !o.wrongBlame), atLeast: 0.995 },
  ];
}

function isBlame(verdict: Outcome['verdict']): boolean {
  return verdict === 'workload' || verdict === 'aws-infrastructure';
}

/** All figures that are asked for: those of the issue from normal traffic up, and those that are older. */
export function headline(outcomes: readonly Outcome[]): Target[] {
  const calm = outcomes.filter((o) => o.churn <= 0.2);
  const clear = clearly(outcomes).filter((o) => o.tier === 'normal' || o.tier === 'scarce');
  const due = clear.filter((o) => o.answer === 'due');
  const incidents = incidentsOf(clear);
  const at = (size: number) => incidents.filter((o) => o.size === size);
  const low = calm.filter((o) => o.tier === 'low');
  const lowDue = low.filter((o) => o.answer === 'due' && !o.quiet && o.size >= 3);
  return [
    ...goals(outcomes.filter((o) => VOLUMES.includes(o.tier))),
    { what: 'normal: zone of the named', share: score(incidents).zone, atLeast: 0.98 },
    { what: 'normal: onset ±1 min ×3', share: score(at(3)).onset, atLeast: 0.8 },
    { what: 'normal: onset ±1 min ×6', share: score(at(6)).onset, atLeast: 0.93 },
    {
      what: 'normal: abstention, impossible',
      share: shareOf(
        clear.filter((o) => o.answer === 'impossible'),
        (o) => o.verdict === 'inconclusive' || o.verdict === 'no-data',
      ),
      atLeast: 0.95,
    },
    { what: 'normal: abstention, answerable', share: score(due).abstained, atMost: 0.1 },
    { what: 'low traffic: recall ≥ ×3', share: score(lowDue).found, atLeast: 0.75 },
    { what: 'low traffic: wrong blame', share: score(low).wrongBlame, atMost: 0.01 },
  ];
}

export function reached({ share, atLeast, atMost, upper }: Target): boolean {
  const value = ratio(share);
  if (value === null) return false;
  return (
    (atLeast === undefined || value >= atLeast) &&
    (atMost === undefined || value <= atMost) &&
    (upper === undefined || wilson(share).high <= upper)
  );
}
