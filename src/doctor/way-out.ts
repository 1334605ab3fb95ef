import { BlockList } from 'node:net';
import type { Instance } from '../aws/ec2.ts';
import type { NetworkAcl, Rule, SecurityGroup, VpcEndpoint } from '../aws/ec2-network.ts';
import { aws, type CommandLine } from '../model/command-line.ts';
import type { Facts } from './facts.ts';

/* How an agent's reports get to networkflowmonitorreports on port 443. */

const HTTPS = 443;

/** The interface endpoint in the instance's VPC; one that can be used, if there is one. */
export async function endpointOf(facts: Facts, { vpcId }: Instance): Promise<VpcEndpoint | null> {
  const inVpc = (await facts.endpoints()).filter((e) => e.vpcId === vpcId);
  return (
    inVpc.find((e) => isAvailable(e) && e.privateDns) ?? inVpc.find((e) => isAvailable(e)) ?? inVpc[0] ?? null
  );
}

export function isAvailable({ state }: VpcEndpoint): boolean {
  return state.toLowerCase() === 'available';
}

/** Private DNS sends the public name to the endpoint, whatever other ways there are. */
export function takesAll(endpoint: VpcEndpoint | null): endpoint is VpcEndpoint {
  return endpoint !== null && isAvailable(endpoint) && endpoint.privateDns;
}

interface WayOut {
  /** Null where it leads out. */
  obstacle: string | null;
  /** By what it leads out, or would. */
  by: string | null;
}

/** To the internet: by the route of the instance's subnet. */
export async function wayToInternet(facts: Facts, instance: Instance): Promise<WayOut> {
  const [route, gateways, subnets] = await Promise.all([
    defaultRoute(facts, instance),
    facts.natGateways(),
    facts.subnets(),
  ]);
  if (!route) return { by: null, obstacle: `${instance.subnetId} has no default route` };
  const { target, blackhole } = route;
  if (target.startsWith('nat-')) {
    const state = gateways.get(target)?.state ?? 'gone';
    if (state !== 'available') return { by: target, obstacle: `NAT gateway ${target} is ${state}` };
    const subnet = subnets.find((s) => s.id === gateways.get(target)?.subnetId);
    const onward = subnet && (await defaultRoute(facts, { subnetId: subnet.id, vpcId: subnet.vpcId }));
    if (subnet && (!onward || onward.blackhole)) {
      return { by: target, obstacle: `NAT gateway ${target} has no route to the internet itself` };
    }
    return { by: target, obstacle: null };
  }
  if (blackhole)
    return {
      by: target,
      obstacle: `the default route of ${instance.subnetId} leads to ${target}, which is gone`,
    };
  if (target.startsWith('igw-') && instance.publicIp === null) {
    return {
      by: target,
      obstacle: `${instance.id} has no public address, which internet gateway ${target} needs`,
    };
  }
  return { by: target, obstacle: null };
}

type Placed = Pick<Instance, 'subnetId' | 'vpcId'>;

async function tableOf(facts: Facts, { subnetId, vpcId }: Placed) {
  const tables = await facts.routeTables();
  return (
    tables.find((t) => t.subnetIds.includes(subnetId)) ??
    tables.find((t) => t.main && t.vpcId === vpcId) ??
    null
  );
}

async function defaultRoute(facts: Facts, placed: Placed) {
  const routes = ((await tableOf(facts, placed))?.routes ?? []).filter(
    (r) => r.destination === DEFAULT || r.destination === '::/0',
  );
  return routes.find((r) => !r.blackhole) ?? routes[0] ?? null;
}

const DEFAULT = '0.0.0.0/0';

interface Way {
  words: string;
  fix: CommandLine;
}

/** By a NAT gateway that is there already, where no other route is in its place. */
export async function routeToNat(facts: Facts, instance: Instance): Promise<Way | null> {
  const [table, route, nat] = await Promise.all([
    tableOf(facts, instance),
    defaultRoute(facts, instance),
    workingNat(facts, instance.vpcId),
  ]);
  // Where a route leads elsewhere and works for others, it is left alone.
  if (!table || nat === null || (route !== null && !route.blackhole)) return null;
  return {
    words: `NAT gateway ${nat} of the VPC is there already: a route to it costs what it carries, about $0.045 a GB, and nothing more.`,
    fix: aws(route === null ? 'ec2 create-route' : 'ec2 replace-route', {
      'route-table-id': table.id,
      'destination-cidr-block': DEFAULT,
      'nat-gateway-id': nat,
      region: facts.region,
    }),
  };
}

