import type { Aws } from '../aws/aws.ts';
import type { Instance } from '../aws/ec2.ts';
import { FOR_GOOD, recall } from '../aws/memory.ts';
import type { Case, Window } from '../model/case.ts';
import { covers, emptyExtent, membership } from '../network/holdings.ts';
import type { TargetSpec } from '../network/targets.ts';
import { fargateProfiles } from './agents.ts';
import { coverageOf, runningInstances } from './coverage.ts';
import { type Assess, unassessed } from './flow-plan.ts';
import { Gaps } from './gaps.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { askSeries, readSeries, type SeriesAsked } from './metrics.ts';
import { addNames } from './names.ts';
import { withFarEnds, withTranslations } from './on-the-way.ts';
import { type Asking, outlineOf } from './outline.ts';
import { counter, type Progress } from './progress.ts';
import { type Flows, flowSources, readFlows } from './read-flows.ts';
import { readInsights } from './read-insights.ts';
import { arnsOf, targetMonitors, zonesFromFlows } from './target-monitors.ts';
import { finer, tile, type Windows } from './window.ts';
import { Witnessing } from './witnesses.ts';

export interface CollectOptions extends Asking {
  target: TargetSpec;
  /** False: metrics and, where zone monitors are missing, series of workload insights; no contributors. */
  flows?: boolean;
  /** Judges what the series say, so that only flows that can change it are asked for; without it, as if something rose. */
  assess?: Assess;
  /** When what is seen began, by all that is known; null where nothing did. Without it, what changed then is not asked. */
  beganAt?(data: Case): string | null;
  /** Is told the Case as soon as its series are there, before any flow. */
  onSeries?(data: Case): void;
  /** Called as work is planned and done, for a progress line. */
  onProgress(progress: Progress): void;
}

/**
 * Hours of contributors: each costs up to some 20 queries, the newest twice so many. Longer windows keep their metrics,
 * and their newest hours of flows.
 */
export const WINDOW_TILES = 24;
const BASELINE_TILES = 3;

/** Everything that a verdict may depend on, in rounds of calls, each for what the one before left open; refusals become gaps. */
export async function collect(aws: Aws, options: CollectOptions): Promise<Case> {
  const gaps = new Gaps();
  const { windows } = options;
  const whole: Window = { start: windows.baseline?.start ?? windows.window.start, end: windows.window.end };
  let asked: SeriesAsked | undefined;
  let earlier: SeriesAsked | undefined;
  const inventory = await takeInventory(aws, options, gaps, (monitors) => {
    const active = monitors.filter((m) => m.status === 'ACTIVE').map((m) => m.arn);
    if (active.length === 0) return;
    const { periodSeconds } = windows;
    asked = askSeries(aws, { arns: active, window: whole, periodSeconds });
    if (windows.earlier) {
      earlier = askSeries(aws, { arns: active, window: windows.earlier, periodSeconds, only: COUNTED });
    }
  });
  const data = await readEvidence(aws, options, inventory, { gaps, whole, asked });
  return { ...data, ...(await readEarlier(aws, windows, data, { gaps, asked: earlier })), gaps: gaps.list };
}

/** What a rate is made of. */
const COUNTED = ['bytes', 'retransmissions'] as const;

/** The same monitors, in the same hours of an earlier day. */
async function readEarlier(
  aws: Aws,
  { earlier: window, periodSeconds }: Windows,
  { monitors }: Case,
  { gaps, asked }: Pick<Begun, 'gaps' | 'asked'>,
): Promise<Pick<Case, 'earlier'>> {
  if (!window) return {};
  const effect = `What was usual at ${window.start} is unknown.`;
  const arns = arnsOf(monitors);
  const series = await readSeries(aws, { arns, window, periodSeconds, gaps, effect, only: COUNTED }, asked);
  return { earlier: { window, series: series && [...series].map(([arn, own]) => ({ arn, series: own })) } };
}

