import type { Aws } from '../aws/aws.ts';
import type { MetricColumn } from '../aws/cloudwatch.ts';
import type { Subnet } from '../aws/ec2.ts';
import { flowMonitor, type MonitorDetails, type ScopeSummary } from '../aws/monitors.ts';
import { CASE_SCHEMA, type Case, type Monitor, type Series, type Window, type Zone } from '../model/case.ts';
import { NotFoundError } from '../model/errors.ts';
import { onSandbox } from '../model/sandbox-hint.ts';
import { instant } from '../model/time.ts';
import {
  covers,
  type Extent,
  emptyExtent,
  membership,
  monitorExtent,
  networkOf,
  type Topology,
  touches,
  zonesOf,
} from './extent.ts';
import { Gaps } from './gaps.ts';
import { addNames } from './names.ts';
import { readFlows } from './readFlows.ts';
import { readInsights } from './readInsights.ts';
import { mustExist, perZone, type TargetSpec, targetExtent, unknownMonitor } from './target.ts';
import { tile, type Windows } from './window.ts';

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

export interface Progress {
  phase: string;
  done: number;
  planned: number;
}

/** What the account has, before any query. */
export interface Inventory {
  accountId: string;
  scope: ScopeSummary | null;
  /** Of all monitors; null where they could not be listed. */
  names: string[] | null;
  monitors: MonitorDetails[];
  topology: Topology;
  target: TargetSpec;
  extent: Extent;
}

/** Hours of contributors: each costs some 20 queries. Longer windows keep their metrics, and their newest hours of flows. */
const WINDOW_TILES = 24;
const BASELINE_TILES = 3;

/** Everything that a verdict may depend on, in three rounds of calls; refusals become gaps. */
export async function collect(aws: Aws, options: CollectOptions): Promise<Case> {
  const gaps = new Gaps();
  const inventory = await takeInventory(aws, options, gaps);
  return readEvidence(aws, options, inventory, gaps);
}

