import type { Aws } from '../aws/aws.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import type { Construct, Flow } from '../model/case.ts';

/* What flows pass, and their rows do not name. */

/** Addresses that are looked up: a filter has no more values. */
const MOST_ADDRESSES = 200;

/** What network interfaces are described as by the services that make them (EC2 user guide, requester-managed interfaces). */
const DESCRIPTIONS: readonly [RegExp, type: string][] = [
  [/^ELB ((?:app|net|gwy)\/.+)$/, 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
  [/^ELB (.+)$/, 'AWS::ElasticLoadBalancing::LoadBalancer'],
  [/^VPC Endpoint Interface (vpce-\w+)/, 'AWS::EC2::VPCEndpoint'],
  [/^Interface for NAT Gateway (nat-\w+)/, 'AWS::EC2::NatGateway'],
  [/Transit Gateway Attachment (tgw-attach-\w+)/, 'AWS::EC2::TransitGatewayAttachment'],
];

interface FarEnd {
  eniId: string;
  /** Null for an interface that is described as nothing that is known. */
  construct: Construct | null;
}

/** By VPC and address: a load balancer has an address in each zone, and rows name neither it nor an instance. */
export type FarEnds = ReadonlyMap<string, FarEnd>;

/** Of far ends with events that are no instance and no pod. */
export async function farEndsOf(aws: Aws, flows: readonly Flow[]): Promise<FarEnds> {
  const addresses = new Set<string>();
  for (const { remote, retransmissions, timeouts } of flows) {
    const isNamed = remote.instanceId || remote.podName || !remote.vpcId;
    if (remote.ip && !isNamed && (retransmissions || timeouts)) addresses.add(remote.ip);
  }
  if (addresses.size === 0) return new Map();
  const asked = [...addresses].slice(0, MOST_ADDRESSES);
  const interfaces = await recall(aws, `interfaces ${[...asked].sort()}`, A_WHILE, async () =>
    (await import('../aws/ec2.ts')).ec2(aws).interfacesAt(asked),
  );
  return new Map(
    interfaces.flatMap(({ id, vpcId, description, addresses }) => {
      const end = { eniId: id, construct: constructOf(description) };
      return addresses.map((ip) => [`${vpcId} ${ip}`, end] as const);
    }),
  );
}

function constructOf(description: string): Construct | null {
  for (const [pattern, componentType] of DESCRIPTIONS) {
    const componentId = pattern.exec(description)?.[1];
    if (componentId) return { componentType, componentId };
  }
  return null;
}

/** The flows, with the interface that they end at, and with what that is where it is a load balancer or the like. */
export function withFarEnds<F extends Flow>(flows: readonly F[], farEnds: FarEnds): F[] {
  return flows.map((flow) => {
    const end = farEnds.get(`${flow.remote.vpcId} ${flow.remote.ip}`);
    if (!end) return flow;
    const { eniId, construct } = end;
    const path = flow.path ?? [];
    const isNew = construct && !path.some(({ componentId }) => componentId === construct.componentId);
    return { ...flow, remote: { ...flow.remote, eniId }, ...(isNew && { path: [...path, construct] }) };
  });
}

/**
 * Addresses that stand for others are places that flows pass: one that several hosts are seen as (SNAT), or that several
 * far ends stand behind (DNAT). One that stands for a single end is that end.
 */
export function withTranslations<F extends Flow>(flows: readonly F[]): F[] {
  const hosts = standingFor(flows, ({ snatIp, local }) => [snatIp, local.instanceId ?? local.ip]);
  const ends = standingFor(flows, ({ dnatIp, remote }) => [dnatIp, remote.ip]);
  return flows.map((flow) => {
    const { snatIp, dnatIp } = flow;
    const translated = [
      ...(snatIp && isShared(hosts, snatIp) ? [{ componentType: 'SNAT', componentId: snatIp }] : []),
      ...(dnatIp && isShared(ends, dnatIp) ? [{ componentType: 'DNAT', componentId: dnatIp }] : []),
    ];
    return translated.length > 0 ? { ...flow, path: [...(flow.path ?? []), ...translated] } : flow;
  });
}

function standingFor<F>(
  flows: readonly F[],
  of: (flow: F) => [address: string | undefined, end: string | undefined],
): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const flow of flows) {
    const [address, end] = of(flow);
    if (address && end) all.set(address, (all.get(address) ?? new Set()).add(end));
  }
  return all;
}

function isShared(all: ReadonlyMap<string, ReadonlySet<string>>, address: string): boolean {
  return (all.get(address)?.size ?? 0) > 1;
}
