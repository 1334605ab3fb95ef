import type { Aws } from '../aws/aws.ts';
import { monitorSeries } from '../aws/cloudwatch.ts';
import { ec2, type Instance, type Subnet } from '../aws/ec2.ts';
import { ec2Network, type RouteTable, type SecurityGroup, type VpcEndpoint } from '../aws/ec2-network.ts';
import { type Addon, type Association, type ClusterDetails, eks, type Nodegroup } from '../aws/eks.ts';
import { type Decision, iam, nameInArn, type Role } from '../aws/iam.ts';
import { type Limit, limited } from '../aws/limit.ts';
import { flowMonitor, type MonitorRecord, type ScopeSummary } from '../aws/monitors.ts';
import { insightsDataQuery, insightsQuery, monitorQuery } from '../aws/queries.ts';
import { type ScopeDetails, scopesOf } from '../aws/scopes.ts';
import { type Invocation, type Managed, type Package, ssm } from '../aws/ssm.ts';
import { accountId } from '../aws/sts.ts';
import type { Resource, Target, Window, Zone } from '../model/case.ts';
import { INSIGHT_CATEGORIES, monitorCategories } from '../model/categories.ts';
import { RefusedError } from '../model/errors.ts';
import { QUERY_MAX_ROWS, SETTLE_MINUTES } from '../model/facts.ts';
import { HOUR, instant, MINUTE } from '../model/time.ts';
import {
  ADDON,
  MANAGE_DOCUMENT,
  POD_IDENTITY_ADDON,
  PUBLISH,
  SERVICE_ROLES,
  SYSTEM_PACKAGE,
  WARM_UP,
} from './agent.ts';
import { unknownTarget } from './target.ts';

export interface DoctorTarget {
  kind: Target['kind'];
  id: string | null;
}

export interface FactsOptions {
  target: DoctorTarget;
  now: number;
  /** Something was mended a moment ago: data cannot be there yet. */
  mended?: boolean;
}

/** Rows of workload insights, as far as they tell who publishes. */
export interface Published {
  subnetId: string;
  vpcId: string;
  azId: string;
  bytes: number;
}

/** Who sent anything, by what monitors measured. */
export interface Senders {
  instanceIds: Set<string>;
  /** Monitors that were asked, with the number of rows of each. */
  rows: Map<string, number>;
  /** A query was full: who is not in it may have sent all the same. */
  truncated: boolean;
  /** Instances of which these monitors would have told. */
  covered: Set<string>;
}

/** Calls of one kind for each instance or role, at once. */
const AT_ONCE = 10;

/** Packages that an inventory is asked for: the agent, and kernels by what systems call them. */
const KERNELS = [
  'kernel',
  'kernel-core',
  'kernel-default',
  'kernel6.1',
  'kernel6.12',
  'linux-image-aws',
  'linux-aws',
];

/**
 * Questions to AWS, each asked once however many checks want the answer. A refusal is thrown, again to each that
 * asks: the check that needed the answer becomes unknown, and names the action.
 */
export class Facts {
  readonly aws: Aws;
  readonly target: DoctorTarget;
  readonly now: number;
  readonly mended: boolean;
  readonly region: string;
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #each: Limit = limited(AT_ONCE);

  constructor(aws: Aws, { target, now, mended = false }: FactsOptions) {
    this.aws = aws;
    this.target = target;
    this.now = now;
    this.mended = mended;
    this.region = aws.region;
  }

