import { counterOf } from '../aws/answers.ts';
import type { Aws } from '../aws/aws.ts';
import { FOR_GOOD, recall } from '../aws/memory.ts';
import { flowMonitor, type ScopeSummary } from '../aws/monitors.ts';
import type {
  MonitorTopContributorsRow,
  WorkloadInsightsTopContributorsRow,
} from '../aws/networkflowmonitor/index.ts';
import { insightsQuery, monitorQuery } from '../aws/queries.ts';
import type { Case, LostList, Monitor, Window } from '../model/case.ts';
import { INSIGHT_CATEGORIES, monitorCategories } from '../model/categories.ts';
import { isLocalZone, type QueryMetric } from '../model/service.ts';
import { type Extent, extentOf, subnetsOf, type Topology, zonesOf } from '../network/holdings.ts';
import type { TargetSpec } from '../network/targets.ts';
import { type Assessment, isRead, type Planned, plan, planFlows } from './flow-plan.ts';
import {
  type Answer,
  identifyInsightRow,
  identifyMonitorRow,
  joinAnswers,
  placeInsightRemote,
} from './flows.ts';
import type { Gaps } from './gaps.ts';
import { lately } from './lately.ts';
import type { Counted } from './progress.ts';

export interface FlowsRequest {
  monitors: readonly Monitor[];
  scope: ScopeSummary | null;
  extent: Extent;
  topology: Topology;
  /** The stretches of time that may be asked for. */
  tiles: Window[];
  window: Window;
  /** What the series say. */
  assess(): Assessment;
  target: TargetSpec;
  gaps: Gaps;
  progress: Counted;
}

export interface Flows {
  from: Case['flowsFrom'];
  /** The stretches of time that were asked for. */
  tiles: Case['tiles'];
  flows: Case['flows'];
  truncated: boolean;
  /** Lists that were not answered, or not whole. */
  lost: LostList[];
  /** Lists that were asked for; absent: all. */
  asked?: LostList[];
  /** Monitors that hold a part of the target and were not asked. */
  passedOver?: readonly Monitor[];
}

/** Top contributors by flow from the monitors that hold the target; without any, by subnet from workload insights. */
export function readFlows(aws: Aws, request: FlowsRequest): Promise<Flows> {
  const sources = flowSources(request);
  if (sources.length) return fromMonitors(aws, request, sources);
  if (request.scope?.status === 'SUCCEEDED') return fromInsights(aws, request, request.scope.id);
  return Promise.resolve({
    from: null,
    tiles: request.tiles,
    flows: [],
    truncated: false,
    lost: [],
  });
}

/**
 * As few monitors as hold the target between them, widest first: each costs dozens of queries. Flows that two of
 * them see are joined into one, so an overlap costs time and not truth.
 */
export function flowSources({
  monitors,
  target,
  topology,
}: Pick<FlowsRequest, 'monitors' | 'target' | 'topology'>): Monitor[] {
  const active = monitors.filter((m) => m.status === 'ACTIVE');
  const named = active.find((m) => target.kind === 'monitor' && m.name === target.id);
  if (named) return [named];
  const whole = active.filter((m) => m.remote.length === 0);
  // Of several that hold all of the target, the narrowest: rows are cut off at 500, so foreign flows cost.
  const covering = whole.filter((m) => m.coversTarget).sort((a, b) => width(a) - width(b));
  if (covering[0]) return [covering[0]];
  const chosen: Monitor[] = [];
  const seen = new Set<string>();
  for (const monitor of whole.sort((a, b) => width(b) - width(a))) {
    const subnets = subnetsOf(extentOf(monitor.local, topology), topology).map((s) => s.id);
    // Where EC2 does not know its subnets, it may be the only one that holds them.
    if (subnets.length === 0 || subnets.some((id) => !seen.has(id))) chosen.push(monitor);
    for (const id of subnets) seen.add(id);
  }
  return chosen;
}

/** How much a monitor watches: by zones where they are known, else by the kind of its local resources. */
function width({ zones, local }: Monitor): number {
  return zones?.length ?? (local.some((r) => /Region|VPC|Cluster/.test(r.type)) ? 3 : 1);
}

