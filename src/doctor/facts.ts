import { counterOf } from '../aws/answers.ts';
import type { Aws } from '../aws/aws.ts';
import { lostWords, monitorSeries } from '../aws/cloudwatch.ts';
import { ec2, type Instance } from '../aws/ec2.ts';
import { type ClusterDetails, eks } from '../aws/eks.ts';
import { flowMonitor, type MonitorRecord } from '../aws/monitors.ts';
import { insightsDataQuery, insightsQuery, monitorQuery } from '../aws/queries.ts';
import type { Resource, Window } from '../model/case.ts';
import { INSIGHT_CATEGORIES, monitorCategories } from '../model/categories.ts';
import { RefusedError, UnreachableError } from '../model/errors.ts';
import { QUERY_MAX_ROWS, SETTLE_MINUTES } from '../model/service.ts';
import { HOUR, instant, MINUTE } from '../model/time.ts';
import {
  type Extent,
  extentOf,
  fewest,
  holds,
  membership,
  type Topology,
  TYPES,
} from '../network/holdings.ts';
import { isActive, isReady } from '../network/status.ts';
import { notThere, type TargetSpec, targetExtent, zoneFor } from '../network/targets.ts';
import { ADDON, MANAGE_DOCUMENT, POD_IDENTITY_ADDON, SERVICE_ROLES, WARM_UP } from './agent.ts';
import { Questions } from './questions.ts';

interface FactsOptions {
  target: TargetSpec;
  now: number;
  /** Something was mended a moment ago: data cannot be there yet. */
  mended?: boolean;
  /** Of how many instances each is looked at by itself; all, where it is not given. */
  mostHosts?: number;
  /** A monitor for each zone is asked for too. */
  perZone?: boolean;
  /** What is in clusters may be changed. */
  fixCluster?: boolean;
}

/** The three families of queries, each with permissions of its own. */
export type Family = 'insights' | 'series' | 'flows';

/** Rows of workload insights, as far as they tell who publishes. */
interface Published {
  subnetId: string;
  vpcId: string;
  azId: string;
  /** Null where its row does not say. */
  bytes: number | null;
}

/** Who sent anything, by what monitors measured. */
interface Senders {
  instanceIds: Set<string>;
  /** Monitors that were asked, with the number of rows of each. */
  rows: Map<string, number>;
  /** A query was full: who is not in it may have sent all the same. */
  truncated: boolean;
  /** Instances of which these monitors would have told. */
  covered: Set<string>;
}

/** All that checks may want to know: what the target holds, and what is published by whom. */
export class Facts extends Questions {
  readonly target: TargetSpec;
  readonly now: number;
  readonly mended: boolean;
  readonly perZone: boolean;
  readonly fixCluster: boolean;
  readonly #mostHosts: number;

  constructor(
    aws: Aws,
    {
      target,
      now,
      mended = false,
      perZone = false,
      fixCluster = false,
      mostHosts = Number.POSITIVE_INFINITY,
    }: FactsOptions,
  ) {
    super(aws);
    this.#mostHosts = mostHosts;
    this.target = target;
    this.now = now;
    this.mended = mended;
    this.perZone = perZone;
    this.fixCluster = fixCluster;
  }

  /** Those in the target that run. */
  instances(): Promise<Instance[]> {
    return this.once('instances', async () => {
      const [running, { extent, topology }] = await Promise.all([this.running(), this.held()]);
      return running.filter(holds(extent, topology));
    });
  }