  #once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question) ?? ask();
    this.#answers.set(question, known);
    // Whoever wants it is told of the failure; nobody may want it any more.
    known.catch(() => undefined);
    return known as Promise<T>;
  }

  /** The last hour that has settled: as long as a query may be. */
  get window(): Window {
    const end = Math.floor((this.now - SETTLE_MINUTES * MINUTE) / MINUTE) * MINUTE;
    return { start: instant(end - HOUR), end: instant(end) };
  }

  // Network Flow Monitor

  accountId(): Promise<string> {
    return this.#once('account', () => accountId(this.aws));
  }

  scopes(): Promise<ScopeSummary[]> {
    return this.#once('scopes', () => scopesOf(this.aws).list());
  }

  /** An account has one in each Region. */
  async scope(): Promise<ScopeSummary | null> {
    const scopes = await this.scopes();
    return scopes.find((s) => s.status === 'SUCCEEDED') ?? scopes[0] ?? null;
  }

  scopeDetails(): Promise<ScopeDetails | null> {
    return this.#once('scope details', async () => {
      const scope = await this.scope();
      return scope && scopesOf(this.aws).get(scope.id);
    });
  }

  monitors(): Promise<MonitorRecord[]> {
    return this.#once('monitors', async () => {
      const service = flowMonitor(this.aws);
      const names = await service.names();
      return Promise.all(names.map((name) => this.#each(() => service.record(name))));
    });
  }

  /** What is published in the target, by subnet. Null where the scope cannot be queried. */
  published(): Promise<Published[] | null> {
    return this.#once('published', async () => {
      const scope = await this.scope();
      if (scope?.status !== 'SUCCEEDED') return null;
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
        bytes: Number(value ?? 0),
      }));
      const inTarget = await this.#inTarget();
      return rows.filter((row) => row.bytes > 0 && inTarget(row));
    });
  }

  /**
   * One query of each family, for whether it is allowed at all: AWS looks at permissions before anything else, so
   * also where a scope or monitor is not ready. Null where there is nothing to query.
   */
  mayQuery(): Promise<{ insights: true | null; series: true | null; flows: true | null }> {
    return this.#once('may query', async () => {
      const [scope, monitors] = await Promise.all([this.scope(), this.monitors()]);
      const { client } = flowMonitor(this.aws);
      const query = { window: this.window, category: 'INTRA_AZ', metric: 'DATA_TRANSFERRED' } as const;
      const [monitor] = [...monitors].sort((a) => (a.status === 'ACTIVE' ? -1 : 1));
      const [insights, series, flows] = await Promise.all([
        scope && unlessDenied(insightsQuery(this.aws, client, scope.id, query)),
        scope && unlessDenied(insightsDataQuery(this.aws, client, scope.id, query)),
        monitor ? unlessDenied(monitorQuery(this.aws, client, monitor.name, query)) : null,
      ]);
      return { insights, series, flows };
    });
  }

  /** Instances that monitors have rows of. As few monitors are asked as hold all instances that any holds. */
  senders(): Promise<Senders> {
    return this.#once('senders', async () => {
      const [monitors, scope] = await Promise.all([this.monitors(), this.scope()]);
      const active = scope?.status === 'SUCCEEDED' ? monitors.filter((m) => m.status === 'ACTIVE') : [];
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
    return this.#once('datapoints', async () => {
      const arns = (await this.monitors()).filter((m) => m.status === 'ACTIVE').map((m) => m.arn);
      if (arns.length === 0) return new Map();
      const series = await monitorSeries(this.aws, arns, this.window, 60, ['bytes']);
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
    return this.#once('changes', async () => {
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

  // EC2

  zones(): Promise<Zone[]> {
    return this.#once('zones', () => ec2(this.aws).zones());
  }

  subnets(): Promise<Subnet[]> {
    return this.#once('subnets', () => ec2(this.aws).subnets());
  }

  /** All instances of the Region that run. */
  running(): Promise<Instance[]> {
    return this.#once('running', () => ec2(this.aws).running());
  }

  /** Those in the target. */
  instances(): Promise<Instance[]> {
    return this.#once('instances', async () => {
      const all = await this.running();
      const { kind, id } = this.target;
      if (kind === 'cluster') return all.filter((i) => i.cluster === id);
      if (kind === 'monitor') {
        const monitor = (await this.monitors()).find((m) => m.name === id);
        if (!monitor) throw await unknownTarget(this);
        return heldBy(all, monitor.local, await this.#zoneWords(monitor.local));
      }
      const inTarget = await this.#inTarget();
      const places = kind === 'zone' ? await this.#zoneIds() : new Map<string, string>();
      return all.filter((i) => inTarget({ ...i, azId: places.get(i.subnetId) ?? '' }));
    });
  }

  /** Instances of the target that a monitor's local resources hold. */
  async heldBy({ local }: Pick<MonitorRecord, 'local'>): Promise<Instance[]> {
    const [instances, zones] = await Promise.all([this.instances(), this.#zoneWords(local)]);
    return heldBy(instances, local, zones);
  }

  /** Zone by name and by ID, of each subnet; only where a monitor names zones. */
  async #zoneWords(local: readonly Resource[]): Promise<Map<string, string[]>> {
    if (!local.some((r) => r.type === 'AWS::AvailabilityZone')) return new Map();
    const [zones, ids] = await Promise.all([this.zones(), this.#zoneIds()]);
    return new Map(
      [...ids].map(([subnet, azId]) => [subnet, [azId, zones.find((z) => z.azId === azId)?.az ?? azId]]),
    );
  }

  async #zoneIds(): Promise<Map<string, string>> {
    return new Map((await this.subnets()).map((s) => [s.id, s.azId]));
  }

  async #inTarget(): Promise<(place: { subnetId: string; vpcId: string; azId: string }) => boolean> {
    const { kind, id } = this.target;
    switch (kind) {
      case 'scope':
        return () => true;
      case 'vpc':
        return ({ vpcId }) => vpcId === id;
      case 'subnet':
        return ({ subnetId }) => subnetId === id;
      case 'zone': {
        const zone = (await this.zones()).find((z) => z.az === id || z.azId === id);
        if (!zone) throw await unknownTarget(this);
        return ({ azId }) => azId === zone.azId;
      }
      default: {
        const subnets = new Set((await this.instances()).map((i) => i.subnetId));
        return ({ subnetId }) => subnets.has(subnetId);
      }
    }
  }

  routeTables(): Promise<RouteTable[]> {
    return this.#once('route tables', () => ec2Network(this.aws).routeTables());
  }

  natGateways(): ReturnType<ReturnType<typeof ec2Network>['natGateways']> {
    return this.#once('nat gateways', () => ec2Network(this.aws).natGateways());
  }

  /** Interface endpoints that agents publish to. */
  endpoints(): Promise<VpcEndpoint[]> {
    return this.#once('endpoints', () => ec2Network(this.aws).endpoints(this.reportsService));
  }

  get reportsService(): string {
    return `com.amazonaws.${this.region}.networkflowmonitorreports`;
  }

  async securityGroups(): Promise<Map<string, SecurityGroup>> {
    const groups = await this.#once('security groups', () => ec2Network(this.aws).securityGroups());
    return new Map(groups.map((group) => [group.id, group]));
  }

  // EKS

  /** Clusters in the target. */
  clusters(): Promise<ClusterDetails[]> {
    return this.#once('clusters', async () => {
      const names = await this.#clusterNames();
      const clusters = await Promise.all(names.map((name) => this.#each(() => eks(this.aws).details(name))));
      const { kind, id } = this.target;
      return kind === 'vpc' ? clusters.filter((c) => c.vpcId === id) : clusters;
    });
  }

  async #clusterNames(): Promise<string[]> {
    const { kind, id } = this.target;
    if (kind === 'cluster') return [id ?? ''];
    if (kind === 'scope' || kind === 'vpc') return eks(this.aws).names();
    return [...new Set((await this.instances()).flatMap((i) => i.cluster ?? []))];
  }

  /** Its nodes that are instances. */
  async nodes({ name }: ClusterDetails): Promise<Instance[]> {
    return (await this.running()).filter((i) => i.cluster === name);
  }

  /** Null where the cluster does not have it. */
  addon({ name }: ClusterDetails, addonName: string): Promise<Addon | null> {
    return this.#once(`addon ${name} ${addonName}`, () => orNull(eks(this.aws).addon(name, addonName)));
  }

  addonVersions(addonName: string, kubernetesVersion: string): Promise<string[]> {
    return this.#once(`versions ${addonName} ${kubernetesVersion}`, () =>
      eks(this.aws).addonVersions(addonName, kubernetesVersion),
    );
  }

  associations({ name }: ClusterDetails): Promise<Association[]> {
    return this.#once(`associations ${name}`, () => eks(this.aws).associations(name));
  }

  associationRole({ name }: ClusterDetails, { id }: Association): Promise<string> {
    return this.#once(`association ${name} ${id}`, () => eks(this.aws).associationRole(name, id));
  }

  nodegroups({ name }: ClusterDetails): Promise<Nodegroup[]> {
    return this.#once(`nodegroups ${name}`, () => eks(this.aws).nodegroups(name));
  }

  fargateProfiles({ name }: ClusterDetails): Promise<string[]> {
    return this.#once(`fargate ${name}`, () => eks(this.aws).fargateProfiles(name));
  }

  // IAM

  /** Null where there is none. */
  role(nameOrArn: string): Promise<Role | null> {
    const name = nameInArn(nameOrArn);
    return this.#once(`role ${name}`, () => this.#each(() => orNull(iam(this.aws).role(name))));
  }

  identityProviders(): Promise<string[]> {
    return this.#once('identity providers', () => iam(this.aws).identityProviders());
  }

  /** Null where the profile is gone, or empty. */
  profileRole(profileArn: string): Promise<string | null> {
    return this.#once(`profile ${profileArn}`, () =>
      this.#each(() => orNull(iam(this.aws).profileRole(nameInArn(profileArn)))),
    );
  }

  /** May this role publish? */
  mayPublish(roleArn: string): Promise<Decision> {
    return this.#once(`publish ${roleArn}`, () => this.#each(() => iam(this.aws).simulate(roleArn, PUBLISH)));
  }

  // Systems Manager

  managed(): Promise<Map<string, Managed>> {
    return this.#once('managed', () => ssm(this.aws).managed());
  }

  /** The agent and the kernels in an instance's inventory; null where it was never gathered. */
  packages({ id }: Instance): Promise<Package[] | null> {
    return this.#once(`packages ${id}`, () =>
      this.#each(() => ssm(this.aws).packages(id, [SYSTEM_PACKAGE, ...KERNELS])),
    );
  }

  history(document: string): Promise<Invocation[]> {
    return this.#once(`history ${document}`, () => ssm(this.aws).history(document));
  }

  imageNames(): Promise<Map<string, string>> {
    return this.#once('images', async () => {
      const ids = [...new Set((await this.instances()).flatMap((i) => i.imageId ?? []))];
      return ids.length ? ec2(this.aws).imageNames(ids) : new Map();
    });
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