/** The cheapest way that an instance without one can be given: a NAT gateway that is there already, else an endpoint. */
export async function cheapestWay(facts: Facts, instance: Instance): Promise<Way> {
  const { vpcId } = instance;
  const { region } = facts;
  const nat = await routeToNat(facts, instance);
  if (nat) return nat;
  const subnetIds = await stranded(facts, vpcId);
  return {
    words: `An interface endpoint costs about $${(0.01 * Math.max(1, subnetIds.length)).toFixed(2)} an hour (one for each zone) and $0.01 a GB; a new NAT gateway $0.045 and $0.045.`,
    fix: aws('ec2 create-vpc-endpoint', {
      'vpc-id': vpcId,
      'vpc-endpoint-type': 'Interface',
      'service-name': facts.reportsService,
      'subnet-ids': subnetIds,
      'security-group-ids': [...instance.securityGroupIds].sort(),
      'private-dns-enabled': true,
      region,
    }),
  };
}

/** One that has a way to the internet itself. */
async function workingNat(facts: Facts, vpcId: string): Promise<string | null> {
  const [gateways, subnets] = await Promise.all([facts.natGateways(), facts.subnets()]);
  for (const [id, { state, subnetId }] of gateways) {
    const inVpc = subnets.some((s) => s.id === subnetId && s.vpcId === vpcId);
    if (state !== 'available' || !inVpc) continue;
    const onward = await defaultRoute(facts, { subnetId, vpcId });
    if (onward && !onward.blackhole && onward.target.startsWith('igw-')) return id;
  }
  return null;
}

/** One subnet in each zone that has instances without a way out: an endpoint takes no more, and serves all of the VPC. */
async function stranded(facts: Facts, vpcId: string): Promise<string[]> {
  const instances = (await facts.instances()).filter((i) => i.vpcId === vpcId);
  const ways = await Promise.all(instances.map((i) => wayToInternet(facts, i)));
  const ids = new Set(instances.filter((_, i) => ways[i]?.obstacle).map((i) => i.subnetId));
  const subnets = (await facts.subnets()).filter((s) => ids.has(s.id));
  return [...new Map(subnets.map((s) => [s.azId, s.id])).values()];
}

/** Does any of the groups let the instance open connections to port 443? */
export function letsOut(groups: readonly SecurityGroup[], endpoint: VpcEndpoint | null): boolean {
  const reaches = (where: string) =>
    where === '0.0.0.0/0' ||
    where === '::/0' ||
    // Addresses of an endpoint are not listed with it: a block may hold them.
    (endpoint !== null && (!where.startsWith('sg-') || endpoint.securityGroupIds.includes(where)));
  return groups.some(({ outbound }) => outbound.some((rule) => opens(rule) && rule.where.some(reaches)));
}

/** Does any of the endpoint's groups let the instance in? */
export function letsIn(groups: readonly SecurityGroup[], { ip, securityGroupIds }: Instance): boolean {
  const admits = (where: string) =>
    where.startsWith('sg-') ? securityGroupIds.includes(where) : where.startsWith('pl-') || holds(where, ip);
  return groups.some(({ inbound }) => inbound.some((rule) => opens(rule) && rule.where.some(admits)));
}

function opens({ protocol, fromPort, toPort }: Rule): boolean {
  return protocol === '-1' || (/^(tcp|6)$/.test(protocol) && fromPort <= HTTPS && HTTPS <= toPort);
}

function holds(block: string, ip: string): boolean {
  const [network = '', bits = ''] = block.split('/');
  if (network.includes(':')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(ip, 'ipv4');
}

/** Linux opens connections from these ports, and answers come back to them (ip_local_port_range). */
const ANSWERS = [32768, 60999];
/** Some public address: entries that name single blocks of AWS are not looked through. */
const ANYWHERE = '52.94.0.1';

/** What a subnet's network ACL stops of a report and its answer; null where it stops neither. */
export function stoppedBy({ entries }: NetworkAcl, inside: string | null): string | null {
  const where = inside ?? ANYWHERE;
  const lets = (outbound: boolean, port: number) =>
    entries
      .filter(
        (e) =>
          e.outbound === outbound &&
          (e.protocol === '-1' || (e.protocol === '6' && e.fromPort <= port && port <= e.toPort)) &&
          holds(e.cidr, where),
      )
      .sort((a, b) => a.number - b.number)[0]?.allows === true;
  if (!lets(true, HTTPS)) return 'lets nothing out on port 443';
  if (!ANSWERS.every((port) => lets(false, port)))
    return `lets no answer in on ports ${ANSWERS.join(' to ')}`;
  return null;
}

/** A subnet's own, or the one of its VPC. */
export async function aclOf(facts: Facts, { subnetId, vpcId }: Instance): Promise<NetworkAcl | null> {
  const acls = await facts.networkAcls();
  return (
    acls.find((a) => a.subnetIds.includes(subnetId)) ??
    acls.find((a) => a.isDefault && a.vpcId === vpcId) ??
    null
  );
}
