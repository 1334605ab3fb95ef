import type { Aws } from '../aws/aws.ts';
import type { Case, Flow } from '../model/case.ts';
import { INSIGHT_CATEGORIES } from '../model/categories.ts';
import { closest } from '../model/closest.ts';
import { advise, nfm } from '../model/command-line.ts';
import { type NfmError, RefusedError, UsageError } from '../model/errors.ts';
import { DESTINATION_CATEGORIES, type QueryMetric } from '../model/service.ts';
import { COUNTERS, INSIGHT_LEVELS, queryMetrics, type TopLevel, type TopMetric } from '../model/words.ts';
import { covers, membership, monitorExtent } from '../network/holdings.ts';
import { doctorOf, type TargetSpec, unknownMonitor } from '../network/targets.ts';
import type { CollectOptions } from './collect.ts';
import { type Planned, plan } from './flow-plan.ts';
import type { Answer, Joined } from './flows.ts';
import { Gaps } from './gaps.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { addNames } from './names.ts';
import { outlineOf } from './outline.ts';
import { counter as countingFrom } from './progress.ts';
import { askInsights, askMonitors, categoriesOf, flowSources } from './read-flows.ts';
import { targetMonitors } from './target-monitors.ts';
import { joinInsightRows, joinMonitorRows } from './top-rows.ts';
import { tile } from './window.ts';

export interface TopOptions extends Omit<CollectOptions, 'flows' | 'assess' | 'onSeries'> {
  /** Is told how many queries will run, before the first does. */
  onPlanned?(queries: number): void;
  metric: TopMetric;
  by: readonly TopLevel[];
  /** Null: all that can have rows. */
  categories: readonly string[] | null;
}

interface Reading extends Joined {
  source: Case['flowsFrom'];
}

const NOTHING: Joined = { flows: [], truncated: false, lost: [], asked: [] };

/** Top contributors of a monitor, of the monitors that hold the target, or of the scope. */
export async function collectTop(aws: Aws, options: TopOptions): Promise<Case> {
  const gaps = new Gaps();
  const inventory = await takeInventory(aws, options, gaps);
  const { source, flows, truncated, lost, asked } = await read(aws, options, inventory, gaps);
  if (source && flows.length === 0) sayNothingListed(gaps, inventory.target);
  const outline = outlineOf(options, inventory, {
    region: aws.region,
    accountId: inventory.accountId ?? '',
    // What cannot publish was said where it was asked.
    monitors: targetMonitors(inventory, new Gaps()),
    tiles: tile(options.windows.window),
  });
  return {
    ...outline,
    flowsFrom: source,
    flows: await addNames(aws, highestFirst(flows, options.metric), gaps, () => true),
    truncated,
    ...(source && { asked }),
    ...(lost.length > 0 && {
      incomplete: { monitors: !inventory.allMonitors, series: false, lists: lost },
    }),
    gaps: gaps.list,
  };
}

/** Not every instance's name is looked up: those that matter are. */
function highestFirst(flows: readonly Flow[], metric: TopMetric): Flow[] {
  const counter = COUNTERS[metric];
  return [...flows].sort((a, b) => (b[counter] ?? -1) - (a[counter] ?? -1));
}

/** The scope's own source are workload insights; what they do not know, monitors may. */
function read(aws: Aws, options: TopOptions, inventory: Inventory, gaps: Gaps): Promise<Reading> {
  const { target, scope } = inventory;
  const unknown = unknownToInsights(options);
  const ready = scope?.status === 'SUCCEEDED';
  if (target.kind === 'scope' && ready && !unknown) return fromInsights(aws, options, inventory, gaps);
  const monitors = targetMonitors(inventory, gaps);
  const sources =
    target.kind === 'monitor'
      ? monitors.filter((m) => m.name === target.id && m.status === 'ACTIVE')
      : flowSources({ ...inventory, monitors });
  if (target.kind === 'monitor' && !monitors.some((m) => m.name === target.id)) {
    throw gaps.errors[0] ?? unknownMonitor(target.id ?? '', inventory.names ?? [], aws.region);
  }
  if (sources.length > 0) {
    if (target.kind === 'scope') sayWhyMonitors(unknown, gaps);
    return fromMonitors(aws, options, { ...inventory, sources }, gaps);
  }
  if (!ready || target.kind === 'monitor') {
    return Promise.resolve({ source: null, ...NOTHING });
  }
  if (!unknown) return fromInsights(aws, options, inventory, gaps);
  const unread = gaps.errors.find((e) => /:(List|Get)Monitors?$/.test(e.action ?? ''));
  if (!inventory.allMonitors && unread) throw unread;
  throw new UsageError(
    'needs-monitor',
    `No active monitor holds the target, and workload insights do not know ${unknown}.`,
    {
      hint: advise(
        `Rank --metric retransmissions, timeouts or data --by ${INSIGHT_LEVELS.join(', ')}. Or make one:`,
        nfm('triage', { vpc: 'VPC', 'create-monitors': true }),
      ),
    },
  );
}

/** In words, what was asked for that workload insights cannot answer; null where they can. */
function unknownToInsights({ metric, by }: TopOptions): string | null {
  if (metric === 'rtt') return 'round-trip times';
  const level = by.find((l) => !INSIGHT_LEVELS.includes(l));
  return level ? `${level}s` : null;
}

function sayWhyMonitors(unknown: string | null, gaps: Gaps): void {
  gaps.add({
    code: 'monitors-only',
    action: null,
    effect: `Workload insights do not know ${unknown ?? 'this'}, so monitors were asked: flows that none of them watches, such as those to the internet and to most AWS services, are missing; --by zone --by category has them.`,
    fix: null,
  });
}