/** Rounds one and two: who and where are we, what is there, and what does each monitor watch. */
export async function takeInventory(
  aws: Aws,
  options: Pick<CollectOptions, 'target' | 'onProgress'>,
  gaps: Gaps,
): Promise<Inventory> {
  const { target } = options;
  options.onProgress({ phase: 'Looking up scope, monitors and zones', done: 0, planned: 0 });
  const service = flowMonitor(aws);
  const [account, scopes, names, zones, subnets, cluster] = await Promise.all([
    gaps.tolerate('', 'The account ID is unknown.', async () =>
      (await import('../aws/sts.ts')).accountId(aws),
    ),
    gaps.tolerate<ScopeSummary[] | null>(
      null,
      'Whether Network Flow Monitor is enabled here is unknown.',
      service.scopes,
    ),
    gaps.tolerate<string[] | null>(
      null,
      'No monitor can be found: metrics and the health indicator are unknown.',
      service.names,
    ),
    gaps.tolerate<Zone[]>([], 'Zone names are unknown; zone IDs are shown.', async () =>
      ec2(aws).then((e) => e.zones()),
    ),
    gaps.tolerate<Subnet[]>([], 'Which zones each monitor lies in is known only from its flows.', () =>
      lookUpSubnets(aws, target),
    ),
    target.kind === 'cluster' ? lookUpCluster(aws, gaps, target.id ?? '') : null,
  ]);
  // Without either list there is nothing to say about anything: the refusal itself is the answer.
  if (scopes === null && names === null && gaps.errors[0]) throw firstOf(gaps);

  if (target.kind === 'monitor' && names && !names.includes(target.id ?? '')) {
    throw unknownMonitor(target.id ?? '', names, aws.region);
  }
  const details = await Promise.all(
    (names ?? []).map((name) =>
      gaps.tolerate(null, `What monitor ${name} watches is unknown, so it is left out.`, () =>
        service.monitor(name),
      ),
    ),
  );
  const monitors = details.filter((m) => m !== null);
  const topology: Topology = {
    zones,
    subnets,
    clusterVpcs: new Map(cluster?.vpcId ? [[cluster.name, cluster.vpcId]] : []),
  };
  const spec =
    target.kind === 'zone' ? { ...target, id: zoneId(target.id ?? '', zones, aws.region) } : target;
  const scope = scopes?.find((s) => s.status === 'SUCCEEDED') ?? scopes?.[0] ?? null;
  if (scopes?.length === 0) {
    gaps.add({
      code: 'no-scope',
      action: null,
      effect: `Network Flow Monitor is not enabled in ${aws.region}: nothing is measured.`,
      fix: `nfm scope create --region ${aws.region}`,
    });
  } else if (scope && scope.status !== 'SUCCEEDED') {
    gaps.add({
      code: 'scope-not-ready',
      action: null,
      effect: `The scope is ${scope.status}: monitors and queries cannot be used.`,
      fix: 'Wait for SUCCEEDED; Transit Gateway attachments that keep changing hold it up.',
    });
  }
  return {
    accountId: account || (scope?.arn.split(':')[4] ?? ''),
    scope,
    names,
    monitors,
    topology,
    target: spec,
    extent: targetExtent(spec, topology, monitors),
  };
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
  const tiles = [
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
      ? Promise.resolve({ from: null, flows: [], truncated: false })
      : readFlows(aws, { monitors, scope, extent, topology, tiles, target, gaps, progress });
  // Where EC2 does not tell a monitor's zones, its flows do; only then is it known whether zone monitors are missing.
  const zoned = monitors.every((m) => m.zones)
    ? Promise.resolve(monitors)
    : reading.then((flows) => monitors.map((m) => ({ ...m, zones: m.zones ?? zonesFromFlows(m, flows) })));
  // Series of workload insights hold the whole scope: for a part of it they say nothing.
  const wholeScope = covers(extent, { ...emptyExtent(), everything: true }, topology);
  const inside = target.kind === 'monitor' ? () => true : membership(extent, topology);
  const [series, flows, known, insights] = await Promise.all([
    gaps.tolerate(null, 'Retransmissions by minute and the health indicator are unknown.', () =>
      readMetrics(aws, [...monitors, ...peers], whole, windows.periodSeconds),
    ),
    reading,
    zoned,
    zoned.then((known) =>
      wholeScope
        ? readInsights(aws, { monitors: known, scope, tiles, whole, target, topology, gaps, progress })
        : [],
    ),
  ]);
  if (partial && insights.length > 0) {
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
    insights,
    flowsFrom: flows.from,
    tiles,
    // A VPC's monitor holds more than one of its zones does; but what is outside may name what is inside.
    flows: (await addNames(aws, flows.flows, gaps)).filter(({ local }) => inside(local)),
    truncated: flows.truncated,
    gaps: gaps.list.map((gap) => ({ ...gap, fix: gap.fix && onSandbox(gap.fix, options.sandbox) })),
    ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
  };
}

/** The monitors that watch any of the target, and gaps for those that cannot publish. */
export function targetMonitors(
  {
    monitors,
    topology,
    target,
    extent,
    scope,
  }: Pick<Inventory, 'monitors' | 'topology' | 'target' | 'extent' | 'scope'>,
  gaps: Gaps,
): Monitor[] {
  const relevant = monitors.filter((m) => {
    // One that is being deleted is as good as gone.
    if (m.status === 'DELETING') return false;
    const own = monitorExtent(m, topology);
    return m.name === target.id || touches(own, extent, topology);
  });
  for (const monitor of relevant.filter((m) => m.status !== 'ACTIVE')) {
    gaps.add({
      code: 'monitor-not-active',
      action: null,
      effect: `Monitor ${monitor.name} is ${monitor.status}: it publishes nothing.`,
      fix: monitor.status === 'PENDING' ? 'A new monitor needs up to 30 minutes for its first data.' : null,
    });
  }
  if (relevant.length === 0 && scope?.status === 'SUCCEEDED') {
    gaps.add({
      code: 'no-monitor',
      action: null,
      effect: 'No monitor watches the target: there is no health indicator for it and nothing by the minute.',
      fix: `${perZone(target, topology)} makes a monitor for the VPC and one for each of its zones.`,
    });
  }
  return relevant.map((m) => toMonitor(m, extent, topology));
}

/** Monitors of single zones outside the target: a zone is judged against what its peers did. */
function peerMonitors({ monitors, topology, extent }: Inventory, own: readonly Monitor[]): Monitor[] {
  return monitors
    .filter((m) => m.status === 'ACTIVE' && !own.some((o) => o.name === m.name))
    .map((m) => toMonitor(m, extent, topology))
    .filter((m) => m.zones?.length === 1);
}

/** By monitor ARN, for the monitors that publish. */
export async function readMetrics(
  aws: Aws,
  monitors: readonly Monitor[],
  window: Window,
  periodSeconds: number,
  only?: readonly MetricColumn[],
): Promise<Map<string, Series>> {
  const active = monitors.filter((m) => m.status === 'ACTIVE').map((m) => m.arn);
  if (active.length === 0) return new Map();
  const { monitorSeries } = await import('../aws/cloudwatch.ts');
  return monitorSeries(aws, active, window, periodSeconds, only);
}

function toMonitor(m: MonitorDetails, extent: Extent, topology: Topology): Monitor {
  const own = monitorExtent(m, topology);
  return {
    ...m,
    zones: zonesOf(own, topology),
    coversTarget: covers(own, extent, topology),
    insideTarget: covers(networkOf(extent, topology), own, topology),
    series: null,
  };
}

/** Where EC2 does not know a monitor's subnets, the flows themselves say which zone a subnet is in. */
function zonesFromFlows(monitor: Monitor, { flows }: { flows: Case['flows'] }): string[] | null {
  const zones = new Set<string>();
  for (const { type, identifier } of monitor.local) {
    const id = identifier.split('/').at(-1);
    for (const { local } of flows) {
      const inside = type === 'AWS::Region' || id === local.subnetId || id === local.vpcId;
      if (inside && local.azId) zones.add(local.azId);
    }
  }
  return zones.size ? [...zones].sort() : null;
}

async function ec2(aws: Aws) {
  return (await import('../aws/ec2.ts')).ec2(aws);
}

async function lookUpSubnets(aws: Aws, target: TargetSpec): Promise<Subnet[]> {
  const client = await ec2(aws);
  const [subnets] = await Promise.all([
    client.subnets(),
    target.kind === 'vpc' && target.id
      ? mustExist(`VPC ${target.id}`, aws.region, () => client.vpc(target.id ?? ''))
      : null,
  ]);
  if (target.kind === 'subnet' && !subnets.some((s) => s.id === target.id)) {
    throw new NotFoundError(
      'target-not-found',
      `There is no subnet ${target.id} in ${aws.region} for these credentials.`,
      {
        hint: 'Check the ID, --region and --profile.',
      },
    );
  }
  return subnets;
}

function lookUpCluster(aws: Aws, gaps: Gaps, name: string) {
  return gaps.tolerate(null, 'The VPC of the cluster is unknown.', async () => {
    const { eks } = await import('../aws/eks.ts');
    return mustExist(`EKS cluster '${name}'`, aws.region, () => eks(aws).cluster(name));
  });
}

function zoneId(given: string, zones: readonly Zone[], region: string): string {
  const zone = zones.find((z) => z.azId === given || z.az === given);
  if (zone || zones.length === 0) return zone?.azId ?? given;
  throw new NotFoundError('target-not-found', `There is no zone '${given}' in ${region}.`, {
    hint: `Zones here: ${zones.map((z) => `${z.az} (${z.azId})`).join(', ')}.`,
  });
}

function firstOf(gaps: Gaps): Error {
  const own = gaps.errors.find((e) => e.action?.startsWith('networkflowmonitor:'));
  return own ?? gaps.errors[0] ?? new Error('no error behind the gaps');
}

/** Counts queries as they are planned and done. */
export function counter(onProgress: CollectOptions['onProgress']) {
  let planned = 0;
  let done = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    planned++;
    try {
      return await work();
    } finally {
      done++;
      onProgress({ phase: 'Reading flows', done, planned });
    }
  };
}

export type Counted = ReturnType<typeof counter>;