async function fromMonitors(aws: Aws, request: FlowsRequest, sources: Monitor[]): Promise<Flows> {
  const { window } = request;
  const assessment = request.assess();
  const { risen, rose } = assessment;
  const tiles = lately(aws, request.tiles, { of: 'flows', said: `${risen} ${rose}`, risen });
  const incomplete = !request.monitors.every((m) => m.status !== 'ACTIVE' || isRead(m.series));
  const asked = assessment.risen && !incomplete ? withWitnesses(sources, assessment) : sources;
  const answers = await Promise.all(
    asked.map((monitor) =>
      follow(
        planFlows<MonitorTopContributorsRow>({
          tiles,
          window,
          categories: categoriesOf(monitor, request),
          series: monitor.series,
          incomplete,
          assessment,
        }),
        (lists) => askMonitors(aws, [monitor], () => lists, request),
        request.progress,
      ),
    ),
  );
  return {
    from: { kind: 'monitor', name: asked.map((m) => m.name).join(', ') },
    tiles,
    passedOver: sources.filter((m) => !asked.includes(m)),
    ...joinAnswers(answers.flat(), identifyMonitorRow),
  };
}

/** So many that did not rise are asked beside those that did. */
const WITNESSES = 3;

/**
 * Of several that hold the target between them, those that did not rise carry nothing of it. But what a few of them
 * send from the same zones tells a fault of the zone from one of what rose.
 */
export function withWitnesses(sources: readonly Monitor[], { rose }: Assessment): readonly Monitor[] {
  const risen = sources.filter(({ name }) => rose.includes(name));
  if (risen.length === 0) return sources;
  const bytes = ({ series }: Monitor) => (series?.bytes ?? []).reduce<number>((sum, b) => sum + (b ?? 0), 0);
  const others = sources.filter((m) => !risen.includes(m) && bytes(m) > 0);
  const witnesses = others.sort((a, b) => bytes(b) - bytes(a)).slice(0, WITNESSES);
  return sources.filter((m) => risen.includes(m) || witnesses.includes(m));
}

/** Round after round, until there is nothing left to ask. */
async function follow<Row>(
  rounds: ReturnType<typeof planFlows<Row>>,
  answer: (lists: readonly Planned[]) => Promise<readonly Answer<Row>[]>,
  progress: Counted,
): Promise<Answer<Row>[]> {
  let round = rounds.next();
  const first = round.done ? null : round.value;
  // What carries anything is half of it, and is asked in more tiles.
  if (first) round = rounds.next(await progress.expecting(first.length, () => answer(first)));
  while (!round.done) round = rounds.next(await answer(round.value));
  return round.value;
}

/** What is sent from and to Local Zones has a category of its own: it is asked for where the target may lie in one. */
export function categoriesOf(
  { remote }: Pick<Monitor, 'remote'>,
  { extent, topology }: Pick<FlowsRequest, 'extent' | 'topology'>,
): string[] {
  const known = monitorCategories(remote);
  const local = topology.subnets.some(({ azId }) => isLocalZone(azId));
  const inside = zonesOf(extent, topology)?.some((azId) => isLocalZone(azId)) ?? true;
  return local && inside ? [...known, 'LOCAL_ZONE'] : known;
}

async function fromInsights(aws: Aws, request: FlowsRequest, scopeId: string): Promise<Flows> {
  const tiles = lately(aws, request.tiles, { of: 'flows', said: '', risen: true });
  // Rows by subnet say little more than the series by zone do: one hour of them is enough.
  const newest = (categories: readonly string[], metrics: readonly QueryMetric[]) =>
    plan(tiles, categories, metrics).filter((q) => q.tile === tiles.length - 1);
  const first = await askInsights(aws, scopeId, newest(INSIGHT_CATEGORIES, ['DATA_TRANSFERRED']), request);
  const carrying = first.flatMap(({ category, rows }) => (rows?.length === 0 ? [] : [category]));
  const events = newest(carrying, ['RETRANSMISSIONS', 'TIMEOUTS']);
  const answers = [...first, ...(await askInsights(aws, scopeId, events, request))];
  const joined = joinAnswers(answers, identifyInsightRow);
  return {
    from: { kind: 'workload-insights', name: scopeId },
    tiles,
    flows: joined.flows.map((flow) => ({
      ...flow,
      remote: placeInsightRemote(flow.remote.ip ?? '', request.topology) ?? flow.remote,
    })),
    truncated: joined.truncated,
    lost: joined.lost,
    asked: joined.asked,
  };
}

