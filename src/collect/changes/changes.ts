import type { Aws } from '../../aws/aws.ts';
import type { Instance } from '../../aws/ec2.ts';
import { A_WHILE, FOR_GOOD } from '../../aws/memory.ts';
import type { Change, Changes, Window } from '../../model/case.ts';
import { instant, MINUTE } from '../../model/time.ts';
import type { Topology } from '../../network/holdings.ts';
import { betweenMarks } from '../lately.ts';
import type { Found, Told } from './found.ts';

/** Around the onset. */
const BEFORE = 30 * MINUTE;
const AFTER = 5 * MINUTE;

/** Pages of 50 of CloudTrail, of 100 of Auto Scaling: at two calls a second, the first takes some three seconds. */
const MOST_PAGES = { trail: 6, activities: 3 };
/** Clusters that are looked at. */
const MOST_CLUSTERS = 2;

/** How long after it happened a source may tell of something: LookupEvents has it after some 5 minutes, at most 15. */
const LATE = { trail: 15 * MINUTE, others: MINUTE };
/** Who watches asks again until all of its time has been told, and not at once. */
const NOT_YET = 5 * MINUTE;
/** Asks one source; null where it did not answer. An answer `of` the same stands for so long. */
export type Asking = <T>(
  what: string,
  stands: { of: string; lasts: number },
  work: () => Promise<T>,
) => Promise<T | null>;

export interface ChangesAsked {
  now: number;
  /** When it began. */
  onset: string;
  /** Those of the nodes that carry it; of the target. */
  clusters: readonly string[];
  running: readonly Instance[] | null;
  topology: Topology;
  ask: Asking;
}

function windowAround(onset: string): Window {
  const at = Date.parse(onset);
  return { start: instant(at - BEFORE), end: instant(at + AFTER) };
}

/** What changed around the onset, by all who note such things: each may be missing. */
export async function readChanges(aws: Aws, asked: ChangesAsked): Promise<Changes> {
  const { ask, clusters, now } = asked;
  const window = windowAround(asked.onset);
  const stretch = betweenMarks(aws, window);
  const looked = clusters.slice(0, MOST_CLUSTERS);
  const source = async (name: string, what: string, late: number, work: () => Promise<Told>) => {
    const lasts = now >= Date.parse(stretch.end) + late ? FOR_GOOD : NOT_YET;
    const stands = { of: `${stretch.start} ${stretch.end}`, lasts };
    const answer = await ask(what, stands, async () => ({ told: await work(), at: now }));
    return { name, told: answer?.told ?? null, at: answer?.at ?? now };
  };
  const ofClusters = (name: string, work: (cluster: string) => Promise<Told>) =>
    looked.map((cluster) => source(name, `${name} of cluster ${cluster}`, LATE.others, () => work(cluster)));
  const answers = await Promise.all([
    source('CloudTrail', 'management events', LATE.trail, async () => {
      const [{ notedCalls }, { changesOf }] = await Promise.all([
        import('../../aws/cloudtrail.ts'),
        import('./noted-calls.ts'),
      ]);
      const { calls, whole } = await notedCalls(aws, stretch, MOST_PAGES.trail);
      return { found: changesOf(calls), whole };
    }),
    source('Auto Scaling', 'scaling activities', LATE.others, async () => {
      const { scalingActivities } = await import('../../aws/auto-scaling.ts');
      const { activities, whole } = await scalingActivities(aws, stretch, MOST_PAGES.activities);
      return { found: activities.map(toFound), whole };
    }),
    ...ofClusters('EKS', async (cluster) => (await import('./updates.ts')).updatesOf(aws, cluster, stretch)),
    ...ofClusters('Kubernetes', async (cluster) =>
      (await import('./rollouts.ts')).rolloutsOf(aws, cluster, stretch),
    ),
  ]);
  const all = once(answers.flatMap(({ told }) => told?.found ?? [])).filter(
    ({ at }) => at >= window.start && at < window.end,
  );
  const items = await placed(aws, all, asked);
  const names = [...new Set(answers.map(({ name }) => name))];
  return {
    window,
    clusters: looked,
    sources: names.map((name) => {
      const own = answers.filter((answer) => answer.name === name);
      const isRead = own.every(({ told }) => told !== null);
      const isWhole =
        own.every(({ told }) => told?.whole) && (looked.length === clusters.length || !/^[EK]/.test(name));
      const state = !own.some(({ told }) => told) ? 'unread' : isRead && isWhole ? 'read' : 'partly';
      const at = Math.min(...own.map((answer) => answer.at));
      return { name, state, ...(at < now ? { askedAt: instant(at) } : {}) };
    }),
    items: items.sort((a, b) => (a.at < b.at ? -1 : 1)),
  };
}

