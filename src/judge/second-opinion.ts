import type { Case, Window } from '../model/case.ts';
import type { Evidence, Findings } from '../model/report.ts';
import { DAY, instant } from '../model/time.ts';
import * as units from '../model/units.ts';
import { type Change, change } from './change.ts';
import type { Decision } from './decision.ts';
import { rated } from './known.ts';
import { countsOf, type Observation } from './observe.ts';
import { perGib } from './rates.ts';
import { targetSeries, zoneSources } from './sources.ts';

/*
 * The same hours on an earlier day, where they were asked for. Where the hours before are odd, they may say what is usual.
 * A second opinion makes a verdict less sure, and never another.
 */

interface Opinion {
  window: Window;
  /** The incident's minutes against the same minutes then; null where either is not known. */
  change: Change | null;
  says: NonNullable<Findings['secondBaseline']>['says'];
}

export function opinionOf(data: Case, seen: Observation): Opinion | null {
  const { earlier } = data;
  if (!earlier) return null;
  const change = comparedWith(data, seen, earlier);
  const isKnown = change?.verdict === 'up' || change?.verdict === 'not-up';
  const says = !isKnown ? 'nothing' : (change.verdict === 'up') === hasRisen(seen) ? 'the-same' : 'otherwise';
  return { window: earlier.window, change: isKnown ? change : null, says };
}

/** Of the same series, by the hours before: one pod's rise may be hidden in it. */
function hasRisen({ outlier, change }: Observation): boolean {
  return (outlier?.own ?? change).verdict === 'up';
}

function comparedWith(
  data: Case,
  { series, outlier, symptom }: Observation,
  { window, series: told }: NonNullable<Case['earlier']>,
): Change | null {
  if (!told) return null;
  const then = new Map(told.map(({ arn, series }) => [arn, series]));
  const monitors = data.monitors.map((m) => ({ ...m, series: then.get(m.arn) ?? null }));
  const past: Case = { ...data, window, baseline: null, insights: [], monitors };
  const sources = zoneSources(past);
  const ofZone = sources.find(({ azId }) => azId === outlier?.azId)?.reported;
  const reported = outlier ? ofZone : targetSeries(past, sources);
  const own = outlier ? outlier.series : series;
  if (!reported || !own) return null;
  const ago = Date.parse(data.window.start) - Date.parse(window.start);
  const shifted = {
    start: instant(Date.parse(symptom.start) - ago),
    end: instant(Date.parse(symptom.end) - ago),
  };
  const only = (of: Window) => ({ symptom: of, reference: null, burst: null });
  const [now, before] = [countsOf(own, only(symptom)), countsOf(rated(reported), only(shifted))];
  return change({
    window: now.window,
    baseline: before.window,
    phi: { window: now.phi.window, baseline: before.phi.window },
    clump: Math.max(now.clump, before.clump),
    drifting: () => false,
  });
}

/** Where the two disagree, a step less sure. */
export function withOpinion(data: Case, seen: Observation, decision: Decision): Decision {
  if (decision.verdict === 'inconclusive' || opinionOf(data, seen)?.says !== 'otherwise') return decision;
  return { ...decision, confidence: decision.confidence === 'high' ? 'medium' : 'low' };
}

export function opinionIn(data: Case, seen: Observation): Pick<Findings, 'secondBaseline'> {
  const opinion = opinionOf(data, seen);
  if (!opinion) return {};
  const { window, says, change } = opinion;
  return { secondBaseline: { ...window, says, retransmissionsPerGiB: change && rateOf(change.baseline) } };
}

function rateOf({ retransmissions, bytes }: Change['baseline']): number | null {
  return perGib(retransmissions, bytes);
}

export function opinionEvidence(data: Case, seen: Observation): Evidence[] {
  const opinion = opinionOf(data, seen);
  if (!opinion) return [];
  const { window, change, says } = opinion;
  const days = Math.round((Date.parse(data.window.start) - Date.parse(window.start)) / DAY);
  const ago = days === 1 ? 'A day ago' : `${days} days ago`;
  const evidence = (statement: string, more: Evidence['data'] = {}): Evidence[] => [
    {
      code: 'second-baseline',
      supports: 'none',
      strength: 'optional',
      statement,
      data: { start: window.start, end: window.end, says, ...more },
    },
  ];
  if (!change) return evidence(`${ago}, in the same hours, nothing is known of it.`);
  const { ratio, low, high } = change;
  const rates = `${units.rate(rateOf(change.baseline))} per GiB then, ${units.rate(rateOf(change.window))} now`;
  const meaning = {
    'the-same': hasRisen(seen) ? 'it is a rise against that too' : 'no rise against that either',
    otherwise: hasRisen(seen)
      ? 'against that it is no rise, and may be what is usual at this hour'
      : 'against that it is a rise, which the hours before do not show',
  };
  return evidence(`${ago}, in the same minutes: ${rates}; ${says === 'nothing' ? '' : meaning[says]}.`, {
    ratio,
    low,
    high,
  });
}