type Bookkeeping = Pick<FlowsRequest, 'gaps' | 'progress' | 'topology'>;

function keyOf(source: string, { window, category, metric }: Planned): string {
  return `${source} ${window.start} ${window.end} ${category} ${metric}`;
}

/** Every query of every monitor; one that is refused is a gap. */
export function askMonitors(
  aws: Aws,
  sources: readonly Monitor[],
  queriesOf: (monitor: Monitor) => readonly Planned[],
  { gaps, progress, topology }: Bookkeeping,
): Promise<Answer<MonitorTopContributorsRow>[]> {
  const { client } = flowMonitor(aws);
  return Promise.all(
    sources.flatMap((monitor) =>
      queriesOf(monitor).map(async (query) => {
        const effect = `Contributors by flow are incomplete: ${query.metric} of ${monitor.name}.`;
        const rows = await progress(() =>
          gaps.tolerate(null, effect, () =>
            recall(aws, keyOf(monitor.arn, query), FOR_GOOD, () =>
              monitorQuery(aws, client, monitor.name, query),
            ),
          ),
        );
        return { ...query, rows: rows && placed(rows, 'MonitorTopContributors', effect, { gaps, topology }) };
      }),
    ),
  );
}

/** The same of workload insights. */
export function askInsights(
  aws: Aws,
  scopeId: string,
  queries: readonly Planned[],
  { gaps, progress, topology }: Bookkeeping,
): Promise<Answer<WorkloadInsightsTopContributorsRow>[]> {
  const { client } = flowMonitor(aws);
  return Promise.all(
    queries.map(async (query) => {
      const effect = `Contributors by subnet are incomplete: ${query.metric}.`;
      const rows = await progress(() =>
        gaps.tolerate(null, effect, () =>
          recall(aws, keyOf(scopeId, query), FOR_GOOD, () => insightsQuery(aws, client, scopeId, query)),
        ),
      );
      return {
        ...query,
        rows: rows && placed(rows, 'WorkloadInsightsTopContributors', effect, { gaps, topology }),
      };
    }),
  );
}

interface Row {
  value?: number | undefined;
  localAz?: string | undefined;
  localSubnetId?: string | undefined;
  remoteAz?: string | undefined;
}

/** The rows with zone IDs; what they lack is a gap, as a row that is left out of a sum or of a place is lost. */
function placed<R extends Row>(
  rows: readonly R[],
  family: string,
  effect: string,
  { gaps, topology }: Pick<Bookkeeping, 'gaps' | 'topology'>,
): R[] {
  const own = withZoneIds(rows, topology);
  const add = (code: string, what: string) =>
    gaps.add({
      code,
      action: `networkflowmonitor:GetQueryResults${family}`,
      effect: `${effect} Rows came without ${what}.`,
      fix: null,
    });
  if (own.some(({ value }) => counterOf(value) === null)) {
    add('values-unknown', 'a value that can be used: it is unknown, not 0');
  }
  if (own.some(({ localAz, localSubnetId }) => !localAz || !localSubnetId)) {
    add('rows-unplaced', "the sender's zone or subnet: where it is, is unknown, and it may be left out");
  }
  return own;
}

/** Rows carry zone IDs; where one carries the zone's name, or its subnet's ID alone, it is the same zone. */
function withZoneIds<R extends Row>(rows: readonly R[], { zones, subnets }: Topology): R[] {
  const ids = new Map(zones.map(({ az, azId }) => [az ?? azId, azId]));
  const zoneOf = new Map(subnets.map(({ id, azId }) => [id, azId]));
  return rows.map((row) => {
    const local = row.localAz ? ids.get(row.localAz) : zoneOf.get(row.localSubnetId ?? '');
    const remote = ids.get(row.remoteAz ?? '');
    return { ...row, ...(local ? { localAz: local } : {}), ...(remote ? { remoteAz: remote } : {}) };
  });
}