function toFound({ at, group, description }: { at: string; group: string; description: string }): Found {
  const ids = description.match(/\bi-[0-9a-f]{8,17}\b/g) ?? [];
  return {
    at,
    source: 'Auto Scaling',
    what: description.slice(0, 200),
    by: null,
    where: `Auto Scaling group ${group}`,
    ids,
  };
}

/** What EKS tells too is told once, by who knows whose it was. */
function once(all: readonly Found[]): Found[] {
  const noted = new Set(all.flatMap(({ source, update }) => (source === 'CloudTrail' && update) || []));
  return all.filter(({ source, update }) => source !== 'EKS' || !noted.has(update ?? ''));
}

interface Place {
  vpcId: string;
  subnetIds: string[];
}

/** Where their resources are, as far as that is known; lists of EC2 are asked for only where something in them changed. */
async function placed(aws: Aws, all: readonly Found[], asked: ChangesAsked): Promise<Change[]> {
  const { running, topology, ask } = asked;
  const instances = running ?? [];
  const subnets = new Map(topology.subnets.map((s) => [s.id, s]));
  const ids = new Set(all.flatMap((found) => found.ids));
  const has = (prefix: string) => [...ids].some((id) => id.startsWith(prefix));
  const places = new Map<string, Place>();
  const learn = async (what: string, learnt: () => Promise<(Place & { id: string })[]>) => {
    const learned = await ask(what, { of: '', lasts: A_WHILE }, learnt);
    for (const { id, ...place } of learned ?? []) places.set(id, place);
  };
  const network = async () => (await import('../../aws/ec2-network.ts')).ec2Network(aws);
  await Promise.all([
    has('sg-') &&
      learn('where security groups are', async () =>
        (await (await network()).securityGroups()).map(({ id, vpcId }) => ({ id, vpcId, subnetIds: [] })),
      ),
    has('rtb-') &&
      learn('which subnets route tables serve', async () =>
        servedBy(await (await network()).routeTables(), topology, ({ main }) => main),
      ),
    has('acl-') &&
      learn('which subnets network ACLs serve', async () =>
        servedBy(await (await network()).networkAcls(), topology, ({ isDefault }) => isDefault),
      ),
  ]);
  return all.map(({ update: _, cluster, workload, ...found }) => {
    const bears = instances.filter(
      ({ id, securityGroupIds }) =>
        found.ids.includes(id) || securityGroupIds.some((group) => found.ids.includes(group)),
    );
    const known = found.ids.flatMap((id) => places.get(id) ?? []);
    const own = found.ids.flatMap((id) => subnets.get(id) ?? []);
    const vpcIds = [
      ...found.ids.filter((id) => id.startsWith('vpc-')),
      ...known.map((p) => p.vpcId),
      ...own.map((s) => s.vpcId),
      ...bears.map((i) => i.vpcId),
    ];
    const subnetIds = [...known.flatMap((p) => p.subnetIds), ...own.map((s) => s.id)];
    return {
      ...found,
      vpcIds: [...new Set(vpcIds.filter(Boolean))],
      subnetIds: [...new Set(subnetIds)],
      instanceIds: bears.map(({ id }) => id),
      ...(cluster === undefined ? {} : { cluster }),
      ...(workload === undefined ? {} : { workload }),
    };
  });
}

/** A VPC's own table serves the subnets that have no other. */
function servedBy<T extends { id: string; vpcId: string; subnetIds: string[] }>(
  tables: readonly T[],
  { subnets }: Topology,
  isDefault: (table: T) => boolean,
): (Place & { id: string })[] {
  const taken = new Set(tables.flatMap((table) => table.subnetIds));
  return tables.map((table) => {
    const left = subnets.filter(({ id, vpcId }) => vpcId === table.vpcId && !taken.has(id)).map((s) => s.id);
    return {
      id: table.id,
      vpcId: table.vpcId,
      subnetIds: isDefault(table) ? [...table.subnetIds, ...left] : table.subnetIds,
    };
  });
}
