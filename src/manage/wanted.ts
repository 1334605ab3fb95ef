import { createHash } from 'node:crypto';
import type { Aws } from '../aws/aws.ts';
import { type MonitorRecord, scopesOf } from '../aws/monitors.ts';
import type { CreateMonitorCommandInput, TagResourceCommandInput } from '../aws/networkflowmonitor/index.ts';
import type { Resource } from '../model/case.ts';
import { advise, nfm } from '../model/command-line.ts';
import { NfmError, RefusedError, UsageError } from '../model/errors.ts';
import { arnOf, nameIn, type Owner } from '../model/ids.ts';
import {
  type Extent,
  emptyExtent,
  isSame,
  monitorExtent,
  type Topology,
  TYPES,
  zonesOf,
} from '../network/holdings.ts';
import { type Given, type Lookups, resolveAll, sameResources } from './resources.ts';
import { checkMonitorCount, checkName, checkResources, MAX_MONITORS, MAX_RESOURCES } from './rules.ts';

/** A monitor that there should be. */
export interface WantedMonitor {
  name: string;
  local: Resource[];
  remote: Resource[];
  /** Does this one do the same, so that no other is needed? */
  isServedBy(monitor: MonitorRecord): boolean;
}

/** What is missing, what is there already, and tags that are still to be set on it. */
interface MonitorPlan {
  create: CreateMonitorCommandInput[];
  tag: TagResourceCommandInput[];
  present: MonitorRecord[];
}

interface PlanContext {
  scopeArn: string;
  monitors: readonly MonitorRecord[];
  tags: Readonly<Record<string, string>>;
  quota: number;
  region: string;
}

/** Less what is there: a second run with the same input plans nothing. */
export function planMonitors(wanted: readonly WantedMonitor[], context: PlanContext): MonitorPlan {
  const { monitors, scopeArn, tags } = context;
  const plan: MonitorPlan = { create: [], tag: [], present: [] };
  for (const want of wanted) {
    const serving = monitors.find((m) => isUsable(m) && want.isServedBy(m));
    if (serving) {
      plan.present.push(serving);
      const missing = Object.entries(tags).filter(([key, value]) => serving.tags[key] !== value);
      if (missing.length) plan.tag.push({ resourceArn: serving.arn, tags: Object.fromEntries(missing) });
      continue;
    }
    checkName(want.name);
    checkResources(want.local, want.remote, context.region);
    const namesake = monitors.find((m) => m.name === want.name);
    if (namesake) throw nameTaken(namesake);
    plan.create.push({
      monitorName: want.name,
      localResources: want.local,
      ...(want.remote.length ? { remoteResources: want.remote } : {}),
      scopeArn,
      ...(Object.keys(tags).length ? { tags: { ...tags } } : {}),
    });
  }
  checkMonitorCount(monitors, plan.create.length, context.quota);
  return plan;
}

/** One monitor of these resources. With a name, that one; without, any that watches exactly the same will do. */
export function oneMonitor(name: string | undefined, local: Resource[], remote: Resource[]): WantedMonitor {
  return {
    name: name ?? derivedName(local, remote),
    local,
    remote,
    isServedBy: (m) =>
      (name === undefined || m.name === name) &&
      sameResources(m.local, local) &&
      sameResources(m.remote, remote),
  };
}

/** What it takes to see a VPC whole and zone by zone: the monitors that people make by hand. */
export function monitorsPerZone(
  name: string | undefined,
  vpc: Resource,
  remote: Resource[],
  topology: Topology,
  owner: Owner,
): WantedMonitor[] {
  const vpcId = nameIn(vpc.identifier);
  const base = `${name ?? `nfm-${vpcId}`}`;
  const suffix = name === undefined ? remoteSuffix(remote) : '';
  const whole: Extent = { ...emptyExtent(), vpcIds: new Set([vpcId]) };
  const serves = (own: string, extent: Extent) => (m: MonitorRecord) =>
    (name === undefined || m.name === own) &&
    sameResources(m.remote, remote) &&
    isSame(monitorExtent(m, topology), extent, topology);
  const wanted: WantedMonitor[] = [
    { name: base + suffix, local: [vpc], remote, isServedBy: serves(base + suffix, whole) },
  ];
  const zones = zonesOf(whole, topology) ?? [];
  // Of one zone alone, its monitor would be the VPC's again.
  for (const azId of zones.length > 1 ? zones : []) {
    const subnets = topology.subnets.filter((s) => s.vpcId === vpcId && s.azId === azId);
    if (subnets.length > MAX_RESOURCES) throw tooManySubnets(vpcId, azId, subnets.length);
    const own = `${base}-${azId}${suffix}`;
    wanted.push({
      name: own,
      local: subnets.map((s) => ({
        type: TYPES.subnet,
        identifier: s.arn ?? arnOf('ec2', owner, 'subnet', s.id),
      })),
      remote,
      isServedBy: serves(own, { ...emptyExtent(), subnetIds: new Set(subnets.map((s) => s.id)) }),
    });
  }
  return wanted;
}

function isUsable({ status }: MonitorRecord): boolean {
  return status !== 'DELETING' && status !== 'ERROR';
}