  /** Those of them that are looked at one by one: of each kind, as many. */
  async examined(): Promise<Instance[]> {
    const all = await this.instances();
    const some = (part: Instance[]) => part.slice(0, this.#mostHosts);
    return [...some(all.filter((i) => i.cluster === null)), ...some(all.filter((i) => i.cluster !== null))];
  }

  /** Instances of the target that a monitor's local resources hold. */
  async heldBy({ local }: Pick<MonitorRecord, 'local'>): Promise<Instance[]> {
    const [instances, topology] = await Promise.all([this.instances(), this.#topologyFor(local)]);
    return instances.filter(holds(extentOf(local, topology), topology));
  }

  /** Clusters in the target. */
  clusters(): Promise<ClusterDetails[]> {
    return this.once('clusters', async () => {
      const names = await this.#clusterNames();
      const clusters = await Promise.all(names.map((name) => this.each(() => eks(this.aws).details(name))));
      const { kind, id } = this.target;
      return kind === 'vpc' ? clusters.filter((c) => c.vpcId === id) : clusters;
    });
  }

  /** Its nodes that are instances. */
  async nodes({ name }: ClusterDetails): Promise<Instance[]> {
    return (await this.running()).filter((i) => i.cluster === name);
  }

  imageNames(): Promise<Map<string, string>> {
    return this.once('images', async () => {
      const ids = [...new Set((await this.instances()).flatMap((i) => i.imageId ?? []))];
      return ids.length ? ec2(this.aws).imageNames(ids) : new Map();
    });
  }

  /** The last hour that has settled: as long as a query may be. */
  get window(): Window {
    const end = Math.floor((this.now - SETTLE_MINUTES * MINUTE) / MINUTE) * MINUTE;
    return { start: instant(end - HOUR), end: instant(end) };
  }

  /** What is published in the target, by subnet. Null where the scope cannot be queried. */
  published(): Promise<Published[] | null> {
    return this.once('published', async () => {
      const scope = await this.scope();
      if (!scope || !isReady(scope)) return null;
      const { client } = flowMonitor(this.aws);
      const answers = await inEachCategory(INSIGHT_CATEGORIES, (category) =>
        insightsQuery(this.aws, client, scope.id, {
          window: this.window,
          category,
          metric: 'DATA_TRANSFERRED',
        }),
      );
      const rows = answers.flat().map(({ localSubnetId, localVpcId, localAz, value }) => ({
        subnetId: localSubnetId ?? '',
        vpcId: localVpcId ?? '',
        azId: localAz ?? '',
        // A row whose value is lost is a row all the same.
        bytes: counterOf(value),
      }));
      const inTarget = await this.#sendersInTarget();
      return rows.filter((row) => row.bytes !== 0 && inTarget(row));
    });
  }

  /**
   * One query of a family, for whether it is allowed at all: AWS looks at permissions before anything else, so also
   * where a scope or monitor is not ready. False where there is nothing to query; a denial is thrown.
   */
  mayQuery(family: Family): Promise<boolean> {
    return this.once(`may query ${family}`, async () => {
      const { client } = flowMonitor(this.aws);
      const query = { window: this.window, category: 'INTRA_AZ', metric: 'DATA_TRANSFERRED' } as const;
      if (family === 'flows') {
        const monitors = await this.monitors();
        const monitor = monitors.find(isActive) ?? monitors[0];
        return monitor ? unlessDenied(monitorQuery(this.aws, client, monitor.name, query)) : false;
      }
      const scope = await this.scope();
      if (!scope) return false;
      const ask = family === 'series' ? insightsDataQuery : insightsQuery;
      return unlessDenied(ask(this.aws, client, scope.id, query));
    });
  }

  /** Instances that monitors have rows of. As few monitors are asked as hold all instances that any holds. */
  senders(): Promise<Senders> {
    return this.once('senders', async () => {
      const [monitors, scope] = await Promise.all([this.monitors(), this.scope()]);
      const active = isReady(scope) ? monitors.filter(isActive) : [];
      const held = await Promise.all(
        active.map(async (monitor) => ({
          monitor,
          ids: new Set((await this.heldBy(monitor)).map((i) => i.id)),
        })),
      );
      const senders: Senders = {
        instanceIds: new Set(),
        rows: new Map(),
        truncated: false,
        covered: new Set(),
      };
      const { client } = flowMonitor(this.aws);
      await Promise.all(
        fewest(held).map(async ({ monitor, ids }) => {
          const answers = await inEachCategory(monitorCategories(monitor.remote), (category) =>
            monitorQuery(this.aws, client, monitor.name, {
              window: this.window,
              category,
              metric: 'DATA_TRANSFERRED',
            }),
          );
          senders.truncated ||= answers.some((rows) => rows.length >= QUERY_MAX_ROWS);
          senders.rows.set(monitor.name, answers.flat().length);
          for (const { localInstanceId } of answers.flat()) {
            if (localInstanceId) senders.instanceIds.add(localInstanceId);
          }
          // A monitor with remote resources sees a part of what its instances send.
          if (monitor.remote.length === 0) for (const id of ids) senders.covered.add(id);
        }),
      );
      return senders;
    });
  }

  /** Minutes with bytes in CloudWatch, by the ARN of the monitor. */
  datapoints(): Promise<Map<string, number>> {
    return this.once('datapoints', async () => {
      const arns = (await this.monitors()).filter(isActive).map((m) => m.arn);
      if (arns.length === 0) return new Map();
      const { series, lost } = await monitorSeries(this.aws, arns, this.window, 60, ['bytes']);
      if (lost.length > 0) {
        throw new RefusedError('metrics-lost', `${lostWords(lost)}.`, { action: 'cloudwatch:GetMetricData' });
      }
      return new Map([...series].map(([arn, { bytes }]) => [arn, bytes.filter((v) => v !== null).length]));
    });
  }

  /** Does its agent publish? Told by rows that name it, or its subnet where no other instance is in it. */
  async publishes(instance: Instance): Promise<'yes' | 'no' | 'unknown'> {
    const [senders, published, all] = await Promise.all([
      this.senders().catch(ifRefused(null)),
      this.published().catch(ifRefused(null)),
      this.running(),
    ]);
    if (senders?.instanceIds.has(instance.id)) return 'yes';
    const inSubnet = published?.some((row) => row.subnetId === instance.subnetId);
    if (published && !inSubnet) return 'no';
    if (inSubnet && all.filter((i) => i.subnetId === instance.subnetId).length === 1) return 'yes';
    return senders?.covered.has(instance.id) && !senders.truncated ? 'no' : 'unknown';
  }

  /**
   * Was something that agents depend on changed too short a time ago to show in the data? Asked only where there are
   * none. A scope has no date; its role was made with it.
   */
  justChanged(): Promise<boolean> {
    return this.once('changes', async () => {
      if (this.mended) return true;
      const [scopeRole] = SERVICE_ROLES;
      const asked: Promise<(string | null | undefined)[]>[] = [
        this.role(scopeRole).then((role) => [role?.createdAt]),
        this.history(MANAGE_DOCUMENT).then((all) => all.map((i) => instant(i.requestedAt))),
        this.clusters().then(async (clusters) => {
          const names = [ADDON, POD_IDENTITY_ADDON];
          const addons = clusters.flatMap((c) => names.map((name) => this.addon(c, name)));
          return (await Promise.all(addons)).map((addon) => addon?.modifiedAt);
        }),
      ];
      const times = await Promise.all(asked.map((dates) => dates.catch(ifRefused([]))));
      const latest = Math.max(0, ...times.flat().map((at) => (at ? Date.parse(at) : 0)));
      return this.now - latest < WARM_UP;
    });
  }

  async #clusterNames(): Promise<string[]> {
    const { kind, id } = this.target;
    if (kind === 'cluster') return [id ?? ''];
    if (kind === 'scope' || kind === 'vpc') return eks(this.aws).names();
    return [...new Set((await this.instances()).flatMap((i) => i.cluster ?? []))];
  }

  /** The part of the network that the target holds. */
  async held(): Promise<{ extent: Extent; topology: Topology }> {
    const { target, region } = this;
    const { kind, id } = target;
    if (kind === 'monitor') {
      const monitors = await this.monitors();
      const monitor = monitors.find((m) => m.name === id);
      if (!monitor) throw notThere(target, region, { words: monitors.map((m) => m.name) });
      const topology = await this.#topologyFor(monitor.local);
      return { extent: extentOf(monitor.local, topology), topology };
    }
    const topology = await this.#topologyFor(kind === 'zone' ? [{ type: TYPES.zone }] : []);
    if (kind === 'zone') zoneFor(id ?? '', topology.zones, region);
    return { extent: targetExtent(target, topology, []), topology };
  }

  /** Only where zones are named are the subnets asked for that are in them. */
  async #topologyFor(local: readonly Pick<Resource, 'type'>[]): Promise<Topology> {
    const named = local.some((r) => r.type === TYPES.zone);
    const [zones, subnets] = named ? await Promise.all([this.zones(), this.subnets()]) : [[], []];
    return { zones, subnets, clusterVpcs: new Map() };
  }

  /** Rows name no cluster: there, what its instances' subnets send. */
  async #sendersInTarget(): Promise<ReturnType<typeof membership>> {
    const { extent, topology } = await this.held();
    if (extent.clusters.size === 0) return membership(extent, topology);
    const subnetIds = new Set((await this.instances()).map((i) => i.subnetId));
    return membership({ ...extent, clusters: new Set(), subnetIds }, topology);
  }
}

