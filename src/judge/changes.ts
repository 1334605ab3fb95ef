import type { Case, Change } from '../model/case.ts';
import type { Evidence, Findings, Location, ReportedChange } from '../model/report.ts';
import { instant, MINUTE, SECOND } from '../model/time.ts';
import { many, time } from '../model/units.ts';

/*
 * What changed around the onset. It is told because it is what people ask first, and it decides nothing: most changes
 * near an onset have nothing to do with it, and most that have are in nobody's list.
 */

type Touches = ReportedChange['touches'];
const NEAREST: readonly Touches[] = ['location', 'network', 'unknown'];

/** The nearest in place first, then those before it, then the nearest in time. What is known to be elsewhere is left out. */
export function changesIn(data: Case, location: Location, onset: number | null): Pick<Findings, 'changes'> {
  const { changes } = data;
  if (!changes || onset === null) return {};
  const near = nearness(data, location);
  const told = changes.items.flatMap((change): ReportedChange[] => {
    const touches = near(change);
    if (touches === null) return [];
    const { at, what, by, where, source } = change;
    const secondsBeforeOnset = (onset - Date.parse(at)) / SECOND;
    return [{ at, secondsBeforeOnset, what, by, where, source, touches }];
  });
  const rank = ({ touches, secondsBeforeOnset: s }: ReportedChange) =>
    [NEAREST.indexOf(touches), s < 0 ? 1 : 0, Math.abs(s)] as const;
  told.sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
  });
  return { changes: folded(told) };
}

/** The same done by the same to many things is one: the nearest is shown. */
function folded(all: readonly ReportedChange[]): ReportedChange[] {
  const groups = new Map<string, ReportedChange[]>();
  for (const change of all) {
    const { source, touches, what, by } = change;
    const key = JSON.stringify([source, touches, what, by, change.secondsBeforeOnset < 0]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (!first) return [];
    if (more.length === 0) return [first];
    const all = [first, ...more].map(({ at }) => at).sort();
    const between = { first: all[0] ?? first.at, last: all.at(-1) ?? first.at };
    return [{ ...first, times: all.length, between }];
  });
}

/** How near a change is to what the report is about; null where it is known to be elsewhere. */
function nearness({ changes, flows, target }: Case, location: Location): (change: Change) => Touches | null {
  const clusters = changes?.clusters ?? [];
  const { component, instanceId, azId, podName, podNamespace, subnetId } = location;
  const carrying = flows.filter(({ retransmissions, timeouts }) => retransmissions || timeouts);
  const ends = carrying.flatMap(({ local, remote }) => [local, remote]);
  const vpcIds = new Set([
    ...ends.flatMap((e) => e.vpcId ?? []),
    ...(target.kind === 'vpc' ? [target.id] : []),
  ]);
  const passed = new Set(carrying.flatMap(({ path = [] }) => path.flatMap((c) => c.componentId ?? [])));
  const isHere = (end: (typeof ends)[number]) =>
    instanceId ? end.instanceId === instanceId : subnetId ? end.subnetId === subnetId : end.azId === azId;
  const here = instanceId || subnetId || azId ? ends.filter(isHere) : [];
  const subnetIds = new Set(here.flatMap((end) => end.subnetId ?? []));
  const instanceIds = new Set(instanceId ? [instanceId] : here.flatMap((end) => end.instanceId ?? []));
  const podsHere = new Set(
    podName ? [`${podNamespace}/${podName}`] : here.map((end) => `${end.podNamespace}/${end.podName}`),
  );
  return (change) => {
    const { ids, workload } = change;
    const isLocation =
      ids.some((id) => id === component?.id || instanceIds.has(id)) ||
      change.subnetIds.some((id) => subnetIds.has(id)) ||
      change.instanceIds.some((id) => instanceIds.has(id)) ||
      workload?.pods.some((pod) => podsHere.has(`${workload.namespace}/${pod}`));
    if (isLocation) return 'location';
    if (ids.some((id) => passed.has(id)) || change.vpcIds.some((id) => vpcIds.has(id))) return 'network';
    if (change.cluster !== undefined && clusters.length > 0)
      return clusters.includes(change.cluster) ? 'network' : null;
    return change.vpcIds.length > 0 && vpcIds.size > 0 ? null : 'unknown';
  };
}

/** CloudTrail has what happened after some five minutes, at most fifteen (LookupEvents, API reference). */
const LATE = 15 * MINUTE;

/** That it was asked, and of whom: where nothing is listed, what that is worth. */
export function changeEvidence(data: Case, changes: Findings['changes']): Evidence[] {
  const asked = data.changes;
  if (!asked || !changes) return [];
  const named = (wanted: string) =>
    asked.sources.filter(({ state }) => state === wanted).map(({ name }) => name);
  const [read, partly, unread] = ['read', 'partly', 'unread'].map(named);
  if (read?.length === 0 && partly?.length === 0) return [];
  const by = [...(read ?? []), ...(partly ?? []).map((name) => `${name}, in part`)].join(', ');
  const amount = changes.reduce((sum, { times = 1 }) => sum + times, 0);
  const elsewhere = asked.items.length - amount;
  const trail = asked.sources.find(({ name, state }) => name === 'CloudTrail' && state !== 'unread');
  const settled = Date.parse(trail?.askedAt ?? data.collectedAt) - LATE;
  const late =
    trail && settled < Date.parse(asked.window.end)
      ? ` What CloudTrail has after ${time(instant(settled))} UTC may not be all yet.`
      : '';
  const others =
    elsewhere > 0
      ? ` ${many(elsewhere, 'change', 'changes')} elsewhere ${elsewhere === 1 ? 'is' : 'are'} left out.`
      : '';
  const missing = unread?.length ? ` Not told by ${unread.join(', ')}.` : '';
  return [
    {
      code: amount > 0 ? 'changes' : 'no-changes',
      supports: 'none',
      strength: 'optional',
      statement: `${amount > 0 ? `${many(amount, 'change is', 'changes are')} known` : 'No change is known'} from 30 minutes before it began to 5 after (${by})${amount > 0 ? '; being near is no proof' : ''}.${others}${late}${missing}`,
      data: { changes: amount, elsewhere, unread: unread ?? [] },
    },
  ];
}