async function fromMonitors(
  aws: Aws,
  options: TopOptions,
  inventory: Inventory & { sources: ReturnType<typeof flowSources> },
  gaps: Gaps,
): Promise<Reading> {
  const { sources, extent, topology } = inventory;
  const tiles = tile(options.windows.window);
  const planned = new Map(
    sources.map((monitor) => {
      const categories = options.categories ?? categoriesOf(monitor, inventory);
      return [monitor, plan(tiles, categories, queryMetrics(options.metric))];
    }),
  );
  options.onPlanned?.([...planned.values()].flat().length);
  const beside = { gaps, progress: countingFrom(options.onProgress), topology };
  const each = sources.map((monitor) =>
    ranked(options.metric, planned.get(monitor) ?? [], (lists) =>
      askMonitors(aws, [monitor], () => lists, beside),
    ),
  );
  const answers = (await Promise.all(each)).flat();
  mustHaveAnswer(answers, options, gaps);
  const joined = joinMonitorRows(answers);
  // A monitor may hold more than the target: the VPC's, where one of its subnets was named.
  const exact = sources.every((m) => covers(extent, monitorExtent(m, topology), topology));
  if (!exact && inventory.target.kind === 'cluster') sayWholeVpc(gaps);
  const inside = membership(extent, topology);
  const wanted = ({ local }: Flow) => exact || inside(local);
  return {
    source: { kind: 'monitor', name: sources.map((m) => m.name).join(', ') },
    ...joined,
    flows: joined.flows.filter(wanted),
  };
}

/** An answer that lost its rows on the way looks like an empty one, too. */
function sayNothingListed(gaps: Gaps, target: TargetSpec): void {
  gaps.add({
    code: 'nothing-listed',
    action: null,
    effect: 'Nothing is listed in any category: nothing was sent, or nothing that sends reports.',
    fix: doctorOf(target),
  });
}

function sayWholeVpc(gaps: Gaps): void {
  gaps.add({
    code: 'cluster-by-vpc',
    action: null,
    effect: 'No monitor watches the cluster alone, and rows do not name clusters: its whole VPC is listed.',
    fix: null,
  });
}

async function fromInsights(
  aws: Aws,
  options: TopOptions,
  { scope, extent, topology, target }: Inventory,
  gaps: Gaps,
): Promise<Reading> {
  const tiles = tile(options.windows.window);
  const name = scope?.id ?? '';
  const queries = plan(tiles, options.categories ?? INSIGHT_CATEGORIES, queryMetrics(options.metric));
  options.onPlanned?.(queries.length);
  const beside = { gaps, progress: countingFrom(options.onProgress), topology };
  const answers = await ranked(options.metric, queries, (lists) => askInsights(aws, name, lists, beside));
  mustHaveAnswer(answers, options, gaps);
  const joined = joinInsightRows(answers, topology);
  if (target.kind === 'cluster') sayWholeVpc(gaps);
  const inside = membership(extent, topology);
  return {
    source: { kind: 'workload-insights', name },
    ...joined,
    flows: joined.flows.filter(({ local }) => inside(local)),
  };
}

const RANKED: Record<TopMetric, QueryMetric> = {
  retransmissions: 'RETRANSMISSIONS',
  timeouts: 'TIMEOUTS',
  rtt: 'ROUND_TRIP_TIME',
  data: 'DATA_TRANSFERRED',
};

/** The lists that are ranked, and those by bytes; then the others, where these two show that there is anything. */
async function ranked<Row>(
  metric: TopMetric,
  lists: readonly Planned[],
  ask: (lists: readonly Planned[]) => Promise<Answer<Row>[]>,
): Promise<Answer<Row>[]> {
  const isFirst = (list: Planned) => list.metric === RANKED[metric] || list.metric === 'DATA_TRANSFERRED';
  const place = ({ tile, category }: Pick<Planned, 'tile' | 'category'>) => `${tile} ${category}`;
  const first = await ask(lists.filter(isFirst));
  const carrying = new Set(first.filter(({ rows }) => rows?.length !== 0).map(place));
  const others = lists.filter((list) => !isFirst(list) && carrying.has(place(list)));
  return [...first, ...(await ask(others))];
}

/** Where every single query was refused, that is the answer. */
function mustHaveAnswer<Row>(answers: readonly Answer<Row>[], { categories }: TopOptions, gaps: Gaps): void {
  for (const { category } of categories ? answers.filter(({ rows }) => rows === null) : []) {
    const error = gaps.errors.find((e) => saysUnknown(e.message, category));
    if (error) throw unknownCategory(category, error);
  }
  if (answers.length === 0 || answers.some(({ rows }) => rows !== null)) return;
  const own = gaps.errors.filter((e) => e.action?.includes('TopContributors'));
  throw own[0] ?? gaps.errors[0] ?? new RefusedError('query-failed', 'No query was answered.');
}

/** The service's own word on a category: new ones may be known to it and not to nfm. */
function saysUnknown(message: string, category: string): boolean {
  return /ValidationException.*destinationCategory/s.test(message) && message.includes(`'${category}'`);
}

function unknownCategory(category: string, { message, action }: NfmError): UsageError {
  const others = DESTINATION_CATEGORIES.filter((known) => known !== category);
  const near = closest(category, others);
  return new UsageError('unknown-category', message, {
    hint: near ? `Did you mean '${near}'?` : `Categories: ${others.join(', ')}.`,
    ...(action ? { action } : {}),
  });
}
