import type { Gap } from '../model/case.ts';
import type { SweepItem, SweptPlace } from '../model/sweep.ts';
import { ALARMING, type SweepState } from '../model/sweep-states.ts';
import { accountLabel, many } from '../model/units.ts';
import { statesIn } from './sweep.ts';

/* What a sweep says in sentences: of all, of what was not seen, of what numbers cannot tell. */

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
