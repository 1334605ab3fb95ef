import type { AclEntry, Instance, NetworkAcl, Vpc, World } from './world.ts';

/* Network ACLs: lists of numbered entries, the first of which that fits decides; what none fits is denied. */

const CATCH_ALL = 32767;
/** An answer comes back to a port of these. */
const ANSWER = 40_000;
const HTTPS = 443;

/** Every VPC has one that lets everything through, for subnets without another. */
export function aclsOf({ networkAcls, vpcs, subnets }: World): NetworkAcl[] {
  const taken = new Set(networkAcls.flatMap(({ subnetIds }) => subnetIds));
  return [
    ...networkAcls,
    ...vpcs.map((vpc) => ({
      id: `acl-${vpc.id.replace(/^vpc-/, '')}`,
      name: `${vpc.name}-default`,
      vpcId: vpc.id,
      isDefault: true,
      subnetIds: subnets.filter((s) => s.vpcId === vpc.id && !taken.has(s.id)).map((s) => s.id),
      entries: [true, false].flatMap((outbound) => [
        { number: 100, outbound, allows: true, cidr: '0.0.0.0/0' },
        { number: CATCH_ALL, outbound, allows: false, cidr: '0.0.0.0/0' },
      ]),
    })),
  ];
}

/** Whether the ACL of the instance's subnet stops what it sends to port 443, or the answer. */
export function aclStops(world: World, { subnetId }: Instance): boolean {
  const acl = aclsOf(world).find(({ subnetIds }) => subnetIds.includes(subnetId));
  const lets = (outbound: boolean, port: number) =>
    (acl?.entries ?? [])
      .filter((entry) => entry.outbound === outbound && fits(entry, port))
      .sort((a, b) => a.number - b.number)[0]?.allows === true;
  return !lets(true, HTTPS) || !lets(false, ANSWER);
}

/** In the worlds that are played, entries are for everywhere. */
function fits({ ports: [from, to] = [0, 65_535] }: AclEntry, port: number): boolean {
  return from <= port && port <= to;
}

/** Whether names resolve in the VPC; a private name of an interface endpoint wants host names too. */
export function resolvesNames({ dns }: Vpc, byEndpoint: boolean): boolean {
  return dns?.support !== false && !(byEndpoint && dns?.hostnames === false);
}