interface Begun {
  gaps: Gaps;
  /** Baseline and window. */
  whole: Window;
  asked: SeriesAsked | undefined;
}

/** The series first; then the flows that can change what they say. */
async function readEvidence(
  aws: Aws,
  options: CollectOptions,
  inventory: Inventory,
  begun: Begun,
): Promise<Case> {
  const { windows } = options;
  const { gaps, whole } = begun;
  const { scope, extent, topology, target } = inventory;
  const monitors = targetMonitors(inventory, gaps);
  const hours = windows.tiles ?? [
    ...tile(windows.baseline).slice(-BASELINE_TILES),
    ...tile(windows.window).slice(-WINDOW_TILES),
  ];
  const partly = (code: string, what: string) => {
    if (tile(windows.window).length <= WINDOW_TILES) return;
    const effect = `${what} are read for the last ${WINDOW_TILES} hours of the window only.`;
    gaps.add({ code, action: null, effect, fix: null });
  };
  if (options.flows !== false) partly('contributors-partial', 'Contributors');
  const fromMonitors = flowSources({ ...inventory, monitors }).length > 0;
  const progress = counter(
    options.onProgress,
    options.flows === false ? 'Reading series by zone' : 'Looking for who carries it',
  );
  const reading = readSeriesOf(
    aws,
    options,
    outlineOf(options, inventory, {
      region: aws.region,
      accountId: inventory.accountId ?? (await askAccount(aws, gaps)),
      monitors,
      tiles: fromMonitors && options.flows !== false && !windows.tiles ? finer(hours) : hours,
    }),
    begun,
  );
  const flowing: Promise<Flows> = reading.then((data) =>
    options.flows === false
      ? { from: null, tiles: hours, flows: [], truncated: false, lost: [], asked: [] }
      : readFlows(aws, {
          monitors: data.monitors.filter(({ arn }) => monitors.some((m) => m.arn === arn)),
          scope,
          extent,
          topology,
          tiles: data.tiles,
          window: windows.window,
          assess: () => (options.assess ?? unassessed)(data),
          target,
          gaps,
          progress,
        }),
  );
  // Where EC2 does not tell a monitor's zones, its flows do; only then is it known whether zone monitors are missing.
  const zoned = monitors.every((m) => m.zones)
    ? Promise.resolve(monitors)
    : flowing.then((flows) => monitors.map((m) => ({ ...m, zones: m.zones ?? zonesFromFlows(m, flows) })));
  // Series of workload insights hold the whole scope: for a part of it they say nothing.
  const wholeScope = covers(extent, { ...emptyExtent(), everything: true }, topology);
  const witnessing = options.flows === false ? null : new Witnessing(aws, options.now);
  const running = witnessing && runningInstances(aws, inventory, gaps);
  const [data, flows, known, insights, instances, latency, addon, fargate, twice] = await Promise.all([
    reading,
    flowing,
    zoned,
    zoned.then((known) =>
      wholeScope
        ? readInsights(aws, { ...inventory, ...windows, monitors: known, hours, whole, gaps, progress })
        : null,
    ),
    running,
    witnessing?.latency(inventory, whole),
    witnessing?.addon(inventory),
    witnessing && fargateProfiles(aws, inventory, gaps),
    witnessing && running?.then((all) => witnessing.twice(all)),
  ]);
  // A VPC's monitor holds more than one of its zones does; but what is outside may name what is inside.
  const [withNames, statusChecks, farEnds] = await Promise.all([
    addNames(aws, flows.flows, gaps),
    witnessing?.statusChecks(flows.flows, instances),
    witnessing?.farEnds(flows.flows),
  ]);
  const named = withTranslations(farEnds ? withFarEnds(withNames, farEnds) : withNames);
  if (insights && insights.insights.length > 0) partly('series-partial', 'Series of workload insights');
  const inside = target.kind === 'monitor' ? () => true : membership(extent, topology);
  const outside = named.filter(({ local }) => !inside(local));
  const zonesOfMonitor = new Map(known.map(({ arn, zones }) => [arn, zones]));
  const found: Case = {
    ...data,
    monitors: data.monitors.map((m) => ({ ...m, zones: zonesOfMonitor.get(m.arn) ?? m.zones })),
    insights: insights?.insights ?? [],
    flowsFrom: flows.from,
    tiles: flows.tiles,
    flows: named.filter(({ local }) => inside(local)),
    ...(outside.length > 0 ? { outside } : {}),
    truncated: flows.truncated,
    ...(flows.asked && { asked: flows.asked }),
    ...incompleteOf(inventory, flows, insights?.whole ?? true),
    ...(witnessing && {
      coverage: coverageOf(instances, flows, { ...windows, monitors, target, topology }),
      agents: { fargate, twice: twice ?? null },
      witnesses: witnessing.heard({ statusChecks, latency, addon }),
    }),
    gaps: gaps.list,
  };
  const onset = witnessing && options.beganAt?.(found);
  if (!onset) return found;
  options.onProgress({ phase: 'Looking for what changed', done: 0, planned: 0 });
  const [changes, metrics, shifts, issues] = await Promise.all([
    witnessing.changes({ onset, clusters: clustersOf(found, instances), running: instances, topology }),
    witnessing.metrics(named, { onset, end: windows.window.end, periodSeconds: windows.periodSeconds }),
    witnessing.autoshifts(),
    witnessing.issues({ window: windows.window, zones: found.zones, flows: named }),
  ]);
  const witnesses = witnessing.heard({ statusChecks, latency, addon, metrics, autoshifts: shifts, issues });
  return { ...found, changes, witnesses };
}

