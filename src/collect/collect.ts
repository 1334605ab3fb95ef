import type { Aws } from '../aws/aws.ts';
import { CASE_SCHEMA, type Case, type Window } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { covers, emptyExtent, membership, zonesOf } from '../network/holdings.ts';
import type { TargetSpec } from '../network/targets.ts';
import { coverageOf, runningInstances } from './coverage.ts';
import { Gaps } from './gaps.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { readSeries } from './metrics.ts';
import { addNames } from './names.ts';
import { counter, type Progress } from './progress.ts';
import { type Flows, readFlows } from './read-flows.ts';
import { readInsights } from './read-insights.ts';
import { arnsOf, peerMonitors, targetMonitors, zonesFromFlows } from './target-monitors.ts';
import { tile, type Windows } from './window.ts';
import { Witnessing } from './witnesses.ts';

export interface CollectOptions {
  target: TargetSpec;
  windows: Windows;
  now: number;
  version: string;
  /** The scenario, on a sandbox. */
  sandbox?: string | undefined;
  /** False: metrics and, where zone monitors are missing, series of workload insights; no contributors. */
  flows?: boolean;
  /** Called as work is planned and done, for a progress line. */
  onProgress(progress: Progress): void;
}

/**
 * Hours of contributors: each costs some 20 queries, the newest twice so many. Longer windows keep their metrics,
 * and their newest hours of flows.
 */
const WINDOW_TILES = 24;
const BASELINE_TILES = 3;

/** Everything that a verdict may depend on, in three rounds of calls; refusals become gaps. */
export async function collect(aws: Aws, options: CollectOptions): Promise<Case> {
  const gaps = new Gaps();
  const inventory = await takeInventory(aws, options, gaps);
  return readEvidence(aws, options, inventory, gaps);
}

/** Round three: metrics, contributors and series, all at once. */
async function readEvidence(
  aws: Aws,
  options: CollectOptions,
  inventory: Inventory,
  gaps: Gaps,
): Promise<Case> {
  const { windows } = options;
  const { scope, extent, topology, target } = inventory;
  const monitors = targetMonitors(inventory, gaps);
  const peers = peerMonitors(inventory, monitors);
  const whole: Window = { start: windows.baseline?.start ?? windows.window.start, end: windows.window.end };
  const hours = [
    ...tile(windows.baseline).slice(-BASELINE_TILES),
    ...tile(windows.window).slice(-WINDOW_TILES),
  ];
  const partial = tile(windows.window).length > WINDOW_TILES;
  if (partial && options.flows !== false) {
    gaps.add({
      code: 'contributors-partial',
      action: null,
      effect: `Contributors are read for the last ${WINDOW_TILES} hours of the window only.`,
      fix: null,
    });
  }
  const progress = counter(options.onProgress);
  const reading =
    options.flows === false
      ? Promise.resolve<Flows>({ from: null, tiles: hours, flows: [], truncated: false, lost: [] })
      : readFlows(aws, {
          monitors,
          scope,
          extent,
          topology,
          hours,
          window: windows.window,
          target,
          gaps,
          progress,
        });
  // Where EC2 does not tell a monitor's zones, its flows do; only then is it known whether zone monitors are missing.
  const zoned = monitors.every((m) => m.zones)
    ? Promise.resolve(monitors)
    : reading.then((flows) => monitors.map((m) => ({ ...m, zones: m.zones ?? zonesFromFlows(m, flows) })));
  // Series of workload insights hold the whole scope: for a part of it they say nothing.
  const wholeScope = covers(extent, { ...emptyExtent(), everything: true }, topology);
  const witnessing = options.flows === false ? null : new Witnessing(aws);
  const inside = target.kind === 'monitor' ? () => true : membership(extent, topology);
  const [series, flows, known, insights, instances, latency, addon] = await Promise.all([
    readSeries(aws, {
      arns: arnsOf([...monitors, ...peers]),
      window: whole,
      periodSeconds: windows.periodSeconds,
      gaps,
      effect: 'Retransmissions by minute and the health indicator are unknown.',
    }),
    reading,
    zoned,
    zoned.then((known) =>
      wholeScope ? readInsights(aws, { ...inventory, monitors: known, hours, whole, gaps, progress }) : null,
    ),
    witnessing && runningInstances(aws, inventory, gaps),
    witnessing?.latency(inventory, whole),
    witnessing?.addon(inventory),
  ]);
  // A VPC's monitor holds more than one of its zones does; but what is outside may name what is inside.
  const [named, statusChecks] = await Promise.all([
    addNames(aws, flows.flows, gaps),
    witnessing?.statusChecks(flows.flows, instances),
  ]);
  const own = named.filter(({ local }) => inside(local));
  if (partial && insights && insights.insights.length > 0) {
    gaps.add({
      code: 'series-partial',
      action: null,
      effect: `Series of workload insights are read for the last ${WINDOW_TILES} hours of the window only.`,
      fix: null,
    });
  }
  return {
    schema: CASE_SCHEMA,
    collectedAt: instant(options.now),
    tool: { name: 'nfm', version: options.version },
    target: {
      kind: target.kind,
      id: target.id ?? scope?.id ?? aws.region,
      region: aws.region,
      accountId: inventory.accountId,
    },
    window: windows.window,
    baseline: windows.baseline,
    zones: topology.zones,
    targetZones: extent.everything ? null : zonesOf(extent, topology),
    scope,
    monitors: [...known, ...peers].map((m) => ({ ...m, series: series?.get(m.arn) ?? null })),
    insights: insights?.insights ?? [],
    flowsFrom: flows.from,
    tiles: flows.tiles,
    flows: own,
    truncated: flows.truncated,
    ...incompleteOf(inventory, flows, insights?.whole ?? true),
    ...(witnessing && {
      coverage: coverageOf(instances, flows, { ...windows, monitors, target }),
      witnesses: witnessing.heard({ statusChecks, latency, addon }),
    }),
    gaps: gaps.list,
    ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
  };
}

function incompleteOf(
  { allMonitors }: Inventory,
  { lost }: Flows,
  wholeSeries: boolean,
): Pick<Case, 'incomplete'> {
  if (allMonitors && wholeSeries && lost.length === 0) return {};
  return { incomplete: { monitors: !allMonitors, series: !wholeSeries, lists: lost } };
}