/** Those that together hold all that any holds: the one that adds most, first. */
function fewest<T extends { ids: ReadonlySet<string> }>(all: readonly T[]): T[] {
  const chosen: T[] = [];
  const seen = new Set<string>();
  const adds = ({ ids }: T) => [...ids].filter((id) => !seen.has(id)).length;
  for (let left = [...all]; left.length > 0; ) {
    const best = left.reduce((a, b) => (adds(b) > adds(a) ? b : a));
    if (adds(best) === 0) break;
    chosen.push(best);
    for (const id of best.ids) seen.add(id);
    left = left.filter((one) => one !== best);
  }
  return chosen;
}

function heldBy(
  instances: readonly Instance[],
  local: readonly Resource[],
  zones: ReadonlyMap<string, readonly string[]>,
): Instance[] {
  const holds = ({ type, identifier }: Resource, i: Instance): boolean => {
    const id = identifier.split('/').at(-1) ?? identifier;
    switch (type) {
      case 'AWS::Region':
        return true;
      case 'AWS::EC2::VPC':
        return i.vpcId === id;
      case 'AWS::EC2::Subnet':
        return i.subnetId === id;
      case 'AWS::EKS::Cluster':
        return i.cluster === id;
      case 'AWS::AvailabilityZone':
        return zones.get(i.subnetId)?.includes(identifier) ?? false;
      default:
        return false;
    }
  };
  return instances.filter((i) => local.some((resource) => holds(resource, i)));
}

/** What AWS does not know is not there; other refusals stay refusals. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'not-found') return null;
    throw error;
  }
}

/** Refused for any other reason is allowed. */
async function unlessDenied(asked: Promise<unknown>): Promise<true> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code === 'access-denied') throw error;
  }
  return true;
}

function ifRefused<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof RefusedError) return fallback;
    throw error;
  };
}