/** Of the nodes that carry events, those with most first; the one that was asked about. */
function clustersOf({ target, flows }: Case, running: readonly Instance[] | null): string[] {
  if (target.kind === 'cluster') return [target.id];
  const clusters = new Map((running ?? []).map(({ id, cluster }) => [id, cluster]));
  const events = new Map<string, number>();
  for (const { local, remote, retransmissions, timeouts } of flows) {
    const own = (retransmissions ?? 0) + (timeouts ?? 0);
    for (const { instanceId = '' } of [local, remote]) {
      const cluster = clusters.get(instanceId);
      if (cluster && own > 0) events.set(cluster, (events.get(cluster) ?? 0) + own);
    }
  }
  return [...events].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

/** The Case with the series of its monitors. */
async function readSeriesOf(
  aws: Aws,
  { onSeries, windows }: CollectOptions,
  outline: Case,
  { gaps, whole, asked }: Begun,
): Promise<Case> {
  const series = await readSeries(
    aws,
    {
      arns: arnsOf(outline.monitors),
      window: whole,
      periodSeconds: windows.periodSeconds,
      gaps,
      effect: 'Retransmissions by minute and the health indicator are unknown.',
    },
    asked,
  );
  const data = {
    ...outline,
    monitors: outline.monitors.map((m) => ({ ...m, series: series?.get(m.arn) ?? null })),
  };
  onSeries?.(data);
  return data;
}

/** Where there is neither scope nor monitor whose ARN would tell. */
function askAccount(aws: Aws, gaps: Gaps): Promise<string> {
  return gaps.tolerate('', 'The account ID is unknown.', () =>
    recall(aws, 'account', FOR_GOOD, async () => (await import('../aws/sts.ts')).accountId(aws)),
  );
}

function incompleteOf(
  { allMonitors }: Inventory,
  { lost }: Flows,
  wholeSeries: boolean,
): Pick<Case, 'incomplete'> {
  if (allMonitors && wholeSeries && lost.length === 0) return {};
  return { incomplete: { monitors: !allMonitors, series: !wholeSeries, lists: lost } };
}