function nameTaken({ name, status }: MonitorRecord): RefusedError {
  if (status === 'DELETING') {
    return new RefusedError(
      'monitor-deleting',
      `Monitor '${name}' is being deleted; its name is free after that.`,
      {
        hint: 'Try again in some minutes, or give another name.',
      },
    );
  }
  if (status === 'ERROR') {
    return new RefusedError('monitor-failed', `Monitor '${name}' is there and its status is ERROR.`, {
      hint: advise('Delete it, then create it again:', nfm('monitor delete', {}, name)),
    });
  }
  return new RefusedError('monitor-exists', `Monitor '${name}' is there and watches other resources.`, {
    hint: advise(
      'Names are for good. Give another name, or change what it watches:',
      nfm('monitor update', { help: true }, name),
    ),
  });
}

function tooManySubnets(vpcId: string, azId: string, count: number): UsageError {
  return new UsageError(
    'too-many-resources',
    `${vpcId} has ${count} subnets in ${azId}; a monitor has at most ${MAX_RESOURCES} local resources, a quota that cannot be raised.`,
    { hint: advise('Watch the whole zone instead:', nfm('monitor create', { zone: azId })) },
  );
}

/** Longer names say less than the monitor itself. */
const LONGEST = 100;

/** The same resources give the same name, in whatever order they were typed: nfm-vpc-0abc-to-s3. */
function derivedName(local: readonly Resource[], remote: readonly Resource[]): string {
  const from = side(local);
  return remote.length === 0 ? `nfm-${from}` : `nfm-${from}-to-${side(remote)}`;
}

function remoteSuffix(remote: readonly Resource[]): string {
  return remote.length === 0 ? '' : `-to-${side(remote)}`;
}

function side(resources: readonly Resource[]): string {
  const words = resources.map(word).sort();
  const whole = words.join('-');
  if (whole.length <= LONGEST) return whole;
  const hash = createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 8);
  return `${words[0]?.slice(0, LONGEST)}-and-${words.length - 1}-more-${hash}`;
}

/** vpc-0abc, subnet-0abc, ap-northeast-3a, s3; a cluster's own name could be anything, so it says what it is. */
function word({ type, identifier }: Resource): string {
  const id = nameIn(identifier);
  if (type === TYPES.cluster) return `cluster-${id}`;
  return type === TYPES.service ? id.toLowerCase() : id;
}

/** What monitors are asked for by. */
export interface MonitorWish {
  name: string | undefined;
  local: readonly Given[];
  remote: readonly Given[];
  /** The VPC's monitor and one for each of its zones, instead of one. */
  perZone: boolean;
}

/** The monitors that a wish means, in the account as it is. */
export async function wantedMonitors(
  wish: MonitorWish,
  owner: Owner,
  look: Lookups,
): Promise<WantedMonitor[]> {
  const [local, remote] = await Promise.all([
    resolveAll(wish.local, 'local', owner, look),
    resolveAll(wish.remote, 'remote', owner, look),
  ]);
  checkResources(local, remote, owner.region);
  if (!wish.perZone) return [oneMonitor(wish.name, local, remote)];
  const vpc = await vpcOf(wish.local, owner, look);
  return monitorsPerZone(wish.name, vpc, remote, await look.topology(), owner);
}

async function vpcOf([only, second]: readonly Given[], owner: Owner, look: Lookups) {
  if (!only || second || (only.kind !== 'vpc' && only.kind !== 'cluster')) {
    throw new UsageError('no-vpc', '--per-zone takes one VPC, or the cluster that is in it.', {
      hint: advise('For example:', nfm('monitor create', { vpc: 'vpc-0123456789abcdef0', 'per-zone': true })),
    });
  }
  if (only.kind === 'vpc') return (await resolveAll([only], 'local', owner, look))[0] ?? missingVpc(only);
  const { vpcId } = await look.cluster(only.value.split('/').at(-1) ?? only.value);
  if (!vpcId) return missingVpc(only);
  const [vpc] = await resolveAll([{ ...only, kind: 'vpc', value: vpcId }], 'local', owner, look);
  return vpc ?? missingVpc(only);
}

function missingVpc({ value }: Given): never {
  throw new RefusedError('no-vpc', `EKS does not say which VPC '${value}' is in.`, {
    hint: 'Name the VPC: --vpc vpc-…',
  });
}

/** The ARN of the scope that monitors are made in. */
export async function readyScope(aws: Aws): Promise<string> {
  const scopes = await scopesOf(aws).list();
  const ready = scopes.find((s) => s.status === 'SUCCEEDED');
  if (ready) return ready.arn;
  const [other] = scopes;
  throw new UsageError(
    'no-scope',
    `Monitors need a scope that is ready; the scope in ${aws.region} is ${other?.status ?? 'missing'}.`,
    {
      hint: other
        ? advise('See what holds it up:', nfm('scope show', { region: aws.region }))
        : advise('Create it first:', nfm('scope create', { region: aws.region })),
    },
  );
}

/** The service says only that a limit is reached. */
export function explainQuota(error: unknown, region: string): unknown {
  if (!(error instanceof NfmError) || error.code !== 'quota-exceeded') return error;
  return new RefusedError(
    'too-many-monitors',
    `${region} has as many monitors as this account may have there (${MAX_MONITORS}, unless the quota was raised).`,
    {
      hint: advise(
        'Delete monitors that nobody reads, or ask for more in the Service Quotas console. To see them:',
        nfm('monitor list'),
      ),
      action: 'networkflowmonitor:CreateMonitor',
      cause: error,
    },
  );
}
