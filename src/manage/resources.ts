import type { Aws } from '../aws/aws.ts';
import type { Cluster } from '../aws/eks.ts';
import type { Resource } from '../model/case.ts';
import { UsageError } from '../model/errors.ts';
import { arnOf, FORMS, nameIn, type Owner } from '../model/ids.ts';
import { type ResourceKind, type Topology, TYPES } from '../network/holdings.ts';
import { mustExist, notThere, zoneFor } from '../network/targets.ts';
import { checkResources, type Side } from './rules.ts';

/*
 * From what a person types (vpc-…, a zone's ID, a cluster's name) to what the API takes: ARNs, and zones by name.
 * An ARN is taken as it is, and then nothing is looked up.
 */

export type Kind = ResourceKind;

/** One resource as it was typed. */
export interface Given {
  kind: Kind;
  /** Empty: the Region that the command works in. */
  value: string;
  /** The option that it was typed with, for messages. */
  option: string;
}

const ARN = /^arn:[\w-]+:(ec2|eks):([a-z0-9-]+):\d{12}:(vpc|subnet|cluster)\/[\w-]+$/;

/** Looks each thing up once a run, and only if it is asked for. */
export function lookups(aws: Aws) {
  const ec2 = async () => (await import('../aws/ec2.ts')).ec2(aws);
  return {
    zones: once(async () => (await ec2()).zones()),
    subnets: once(async () => (await ec2()).subnets()),
    vpc: async (id: string) => {
      const client = await ec2();
      return mustExist({ kind: 'vpc', id }, aws.region, () => client.vpc(id));
    },
    cluster: async (name: string): Promise<Cluster> => {
      const { eks } = await import('../aws/eks.ts');
      return mustExist({ kind: 'cluster', id: name }, aws.region, () => eks(aws).cluster(name));
    },
    async topology(): Promise<Topology> {
      const [zones, subnets] = await Promise.all([this.zones(), this.subnets()]);
      return { zones, subnets, clusterVpcs: new Map() };
    },
  };
}

export type Lookups = ReturnType<typeof lookups>;

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= work();
    return answer;
  };
}

/** All that can be told from the command line alone, before the first call. */
export function checkGiven(local: readonly Given[], remote: readonly Given[], region: string): void {
  for (const one of local) checkForm(one, 'local', region);
  for (const one of remote) checkForm(one, 'remote', region);
  const typed = (given: readonly Given[]) =>
    distinct(given.map(({ kind, value }) => ({ type: TYPES[kind], identifier: value || region })));
  checkResources(typed(local), typed(remote), region);
}

export async function resolveAll(
  given: readonly Given[],
  side: Side,
  owner: Owner,
  look: Lookups,
): Promise<Resource[]> {
  for (const one of given) checkForm(one, side, owner.region);
  const resources = await Promise.all(given.map((one) => resolve(one, owner, look)));
  return distinct(resources);
}

export function checkForm({ kind, value, option }: Given, side: Side, region: string): void {
  if (kind === 'region' && value === '') return;
  const arn = ARN.exec(value);
  if (!arn) {
    if (FORMS[kind].pattern.test(value)) return;
    throw new UsageError('malformed-id', `${option} does not look right: '${value}'.`, {
      hint: `It looks like ${formOf(kind)}.`,
    });
  }
  const [, , where, named] = arn;
  if (side === 'remote' && named === 'cluster') {
    throw new UsageError('cluster-remote', 'An EKS cluster can be a local resource only.', {
      hint: 'Name the VPC that the cluster is in: --to-vpc vpc-…',
    });
  }
  if (named !== kind) {
    throw new UsageError('malformed-id', `${option} takes no ${named}: '${value}'.`, {
      hint: `It looks like ${formOf(kind)}.`,
    });
  }
  if (where === region) return;
  throw side === 'local'
    ? new UsageError('local-region', `Local resources are in ${region}; '${value}' is in ${where}.`, {
        hint: `Make the monitor there: --region ${where}`,
      })
    : new UsageError(
        'remote-region',
        `Another Region can be remote only as a whole: '${value}' is in ${where}.`,
        {
          hint: `Name the Region: --to-region ${where}`,
        },
      );
}

function formOf(kind: Kind): string {
  const hasArn = kind === 'vpc' || kind === 'subnet' || kind === 'cluster';
  return `${FORMS[kind].example}${hasArn ? ' or its ARN' : ''}`;
}

async function resolve({ kind, value }: Given, owner: Owner, look: Lookups): Promise<Resource> {
  return { type: TYPES[kind], identifier: await identifierOf(kind, value, owner, look) };
}

async function identifierOf(kind: Kind, value: string, owner: Owner, look: Lookups): Promise<string> {
  if (value.startsWith('arn:')) return value;
  const { region } = owner;
  switch (kind) {
    case 'vpc': {
      const { ownerId } = await look.vpc(value);
      return arnOf('ec2', ownerId ? { ...owner, accountId: ownerId } : owner, 'vpc', value);
    }
    case 'subnet': {
      const subnet = (await look.subnets()).find((s) => s.id === value);
      if (!subnet) {
        const hint = "Check the ID, --region and --profile; another account's subnet is named by its ARN.";
        throw notThere({ kind, id: value }, region, { hint });
      }
      return subnet.arn ?? arnOf('ec2', owner, kind, value);
    }
    case 'cluster':
      return (await look.cluster(value)).arn;
    case 'zone':
      // The API takes zones by the name that they have in this account.
      return zoneFor(value, await look.zones(), region).az ?? value;
    case 'region':
      return value || region;
    case 'service':
      return value;
  }
}

/** Those of a monitor's resources that were typed, found by name alone: what they name may be gone from EC2 already. */
export async function pick(
  given: readonly Given[],
  from: readonly Resource[],
  region: string,
  look: Lookups,
): Promise<{ found: Resource[]; missing: Given[] }> {
  const found: Resource[] = [];
  const missing: Given[] = [];
  for (const one of given) {
    const resource = from.find((r) => r.type === TYPES[one.kind] && isNamed(r, one.value || region));
    const zone = resource || one.kind !== 'zone' ? undefined : await zoneNameIfKnown(one.value, look);
    const other =
      zone === undefined ? undefined : from.find((r) => r.type === TYPES.zone && r.identifier === zone);
    if (resource ?? other) found.push(...[resource ?? other].filter((r) => r !== undefined));
    else missing.push(one);
  }
  return { found: distinct(found), missing };
}

function isNamed({ identifier }: Resource, value: string): boolean {
  return identifier === value || nameIn(identifier) === value;
}

async function zoneNameIfKnown(value: string, look: Lookups): Promise<string | undefined> {
  return (await look.zones()).find((z) => z.azId === value)?.az ?? undefined;
}

export function distinct(resources: readonly Resource[]): Resource[] {
  return [...new Map(resources.map((r) => [keyOf(r), r])).values()];
}

export function sameResources(a: readonly Resource[], b: readonly Resource[]): boolean {
  const keys = (list: readonly Resource[]) => [...new Set(list.map(keyOf))].sort().join('\n');
  return keys(a) === keys(b);
}

export function without(resources: readonly Resource[], gone: readonly Resource[]): Resource[] {
  const keys = new Set(gone.map(keyOf));
  return resources.filter((r) => !keys.has(keyOf(r)));
}

function keyOf({ type, identifier }: Resource): string {
  return `${type} ${identifier}`;
}