/** A target that is not there would be diagnosed as having no data. Where AWS does not tell, it is believed. */
export async function assertTarget(facts: Facts): Promise<void> {
  const { kind, id } = facts.target;
  const missing = notThere(kind === 'vpc' ? { kind, id: `${id} with a subnet` } : facts.target, facts.region);
  try {
    if (!(await exists(facts))) throw missing;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'not-found') throw missing;
    if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
  }
}

async function exists(facts: Facts): Promise<boolean> {
  const { kind, id } = facts.target;
  switch (kind) {
    case 'scope':
      return true;
    case 'cluster':
      return (await facts.clusters()).length > 0;
    case 'monitor':
    case 'zone':
      return Boolean(await facts.held());
    case 'vpc':
      return (await facts.subnets()).some((s) => s.vpcId === id);
    case 'subnet':
      return (await facts.subnets()).some((s) => s.id === id);
  }
}

/** The live API knows categories that the published model does not, and may forget one: a single one may be refused. */
async function inEachCategory<T>(
  categories: readonly string[],
  query: (category: string) => Promise<T>,
): Promise<T[]> {
  const answers = await Promise.allSettled(categories.map(query));
  const refused = answers.flatMap((a) => (a.status === 'rejected' ? [a.reason] : []));
  const serious = refused.find((e) => !(e instanceof RefusedError) || e.code !== 'aws-error');
  if (serious !== undefined || refused.length === categories.length) throw serious ?? refused[0];
  return answers.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : []));
}

/** Refused for any other reason is allowed. */
async function unlessDenied(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code === 'access-denied') throw error;
  }
  return true;
}

export function ifRefused<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof RefusedError) return fallback;
    throw error;
  };
}
